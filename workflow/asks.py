"""What callers ask of the casework, in plain form; personal values are sealed on the way in."""

from typing import Any, Literal

from msgspec import Struct

from workflow.domain.alignments import Shared
from workflow.domain.words import Text


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every ask shares: unknown fields are refused."""


class OpenAsk(Ask, frozen=True, kw_only=True):
    programme: str
    facts: dict[str, Any]
    applicant: str | None = None


class FactsAsk(Ask, frozen=True, kw_only=True):
    patch: dict[str, Any]
    """RFC 7396 merge patch in plain form."""


class DocumentAsk(Ask, frozen=True, kw_only=True):
    document: str
    sha256: str
    type: str
    size: int


class ChecklistAsk(Ask, frozen=True, kw_only=True):
    answers: dict[str, bool]


class ActionAsk(Ask, frozen=True, kw_only=True):
    action: str
    reason: str | None = None
    outcomes: dict[str, Any] | None = None
    on_behalf_of: str | None = None
    vote: Literal["approve", "refuse"] | None = None
    assign: str | None = None
    facts: dict[str, Any] | None = None
    """RFC 7396 merge patch in plain form, where the action amends."""
    redo: tuple[str, ...] = ()
    terms: str | None = None
    """Hash of the terms that the caller saw; other ones by now are Stale."""


class PromoteAsk(Ask, frozen=True, kw_only=True):
    """Of the engine alone: take the case up from its queue."""


class RouteAsk(Ask, frozen=True, kw_only=True):
    programme: str
    """The one that the group takes up."""
    facts: dict[str, Any] = {}
    """RFC 7396 merge patch in plain form, of the facts as that programme gets them."""
    reason: str | None = None


class InquiryAsk(Ask, frozen=True, kw_only=True):
    to: str
    question: str


class DeadlineAsk(Ask, frozen=True, kw_only=True):
    """The engine's own: to do what is due."""

    what: Literal["warn", "pass", "lapse"]
    inquiry: int | None = None


class RebindAsk(Ask, frozen=True, kw_only=True):
    """For an office of a party: to bind a case to the terms in force."""

    reason: str | None = None


class RealignAsk(Ask, frozen=True, kw_only=True):
    """The engine's own: to bring a case level with the alignments as they stand."""


class ReleaseAsk(Ask, frozen=True, kw_only=True):
    """The engine's own: to record what terms share of a case at an event."""

    shared: tuple[Shared, ...]
    stands_on: int


class DeletionAsk(Ask, frozen=True, kw_only=True):
    """For a recipient's system: what was released to it is deleted."""

    release: int
    """Position of the release."""


class RecountAsk(Ask, frozen=True, kw_only=True):
    """The engine's own: to count deadlines anew with the days off of one version more."""

    version: int
    why: str
    say: Text


class AnswerDocumentAsk(Ask, frozen=True, kw_only=True):
    number: int
    sha256: str
    type: str
    size: int


class AnswerAsk(Ask, frozen=True, kw_only=True):
    number: int
    answer: str


class TrackingAsk(Ask, frozen=True, kw_only=True):
    renew: bool = True
    """False: the code ends and none takes its place."""
