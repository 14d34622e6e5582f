"""Offices, people, appointments and delegations: their events, and the directory that the events fold to."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.domain.context import Appointment
from workflow.domain.events import Kind, Recorded
from workflow.domain.words import Text

STREAM = "directory"

Level = Literal["city", "province", "nation"]
Language = Literal["id", "en"]


class Order(Struct, frozen=True, kw_only=True):
    """What every command on the directory shares."""


class OfficeOpened(Kind, frozen=True, kw_only=True, tag=True):
    office: str
    title: Text
    level: Level
    region: str
    """Kemendagri code; empty: the whole nation."""
    agency: str


class OfficeSucceeded(Kind, frozen=True, kw_only=True, tag=True):
    """An agency was renamed, merged or split: who serves in the office from now on does so in its successor."""

    office: str
    successor: str
    legal_basis: str


class AgencyTitled(Kind, frozen=True, kw_only=True, tag=True):
    """What an agency is called from now on; one without a title goes by its key."""

    agency: str
    title: Text


class PersonRegistered(Kind, frozen=True, kw_only=True, tag=True):
    person: str
    applicant: bool
    """True where the person may apply for a group."""
    language: Language


class AppointmentMade(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    person: str
    role: str
    office: str
    since: date
    until: date | None = None
    """Last day, inclusive."""
    legal_basis: str


class AppointmentEnded(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    until: date
    """Last day, inclusive."""
    reason: str


class DelegationMade(Kind, frozen=True, kw_only=True, tag=True):
    """Somebody acts in another's stead: daily while they are absent (plh), or for a term in a vacant post (plt)."""

    number: int
    person: str
    role: str
    office: str
    instead_of: str
    """A person, or the office where the post is vacant."""
    kind: Literal["plh", "plt"] = field(name="delegation")
    """Stored under another name, for `kind` names the kind of event."""
    since: date
    until: date
    legal_basis: str


class DelegationEnded(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    until: date
    reason: str


DIRECTORY_KINDS: tuple[type[Kind], ...] = (
    OfficeOpened,
    OfficeSucceeded,
    AgencyTitled,
    PersonRegistered,
    AppointmentMade,
    AppointmentEnded,
    DelegationMade,
    DelegationEnded,
)


class Office(Struct, frozen=True, kw_only=True):
    office: str
    title: Text
    level: Level
    region: str
    agency: str
    successor: str | None = None


class Person(Struct, frozen=True, kw_only=True):
    person: str
    applicant: bool
    language: Language


class Directory(Struct, frozen=True, kw_only=True):
    """The directory at one version; it answers as `workflow.domain.context.People`."""

    version: int = 0
    offices: dict[str, Office] = {}
    titles: dict[str, Text] = {}
    """Agency to what it is called."""
    people: dict[str, Person] = {}
    posts: dict[int, Appointment] = {}
    """Appointments and delegations by number; both draw on one series."""
    posts_of: dict[str, tuple[int, ...]] = {}
    posts_in: dict[str, tuple[int, ...]] = {}
    """Role to the numbers of its appointments, delegations left out."""

    @property
    def next_number(self) -> int:
        return len(self.posts) + 1

    def appointments(self, person: str) -> tuple[Appointment, ...]:
        """All appointments of a person, past and coming ones too, delegations included."""
        return tuple(self.posts[number] for number in self.posts_of.get(person, ()))

    def holders(self, role: str) -> tuple[Appointment, ...]:
        """All appointments in a role in order of appointment, past and coming ones too, delegations left out."""
        return tuple(self.posts[number] for number in self.posts_in.get(role, ()))

    def is_applicant(self, person: str) -> bool:
        """True where the person is registered to apply."""
        known = self.people.get(person)
        return known is not None and known.applicant

    def office_now(self, office: str) -> Office:
        """The office itself, or the last of its successors. Raises KeyError."""
        found = self.offices[office]
        while found.successor is not None:
            found = self.offices[found.successor]
        return found

    def agencies(self, office: str) -> frozenset[str]:
        """The agency of an office, and those of the offices whose last successor it is."""
        return frozenset(
            one.agency for one in self.offices.values() if office in (one.office, self.office_now(one.office).office)
        )


EMPTY = Directory()


def evolve(directory: Directory, event: Recorded) -> Directory:
    """The directory after one more event."""
    return fold((event,), directory)


def fold(events: Iterable[Recorded], directory: Directory = EMPTY) -> Directory:
    """The directory after more events, in order; what was given stays as it was."""
    draft = _Draft(directory)
    for event in events:
        draft.apply(event)
    return draft.finished()


class _Draft:
    """One copy for a whole run of events, so that reading a long history costs one pass."""

    def __init__(self, start: Directory) -> None:
        self.version = start.version
        self.offices = dict(start.offices)
        self.titles = dict(start.titles)
        self.people = dict(start.people)
        self.posts = dict(start.posts)
        self.posts_of = dict(start.posts_of)
        self.posts_in = dict(start.posts_in)

    def apply(self, event: Recorded) -> None:
        self.version = event.version
        match event.body:
            case OfficeOpened() as e:
                self.offices[e.office] = Office(
                    office=e.office, title=e.title, level=e.level, region=e.region, agency=e.agency
                )
            case OfficeSucceeded() as e:
                self._succeed(e, event.at.date())
            case AgencyTitled() as e:
                self.titles[e.agency] = e.title
            case PersonRegistered() as e:
                self.people[e.person] = Person(person=e.person, applicant=e.applicant, language=e.language)
            case AppointmentMade() as e:
                self._place(e, None)
                self.posts_in[e.role] = (*self.posts_in.get(e.role, ()), e.number)
            case DelegationMade() as e:
                self._place(e, e.instead_of)
            case AppointmentEnded() | DelegationEnded() as e:
                self.posts[e.number] = replace(self.posts[e.number], until=e.until)

    def _place(self, made: AppointmentMade | DelegationMade, instead_of: str | None) -> None:
        office = self.offices[made.office]
        self.posts[made.number] = Appointment(
            number=made.number,
            person=made.person,
            role=made.role,
            office=made.office,
            level=office.level,
            region=office.region,
            since=made.since,
            until=made.until,
            instead_of=instead_of,
        )
        self.posts_of[made.person] = (*self.posts_of.get(made.person, ()), made.number)

    def _succeed(self, succeeded: OfficeSucceeded, day: date) -> None:
        old, new = succeeded.office, succeeded.successor
        self.offices[old] = replace(self.offices[old], successor=new)
        for number, post in self.posts.items():
            # A period that was over stays with the office in which it was served.
            if post.office == old and (post.until is None or post.until >= day):
                stead = new if post.instead_of == old else post.instead_of
                self.posts[number] = replace(
                    post, office=new, level=self.offices[new].level, region=self.offices[new].region, instead_of=stead
                )

    def finished(self) -> Directory:
        return Directory(
            version=self.version,
            offices=self.offices,
            titles=self.titles,
            people=self.people,
            posts=self.posts,
            posts_of=self.posts_of,
            posts_in=self.posts_in,
        )
