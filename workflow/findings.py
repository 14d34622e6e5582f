"""Answers to findings as an application: accepted with a reason, or taken up in an alignment."""

from datetime import datetime
from functools import partial

from workflow.domain.findings import answers
from workflow.domain.findings.answers import STREAM, Answers, Covers, fold
from workflow.domain.findings.finding import Finding
from workflow.evidence.replay import until
from workflow.store.log import CommandKey, Log
from workflow.streams import FoldedStream, Saved


class FindingsApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._state = FoldedStream(log, STREAM, Answers(), fold)

    def as_of(self, when: datetime | int | None) -> Answers:
        """All answers as they stood after a position or at a moment; None: as they stand now."""
        return self._state.current() if when is None else fold(until(self._log.read(STREAM), when), Answers())

    def accept(
        self, finding: Finding, covers: Covers, reason: str, *, by: str, command: CommandKey | None = None
    ) -> Saved:
        """Accept a finding as it is, with the reason. Raises Refused, KeyReused, Busy."""
        decide = partial(answers.accept, finding=finding, covers=covers, reason=reason)
        return self._state.save(decide, by=by, command=command)

    def take_up(self, finding: Finding, alignment: str, *, by: str) -> Saved:
        """Say in which alignment's case a finding is taken up; said again it changes nothing. Raises Busy."""
        return self._state.save(partial(answers.take_up, finding=finding, alignment=alignment), by=by)
