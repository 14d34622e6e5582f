"""What terms share of a case with another agency: which clauses an event meets, and that the recipient deleted it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal

from workflow.domain import sentences
from workflow.domain.alignments import Alignments, Shared
from workflow.domain.authority import in_force
from workflow.domain.binding import past, touching
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.case import Case
from workflow.domain.commands import ConfirmDeletion, ReleaseData
from workflow.domain.context import Appointment, Context
from workflow.domain.decided import Decided, by_system
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import Recorded
from workflow.domain.persons import months_after
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.released import DataReleased, DeletionConfirmed, Release

Withheld = Literal["deleted", "expired", "not_in_force"]
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
    """The events that say what is released, for alignments that are in force now too; of one event it is released once,
    however often it is asked. Raises Refused, Unchanged."""
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((), (SYSTEM,), ()),))
    inside = {one.ref for one in touching(definition, case, context) if one.standing == "in_force"}
    today = local_date(context.at, definition.calendar.zone)
    before = {(one.terms, one.stands_on, one.recipient, one.fields) for one in case.releases}
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
        and (one.terms, command.stands_on, one.clause.recipient, one.clause.fields) not in before
    ]
    if not decided:
        raise Unchanged
    return tuple(decided)


def confirm_deletion(
    definition: Definition, case: Case, command: ConfirmDeletion, context: Context
) -> tuple[Decided, ...]:
    """The event that says that a release is deleted; for a system of its recipient. Raises Refused, Unchanged."""
    found = next((one for one in case.releases if one.position == command.release), None)
    posts = context.people.appointments(context.actor)
    post = None if found is None else receiving(found.recipient, posts, context.agencies, context.at)
    if found is None or post is None:
        raise Refused((sentences.no_role((), (INTEGRATOR,), ()),))
    if found.deleted is not None:
        raise Unchanged
    body = DeletionConfirmed(release=found.position)
    return (Decided(body=body, actor=context.actor, office=post.office, on_behalf_of=post.instead_of),)


def receiving(
    recipient: str, posts: Iterable[Appointment], agencies: Callable[[str], frozenset[str]], at: datetime
) -> Appointment | None:
    """Of somebody's posts, the one in which they serve the systems of an agency, or of its successor; None: none."""
    for post in posts:
        if post.role == INTEGRATOR and in_force(post, at, HOME_ZONE) and recipient in agencies(post.office):
            return post
    return None


def withheld(release: Release, definition: Definition, alignments: Alignments, at: datetime) -> Withheld | None:
    """Why the values of a release are not told any more; None: they are."""
    today = local_date(at, definition.calendar.zone)
    if release.deleted is not None:
        return "deleted"
    if today > release.keep_until:
        return "expired"
    alignment = alignments.known[release.alignment]
    return None if alignment.standing == "in_force" and today <= alignment.terms.until else "not_in_force"
