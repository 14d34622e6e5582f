"""What a decision may know besides definition, state and command: time, people, opened values, claims elsewhere.

Everything impure comes in here, so that `decide` and `refusals` stay functions of their arguments.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from msgspec import Struct

from workflow.domain.alignments import Alignments
from workflow.domain.bounds import Called, by_key
from workflow.domain.calendar import Calendar
from workflow.domain.definition.model import Definition
from workflow.domain.events import Facts
from workflow.domain.terms import Terms
from workflow.domain.windows import Window
from workflow.domain.words import Text


class Appointment(Struct, frozen=True, kw_only=True):
    """A person holds a role in an office over a region, from one day to another (both inclusive)."""

    number: int
    """Order of appointment, from 1."""
    person: str
    role: str
    office: str
    level: str
    """`city`, `province` or `nation`."""
    region: str
    """Kemendagri code; empty: the whole nation."""
    since: date
    until: date | None = None
    instead_of: str | None = None
    """Set for a delegate (Plh/Plt): the person in whose stead, or the office where the post is vacant."""


class People(Protocol):
    """The directory as of the decision."""

    def appointments(self, person: str) -> tuple[Appointment, ...]:
        """All appointments of a person, past and coming ones too, delegations included."""

    def holders(self, role: str) -> tuple[Appointment, ...]:
        """All appointments in a role in order of appointment, past and coming ones too, delegations left out."""

    def is_applicant(self, person: str) -> bool:
        """True where the person is registered to apply."""


class FactsError(Struct, frozen=True):
    """One thing wrong with facts: JSON Pointer and a sentence in both languages."""

    pointer: str
    say: Text


class Membership(Struct, frozen=True, kw_only=True):
    """Another case that holds a key, or held it; nobody is told which."""

    programme: str
    region: str
    held: bool = True
    """False where the key was released."""
    ended: datetime | None = None
    """When the case ended, or let go of the key; None while it goes on."""


class Elsewhere(Struct, frozen=True, kw_only=True):
    """What is known of a key in other cases."""

    memberships: tuple[Membership, ...] = ()
    moved: int = 0
    """Position at which who holds the key last changed; 0: nobody ever held it."""


class TermsAsked(Struct, frozen=True, kw_only=True):
    """What is asked of an alignment's terms."""

    region: str
    """Of their case."""
    day: date
    before: Terms | None = None
    """Those that the parties agreed on, or negotiate, up to now."""


class Context(Struct, frozen=True, kw_only=True):
    at: datetime
    """Moment of the decision, UTC."""
    actor: str
    """Person id, or `system`."""
    people: People
    calendar: Calendar
    facts_errors: Callable[[Facts, bool], tuple[FactsError, ...]]
    """(stored facts, draft) → what does not fit the schema; draft: only `draft_requires` must be there."""
    opened: Callable[[Facts], Mapping[str, Any]]
    """Stored facts → opened values, a NIK as its digest; values of an erased person are left out."""
    erased_fields: Callable[[Facts], frozenset[str]]
    """Names of personal fields of which at least one value is erased, as in {"name", "born"}."""
    held_elsewhere: Callable[[tuple[str, ...]], Mapping[str, Elsewhere]]
    """Of these claim keys, those that another case holds or held, as far as is known."""
    used: Callable[[str], int]
    """Places of a counter key in use by other cases, as far as is known."""
    waiting: Callable[[str], tuple[str, ...]]
    """References of the cases that wait for a place of a counter key, in order, as far as is known."""
    quota: Callable[[str, int], int | None]
    """(region, year) → places set for this programme there; None: none were set."""
    window: Callable[[str, int], Window | None] = lambda region, year: None
    """(region, year) → when this programme takes proposals from there; None: at any time."""
    calendar_at: Callable[[int], Calendar]
    """The calendar with the days off as of a version of theirs; `calendar` knows all of them."""
    alignments: Alignments = Alignments()
    """All of them, as they stand in the log at `Alignments.version`."""
    terms_errors: Callable[[Terms, TermsAsked], tuple[FactsError, ...]] = lambda terms, asked: ()
    """Terms → what they may not say although their shape fits."""
    agencies: Callable[[str], frozenset[str]] = lambda office: frozenset()
    """An office → its agency, and those of the offices whose successor it is."""
    called: Called = by_key
    """What a key in a dimension's bounds is called."""
    agency_titles: Mapping[str, Text] = {}
    """Agency to what it is called."""
    definition_at: Callable[[str, int], Definition | None] = lambda programme, version: None
    """(programme, version) → what was published so; None: nothing was."""
    place: Callable[[str], str] = lambda region: region
    """A region's code → its name."""
    formerly: Callable[[str], tuple[str, ...]] = lambda region: ()
    """A region's code → those under which it was known before."""
