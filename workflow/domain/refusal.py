"""A reason why not: a stable code, a sentence in both languages, and how it can be mended."""

from datetime import date

from msgspec import Struct

from workflow.domain.words import Text


class Refusal(Struct, frozen=True):
    code: str
    id: str
    en: str
    how: Text
    pointer: str | None = None
    """JSON Pointer of the field, where one is to blame."""
    possible_from: date | None = None
    """The first day on which this no longer refuses, where that is known."""


class Refused(Exception):
    """A command was refused, with every reason."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(", ".join(r.code for r in refusals))
        self.refusals = refusals


class Unchanged(Exception):
    """A command would change nothing: the state as it is answers it."""
