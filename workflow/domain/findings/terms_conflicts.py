"""Where terms contradict themselves or the definitions that they join."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from heapq import heappop, heappush

from workflow.domain.binding import undecided
from workflow.domain.definition.model import Definition
from workflow.domain.findings.ceilings import exceeds
from workflow.domain.findings.comparing import meet
from workflow.domain.terms import Terms
from workflow.domain.windows import Window

WEEK = 7


def conflicts(terms: Terms, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """The clauses that cannot both hold, each by its name: `ceiling`, `empty.DIMENSION`, `exclusive.PROGRAMME`
    (which requires membership of the other), `window.PROGRAMME` (whose deadlines add up to more days than the terms
    last).
    """
    return tuple(dict.fromkeys(_conflicts(terms, definitions)))


def _conflicts(terms: Terms, definitions: Mapping[str, Definition]) -> Iterator[str]:
    if exceeds(terms, definitions):
        yield "ceiling"
    sides = [definitions.get(party.programme) for party in terms.parties]
    one, other = sides
    if one is not None and other is not None:
        for rule in terms.eligibility.dimensions:
            name = rule.dimension
            known = name in one.eligibility and name in other.eligibility
            if rule.rule == "intersection" and known and not meet(one.eligibility[name], other.eligibility[name]):
                yield f"empty.{name}"
    for side, partner in ((one, terms.parties[1].programme), (other, terms.parties[0].programme)):
        if side is None:
            continue
        if terms.persons.rule == "exclusive" and requires(side, partner):
            yield f"exclusive.{side.id}"
        days = days_to_complete(side)
        if days is not None and days > (terms.until - terms.since).days + 1:
            yield f"window.{side.id}"


def requires(definition: Definition, programme: str) -> bool:
    """True where a dimension is bound to values that name the other programme: it takes that one's members only."""
    return any(programme in (rule.in_ or ()) for rule in definition.eligibility.values())


def days_to_complete(definition: Definition) -> int | None:
    """Calendar days that the deadlines add up to on the quickest way from the first submission to a good end.

    A good end keeps claims. None where there is none, or no way leads there.
    """
    way = quickest_way(definition)
    return way[-1][0] if way else None


def days_to_approval(definition: Definition, binds_at: str) -> int | None:
    """Those until the case is approved on that way, as terms that bind it at an action see it; None as above."""
    way = quickest_way(definition)
    return next((days for days, state in way[1:] if not undecided(definition, state, binds_at)), None)


def quickest_way(definition: Definition) -> tuple[tuple[int, str], ...]:
    """The states from the start to a good end, each with the calendar days of deadlines before it; empty: no way."""
    queue: list[tuple[int, int, tuple[tuple[int, str], ...]]] = [(0, 1, ((0, definition.start),))]
    seen: set[str] = set()
    while queue:
        days, steps, way = heappop(queue)
        name = way[-1][1]
        if name in seen:
            continue
        seen.add(name)
        state = definition.states[name]
        if state.end:
            if state.keeps:
                return way
            continue
        spent = days + (0 if name == definition.start else _days(definition, name))
        for action in definition.actions.values():
            if name in action.to and not action.returns:
                heappush(queue, (spent, steps + 1, (*way, (spent, action.to[name]))))
    return ()


def outlast(terms: Terms, definition: Definition, windows: Iterable[Window]) -> tuple[Window, ...]:
    """The intakes whose last proposals need not be approved by the terms' last day, if every deadline is used up."""
    days = days_to_approval(definition, terms.binds_at(definition.id))
    return () if days is None else tuple(one for one in windows if one.closes + timedelta(days=days) > terms.until)


def _days(definition: Definition, state: str) -> int:
    clock = definition.states[state].clock
    if clock is None:
        return 0
    week = len(definition.calendar.week) or WEEK
    return clock.due if clock.unit == "calendar" else -(-clock.due * WEEK // week)
