"""Commands on the directory to events: who may be put where, for how long, on which legal basis."""

import re
from datetime import date
from typing import Literal

from workflow.domain.agencies import TitleAgency, title_agency
from workflow.domain.context import Appointment
from workflow.domain.directory import (
    AppointmentEnded,
    AppointmentMade,
    DelegationEnded,
    DelegationMade,
    Directory,
    Language,
    Level,
    OfficeOpened,
    OfficeSucceeded,
    Order,
    Person,
    PersonRegistered,
)
from workflow.domain.events import Kind
from workflow.domain.reasons import named, stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.words import Text

RESERVED = frozenset({"system", "imported", "operator", "demo"})
"""Names under which the log records what no person did."""
CODE = {"city": re.compile(r"[1-9][0-9]\.[0-9]{2}"), "province": re.compile(r"[1-9][0-9]"), "nation": re.compile("")}


class OpenOffice(Order, frozen=True, kw_only=True):
    office: str
    title: Text
    level: Level
    region: str
    agency: str


class SucceedOffice(Order, frozen=True, kw_only=True):
    office: str
    successor: str
    legal_basis: str


class RegisterPerson(Order, frozen=True, kw_only=True):
    person: str
    applicant: bool = False
    language: Language = "id"


class Appoint(Order, frozen=True, kw_only=True):
    person: str
    role: str
    office: str
    since: date
    until: date | None = None
    legal_basis: str


class Delegate(Order, frozen=True, kw_only=True):
    person: str
    role: str
    office: str
    instead_of: str
    kind: Literal["plh", "plt"]
    since: date
    until: date
    legal_basis: str


class EndAppointment(Order, frozen=True, kw_only=True):
    """Ends an appointment or a delegation, whichever has the number."""

    number: int
    until: date
    reason: str


def decide(directory: Directory, order: Order) -> tuple[Kind, ...]:
    """The events that an order leads to. Raises Refused with every reason, Unchanged where all is so already."""
    match order:
        case OpenOffice():
            return _open(directory, order)
        case SucceedOffice():
            return _succeed(directory, order)
        case RegisterPerson():
            return _register(directory, order)
        case Appoint():
            return _appoint(directory, order)
        case Delegate():
            return _delegate(directory, order)
        case EndAppointment():
            return _end(directory, order)
        case TitleAgency():
            return title_agency(directory, order)
    raise TypeError(type(order).__name__)


def overlap(a: Appointment, since: date, until: date | None) -> bool:
    """True where a period shares a day with an appointment's; both ends inclusive, None: no end."""
    return (until is None or a.since <= until) and (a.until is None or since <= a.until)


def _refuse(reasons: list[Refusal]) -> None:
    if reasons:
        raise Refused(tuple(reasons))


def _open(directory: Directory, order: OpenOffice) -> tuple[Kind, ...]:
    reasons = [
        *named(order.office, "office"),
        *stated(order.title.id, "title.id"),
        *stated(order.title.en, "title.en"),
        *stated(order.agency, "agency"),
    ]
    if not CODE[order.level].fullmatch(order.region):
        reasons.append(why("region.code", "region", region=order.region, level=order.level))
    known = directory.offices.get(order.office)
    if known and (known.title, known.level, known.region, known.agency) == (
        order.title,
        order.level,
        order.region,
        order.agency,
    ):
        raise Unchanged
    if known or order.office in directory.people:
        reasons.append(why("office.exists", "office", office=order.office))
    _refuse(reasons)
    return (
        OfficeOpened(
            office=order.office, title=order.title, level=order.level, region=order.region, agency=order.agency
        ),
    )


def _succeed(directory: Directory, order: SucceedOffice) -> tuple[Kind, ...]:
    reasons = [
        *_office(directory, order.office, "office"),
        *_office(directory, order.successor, "successor"),
        *stated(order.legal_basis, "legal_basis"),
    ]
    old, new = directory.offices.get(order.office), directory.offices.get(order.successor)
    if old and old.successor == order.successor:
        raise Unchanged
    if old and old.successor:
        reasons.append(_succeeded(order.office, old.successor, "office"))
    if old and new and (old.level, old.region) != (new.level, new.region):
        reasons.append(why("successor.region", "successor", successor=order.successor, office=order.office))
    if new and (order.office == order.successor or new.successor):
        reasons.append(why("successor.ended", "successor", successor=order.successor))
    _refuse(reasons)
    return (OfficeSucceeded(office=order.office, successor=order.successor, legal_basis=order.legal_basis),)


def _register(directory: Directory, order: RegisterPerson) -> tuple[Kind, ...]:
    wanted = Person(person=order.person, applicant=order.applicant, language=order.language)
    if directory.people.get(order.person) == wanted:
        raise Unchanged
    reasons = named(order.person, "person")
    if order.person in RESERVED or order.person in directory.offices:
        reasons.append(why("person.reserved", "person", person=order.person))
    _refuse(reasons)
    return (PersonRegistered(person=order.person, applicant=order.applicant, language=order.language),)


def _appoint(directory: Directory, order: Appoint) -> tuple[Kind, ...]:
    for post in directory.appointments(order.person):
        same = (post.role, post.office, post.since, post.until, post.instead_of)
        if same == (order.role, order.office, order.since, order.until, None):
            raise Unchanged
    _refuse(_post(directory, order, instead_of=None))
    return (
        AppointmentMade(
            number=directory.next_number,
            person=order.person,
            role=order.role,
            office=order.office,
            since=order.since,
            until=order.until,
            legal_basis=order.legal_basis,
        ),
    )


def _delegate(directory: Directory, order: Delegate) -> tuple[Kind, ...]:
    for post in directory.appointments(order.person):
        same = (post.role, post.office, post.since, post.until, post.instead_of)
        if same == (order.role, order.office, order.since, order.until, order.instead_of):
            raise Unchanged
    reasons = _post(directory, order, instead_of=order.instead_of)
    absent = any(
        held.person == order.instead_of and held.office == order.office and overlap(held, order.since, order.until)
        for held in directory.holders(order.role)
    )
    vacant = order.kind == "plt" and order.instead_of == order.office
    if order.instead_of == order.person or not (absent or vacant):
        reasons.append(
            why(
                "delegation.instead_of", "instead_of", instead_of=order.instead_of, role=order.role, office=order.office
            )
        )
    _refuse(reasons)
    return (
        DelegationMade(
            number=directory.next_number,
            person=order.person,
            role=order.role,
            office=order.office,
            instead_of=order.instead_of,
            kind=order.kind,
            since=order.since,
            until=order.until,
            legal_basis=order.legal_basis,
        ),
    )


def _end(directory: Directory, order: EndAppointment) -> tuple[Kind, ...]:
    post = directory.posts.get(order.number)
    if post is None:
        raise Refused((why("appointment.unknown", "number", number=order.number),))
    if post.until == order.until:
        raise Unchanged
    reasons = [*stated(order.reason, "reason"), *_period(post.since, order.until)]
    if post.until is not None and order.until > post.until:
        reasons.append(why("until.later", "until", number=order.number, until=post.until))
    _refuse(reasons)
    if post.instead_of is not None:
        return (DelegationEnded(number=order.number, until=order.until, reason=order.reason),)
    return (AppointmentEnded(number=order.number, until=order.until, reason=order.reason),)


def _post(directory: Directory, order: Appoint | Delegate, instead_of: str | None) -> list[Refusal]:
    reasons = [
        *_person(directory, order.person),
        *_office(directory, order.office, "office"),
        *named(order.role, "role"),
        *_period(order.since, order.until),
        *stated(order.legal_basis, "legal_basis"),
    ]
    office = directory.offices.get(order.office)
    if office and office.successor:
        reasons.append(_succeeded(order.office, office.successor, "office"))
    for post in directory.appointments(order.person):
        same = (post.role, post.office, post.instead_of) == (order.role, order.office, instead_of)
        if same and overlap(post, order.since, order.until):
            reasons.append(
                why(
                    "appointment.overlap",
                    "since",
                    person=order.person,
                    role=order.role,
                    office=order.office,
                    number=post.number,
                )
            )
    return reasons


def _person(directory: Directory, person: str) -> list[Refusal]:
    if person in directory.people:
        return []
    return [why("person.unknown", "person", person=person)]


def _office(directory: Directory, office: str, field: str) -> list[Refusal]:
    if office in directory.offices:
        return []
    return [why("office.unknown", field, office=office)]


def _succeeded(office: str, successor: str, field: str) -> Refusal:
    return why("office.succeeded", field, office=office, successor=successor)


def _period(since: date, until: date | None) -> list[Refusal]:
    if until is None or until >= since:
        return []
    return [why("until.before_since", "until", since=since, until=until)]
