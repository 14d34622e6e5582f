"""Who is told: the persons behind the recipients of a rule, by the directory as it stood when the event happened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from workflow.domain.authority import in_force, reaches
from workflow.domain.context import Appointment
from workflow.domain.definition.model import SYSTEM, Definition, NoticeRule
from workflow.domain.directory import Directory
from workflow.domain.events import DeadlineMoved, DeadlinePassed, Kind
from workflow.domain.inquiries import inquiry_of
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
    definition: Definition, rule: NoticeRule, case: Waiting, body: Kind, posts: Posts, at: datetime
) -> dict[str, str]:
    """Person to the role in which they are told; each person once, in the first role that the rule names.

    `case` is as the event left it.
    """
    found: dict[str, str] = {}
    for role in _roles(definition, rule, case, body):
        for person in _persons(definition, case, role, posts, at):
            found.setdefault(person, role)
    return found


def _roles(definition: Definition, rule: NoticeRule, case: Waiting, body: Kind) -> Iterator[str]:
    number = inquiry_of(body) or 0
    # When an answer is due concerns both sides alone.
    sides = case.sides.get(number)
    for to in rule.to:
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


def _persons(definition: Definition, case: Waiting, role: str, posts: Posts, at: datetime) -> Iterable[str]:
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
    named = _named(definition, case, role)
    # While one who was named may act, only they do, and whoever stands in for them.
    if any(post.person in named and post.instead_of is None for post in serving):
        serving = [post for post in serving if post.person in named or post.instead_of in named]
    return dict.fromkeys(post.person for post in serving)


def _named(definition: Definition, case: Waiting, role: str) -> tuple[str, ...]:
    """The person to whom the case is assigned in a role, or the seats of its panel."""
    if role in case.assigned:
        return (case.assigned[role],)
    panels = (action.panel for action in definition.actions.values() if case.state in action.from_)
    return tuple(case.seats) if any(panel and panel.role == role for panel in panels) else ()
