"""Stores past cases through the log's batch path, each once, however often and by how many it is asked."""

from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct, field

from workflow.domain.definition.model import Definition
from workflow.facts import CaseFacts
from workflow.history.broken import Problem
from workflow.history.cases import PastCase
from workflow.history.differing import difference
from workflow.history.map import HistoryMap
from workflow.history.telling import Teller
from workflow.preparing import next_reference
from workflow.saves import case_stream
from workflow.store.log import CommandKey, KeyUsed, Log, Rejected, Write
from workflow.store.vault import Vault

BATCH = 200
"""Cases a transaction."""


class Different(Struct, frozen=True):
    """A case that was imported before from rows that said something else: left as it is."""

    id: str
    ref: str
    say: str


class Imports(Struct):
    """What became of a file. `cases`, `already` and `different` together are all its cases."""

    cases: int = 0
    events: int = 0
    """Steps stored now; the opening of each case comes on top."""
    already: int = 0
    different: list[Different] = []
    unforeseen: int = 0
    """Steps stored that the definition does not foresee in the state in which they were taken."""
    deadlines: Counter[int] = field(default_factory=Counter)
    """Days from the other system's deadline to the last day of ours, with how many cases have that difference."""


class History:
    """One file's way into the log."""

    def __init__(
        self, log: Log, vault: Vault, definition: Definition, how: HistoryMap, file: str, secret: bytes
    ) -> None:
        """`file`: SHA-256 of the file, hex; `secret` keys what is remembered of each case."""
        self._log, self._vault, self._definition, self._how, self._secret = log, vault, definition, how, secret
        self._teller = Teller(definition, how, file)
        self._importer = f"history:{definition.id}/{how.source}"

    def problems(self, cases: Sequence[PastCase]) -> tuple[Problem, ...]:
        """Facts that do not fit the definition's schema, by the case's first row."""
        found = []
        for case in cases:
            row = min(step.row for step in case.steps)
            for error in self._facts("").plain_errors(case.facts, False):
                name = error.pointer.strip("/").split("/")[0]
                column = self._how.case.facts.get(name, name)
                found.append(Problem(row, column, f"{error.say.en} (facts{error.pointer.replace('/', '.')})"))
        return tuple(found)

    def store(self, cases: Sequence[PastCase], progress: Callable[[int], None] = lambda done: None) -> Imports:
        """Store all cases that are not there yet. Doing it again changes nothing."""
        result = Imports()
        result.deadlines.update(days for case in cases if (days := self._teller.difference(case)) is not None)
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            self._store(batch, result)
            progress(start + len(batch))
        return result

    def _store(self, batch: Sequence[PastCase], result: Imports) -> None:
        new: list[tuple[PastCase, int, Write]] = []
        for case in batch:
            known = self._log.command(self._importer, case.id)
            if known is None:
                new.append((case, *self._write(case)))
            else:
                self._count_known(case, known, result)
        outcomes = self._log.append_many([write for *_, write in new])
        for (case, unforeseen, _), outcome in zip(new, outcomes, strict=True):
            if not isinstance(outcome, Rejected):
                result.cases += 1
                result.events += len(case.steps)
                result.unforeseen += unforeseen
                continue
            # Somebody else imports the same at this moment, and was first with this case.
            (reason,) = outcome.reasons
            if not isinstance(reason, KeyUsed):
                raise outcome
            self._count_known(case, reason, result)

    def _write(self, case: PastCase) -> tuple[int, Write]:
        ref = next_reference(self._log, self._definition, self._teller.region(case), case.opened)
        told = self._teller.told(case, ref, self._facts(ref).seal(case.facts))
        command = CommandKey(actor=self._importer, key=case.id, request=case.fingerprint(self._secret))
        return told.unforeseen, Write(events=told.events, command=command)

    def _count_known(self, case: PastCase, known: KeyUsed, result: Imports) -> None:
        if known.request == case.fingerprint(self._secret):
            result.already += 1
            return
        (last,) = self._log.select(known.position - 1, 1)
        ref = last.stream.removeprefix("case/")
        stored = self._log.read(case_stream(ref))
        say = difference(stored, case, self._facts(ref))
        result.different.append(Different(case.id, ref, say))

    def _facts(self, ref: str) -> CaseFacts:
        return CaseFacts(self._vault, self._definition, ref)
