"""People at an engine, without a server between: groups led from stage to stage by those whose work it is."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.journeys.groups import group
from workflow.asks import ActionAsk, Ask, ChecklistAsk, DocumentAsk, OpenAsk
from workflow.casework import Answer
from workflow.domain.case import Case
from workflow.engine import Engine

LEADER = "leader.palu"


class Desk:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ask(self, ref: str, ask: Ask, who: str = LEADER, **rest: Any) -> Answer:
        return self.engine.casework.handle(ref, ask, who, **rest)

    def act(self, ref: str, action: str, who: str = LEADER, **brought: Any) -> Case:
        return self.ask(ref, ActionAsk(action=action, **brought), who).case

    def paper(self, ref: str, kind: str, who: str = LEADER) -> None:
        sha256 = uuid4().hex * 2
        self.ask(ref, DocumentAsk(document=kind, sha256=sha256, type="application/pdf", size=9), who)

    @property
    def case_year(self) -> int:
        """The year of the places that a group asks for now."""
        return datetime.now(ZoneInfo("Asia/Makassar")).year

    @property
    def place_key(self) -> str:
        """The counter of Palu's places."""
        return f"quota/tkm-kelompok/72.71/{self.case_year}"

    def case(self, ref: str) -> Case:
        return self.engine.casework.case(ref)[0]

    def drafted(self, **facts: Any) -> str:
        """A draft that is ready to be submitted."""
        ask = OpenAsk(programme="tkm-kelompok", facts=group(**facts))
        ref = self.engine.casework.handle(None, ask, LEADER).case.ref
        self.paper(ref, "proposal")
        self.paper(ref, "domicile")
        return ref

    def submitted(self, **facts: Any) -> str:
        ref = self.drafted(**facts)
        self.act(ref, "submit")
        return ref

    def coordinated(self) -> str:
        """A group before the ministry's panel."""
        ref = self.submitted()
        self.paper(ref, "site_report", "officer.palu")
        self.act(ref, "verify_site", "officer.palu")
        self.paper(ref, "recommendation", "head.palu")
        self.ask(ref, ChecklistAsk(answers={"members_met": True, "not_yet_served": True}), "officer.palu")
        self.act(ref, "recommend", "head.palu")
        self.paper(ref, "coordination", "coord.sulteng")
        self.act(ref, "agree", "coord.sulteng")
        return ref
