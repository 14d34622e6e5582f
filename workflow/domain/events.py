"""The closed set of kinds of event in a case's history, and the envelope in which the log keeps them.

Events record outcomes (from, to, round, due, covered hashes, claim keys), so that folding them needs no definition.
`schema` on a kind is its stored version; older ones are read through `workflow.store.upcasters`.
"""

from datetime import datetime
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

from workflow.domain.words import Text

Facts = dict[str, Any]
"""Facts in stored form: personal values are sealed strings."""


class Kind(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What every kind of event shares: the version of its stored form."""

    schema: ClassVar[int] = 1


class ClaimChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A claim key taken or released in the transaction of the event that carries it.

    A `turn` is a place in the queue for a counter's key: who holds one waits.
    """

    claim: str
    key: str
    kind: Literal["unique", "counter", "turn"]
    taken: bool
    limit: int | None = None
    """For a counter that is taken: the highest number of holders."""
    seen: int | None = None
    """For a unique key that is taken where terms reach the case: the position at which who holds it last changed."""


class Move(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What takings, carried decisions and passed deadlines share."""

    from_: str = field(name="from")
    to: str
    round: int
    phase: str
    ended: bool = False
    due: datetime | None = None
    warn: datetime | None = None
    seats: tuple[str, ...] = ()
    """Persons who sit on the panel of the state entered, in order of appointment."""
    claims: tuple[ClaimChange, ...] = ()
    period_year: int | None = None
    """The year in the counter keys that the case holds from now on."""
    voids: tuple[str, ...] = ()
    """Actions whose earlier decision is void from now on."""
    judging: bool = False
    """True from a return on: states entered later are judged for decisions that carry."""


class Binding(Struct, frozen=True, kw_only=True):
    """Terms that bind a case from the taking on."""

    alignment: str
    """Reference of the alignment's case."""
    terms: str
    """Hash of its terms, hex."""


class Letter(Struct, frozen=True, kw_only=True):
    """A letter that the taking makes: its name in the definition and who signs (a person, or `role:NAME`)."""

    name: str
    template: str
    signed_by: str


class CaseOpened(Kind, frozen=True, kw_only=True, tag=True):
    ref: str
    programme: str
    definition_version: int
    applicant: str
    region: str
    facts: Facts
    tracking_code: str
    move: Move


class FactsChanged(Kind, frozen=True, kw_only=True, tag=True):
    patch: Facts
    """RFC 7396 merge patch from the stored facts before to those after, in stored form."""
    region: str
    """The case's region from now on. A changed one ends assignments and voids every decision."""


class DocumentAttached(Kind, frozen=True, kw_only=True, tag=True):
    document: str
    """The document kind in the definition."""
    sha256: str
    """SHA-256 of the bytes as stored (encrypted), hex."""
    type: str
    size: int
    """Bytes as supplied."""
    replaces: bool
    """True where documents of this kind supplied before no longer count."""
    origin: str | None = None
    """The other programme's case from which it was carried over."""


class ChecklistAnswered(Kind, frozen=True, kw_only=True, tag=True):
    checklist: str
    answers: dict[str, bool]
    seen: bool = True
    """True where an action of the state names the checklist, so that the dossier and with it open votes change."""


class VoteCast(Kind, frozen=True, kw_only=True, tag=True):
    action: str
    vote: Literal["approve", "refuse"]
    reason: str | None = None
    dossier: str
    seat: int
    """Index of the seat, from 0."""
    role: str


class ActionTaken(Kind, frozen=True, kw_only=True, tag=True):
    action: str
    event: str
    """The field's own name of what happened, from the definition."""
    role: str
    """The role in which the actor took it; `system` for the engine; `imported` for another system's history."""
    reason: str | None = None
    dossier: str
    """Hash of what the decider saw."""
    covers: dict[str, str] = {}
    """Path that the decision covers (under `carry`) to the hash of its value."""
    counts: dict[str, int] = {}
    """The counts of this round that its guards saw."""
    answers: dict[str, dict[str, bool]] = {}
    """Checklist answers of this round that its guards saw."""
    outcomes: dict[str, Any] = {}
    amendments: Facts | None = None
    """RFC 7396 merge patch in stored form, where the action amends facts."""
    region: str | None = None
    """The case's region after an amendment that changed it."""
    assigns: dict[str, str] = {}
    """Role to the person who holds it for this case from now on."""
    letter: Letter | None = None
    binds: tuple[Binding, ...] = ()
    """The alignments whose terms bind the case from now on, in place of those that did."""
    terms: str | None = None
    """Hash of the terms that a party signs with it."""
    routed_to: str | None = None
    """The case in another programme that the group takes up in its place."""
    diverted: str | None = None
    """The claim for whose place the case waits from now on, or was refused when its turn came: the action was asked
    for and is not taken; only who asked is kept."""
    move: Move


class DecisionCarried(Kind, frozen=True, kw_only=True, tag=True):
    action: str
    event: str
    stands_on: int
    """Position of the taking that it carries."""
    letter: Letter | None = None
    move: Move


class InquiryOpened(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    role: str
    """The role in which the asker asks."""
    to: str
    """The role that is asked."""
    question: str
    answer_due: datetime
    remind: datetime | None = None
    """When the asked role is reminded; None: the answer is due too soon for that."""
    days_left: int | None = None
    """Counted days left on the stopped clock; None where an inquiry was open already or there is no clock."""


class InquiryAnswered(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    answer: str
    due: datetime | None = None
    warn: datetime | None = None
    """The state's deadline from now on, where this was the last open inquiry."""


class InquiryLapsed(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    due: datetime | None = None
    warn: datetime | None = None


class DeadlineWarned(Kind, frozen=True, kw_only=True, tag=True):
    due: datetime
    """The deadline that draws near."""
    inquiry: int | None = None
    """Number of the inquiry whose answer is due; None: it is the state's deadline."""


class DeadlinePassed(Kind, frozen=True, kw_only=True, tag=True):
    due: datetime
    """The state's deadline that has passed."""
    escalate: str | None = None
    """The role that sees the case from now on, beside those who act in the state."""
    event: str | None = None
    """The field's own name of what happened, where the deadline moves the case."""
    move: Move | None = None


class DeadlineMoved(Kind, frozen=True, kw_only=True, tag=True):
    why: str
    """`day_off/NUMBER`, `holidays/COUNTRY/YEAR`, or the name of what stops the clock."""
    say: Text
    letter: str | None = None
    """SHA-256 of the document that says so, where there is one."""
    stops: bool | None = None
    """True: it stops the clock from now on; False: it does so no longer; None: other days count."""
    inquiry: int | None = None
    """Number of the inquiry whose answer is due then; None: it is the state's deadline."""
    due: datetime | None = None
    warn: datetime | None = None
    days_left: int | None = None
    """Counted days left where the clock stands; `due` and `warn` are None then."""


CaseEvent = (
    CaseOpened
    | FactsChanged
    | DocumentAttached
    | ChecklistAnswered
    | VoteCast
    | ActionTaken
    | DecisionCarried
    | InquiryOpened
    | InquiryAnswered
    | InquiryLapsed
    | DeadlineWarned
    | DeadlinePassed
    | DeadlineMoved
)
CASE_KINDS: tuple[type[Kind], ...] = (
    CaseOpened,
    FactsChanged,
    DocumentAttached,
    ChecklistAnswered,
    VoteCast,
    ActionTaken,
    DecisionCarried,
    InquiryOpened,
    InquiryAnswered,
    InquiryLapsed,
    DeadlineWarned,
    DeadlinePassed,
    DeadlineMoved,
)


class Imported(Struct, frozen=True, kw_only=True):
    """Marks an event as another system's history: never a decision of ours."""

    source: str
    """Name of the other system."""
    row: int
    """Row in the file, the header being row 1."""
    file: str
    """SHA-256 of the file, hex."""
    case: str = ""
    """The other system's name of the case."""


class Recorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event as it stands in the log, with who, when and why."""

    stream: str
    version: int
    """1 for the first event of a stream."""
    position: int = 0
    """Place in the whole log, from 1, dense; 0 until the event is stored."""
    at: datetime
    """UTC."""
    actor: str
    """Person id, `system`, or for imported events the other system's name of the person."""
    office: str | None = None
    on_behalf_of: str | None = None
    command: str | None = None
    """Idempotency key of the command."""
    cause: int | None = None
    """Position of the event that led to this one."""
    definition: str | None = None
    """SHA-256 of the definition that decided."""
    imported: Imported | None = None
    body: Kind
