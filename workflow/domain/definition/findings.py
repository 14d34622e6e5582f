"""What a reader or a check found wrong in a definition's file, and where."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

from workflow.domain.definition.tree import Node, Place, locate


class Finding(Struct, frozen=True, order=True):
    """One thing wrong; line and column from 1. An `error` keeps the definition from being read."""

    file: str
    line: int
    column: int
    rule: str
    severity: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule}: {self.message}"


class BadDefinition(Exception):
    """A definition that cannot be read, with everything that is wrong with it."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


class Report:
    """Collects what is wrong with one file."""

    def __init__(self, file: str, tree: Node, proving: bool = True) -> None:
        """`proving` is False for a definition that was proved before: it only has to be read."""
        self.file = file
        self.tree = tree
        self.proving = proving
        self.found: set[Finding] = set()

    def error(self, rule: str, path: Sequence[str | int], message: str) -> None:
        self._add(rule, locate(self.tree, path), message, "error")

    def error_at(self, rule: str, place: Place, message: str) -> None:
        self._add(rule, place, message, "error")

    def warning(self, rule: str, path: Sequence[str | int], message: str) -> None:
        self._add(rule, locate(self.tree, path), message, "warning")

    def _add(self, rule: str, place: Place, message: str, severity: Literal["error", "warning"]) -> None:
        self.found.add(Finding(self.file, place.line, place.column, rule, severity, message))

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.found))

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.found)

    def stop_on_errors(self) -> None:
        """Raises BadDefinition with all findings where one is an error."""
        if self.has_errors:
            raise BadDefinition(self.findings)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where a known name is near, else nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
