"""The state of a case, folded from its history."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from workflow.domain.events import Binding, Facts
from workflow.domain.released import Release
from workflow.domain.routed import StepTaken
from workflow.domain.words import Text


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    document: str
    sha256: str
    type: str
    size: int
    by: str
    at: datetime
    round: int
    version: int
    """Version of the case at which it was supplied."""


class Taking(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last taking (or carried decision) of an action."""

    action: str
    event: str
    by: str
    office: str | None = None
    at: datetime
    version: int
    position: int
    role: str = ""
    """The role in which it was taken; `imported` for another system's history."""
    state: str
    """The state in which it was taken."""
    to: str
    round: int
    covers: dict[str, str] = {}
    counts: dict[str, int] = {}
    answers: dict[str, dict[str, bool]] = {}
    outcomes: dict[str, Any] = {}
    terms: str | None = None
    """Hash of the terms that were signed with it."""
    void: bool = False
    carried: bool = False


class Vote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    action: str
    person: str
    seat: int
    vote: Literal["approve", "refuse"]
    reason: str | None = None
    dossier: str
    position: int
    void: bool = False


class AnswerDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document that came with the answer to an inquiry."""

    sha256: str
    type: str
    size: int
    by: str
    at: datetime


class Inquiry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    number: int
    by: str
    role: str
    to: str
    question: str
    at: datetime
    round: int
    answer_due: datetime
    remind: datetime | None = None
    reminded: datetime | None = None
    status: Literal["open", "answered", "lapsed"] = "open"
    answer: str | None = None
    answered_by: str | None = None
    documents: tuple[AnswerDocument, ...] = ()
    closed: datetime | None = None
    """Moment of the answer or the lapse."""


class MadeLetter(Struct, frozen=True, kw_only=True):
    name: str
    template: str
    signed_by: str
    position: int


class ClockStop(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stops the clock of a state beside inquiries."""

    name: str
    say: Text
    at: datetime
    until: datetime | None = None


class StateClock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the clock of a state since it was entered; an inquiry's is with the inquiry."""

    warned: datetime | None = None
    passed: datetime | None = None
    escalated: str | None = None
    """The role to which the passed deadline went."""
    stops: tuple[ClockStop, ...] = ()
    since: datetime | None = None
    """When it last ran again after a stop; None: it runs since the state was entered."""
    days: int | None = None
    """Counted days that it had then."""

    @property
    def standing(self) -> tuple[ClockStop, ...]:
        """What stops it now."""
        return tuple(one for one in self.stops if one.until is None)


class Turn(Struct, frozen=True, kw_only=True):
    """A place in the queue for a counter's key."""

    claim: str
    key: str


class Routed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The other programme's case that ended when this one was opened."""

    case: str
    version: int
    """Of that case: the taking that routed the group here."""
    alignment: str | None = None
    facts: str
    """Hash of the facts with which the group came."""
    steps: tuple[StepTaken, ...] = ()


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """Never changed once made, so that what is worked out from it may be kept with it; `replace` keeps none of that."""

    ref: str
    programme: str
    definition: str
    """Hash of the definition under which it was opened."""
    definition_version: int
    version: int
    position: int
    """Of its last event."""
    applicant: str
    region: str
    tracking_code: str
    opened: datetime
    changed: datetime
    """Moment of its last event."""
    state: str
    phase: str
    ended: bool = False
    round: int = 1
    entered: datetime
    """Moment at which the present state was entered."""
    due: datetime | None = None
    warn: datetime | None = None
    stopped_days_left: int | None = None
    """Counted days left on the clock while it is stopped; `due` and `warn` are None meanwhile."""
    clock: StateClock = StateClock()
    facts: Facts = {}
    documents: tuple[Document, ...] = ()
    """Those that count: a replaced one is only in the history."""
    answers: dict[str, dict[str, bool]] = {}
    """Checklist answers of this round."""
    counts: dict[str, int] = {}
    """Takings of each action in this round."""
    totals: dict[str, int] = {}
    """Takings and carried decisions of each action over the whole history."""
    takings: dict[str, Taking] = {}
    """The last one of each action."""
    done_by: dict[str, tuple[str, ...]] = {}
    """Natural persons who ever took (or voted on) each action, with those in whose stead they acted."""
    judging: bool = False
    seats: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    """Of this round, void ones included."""
    assigned: dict[str, str] = {}
    held: dict[str, tuple[str, ...]] = {}
    """Claim name to the keys that the case holds."""
    counters: tuple[str, ...] = ()
    """Names of claims in `held` that are counters."""
    turn: Turn | None = None
    """Set while the case waits in a queue."""
    period_year: int | None = None
    inquiries: tuple[Inquiry, ...] = ()
    letters: tuple[MadeLetter, ...] = ()
    bound: tuple[Binding, ...] = ()
    """The alignments whose terms bind the case."""
    imported_from: str | None = None
    """Name of the other system, where the history is imported."""
    routed: Routed | None = None
    """Where the group came from, if it took a route."""
    releases: tuple[Release, ...] = ()
    """What was released of it to other agencies, in order."""
