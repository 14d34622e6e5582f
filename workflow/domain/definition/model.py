"""The parts of a definition, as docs/definitions.md explains them: frozen, read by `reader`, proved by `checks`."""

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from workflow.domain.definition.guards import Guards
from workflow.domain.words import Text

SYSTEM = "system"
"""The role in which the engine itself acts."""
MONEY = "IDR"
"""The unit of benefits that are paid in money."""


class Part(Struct, frozen=True, kw_only=True):
    """What every part of a definition is: a frozen value."""


class CalendarRule(Part, frozen=True, kw_only=True):
    zone: str
    week: tuple[int, ...]
    """Working weekdays, Monday is 0."""
    country: str | None = None
    categories: tuple[str, ...] = ()


class Role(Part, frozen=True, kw_only=True):
    name: str
    title: Text | None = None
    level: Literal["applicant", "city", "province", "nation", "any"]
    reads_all: bool = False


class FactsRule(Part, frozen=True, kw_only=True):
    by: tuple[str, ...]
    in_: tuple[str, ...]
    draft_requires: tuple[str, ...] = ()
    schema: dict[str, Any]


class Guard(Part, frozen=True, kw_only=True):
    name: str
    if_: str
    """CEL source."""
    say: Text


class Dimension(Part, frozen=True, kw_only=True):
    name: str
    value: str
    """CEL source of the value, or of the list of values where `each`."""
    each: bool = False
    min: int | None = None
    max: int | None = None
    in_: tuple[str, ...] | None = None
    under: tuple[str, ...] | None = None
    at: tuple[str, ...]
    """Actions that it guards."""
    say: Text


class DocumentRule(Part, frozen=True, kw_only=True):
    name: str
    title: Text
    types: tuple[str, ...]
    many: bool = False
    renew_round: bool = False
    by: tuple[str, ...] | None = None
    in_: tuple[str, ...] | None = None


class ChecklistItem(Part, frozen=True, kw_only=True):
    key: str
    say: Text


class Checklist(Part, frozen=True, kw_only=True):
    name: str
    by: tuple[str, ...] | None = None
    in_: tuple[str, ...] | None = None
    items: tuple[ChecklistItem, ...]


class Clock(Part, frozen=True, kw_only=True):
    due: int
    unit: Literal["working", "calendar"]
    warn: int | None = None
    escalate: str | None = None
    to: str | None = None
    event: str | None = None


class Queue(Part, frozen=True, kw_only=True):
    for_: str
    then: str
    else_to: str
    else_event: str


class Benefit(Part, frozen=True, kw_only=True):
    """What a programme gives."""

    title: Text
    payer: str
    """Agency."""
    unit: str
    max: int | None = None
    """IDR that a group gets of it at most; None: the definition does not say."""


class State(Part, frozen=True, kw_only=True):
    name: str
    title: Text | None = None
    phase: str
    end: bool = False
    keeps: tuple[str, ...] = ()
    clock: Clock | None = None
    queue: Queue | None = None


class Panel(Part, frozen=True, kw_only=True):
    role: str
    seats: int
    quorum: int
    on_refusal: str


OPTIONAL = "x-optional"
"""Keyword of an outcome's schema: true where the command need not bring it."""


class Outcome(Part, frozen=True, kw_only=True):
    name: str
    schema: dict[str, Any]
    """JSON Schema of the value; `type` is integer, string or boolean; `OPTIONAL` beside the keywords of facts."""


class Action(Part, frozen=True, kw_only=True):
    name: str
    title: Text
    event: str
    from_: tuple[str, ...]
    to: dict[str, str]
    """The state entered, for each state in `from`."""
    by: dict[str, tuple[str, ...]]
    """Roles, for each state in `from`. Empty tuples for a panel's action: its seats act."""
    documents: tuple[str, ...] = ()
    checklist: str | None = None
    when: tuple[Guard, ...] = ()
    claims: tuple[str, ...] = ()
    letter: str | None = None
    assigns: str | None = None
    amends: tuple[str, ...] = ()
    """Paths as `facts.members`."""
    outcomes: tuple[Outcome, ...] = ()
    panel: Panel | None = None
    reason_required: bool = False
    once: bool = False
    returns: bool = False
    despite_inquiry: bool = False


class InquiryRule(Part, frozen=True, kw_only=True):
    by: tuple[str, ...]
    in_: tuple[str, ...]
    to: tuple[str, ...]
    answer_due: int
    """Working days."""
    max: int


class Separation(Part, frozen=True, kw_only=True):
    actions: tuple[str, str]
    say: Text


class CarryRule(Part, frozen=True, kw_only=True):
    action: str
    unless_changed: tuple[str, ...]
    """Paths as `facts.plan` or `documents.proposal`."""


class ClaimRule(Part, frozen=True, kw_only=True):
    name: str
    kind: Literal["unique", "counter"]
    key: str
    """CEL source: a list of keys (unique) or one key (counter)."""
    scope: str | None = None
    limit: str | None = None
    """CEL source of the highest number of holders of a counter's key."""
    else_to: str | None = None
    else_event: str | None = None
    say: Text


class LetterRule(Part, frozen=True, kw_only=True):
    name: str
    template: str
    signed_by: str
    """`actor`, or `role:NAME`."""
    else_: str | None = None
    """`role:NAME` that signs when the actor is the system."""


class NoticeRule(Part, frozen=True, kw_only=True):
    event: str
    to: tuple[str, ...]
    template: str


class AlignmentRule(Part, frozen=True, kw_only=True):
    terms: str
    """Where the terms stand, as `facts.terms`."""
    in_force: tuple[str, ...]
    suspended: tuple[str, ...]
    ended: tuple[str, ...]
    signs: dict[str, Literal["a", "b"]]
    """Action to the party for which it signs."""


class Supersedes(Part, frozen=True, kw_only=True):
    version: int
    migrate: dict[str, str] | None = None
    """Old state to new state; None: running cases finish on the old version."""


@dataclass(frozen=True, eq=False)
class Definition:
    """A programme as read: its parts by name, its guards compiled, its name being `hash`.

    Two definitions are the same exactly when their hashes are.
    """

    id: str
    version: int
    hash: str
    """SHA-256 of `canonical`, hex."""
    canonical: bytes
    """RFC 8785 JSON of the file."""
    title: Text
    owner: str
    supersedes: Supersedes | None
    calendar: CalendarRule
    roles: dict[str, Role]
    facts: FactsRule
    eligibility: dict[str, Dimension]
    benefits: dict[str, Benefit]
    documents: dict[str, DocumentRule]
    checklists: dict[str, Checklist]
    states: dict[str, State]
    start: str
    actions: dict[str, Action]
    inquiry: InquiryRule | None
    separation: tuple[Separation, ...]
    carry: dict[str, CarryRule]
    claims: dict[str, ClaimRule]
    letters: dict[str, LetterRule]
    notify: tuple[NoticeRule, ...]
    guards: Guards
    """Every CEL expression of the definition, compiled once."""
    alignment: AlignmentRule | None = None
    """Set where the cases are alignments of two other programmes."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)
