"""A town whose people take a group from stage to stage, and what they are told of it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from selaras.demo.people import BASIS, PALU
from tests.journeys.groups import group
from workflow.asks import ActionAsk, Ask, ChecklistAsk, DocumentAsk, FactsAsk, InquiryAsk, OpenAsk
from workflow.domain.appointing import Delegate, RegisterPerson
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.projections.notices import Notices, Row


class Town:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)

    def ask(self, ref: str | None, ask: Ask, who: str, at: datetime | None = None) -> str:
        return self.engine.casework.handle(ref, ask, who, key=str(uuid4()), at=at).case.ref

    def act(self, ref: str, action: str, who: str, **more: Any) -> str:
        return self.ask(ref, ActionAsk(action=action, **more), who)

    def papers(self, ref: str, who: str, *kinds: str) -> None:
        for kind in kinds:
            paper = DocumentAsk(document=kind, sha256=uuid4().hex * 2, type="application/pdf", size=9)
            self.ask(ref, paper, who)

    def drafted(self, **over: Any) -> str:
        ref = self.ask(None, OpenAsk(programme="tkm-kelompok", facts=group(**over)), "leader.palu")
        self.papers(ref, "leader.palu", "proposal", "domicile")
        return ref

    def submitted(self, **over: Any) -> str:
        return self.act(self.drafted(**over), "submit", "leader.palu")

    def recommended(self, ref: str | None = None) -> str:
        ref = ref or self.submitted()
        self.papers(ref, "officer.palu", "site_report")
        self.act(ref, "verify_site", "officer.palu")
        self.papers(ref, "head.palu", "recommendation")
        self.ask(ref, ChecklistAsk(answers={"members_met": True, "not_yet_served": True}), "officer.palu")
        return self.act(ref, "recommend", "head.palu")

    def agreed(self) -> str:
        ref = self.recommended()
        self.papers(ref, "coord.sulteng", "coordination")
        return self.act(ref, "agree", "coord.sulteng")

    def mended(self, ref: str, patch: dict[str, Any]) -> str:
        return self.ask(ref, FactsAsk(patch=patch), "leader.palu")

    def inquired(self, ref: str, to: str = "group_leader") -> str:
        return self.ask(ref, InquiryAsk(to=to, question="Di mana lokasinya?"), "head.palu")

    def stands_in(self, person: str, instead_of: str, role: str, until: date) -> None:
        """Register somebody and let them act in another's stead from today on."""
        self.engine.directory.handle(RegisterPerson(person=person, language="en"), by="admin")
        today = datetime.now(UTC).date()
        order = Delegate(
            person=person,
            role=role,
            office=PALU,
            instead_of=instead_of,
            kind="plh",
            since=today,
            until=until,
            legal_basis=BASIS,
        )
        self.engine.directory.handle(order, by="admin")

    # --- what they are told -----------------------------------------------------------------------------------

    def told(self, ref: str) -> dict[str, set[str]]:
        """Event to the persons who were told of it."""
        found: dict[str, set[str]] = {}
        for row in self.rows(ref):
            found.setdefault(row.event, set()).add(row.person)
        return found

    def rows(self, ref: str) -> list[Row]:
        self.models.runner.catch_up(Notices.name)
        return [told.row for told in self.engine.notices.of_case(ref, 200)[0]]
