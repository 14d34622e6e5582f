"""Stores past cases through the log's batch path: foldable like native ones, without any claim of authority."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from workflow.calendars import calendar_for
from workflow.domain.calendar import Calendar, deadline, last_day, local_date
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, Imported, Kind, Move, Recorded
from workflow.domain.evolve import IMPORTED
from workflow.facts import CaseFacts
from workflow.history.cases import PastCase, Problem
from workflow.history.map import HistoryMap
from workflow.preparing import next_reference
from workflow.saves import case_stream
from workflow.store.log import CommandKey, KeyUsed, Log, Rejected, Write
from workflow.store.vault import Vault

BATCH = 200
"""Cases a transaction."""


class Imports(Struct):
    """What became of a file. Cases: stored + there already + different = all of the file."""

    cases: int = 0
    events: int = 0
    """Steps stored now; the opening of each case comes on top."""
    already: int = 0
    different: tuple[str, ...] = ()
    """Cases that were imported before from rows that said something else: left as they are."""
    unforeseen: int = 0
    """Steps stored that the definition does not foresee in the state in which they were taken."""
    deadlines: Counter[int] = Counter()
    """Days from the other system's deadline to the end of ours, with how many cases have that difference."""


class History:
    """One file's way into the log."""

    def __init__(self, log: Log, vault: Vault, definition: Definition, how: HistoryMap, file: str) -> None:
        """`file`: SHA-256 of the file, hex."""
        self._log, self._vault, self._definition, self._how, self._file = log, vault, definition, how, file

    def problems(self, cases: Sequence[PastCase]) -> tuple[Problem, ...]:
        """Facts that do not fit the definition's schema, by the case's first row."""
        found = []
        for case in cases:
            for error in self._facts("").plain_errors(case.facts, False):
                found.append(Problem(case.steps[0].row, error.pointer, error.say.en))
        return tuple(found)

    def store(self, cases: Sequence[PastCase], progress: Callable[[int], None] = lambda done: None) -> Imports:
        """Store all cases that are not there yet. Doing it again changes nothing."""
        result = Imports(deadlines=Counter(self._difference(case) for case in cases if case.deadline))
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            self._store_batch(batch, result)
            progress(start + len(batch))
        return result

    def _store_batch(self, batch: Sequence[PastCase], result: Imports) -> None:
        new = []
        for case in batch:
            found = self._log.command(self._importer, case.id)
            if found is None:
                new.append(case)
            else:
                self._count_known(case, found, result)
        unforeseen: dict[str, int] = {}
        writes = [self._write(case, unforeseen) for case in new]
        for case, outcome in zip(new, self._log.append_many(writes), strict=True):
            if not isinstance(outcome, Rejected):
                result.cases += 1
                result.events += len(case.steps)
                result.unforeseen += unforeseen[case.id]
                continue
            # Somebody else imports the same file at this moment, and was first with this case.
            (reason,) = outcome.reasons
            if not isinstance(reason, KeyUsed):
                raise outcome
            self._count_known(case, reason, result)

    def _count_known(self, case: PastCase, found: KeyUsed, result: Imports) -> None:
        if found.request == case.fingerprint:
            result.already += 1
        else:
            result.different = (*result.different, case.id)

    # --- events -----------------------------------------------------------------------------------------------

    @property
    def _importer(self) -> str:
        return f"history:{self._how.source}"

    def _facts(self, ref: str) -> CaseFacts:
        return CaseFacts(self._vault, self._definition, ref)

    def _write(self, case: PastCase, unforeseen: dict[str, int]) -> Write:
        ref = next_reference(self._log, self._definition, self._how.case.region, case.opened)
        opening = self._opening(ref, case)
        events = [self._recorded(ref, 1, case.opened, case.steps[0].actor, None, case.steps[0].row, case, opening)]
        move, odd = opening.move, 0
        for step in case.steps:
            action = self._definition.actions[step.action]
            odd += move.to not in action.from_
            to = action.to.get(move.to) or next(iter(action.to.values()))
            move = self._entering(to, step.at, move)
            taken = ActionTaken(action=step.action, event=action.event, role=IMPORTED, dossier="", move=move)
            events.append(self._recorded(ref, len(events) + 1, step.at, step.actor, step.office, step.row, case, taken))
        unforeseen[case.id] = odd
        command = CommandKey(actor=self._importer, key=case.id, request=case.fingerprint)
        return Write(events=tuple(events), command=command)

    def _recorded(
        self, ref: str, version: int, at: datetime, actor: str, office: str | None, row: int, case: PastCase, body: Kind
    ) -> Recorded:
        return Recorded(
            stream=case_stream(ref),
            version=version,
            at=at,
            actor=actor,
            office=office,
            command=case.id,
            definition=self._definition.hash,
            imported=Imported(source=self._how.source, row=row, file=self._file),
            body=body,
        )

    def _opening(self, ref: str, case: PastCase) -> CaseOpened:
        start = self._definition.states[self._definition.start]
        due, warn = self._clock(start.name, case.opened)
        return CaseOpened(
            ref=ref,
            programme=self._definition.id,
            definition_version=self._definition.version,
            applicant=IMPORTED,
            region=self._how.case.region,
            facts=self._facts(ref).seal(case.facts, {}),
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

    # --- deadlines --------------------------------------------------------------------------------------------

    def _clock(self, state: str, start: datetime) -> tuple[datetime | None, datetime | None]:
        clock = self._definition.states[state].clock
        if clock is None:
            return None, None
        return deadline(_calendar(self._definition, start), clock.unit, start, clock.due, clock.warn)

    def _difference(self, case: PastCase) -> int:
        """Days from the other system's deadline to the last day of ours, in the definition's zone."""
        zone = self._definition.calendar.zone
        due, _ = self._clock(self._definition.start, case.opened)
        assert case.deadline is not None
        return 0 if due is None else (last_day(due, zone) - local_date(case.deadline, zone)).days


def _calendar(definition: Definition, start: datetime) -> Calendar:
    return calendar_for(definition.calendar, start.year - 1, start.year + 2)
