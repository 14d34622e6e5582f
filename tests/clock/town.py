"""A town whose people act at given moments, and whose clock is swept when told."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from tests.journeys.groups import group
from workflow.asks import ActionAsk, AnswerAsk, Ask, DocumentAsk, InquiryAsk, OpenAsk
from workflow.domain.events import Recorded
from workflow.engine import Engine
from workflow.evidence.replay import name_of
from workflow.projections.models import ReadModels
from workflow.sweep import Done, sweep

LEADER, OFFICER, HEAD = "leader.palu", "officer.palu", "head.palu"
MINDED = ("DeadlineWarned", "DeadlinePassed", "InquiryLapsed", "ProposalLapsed")


def morning(day: date) -> datetime:
    """Ten o'clock in Palu."""
    return datetime.combine(day, time(2), UTC)


def night(day: date) -> datetime:
    """The midnight in Palu that ends a day."""
    return datetime.combine(day, time(16), UTC)


class Town:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)

    def ask(self, ref: str | None, who: str, at: datetime, ask: Ask) -> str:
        return self.engine.casework.handle(ref, ask, who, at=at).case.ref

    def drafted(self, at: datetime) -> str:
        """A group's draft with its papers."""
        ref = self.ask(None, LEADER, at, OpenAsk(programme="tkm-kelompok", facts=group()))
        for number, kind in enumerate(("proposal", "domicile")):
            paper = DocumentAsk(document=kind, sha256=f"{number}" * 64, type="application/pdf", size=9)
            self.ask(ref, LEADER, at, paper)
        return ref

    def submitted(self, ref: str, at: datetime) -> str:
        return self.ask(ref, LEADER, at, ActionAsk(action="submit"))

    def proposed(self, at: datetime) -> str:
        return self.submitted(self.drafted(at), at)

    def withdrawn(self, ref: str, at: datetime) -> str:
        return self.ask(ref, LEADER, at, ActionAsk(action="withdraw"))

    def asked(self, ref: str, at: datetime) -> str:
        return self.ask(ref, OFFICER, at, InquiryAsk(to="group_leader", question="Di mana tempat usahanya?"))

    def answered(self, ref: str, at: datetime) -> str:
        return self.ask(ref, LEADER, at, AnswerAsk(number=1, answer="Di Tatanga"))

    def sweep(self, at: datetime | None = None) -> list[Done]:
        return sweep(self.engine, self.models.runner, at)

    def history(self, ref: str) -> list[Recorded]:
        return self.engine.casework.history(ref)

    def happened(self, ref: str, names: Iterable[str] = MINDED) -> list[tuple[str, datetime]]:
        """What the engine did on a case, with its moment, in order."""
        return [(name_of(event), event.at) for event in self.history(ref) if name_of(event) in names]

    def minded(self) -> list[tuple[str, str]]:
        """All that the engine ever did about deadlines, by case."""
        events = self.engine.log.select(0, 100_000)
        return sorted((event.stream[5:], name_of(event)) for event in events if name_of(event) in MINDED)


def days(first: date, count: int) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range(count))
