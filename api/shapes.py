"""The shapes of the outer contract: what replies hold, as the code fills them and /openapi.json describes them."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from api.problems import ShownRefusal
from workflow.domain.alignments import Standing
from workflow.domain.rebound import TermFailed
from workflow.domain.words import Text

Moment = Annotated[datetime, Meta(tz=True)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Shape(Struct, frozen=True, kw_only=True):
    """What every shape shares: fields may be added, these stay."""


class CaseDocument(Shape, frozen=True, kw_only=True):
    kind: str
    sha256: Sha256
    type: str
    size: int
    by: str
    at: Moment
    round: int


class CaseVote(Shape, frozen=True, kw_only=True):
    person: str
    seat: int
    vote: str
    dossier: str
    position: int
    reason: str | None = None
    void: bool = False


class InquiryDocument(Shape, frozen=True, kw_only=True):
    """Supplied with an answer; read under the documents of the case."""

    sha256: Sha256
    type: str
    size: int
    by: str
    at: Moment


class CaseInquiry(Shape, frozen=True, kw_only=True):
    number: int
    by: str
    role: str
    to: str
    question: str
    at: Moment
    round: int
    answer_due: Moment
    remind: Moment | None = None
    """When the asked role is reminded."""
    reminded: Moment | None = None
    status: str = "open"
    answer: str | None = None
    answered_by: str | None = None
    documents: list[InquiryDocument] = []
    closed: Moment | None = None
    """When it was answered, or lapsed."""


class CaseLetter(Shape, frozen=True, kw_only=True):
    name: str
    template: str
    signed_by: str
    position: int


class CaseDeadline(Shape, frozen=True, kw_only=True):
    state: str
    due: Moment
    warn: Moment | None
    warned: Moment | None
    """When it was warned of."""
    passed: Moment | None
    escalated: str | None
    """The role to which it went when it passed."""


class CaseAlignment(Shape, frozen=True, kw_only=True):
    """An alignment that reaches the case, or binds it: then `terms` are those that bind it."""

    ref: str
    standing: Standing
    terms: Sha256
    bound: bool


class CaseQueue(Shape, frozen=True, kw_only=True):
    """The case's place among those that wait for the claim now; 1 is the next to be taken up."""

    place: int
    of: int
    claim: str


class CaseTitles(Shape, frozen=True, kw_only=True):
    """What people call the programme and the state."""

    programme: Text
    state: Text


class CaseShape(Shape, frozen=True, kw_only=True):
    ref: str
    programme: str
    definition: Sha256
    state: str
    titles: CaseTitles
    phase: str
    ended: bool
    round: int
    version: int
    position: int
    dossier: Sha256
    applicant: str
    region: str
    opened: Moment
    entered: Moment
    imported_from: str | None
    facts: dict[str, Any]
    documents: list[CaseDocument]
    checklist: dict[str, bool]
    votes: list[CaseVote]
    deadlines: list[CaseDeadline]
    inquiries: list[CaseInquiry]
    letters: list[CaseLetter]
    assigned: dict[str, str]
    queue: CaseQueue | None
    """null where it does not wait, and where the past is asked for."""
    handlers: list[str]
    tracking_code: str | None
    alignments: list[CaseAlignment]
    terms_hash: Sha256 | None
    """Of an alignment's case: the hash of its terms, which a signature names."""


class SuppliedDocument(Shape, frozen=True, kw_only=True):
    """What the reply to a document says; `ref`, `position` and `dossier` are those of its case."""

    ref: str
    kind: str
    sha256: Sha256
    type: str
    size: int
    position: int
    dossier: Sha256


class ActionItem(Shape, frozen=True, kw_only=True):
    action: str
    title: Text
    allowed: bool
    refusals: list[ShownRefusal]
    needs: list[str]
    waits_for: Text | None
    """Set where it is open but leads into the queue: what is lacking, in the definition's words."""


class ActionList(Shape, frozen=True, kw_only=True):
    items: list[ActionItem]
    position: int


class ImportedFrom(Shape, frozen=True, kw_only=True):
    """Another system's event: `row` of a file named by its SHA-256; `case` is its name of the case."""

    source: str
    row: int
    file: str
    case: str


class ReleasedData(Shape, frozen=True, kw_only=True):
    """What was released to another agency under terms; never a value."""

    alignment: str
    event: str
    """The event at which it is shared."""
    recipient: str
    """Agency."""
    fields: list[str]
    purpose: str
    legal_basis: str
    keep_until: date
    """The last day on which it may be kept."""


class HistoryItem(Shape, frozen=True, kw_only=True, omit_defaults=True):
    position: int
    version: int
    event: str
    kind: str
    at: Moment
    actor: str
    office: str | UnsetType | None = UNSET
    on_behalf_of: str | UnsetType | None = UNSET
    acted_as: str | UnsetType = UNSET
    """The role in which the actor acted."""
    action: str | UnsetType = UNSET
    diverted: str | UnsetType = UNSET
    """The claim for whose place the case waits since, or was sent back: the action was asked for and not taken."""
    from_: str | UnsetType = field(default=UNSET, name="from")
    to: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    seen: str | UnsetType = UNSET
    """The dossier that the decider saw."""
    definition: str | UnsetType = UNSET
    cause: int | UnsetType = UNSET
    imported: ImportedFrom | UnsetType = UNSET
    vote: str | UnsetType = UNSET
    outcomes: dict[str, Any] | UnsetType = UNSET
    assigns: dict[str, str] | UnsetType = UNSET
    binds: dict[str, str] | UnsetType = UNSET
    """Alignment to the hash of the terms that bind the case from then on."""
    fails: list[TermFailed] | UnsetType = UNSET
    terms: str | UnsetType = UNSET
    """Hash of the terms that were signed, or under which data were released."""
    covers: dict[str, str] | UnsetType = UNSET
    voids: list[str] | UnsetType = UNSET
    stands_on: int | UnsetType = UNSET
    released: ReleasedData | UnsetType = UNSET
    release: int | UnsetType = UNSET
    """Position of the release whose data the recipient has deleted."""
    document: str | UnsetType = UNSET
    sha256: str | UnsetType = UNSET
    answers: dict[str, bool] | UnsetType = UNSET
    changed: list[str] | UnsetType = UNSET
    """Facts that changed, as pointers; never their values."""
    why: str | UnsetType = UNSET
    """What moved a deadline: `day_off/NUMBER`, or the name of what stops or no longer stops the clock."""
    say: Text | UnsetType = UNSET
    escalated: str | UnsetType = UNSET
    """The role to which a passed deadline went."""
    warn: Moment | UnsetType = UNSET
    days_left: int | UnsetType = UNSET
    """Counted days left on a clock that stands."""
    routed_to: str | UnsetType = UNSET
    """The case in another programme that goes on in place of this one."""
    routed_from: str | UnsetType = UNSET
    """The other programme's case that this one goes on from, or has a document or a step from."""
    inquiry: int | UnsetType = UNSET
    asked: str | UnsetType = UNSET
    question: str | UnsetType = UNSET
    answer: str | UnsetType = UNSET
    letter: str | UnsetType = UNSET
    signed_by: str | UnsetType = UNSET
    round: int | UnsetType = UNSET
    due: Moment | UnsetType = UNSET


class History(Shape, frozen=True, kw_only=True):
    items: list[HistoryItem]
    position: int
