"""What lists are asked and what they answer."""

from datetime import datetime

from msgspec import Struct


class Area(Struct, frozen=True):
    """A region (empty: the nation) whose cases somebody may see; `programmes` None: of every programme."""

    region: str
    programmes: tuple[str, ...] | None = None


class ListSight(Struct, frozen=True, kw_only=True):
    """Whose cases a list may show. Nothing is seen unless granted."""

    applicant: str | None = None
    """Sees the cases that are their own."""
    areas: tuple[Area, ...] = ()


class Filters(Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; None: not narrowed."""

    state: str | None = None
    phase: str | None = None
    programme: str | None = None
    region: str | None = None
    q: str | None = None
    """Words in the label or the reference."""
    due_before: datetime | None = None
    imported: bool | None = None
    ended: bool | None = None
    """List of cases only."""
    blocked: bool | None = None
    """Inbox only: True for cases in which no step is open yet."""
    escalated: bool | None = None
    """Inbox only: True for cases whose deadline passed and went to the reader's role."""


class AwaitedStep(Struct, frozen=True):
    action: str
    """`answer_inquiry` for an inquiry's answer."""
    role: str
    blockers: tuple[str, ...]
    """Codes of refusals that hold whoever asks; `standing.explain` gives their sentences."""


class InboxItem(Struct, frozen=True, kw_only=True):
    ref: str
    programme: str
    definition: str
    state: str
    phase: str
    region: str
    label: str
    applicant: str
    opened: datetime
    entered: datetime
    due: datetime | None
    warn: datetime | None
    assigned: str | None
    blocked: bool
    escalated: bool
    imported: bool
    steps: tuple[AwaitedStep, ...]


class CaseItem(Struct, frozen=True, kw_only=True):
    ref: str
    programme: str
    state: str
    phase: str
    region: str
    label: str
    applicant: str
    opened: datetime
    entered: datetime
    changed: datetime
    due: datetime | None
    warn: datetime | None
    ended: bool
    imported: str | None
    waited: int
    """Seconds of the longest wait between two happenings in a row, from the opening on; not the one that goes on."""
    waited_in: str | None
    """The state in which it waited so long."""
    position: int


class InboxPage(Struct, frozen=True):
    items: tuple[InboxItem, ...]
    position: int
    """The list holds every event up to here."""
    next: str | None


class CasePage(Struct, frozen=True):
    items: tuple[CaseItem, ...]
    position: int
    next: str | None
