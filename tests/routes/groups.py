"""Groups of the two trial programmes, and what becomes of them, told as their people would."""

from datetime import datetime
from typing import Any

import pytest

from tests.routes.programmes import HEAD, KARYA, LEADER, OFFICER, PALU, USAHA
from workflow.asks import ActionAsk, DocumentAsk, OpenAsk
from workflow.domain.refusal import Refused
from workflow.engine import Engine

CODE = "claim.person"


def person(number: int) -> dict[str, str]:
    """Plainly synthetic, told apart by the serial number at the end of the NIK."""
    return {"name": f"Anggota Uji {number}", "nik": f"727106140590{number:04d}", "born": "1990-05-14"}


def usaha(*people: int, **over: Any) -> dict[str, Any]:
    """Facts of a group of the first programme."""
    members = [{**person(n), "role": "member"} for n in people]
    return {"group": "Kelompok Uji", "region": PALU, "members": members, "plan": {"tools": 10}, **over}


def karya(*people: int, **over: Any) -> dict[str, Any]:
    """Facts of a group of the second."""
    return {"name": "Kelompok Uji", "region": PALU, "workers": [person(n) for n in people], "tools": 10, **over}


def opened(engine: Engine, programme: str, *people: int, who: str = LEADER, at: datetime | None = None) -> str:
    """The reference of a case that was opened and given its proposal."""
    facts = usaha(*people) if programme == USAHA else karya(*people)
    ref = engine.casework.handle(None, OpenAsk(programme=programme, facts=facts), who, at=at).case.ref
    paper = DocumentAsk(document="proposal", sha256="1" * 64, type="application/pdf", size=9)
    engine.casework.handle(ref, paper, who, at=at)
    return ref


def act(engine: Engine, ref: str, action: str, who: str = LEADER, at: datetime | None = None, **brought: Any) -> str:
    """Take an action; the state after it."""
    return engine.casework.handle(ref, ActionAsk(action=action, **brought), who, at=at).case.state


def submitted(engine: Engine, programme: str, *people: int, who: str = LEADER, at: datetime | None = None) -> str:
    ref = opened(engine, programme, *people, who=who, at=at)
    act(engine, ref, "submit", who, at)
    return ref


def running(engine: Engine, programme: str, *people: int, at: datetime | None = None) -> str:
    ref = submitted(engine, programme, *people, at=at)
    act(engine, ref, "visit", OFFICER, at)
    act(engine, ref, "accept", HEAD, at)
    return ref


def refused(engine: Engine, ref: str, action: str = "submit", who: str = LEADER, at: datetime | None = None) -> str:
    """Taking the action is refused for its claims alone; how that can be mended, in English."""
    with pytest.raises(Refused) as found:
        act(engine, ref, action, who, at)
    (refusal,) = found.value.refusals
    assert refusal.code == CODE
    return refusal.how.en


BOTH = (USAHA, KARYA)
