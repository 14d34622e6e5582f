"""The event of a case that was bound anew to the terms of alignments."""

from msgspec import Struct

from workflow.domain.events import Binding, Kind


class TermFailed(Struct, frozen=True, kw_only=True):
    """A term that the case does not meet; it refuses nothing."""

    alignment: str
    pointer: str
    """Of the clause in the terms."""
    id: str
    en: str


class CaseRebound(Kind, frozen=True, kw_only=True, tag=True):
    binds: tuple[Binding, ...]
    """All that binds the case from now on."""
    fails: tuple[TermFailed, ...] = ()
    reason: str | None = None


REBOUND_KINDS: tuple[type[Kind], ...] = (CaseRebound,)
