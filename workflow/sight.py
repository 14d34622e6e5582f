"""Who may see a case, and whether personal values are opened for them. Deny unless granted."""

from datetime import datetime
from typing import Literal

from workflow.domain.authority import handlers, in_force, reaches
from workflow.domain.case import Case, Inquiry
from workflow.domain.context import People
from workflow.domain.definition.model import Definition
from workflow.domain.regions import covers

Sight = Literal["open", "sealed"]


def sight(case: Case, definition: Definition, people: People, person: str, at: datetime) -> Sight | None:
    """`open`: personal values too; `sealed`: all but those; None: the case is not theirs to know of.

    The applicant and the roles of the case's region see it open; a role that reads all sees it sealed.
    Source: UU 27/2022 art. 16 (personal data only to those whose task needs it).
    """
    if person == case.applicant and people.is_applicant(person):
        return "open"
    seen: Sight | None = None
    for appointment in people.appointments(person):
        role = definition.roles.get(appointment.role)
        if role is None or not in_force(appointment, at, definition.calendar.zone):
            continue
        if role.reads_all:
            seen = "sealed"
        elif role.level in (appointment.level, "any") and covers(appointment.region, case.region):
            return "open"
    return seen


def hears(
    case: Case, definition: Definition, inquiry: Inquiry, people: People, person: str, at: datetime
) -> Sight | None:
    """`open`: question and answer; `sealed`: that it was asked, of whom and when; None: it is not theirs to know of.

    It concerns who asked and those of that role, who was asked, and who acts on the case now: what is decided rests on
    the answer. A role that reads all sees it sealed. Asked of whoever sees the case.
    """
    if person in (inquiry.by, inquiry.answered_by):
        return "open"
    sides = {inquiry.role, inquiry.to}
    if person == case.applicant and any(definition.roles[side].level == "applicant" for side in sides):
        return "open"
    concerned = sides | set(handlers(definition, case.state))
    seen: Sight | None = None
    for appointment in people.appointments(person):
        role = definition.roles.get(appointment.role)
        if role is None or not in_force(appointment, at, definition.calendar.zone):
            continue
        if role.reads_all:
            seen = "sealed"
        elif role.name in concerned and reaches(definition, appointment, case.region):
            return "open"
    return seen
