"""Who is told: the persons behind the recipients of a rule, by the directory as it stood when the event happened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from workflow.domain.authority import ADMIN, in_force, reaches
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.context import Appointment
from workflow.domain.definition.model import SYSTEM, Definition, NoticeRule
from workflow.domain.directory import Directory
from workflow.domain.events import DeadlineMoved, DeadlinePassed, Kind, Recorded
from workflow.domain.inquiries import inquiry_of
from workflow.domain.releasing import INTEGRATOR
from workflow.projections.standing import next_steps
from workflow.projections.waiting import Waiting

HANDLERS, ESCALATION, ASKER, ASKED = "handlers", "escalation", "asker", "asked"

Posts = Mapping[str, tuple[Appointment, ...]]
"""Role to all its appointments, delegations included."""


def posts_of(directory: Directory) -> Posts:
    found: dict[str, list[Appointment]] = defaultdict(list)
    for post in directory.posts.values():
        found[post.role].append(post)
    return {role: tuple(posts) for role, posts in found.items()}


def recipients(
    definition: Definition, rule: NoticeRule, case: Waiting, event: Recorded, posts: Posts, before: Waiting | None
) -> dict[str, str]:
    """Person to the role in which they are told; each person once, in the first role that the rule names.

    `case` is as the event left it; `before`: as it found it, where it ended it.
    """
    found: dict[str, str] = {}
    for to in rule.to:
        # Nobody acts in a case that has ended: it is told to whose turn it was, but for who ended it.
        turn, apart = (before, event.actor) if to == HANDLERS and before is not None else (case, None)
        for role in _roles(definition, to, turn, event.body):
            for person in _persons(definition, turn, role, posts, event.at, acting=to == HANDLERS):
                if person != apart:
                    found.setdefault(person, role)
    return found


def of_webhook(directory: Directory, posts: Posts, owner: str, at: datetime) -> dict[str, str]:
    """Whom a stopped webhook concerns, person to role: its owner, and the administrators of the owner's agency; where
    that has none, all of them."""
    agencies = {directory.office_now(post.office).agency for post in directory.appointments(owner)}
    admins = [post for post in posts.get(ADMIN, ()) if in_force(post, at, HOME_ZONE)]
    near = [post for post in admins if directory.office_now(post.office).agency in agencies]
    return {owner: INTEGRATOR} | {post.person: ADMIN for post in near or admins if post.person != owner}


def _roles(definition: Definition, to: str, case: Waiting, body: Kind) -> Iterator[str]:
    number = inquiry_of(body) or 0
    # When an answer is due concerns both sides alone.
    sides = case.sides.get(number)
    if to == HANDLERS:
        # A question, and the reminder of one, concern who is asked.
        asked = case.asked.get(number)
        yield from (asked,) if asked else next_steps(definition, case)
    elif to == ESCALATION:
        escalated = body.escalate if isinstance(body, DeadlinePassed) else case.escalated
        yield from (escalated,) if escalated else ()
    elif to in (ASKER, ASKED) and to not in definition.roles:
        yield from (sides[to == ASKED],) if sides else ()
    elif sides is None or to in sides or not isinstance(body, DeadlineMoved):
        yield to


def _persons(
    definition: Definition, case: Waiting, role: str, posts: Posts, at: datetime, *, acting: bool
) -> Iterable[str]:
    """`acting`: those alone whose turn it is; on a panel, who has voted has had it."""
    rule = definition.roles.get(role)
    if rule is None or role == SYSTEM:
        return ()
    if rule.level == "applicant":
        return (case.applicant,)
    serving = [
        post
        for post in posts.get(role, ())
        if in_force(post, at, definition.calendar.zone) and reaches(definition, post, case.region)
    ]
    panel = _on_panel(definition, case, role)
    named = tuple(case.seats) if panel else (case.assigned[role],) if role in case.assigned else ()
    # While one who was named may act, only they do, and whoever stands in for them.
    if any(post.person in named and post.instead_of is None for post in serving):
        serving = [post for post in serving if post.person in named or post.instead_of in named]
    if acting and panel:
        serving = [post for post in serving if (post.instead_of or post.person) not in case.voted]
    return dict.fromkeys(post.person for post in serving)


def _on_panel(definition: Definition, case: Waiting, role: str) -> bool:
    """True where a case is before a panel of this role."""
    panels = (action.panel for action in definition.actions.values() if case.state in action.from_)
    return role not in case.assigned and any(panel and panel.role == role for panel in panels)
