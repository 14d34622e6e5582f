"""Past cases as events of ours: with their own times and people, marked with their source, claiming no authority."""

from datetime import datetime

from msgspec import Struct

from workflow.calendars import calendar_for
from workflow.domain.calendar import deadline, last_day, local_date
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, Facts, Imported, Kind, Move, Recorded
from workflow.domain.evolve import IMPORTED
from workflow.history.cases import PastCase, Step
from workflow.history.map import HistoryMap
from workflow.saves import case_stream


class Told(Struct, frozen=True):
    events: tuple[Recorded, ...]
    unforeseen: int
    """Steps that the definition does not foresee in the state in which they were taken."""


class Teller:
    """Tells the cases of one file."""

    def __init__(self, definition: Definition, how: HistoryMap, file: str) -> None:
        """`file`: SHA-256 of the file, hex."""
        self._definition, self._how, self._file = definition, how, file

    def told(self, case: PastCase, ref: str, facts: Facts) -> Told:
        """The case's events under our reference; `facts` in stored form."""
        opening = self._opening(case, ref, facts)
        bodies: list[tuple[Step, Kind]] = []
        move, unforeseen = opening.move, 0
        for step in case.steps:
            action = self._definition.actions[step.action]
            unforeseen += move.to not in action.from_
            to = action.to.get(move.to) or next(iter(action.to.values()))
            move = self._entering(to, step.at, move)
            taken = ActionTaken(action=step.action, event=action.event, role=IMPORTED, dossier="", move=move)
            bodies.append((step, taken))
        # Who opened it the file does not say: whoever took the first step need not have.
        opened = Step(case.steps[0].row, case.opened, IMPORTED, None, "")
        events = (
            Recorded(
                stream=case_stream(ref),
                version=version,
                at=step.at,
                actor=step.actor,
                office=step.office,
                command=case.id,
                definition=self._definition.hash,
                imported=Imported(source=self._how.source, row=step.row, file=self._file, case=case.id),
                body=body,
            )
            for version, (step, body) in enumerate([(opened, opening), *bodies], start=1)
        )
        return Told(tuple(events), unforeseen)

    def region(self, case: PastCase) -> str:
        """Of its facts where they name one, else of the map."""
        named = case.facts.get("region")
        return named if isinstance(named, str) else self._how.case.region

    def difference(self, case: PastCase) -> int | None:
        """Days from the other system's deadline to the last day of ours; None where one of them is missing."""
        due, _ = self._clock(self._definition.start, case.opened)
        if due is None or case.deadline is None:
            return None
        zone = self._definition.calendar.zone
        return (last_day(due, zone) - local_date(case.deadline, zone)).days

    def _opening(self, case: PastCase, ref: str, facts: Facts) -> CaseOpened:
        start = self._definition.states[self._definition.start]
        due, warn = self._clock(start.name, case.opened)
        return CaseOpened(
            ref=ref,
            programme=self._definition.id,
            definition_version=self._definition.version,
            applicant=IMPORTED,
            region=self.region(case),
            facts=facts,
            tracking_code="",
            move=Move(from_="", to=start.name, round=1, phase=start.phase, due=due, warn=warn),
        )

    def _entering(self, to: str, at: datetime, before: Move) -> Move:
        """The move into a state; one that stays neither ends the round nor restarts the clock."""
        state = self._definition.states[to]
        stays = to == before.to
        due, warn = (before.due, before.warn) if stays else self._clock(to, at)
        return Move(
            from_=before.to,
            to=to,
            round=before.round if stays else before.round + 1,
            phase=state.phase,
            ended=state.end,
            due=due,
            warn=warn,
        )

    def _clock(self, state: str, start: datetime) -> tuple[datetime | None, datetime | None]:
        clock = self._definition.states[state].clock
        if clock is None:
            return None, None
        years = start.year - 1, start.year + 2 + clock.due // 200
        return deadline(calendar_for(self._definition.calendar, *years), clock.unit, start, clock.due, clock.warn)
