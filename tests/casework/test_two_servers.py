"""A server that has not heard of the latest may allow on what it knows; it may never refuse."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.groups import group
from workflow.asks import ActionAsk, DocumentAsk, FactsAsk, OpenAsk
from workflow.casework import NoSuchCase, Stale
from workflow.domain.dossier import dossier
from workflow.domain.kbli import AdoptClasses
from workflow.domain.publishing import SetIntake
from workflow.domain.refusal import Refused
from workflow.engine import Engine
from workflow.preparing import FactsInvalid
from workflow.store.log import Write
from workflow.streams import KeyReused

LEADER = "leader.palu"


def opened(engine: Engine, key: str = "open", **facts: Any) -> str:
    ask = OpenAsk(programme="tkm-kelompok", facts=group(**facts))
    return engine.casework.handle(None, ask, LEADER, key=key).case.ref


def supplied(engine: Engine, ref: str) -> None:
    for number, kind in enumerate(("proposal", "domicile")):
        paper = DocumentAsk(document=kind, sha256=f"{number}" * 64, type="application/pdf", size=9)
        engine.casework.handle(ref, paper, LEADER)


def renamed(engine: Engine, ref: str, name: str) -> bool:
    return engine.casework.handle(ref, FactsAsk(patch={"group": name}), LEADER).changed


def test_a_change_back_is_made_although_this_server_saw_nothing_else(here: Engine, there: Engine) -> None:
    ref = opened(here, group="Kelompok Lama")
    assert renamed(there, ref, "Kelompok Baru")
    assert renamed(here, ref, "Kelompok Lama")
    assert there.casework.case(ref)[0].facts["group"] == "Kelompok Lama"
    assert not renamed(there, ref, "Kelompok Lama")


def test_what_has_become_open_elsewhere_is_not_refused_here(here: Engine, there: Engine) -> None:
    ref = opened(here)
    with pytest.raises(Refused):
        here.casework.handle(ref, ActionAsk(action="submit"), LEADER)
    supplied(there, ref)
    assert here.casework.handle(ref, ActionAsk(action="submit"), LEADER).case.state == "city_review"


def test_a_class_that_a_list_adopted_elsewhere_lacks_is_refused_here(here: Engine, there: Engine) -> None:
    ref = opened(here)
    titles = {f"{10_500 + number}": "Kelas uji" for number in range(1_000)}
    there.kbli.adopt(
        AdoptClasses(edition="2020", legal_basis="Uji 2/2020", sha256="0" * 64, titles=titles), by="operator"
    )
    with pytest.raises(FactsInvalid) as refused:
        here.casework.handle(ref, FactsAsk(patch={"group": "Kelompok Lain"}), LEADER)
    (error,) = refused.value.errors
    assert (error.pointer, "10500" in error.say.en) == ("/sector", True)
    assert here.casework.handle(ref, FactsAsk(patch={"sector": "10500"}), LEADER).changed


def test_what_has_been_closed_elsewhere_is_not_allowed_here(here: Engine, there: Engine) -> None:
    ref = opened(here)
    supplied(here, ref)
    there.casework.handle(ref, ActionAsk(action="withdraw"), LEADER)
    with pytest.raises(Refused) as refused:
        here.casework.handle(ref, ActionAsk(action="submit"), LEADER)
    assert "state" in {refusal.code for refusal in refused.value.refusals}


def intake(engine: Engine, closed: bool) -> None:
    """The city's window of this year is one that does not hold today, or all of the year."""
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Makassar")).date()
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    other = last if today < last else first
    days = {"opens": other, "closes": other} if closed else {"opens": first, "closes": last}
    order = SetIntake(region="72.71", year=today.year, legal_basis="Contoh (sintetis)", **days)
    engine.registry.set_intake("tkm-kelompok", order, by="seed")


def test_an_intake_that_ended_elsewhere_refuses_here_and_one_that_began_elsewhere_lets_in(
    here: Engine, there: Engine
) -> None:
    intake(here, closed=False)
    ref = opened(here)
    supplied(here, ref)
    intake(there, closed=True)
    with pytest.raises(Refused) as refused:
        here.casework.handle(ref, ActionAsk(action="submit"), LEADER)
    assert [refusal.code for refusal in refused.value.refusals] == ["intake"]
    intake(there, closed=False)
    assert here.casework.handle(ref, ActionAsk(action="submit"), LEADER).case.state == "city_review"


def test_an_intake_that_ends_while_a_proposal_is_stored_refuses_it(here: Engine, there: Engine) -> None:
    ref = opened(here)
    supplied(here, ref)
    really = here.casework.store.append

    def append(write: Write) -> int:
        here.casework.store.append = really
        intake(there, closed=True)
        return really(write)

    here.casework.store.append = append
    with pytest.raises(Refused) as refused:
        here.casework.handle(ref, ActionAsk(action="submit"), LEADER)
    assert [refusal.code for refusal in refused.value.refusals] == ["intake"]
    assert there.casework.case(ref)[0].state == "draft"


def test_a_stale_tag_says_what_changed_since(here: Engine, there: Engine) -> None:
    ref = opened(here)
    seen = dossier(there.casework.case(ref)[1], there.casework.case(ref)[0])
    renamed(there, ref, "Kelompok Baru")
    with pytest.raises(Stale) as stale:
        here.casework.handle(ref, ActionAsk(action="submit"), LEADER, if_match=frozenset({seen}))
    assert [type(event.body).__name__ for event in stale.value.what_changed] == ["FactsChanged"]


def test_a_key_is_answered_again_by_the_other_server_and_not_for_another_request(here: Engine, there: Engine) -> None:
    ref = opened(here)
    supplied(here, ref)
    submit = ActionAsk(action="submit")
    first = here.casework.handle(ref, submit, LEADER, key="k", request="a")
    again = there.casework.handle(ref, submit, LEADER, key="k", request="a")
    assert (again.position, again.case, again.repeated) == (first.position, first.case, True)
    with pytest.raises(KeyReused):
        there.casework.handle(ref, submit, LEADER, key="k", request="b")


def test_the_past_as_of_a_moment_survives_clocks_that_disagree(here: Engine) -> None:
    ref, now = opened(here), datetime.now(UTC)
    for late, name in ((60, "Kelompok Satu"), (30, "Kelompok Dua")):
        ask = FactsAsk(patch={"group": name})
        here.casework.handle(ref, ask, LEADER, at=now + timedelta(seconds=late))
    between = here.casework.as_of(ref, now + timedelta(seconds=45))
    after = here.casework.as_of(ref, now + timedelta(seconds=90))
    assert between is not None
    assert between.version == 1
    assert after is not None
    assert after.facts["group"] == "Kelompok Dua"
    assert here.casework.as_of(ref, now - timedelta(days=1)) is None
    with pytest.raises(NoSuchCase):
        here.casework.as_of("TKM-7271-2026-999999", now)
