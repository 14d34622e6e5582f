"""Desks: where a case waits, and at which desks a reader sits. A desk is a role over an area, or a person in a role."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from workflow.domain.authority import in_force
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.context import Appointment, People
from workflow.domain.definition.model import Definition
from workflow.projections.areas import LEVELS, area
from workflow.projections.standing import Step
from workflow.projections.waiting import Waiting

APPLICANT = "applicant"


class Desk(Struct, frozen=True):
    """Rows with one of these keys, of cases whose region lies under `under` (empty: everywhere)."""

    keys: tuple[str, ...]
    under: str = ""


class Reader(Struct, frozen=True, kw_only=True):
    """A person and the desks at which cases wait for them."""

    person: str
    desks: tuple[Desk, ...]


def desks_of_case(definition: Definition, case: Waiting, role: str, steps: Sequence[Step]) -> tuple[str, ...]:
    """The desks at which a case waits for a role: seats that have not voted, the assigned person, else the office."""
    level = definition.roles[role].level
    if level == "applicant":
        return (f"{APPLICANT}#{case.applicant}",)
    if role in case.assigned:
        return (f"{role}#{case.assigned[role]}",)
    offices = LEVELS if level == "any" else (level,)
    at_offices = tuple(dict.fromkeys(f"{role}@{area(case.region, office)}" for office in offices))
    panels = [step.action in definition.actions and definition.actions[step.action].panel for step in steps]
    if not any(panels):
        return at_offices
    seated = tuple(f"{role}#{person}" for person in dict.fromkeys(case.seats) if person not in case.voted)
    return seated if all(panels) else seated + at_offices


def reader_of(people: People, person: str, at: datetime, office: str | None = None) -> Reader:
    """The desks of a person at a moment; with `office`, only those of their appointments in it.

    What waits for somebody whose appointment has ended waits for those who hold the role over its region.
    """
    desks: list[Desk] = []
    for appointment in people.appointments(person):
        if not in_force(appointment, at, HOME_ZONE) or office not in (None, appointment.office):
            continue
        role, region = appointment.role, appointment.region
        whole = area(region, appointment.level)
        desks.append(Desk((f"{role}@{whole}",), "" if region == whole else region))
        theirs = (person, appointment.instead_of) if appointment.instead_of else (person,)
        desks.extend(Desk((f"{role}#{name}",)) for name in theirs)
        gone = tuple(f"{role}#{name}" for name in _gone(people.holders(role), at))
        if gone:
            desks.append(Desk(gone, region))
    if office is None and people.is_applicant(person):
        desks.append(Desk((f"{APPLICANT}#{person}",)))
    return Reader(person=person, desks=tuple(dict.fromkeys(desks)))


def _gone(appointments: Iterable[Appointment], at: datetime) -> tuple[str, ...]:
    """Persons who held a role and hold it no more, in order of appointment."""
    appointments = tuple(appointments)
    acting = {a.person for a in appointments if in_force(a, at, HOME_ZONE)}
    return tuple(dict.fromkeys(a.person for a in appointments if a.person not in acting))
