"""Which counter holds the places of a quota, where the programme's definition tells it."""

from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded

TOLD = frozenset({"programme.id", "region.city", "period.year"})
"""What is known of a place without the case that holds it."""


def quota_claims(definition: Definition) -> tuple[str, ...]:
    """The counters whose limit reads the quota: whoever holds one has a place."""
    guards = definition.guards
    return tuple(
        rule.name
        for rule in definition.claims.values()
        if rule.kind == "counter" and rule.limit is not None and "quota" in guards.names(rule.limit)
    )


def counter_of(definition: Definition, region: str, year: int) -> str | None:
    """The key of the counter that a quota of this city and year limits.

    None where no counter, or more than one, is limited by the quota, or its key needs more than city and year; and
    for a region that is no city, for which no case asks.
    """
    guards = definition.guards
    keys = [definition.claims[name].key for name in quota_claims(definition)]
    if region.count(".") != 1 or len(keys) != 1 or not guards.names(keys[0]) <= TOLD:
        return None
    known = {"programme": {"id": definition.id}, "region": {"city": region}, "period": {"year": year}}
    key = guards.evaluate(keys[0], known)
    return key if isinstance(key, str) and key else None


def freed(event: Recorded) -> tuple[str, ...]:
    """The counters of which an event of a case gave a place back, or whose queue it changed."""
    move = getattr(event.body, "move", None)
    changes = move.claims if move else ()
    return tuple(dict.fromkeys(c.key for c in changes if c.kind == "turn" or (c.kind == "counter" and not c.taken)))
