"""What the lists share: whose cases they may show, and how new they have to be."""

from collections import defaultdict
from datetime import UTC, datetime

from api.operations import Call
from workflow.domain.authority import in_force
from workflow.projections.items import Area, ListSight

PATIENCE = 5.0
"""Seconds that a reader waits for a list to reach the position asked for."""


def wait_for(call: Call, name: str, position: int | None) -> None:
    """Return once the list holds every event up to `position`. Raises BeyondHead, NotCaughtUp, Problem 429."""
    if position is not None:
        with call.limits.waiting():
            call.read_models.runner.wait_for(name, position, PATIENCE)


def sight_of(call: Call) -> ListSight:
    """The areas whose cases the caller may see, by the roles of each programme's present definition."""
    engine, who, at = call.engine, call.who, datetime.now(UTC)
    people = engine.directory.current()
    appointments = people.appointments(who)
    seen: dict[str, set[str]] = defaultdict(set)
    for programme in engine.registry.programmes() if appointments else ():
        if programme.current_hash is None:
            continue
        definition = engine.registry.definition(programme.current_hash)
        for appointment in appointments:
            role = definition.roles.get(appointment.role)
            if role is None or not in_force(appointment, at, definition.calendar.zone):
                continue
            if role.reads_all:
                seen[""].add(definition.id)
            elif role.level in (appointment.level, "any"):
                seen[appointment.region].add(definition.id)
    areas = tuple(Area(region, tuple(sorted(programmes))) for region, programmes in sorted(seen.items()))
    return ListSight(applicant=who if people.is_applicant(who) else None, areas=areas)
