"""Who may act: role by level, region, period, delegation, assignment, and what must stay in different hands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import Appointment, Context
from workflow.domain.definition.model import SYSTEM, Definition, Separation
from workflow.domain.refusal import Refusal
from workflow.domain.regions import covers
from workflow.domain.titles import role_title

ADMIN = "admin"
"""The role in the directory whose holders operate the system."""


class Standing(Struct, frozen=True, kw_only=True):
    """In which role and office somebody acts, and in whose stead."""

    role: str
    office: str | None = None
    region: str = ""
    on_behalf_of: str | None = None


class Scope(Struct, frozen=True, kw_only=True):
    """The case that somebody wants to act on, as far as authority asks."""

    region: str
    applicant: str | None
    assigned: Mapping[str, str] = {}


def scope_of(case: Case) -> Scope:
    return Scope(region=case.region, applicant=case.applicant, assigned=case.assigned)


def in_force(appointment: Appointment, at: datetime, zone: str) -> bool:
    """True from the first to the last day of an appointment, both inclusive, in the zone."""
    return _on(appointment, local_date(at, zone))


def _on(appointment: Appointment, today: date) -> bool:
    return appointment.since <= today and (appointment.until is None or today <= appointment.until)


def reaches(definition: Definition, appointment: Appointment, region: str) -> bool:
    """True where an appointment is of its role's level and its office's region covers the case's."""
    role = definition.roles.get(appointment.role)
    return role is not None and role.level in (appointment.level, "any") and covers(appointment.region, region)


def may_hold(definition: Definition, context: Context, person: str, role: str, region: str) -> bool:
    """True where a person holds a role of their own over a region at the moment of the decision."""
    return any(
        a.role == role and a.instead_of is None and reaches(definition, a, region) and in_force(a, context.at, zone)
        for zone in (definition.calendar.zone,)
        for a in context.people.appointments(person)
    )


def stand(
    definition: Definition,
    context: Context,
    roles: Sequence[str],
    scope: Scope,
    on_behalf_of: str | None = None,
    any_delegation: bool = False,
) -> tuple[Standing | None, tuple[Refusal, ...]]:
    """The standing in which the actor may act in one of the roles, or every reason why there is none.

    `any_delegation`: what no decision hangs on may be done in another's stead without naming them.
    """
    actor = context.actor
    if actor == SYSTEM:
        if SYSTEM in roles:
            return Standing(role=SYSTEM), ()
        return None, (sentences.no_role((definition,), roles, ()),)
    personal = [name for name in roles if name in definition.roles and definition.roles[name].level == "applicant"]
    if personal and actor == scope.applicant and on_behalf_of is None:
        return Standing(role=personal[0]), ()
    offices = [name for name in roles if name not in personal and name != SYSTEM]
    if not offices:
        return None, (sentences.only_applicant() if personal else sentences.no_role((definition,), roles, ()),)
    today = local_date(context.at, definition.calendar.zone)
    held = sorted(
        (a for a in context.people.appointments(actor) if a.role in offices),
        key=lambda a: (a.instead_of is not None, offices.index(a.role), a.number),
    )
    named = [a for a in held if a.instead_of == on_behalf_of or (any_delegation and on_behalf_of is None)]
    if not named:
        delegated = [a.instead_of for a in held if a.instead_of and _on(a, today)]
        return None, (sentences.no_role((definition,), roles, delegated if on_behalf_of is None else ()),)
    apart: tuple[Refusal, ...] = ()
    if scope.applicant is not None and scope.applicant in (actor, on_behalf_of):
        apart = (sentences.applicant_apart(role_title((definition,), named[0].role)),)
    able = [a for a in named if _on(a, today) and reaches(definition, a, scope.region)]
    if not able:
        return None, _why_unable(definition, named, scope.region, today, context) + apart
    free = [a for a in able if _holder(definition, context, a, scope) is None]
    chosen = (free or able)[0]
    holder = _holder(definition, context, chosen, scope)
    taken = (sentences.assigned_to(holder, role_title((definition,), chosen.role)),) if holder else ()
    standing = Standing(role=chosen.role, office=chosen.office, region=chosen.region, on_behalf_of=chosen.instead_of)
    return standing, taken + apart


def _why_unable(
    definition: Definition, held: Iterable[Appointment], region: str, today: date, context: Context
) -> tuple[Refusal, ...]:
    found: dict[str, Refusal] = {}
    for appointment in held:
        if not reaches(definition, appointment, region):
            found.setdefault("region", sentences.other_region(context.place(appointment.region), context.place(region)))
        if not _on(appointment, today):
            found.setdefault(
                "period", sentences.not_in_force(appointment, role_title((definition,), appointment.role), today)
            )
    return tuple(found.values())


def _holder(definition: Definition, context: Context, appointment: Appointment, scope: Scope) -> str | None:
    """The other person to whom the case is assigned in this role, while that person may act in it."""
    holder = scope.assigned.get(appointment.role)
    if holder is None or holder in (context.actor, appointment.instead_of):
        return None
    return holder if may_hold(definition, context, holder, appointment.role, scope.region) else None


def separated(definition: Definition, case: Case, action: str, persons: Iterable[str]) -> tuple[Refusal, ...]:
    """Which separation rules keep persons from an action: one of them did what must stay in other hands."""
    found = []
    for rule, other in rules_for(definition, action):
        did = sorted(set(persons) & set(case.done_by.get(other, ())))
        if did:
            found.append(sentences.apart(rule, definition.actions[other].title, did))
    return tuple(found)


def rules_for(definition: Definition, action: str) -> list[tuple[Separation, str]]:
    """The separation rules that name an action, each with the other action."""
    return [
        (rule, rule.actions[1 - rule.actions.index(action)]) for rule in definition.separation if action in rule.actions
    ]


def persons_of(context: Context, standing: Standing | None, on_behalf_of: str | None) -> tuple[str, ...]:
    """The natural persons who act: the actor, and in whose stead unless that is a vacant post's office."""
    if context.actor == SYSTEM:
        return ()
    stead = standing.on_behalf_of if standing else on_behalf_of
    vacant = standing is not None and stead == standing.office
    return (context.actor, stead) if stead and not vacant else (context.actor,)


def handlers(definition: Definition, state: str) -> tuple[str, ...]:
    """The roles that act in a state, in the definition's order; the engine itself left out."""
    acting: dict[str, None] = {}
    for action in definition.actions.values():
        if state in action.from_:
            acting.update(dict.fromkeys(action.by.get(state, ())))
            if action.panel:
                acting[action.panel.role] = None
    return tuple(role for role in acting if role != SYSTEM)
