"""What terms share of a case with another agency: which clauses an event meets, and that the recipient deleted it."""

from collections.abc import Callable
from datetime import timedelta

from workflow.domain import sentences
from workflow.domain.alignments import Alignments, Shared
from workflow.domain.authority import in_force
from workflow.domain.binding import past, touching
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.commands import ConfirmDeletion, ReleaseData
from workflow.domain.context import Appointment, Context
from workflow.domain.decided import Decided, by_system
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import Recorded
from workflow.domain.persons import months_after
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.released import DataReleased, DeletionConfirmed

INTEGRATOR = "integrator"
"""The role in the directory under which another agency's system reads."""


def shared(
    definition: Definition,
    case: Case,
    event: Recorded,
    name: str,
    alignments: Alignments,
    formerly: Callable[[str], tuple[str, ...]],
) -> tuple[Shared, ...]:
    """The clauses that an event called `name` meets; case and alignments as they stood with it.

    A case shares under the terms that bind it. One that has still to come to the action that binds, or whose programme
    has none, shares under those that reach it; one that was past it when they came stays outside of them.
    """
    today = local_date(event.at, definition.calendar.zone)
    bound = {one.alignment: one.terms for one in case.bound}
    found = []
    for one in alignments.touching(definition.id, case.region, today, formerly(case.region)):
        if one.standing != "in_force" or (one.ref not in bound and past(case, one.terms.binds_at(definition.id))):
            continue
        hash = bound.get(one.ref, one.hash)
        found += [
            Shared(alignment=one.ref, terms=hash, clause=clause)
            for clause in alignments.agreed[hash].data
            if clause.event == name and clause.recipient != definition.owner
        ]
    return tuple(found)


def release(definition: Definition, case: Case, command: ReleaseData, context: Context) -> tuple[Decided, ...]:
    """The events that say what is released, for alignments that are in force now too. Raises Refused, Unchanged."""
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((SYSTEM,), ()),))
    inside = {one.ref for one in touching(definition, case, context) if one.standing == "in_force"}
    today = local_date(context.at, definition.calendar.zone)
    decided = [
        by_system(
            DataReleased(
                alignment=one.alignment,
                terms=one.terms,
                event=one.clause.event,
                stands_on=command.stands_on,
                recipient=one.clause.recipient,
                fields=one.clause.fields,
                purpose=one.clause.purpose,
                legal_basis=one.clause.legal_basis,
                keep_until=months_after(today, one.clause.retention_months) - timedelta(days=1),
            )
        )
        for one in command.shared
        if one.alignment in inside
    ]
    if not decided:
        raise Unchanged
    return tuple(decided)


def confirm_deletion(
    definition: Definition, case: Case, command: ConfirmDeletion, context: Context
) -> tuple[Decided, ...]:
    """The event that says that a release is deleted; for a system of its recipient. Raises Refused, Unchanged."""
    found = next((one for one in case.releases if one.position == command.release), None)
    post = None if found is None else receiving(found.recipient, context, definition.calendar.zone)
    if found is None or post is None:
        raise Refused((sentences.no_role((INTEGRATOR,), ()),))
    if found.deleted is not None:
        raise Unchanged
    body = DeletionConfirmed(release=found.position)
    return (Decided(body=body, actor=context.actor, office=post.office, on_behalf_of=post.instead_of),)


def receiving(recipient: str, context: Context, zone: str) -> Appointment | None:
    """The appointment in which the actor serves the systems of an agency, or of its successor; None: in none."""
    for post in context.people.appointments(context.actor):
        serves = post.role == INTEGRATOR and in_force(post, context.at, zone)
        if serves and recipient in context.agencies(post.office):
            return post
    return None
