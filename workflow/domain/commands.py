"""What can be asked of a case. Facts in commands are the whole facts *after* the change, in stored (sealed) form."""

from typing import Any, Literal

from msgspec import Struct

from workflow.domain.alignments import Shared
from workflow.domain.events import Facts
from workflow.domain.words import Text


class Command(Struct, frozen=True, kw_only=True):
    """What every command shares."""


class OpenCase(Command, frozen=True, kw_only=True):
    ref: str
    """Allotted from the programme's series before the decision; gaps are allowed."""
    facts: Facts
    applicant: str | None = None
    """The leader, where somebody else opens the case; None: the actor is the applicant."""
    tracking_code: str


class ChangeFacts(Command, frozen=True, kw_only=True):
    facts: Facts


class AttachDocument(Command, frozen=True, kw_only=True):
    document: str
    sha256: str
    type: str
    size: int


class AnswerChecklist(Command, frozen=True, kw_only=True):
    answers: dict[str, bool]
    checklist: str | None = None
    """None where the answered keys belong to one checklist only."""


class TakeAction(Command, frozen=True, kw_only=True):
    action: str
    reason: str | None = None
    outcomes: dict[str, Any] | None = None
    on_behalf_of: str | None = None
    vote: Literal["approve", "refuse"] | None = None
    assign: str | None = None
    facts: Facts | None = None
    """The whole facts after the amendment, in stored form; None: no amendment."""
    redo: tuple[str, ...] = ()
    terms: str | None = None
    """Hash of the terms that the actor saw: what a signature stands under."""


class Promote(Command, frozen=True, kw_only=True):
    """The engine takes the case up from its queue."""


class OpenInquiry(Command, frozen=True, kw_only=True):
    to: str
    question: str


class MindDeadline(Command, frozen=True, kw_only=True):
    """The engine's own: do what is due by now. Whoever is first does it; all others find it done."""

    what: Literal["warn", "pass", "lapse"]
    inquiry: int | None = None
    """The inquiry whose answer is due, to warn of or to lapse; None: the state's deadline."""


class Rebind(Command, frozen=True, kw_only=True):
    """Bind the case to the terms that are in force now."""

    reason: str | None = None


class Realign(Command, frozen=True, kw_only=True):
    """The engine's own: bring the case level with the alignments as they stand."""


class ReleaseData(Command, frozen=True, kw_only=True):
    """The engine's own: record what clauses share of the case at an event."""

    shared: tuple[Shared, ...]
    stands_on: int
    """Position of the event."""


class ConfirmDeletion(Command, frozen=True, kw_only=True):
    """The recipient's: what was released is deleted."""

    release: int
    """Position of the release."""


class Recount(Command, frozen=True, kw_only=True):
    """The engine's own: count the deadlines anew with the days off of one version more."""

    version: int
    why: str
    say: Text


class AttachToAnswer(Command, frozen=True, kw_only=True):
    """Supply a document with the answer that is still to be given."""

    number: int
    sha256: str
    type: str
    size: int


class AnswerInquiry(Command, frozen=True, kw_only=True):
    number: int
    answer: str


class RevokeTracking(Command, frozen=True, kw_only=True):
    next: str | None
    """The code in its place; None: the case has none from now on."""
