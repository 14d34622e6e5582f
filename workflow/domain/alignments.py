"""All alignments as decisions read them: which terms are in force where; one stream, moved with the case that says so.

An alignment is a case; whenever its standing or its terms change, `AlignmentChanged` is saved in the same transaction
to this stream. A decision that stood on it is rejected by the append if it has moved since.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain.events import Kind, Recorded
from workflow.domain.terms import DataClause, Terms

STREAM = "alignments"

Standing = Literal["negotiated", "in_force", "suspended", "ended"]
RUNNING: tuple[Standing, ...] = ("in_force", "suspended")
"""The standings in which both parties have agreed on the terms."""


class AlignmentChanged(Kind, frozen=True, kw_only=True, tag=True):
    ref: str
    """Of the alignment's case."""
    standing: Standing
    terms: Terms
    hash: str
    """SHA-256 of the terms' canonical form, hex: what was signed."""
    reason: str | None = None
    letter: str | None = None
    """SHA-256 of the document that says so, where there is one."""


ALIGNMENT_KINDS: tuple[type[Kind], ...] = (AlignmentChanged,)


class Alignment(Struct, frozen=True, kw_only=True):
    """One alignment as it stands."""

    ref: str
    standing: Standing
    terms: Terms
    hash: str
    reason: str | None = None
    letter: str | None = None
    changed: datetime
    position: int
    """Of the event that made it so."""


class Alignments(Struct, frozen=True, kw_only=True):
    """All of them at one version of the stream."""

    version: int = 0
    known: dict[str, Alignment] = {}
    """By reference."""
    agreed: dict[str, Terms] = {}
    """Hash to terms that both parties ever agreed on: a case keeps those that bind it."""

    def touching(self, programme: str, region: str, day: date, formerly: tuple[str, ...] = ()) -> tuple[Alignment, ...]:
        """Those in force or suspended whose terms reach a case of this programme and region on a day, by reference.

        `formerly`: the codes under which the region was known before; terms that name one of them reach it too.
        """
        return tuple(
            one
            for _, one in sorted(self.known.items())
            if one.standing in RUNNING
            and one.terms.side_of(programme) is not None
            and any(one.terms.reaches(code, day) for code in (region, *formerly))
        )

    def concern(self, programme: str) -> bool:
        """True where terms in force or suspended name a programme, wherever and whenever."""
        return any(one.standing in RUNNING and one.terms.side_of(programme) is not None for one in self.known.values())


class Shared(Struct, frozen=True, kw_only=True):
    """What a clause shares of a case at an event."""

    alignment: str
    terms: str
    """Hash of the terms that hold the clause."""
    clause: DataClause


def fold(events: Iterable[Recorded], alignments: Alignments) -> Alignments:
    """The alignments after more events, in order."""
    version, known, agreed = alignments.version, dict(alignments.known), dict(alignments.agreed)
    for event in events:
        version = event.version
        body = event.body
        if isinstance(body, AlignmentChanged):
            known[body.ref] = Alignment(
                ref=body.ref,
                standing=body.standing,
                terms=body.terms,
                hash=body.hash,
                reason=body.reason,
                letter=body.letter,
                changed=event.at,
                position=event.position,
            )
            if body.standing in RUNNING:
                agreed[body.hash] = body.terms
    return replace(alignments, version=version, known=known, agreed=agreed)
