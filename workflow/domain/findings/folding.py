"""Remembers of each case what figures are made of."""

from collections.abc import Callable, Iterable, MutableMapping
from functools import lru_cache

from msgspec import Struct

from workflow.domain.calendar import local_date
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, ClaimChange, FactsChanged, Move, Recorded
from workflow.domain.findings.figures import Group, Kept, Key
from workflow.domain.merge import merge
from workflow.domain.places import quota_claims
from workflow.domain.released import DataReleased, DeletionConfirmed

MENTORING = "mentoring"


class Rules(Struct, frozen=True):
    """What of a definition tells how its cases count."""

    zone: str
    places: frozenset[str]
    """Claims that hold a place of the programme's quota."""
    reports: frozenset[str]
    """Actions by which somebody reports on groups while they are mentored."""
    reporters: frozenset[str]
    """Roles that report on groups while they are mentored."""


@lru_cache(maxsize=256)
def rules_of(definition: Definition) -> Rules:
    mentored = {name for name, state in definition.states.items() if state.phase == MENTORING}
    reports = [one for one in definition.actions.values() if one.outcomes and mentored & one.by.keys()]
    return Rules(
        definition.calendar.zone,
        frozenset(quota_claims(definition)),
        frozenset(one.name for one in reports),
        frozenset(role for one in reports for state in mentored & one.by.keys() for role in one.by[state]),
    )


def visit_of(group: Group, event: Recorded, definition: Definition) -> Key | None:
    """The figure of visits in a month that a report on mentoring counts in; None for any other event."""
    rules = rules_of(definition)
    if not isinstance(event.body, ActionTaken) or event.body.action not in rules.reports:
        return None
    month = local_date(event.at, rules.zone).isoformat()[:7]
    return Key("visit", group.programme, month, group.region, group.year)


def city_of(region: str) -> str:
    """The city or regency of a region; empty where it is none."""
    codes = region.split(".")
    return ".".join(codes[:2]) if len(codes) > 1 else ""


def fold(groups: MutableMapping[str, Group], event: Recorded, definition_of: Callable[[str], Definition]) -> bool:
    """Take in one event of a case; True where its facts changed, so that verdicts are to be made anew."""
    body = event.body
    if isinstance(body, CaseOpened):
        groups[body.ref] = _opened(event, body, definition_of)
        return True
    group = groups[event.stream.removeprefix("case/")]
    rules = rules_of(definition_of(group.definition))
    judged = _facts(group, event, rules)
    if isinstance(body, ActionTaken):
        mentors = [person for role, person in body.assigns.items() if role in rules.reporters]
        group.mentors = tuple(mentors) or group.mentors
    _keep(group, event, rules)
    move: Move | None = getattr(body, "move", None)
    if move is not None:
        _move(group, move, rules)
    return judged


def _opened(event: Recorded, body: CaseOpened, definition_of: Callable[[str], Definition]) -> Group:
    assert event.definition is not None
    rules = rules_of(definition_of(event.definition))
    day = local_date(event.at, rules.zone)
    group = Group(
        ref=body.ref,
        programme=body.programme,
        definition=event.definition,
        region=city_of(body.region),
        year=day.year,
        phase=body.move.phase,
        imported=event.imported is not None,
        facts=body.facts,
        day=day.isoformat(),
    )
    _move(group, body.move, rules)
    return group


def _facts(group: Group, event: Recorded, rules: Rules) -> bool:
    match event.body:
        case FactsChanged(patch=patch, region=region):
            pass
        case ActionTaken(amendments=dict(patch), region=moved):
            region = moved or ""
        case _:
            return False
    group.facts = merge(group.facts, patch)
    group.region = city_of(region) or group.region
    group.day = local_date(event.at, rules.zone).isoformat()
    return True


def _keep(group: Group, event: Recorded, rules: Rules) -> None:
    match event.body:
        case DataReleased() as body:
            kept = Kept(body.alignment, f"{body.event}.{body.recipient}", body.keep_until.isoformat())
            group.kept = {**group.kept, event.position: kept}
        case DeletionConfirmed(release=release) if release in group.kept:
            kept = group.kept[release]
            group.kept = {position: one for position, one in group.kept.items() if position != release}
            if local_date(event.at, rules.zone).isoformat() > kept.until:
                group.late = (*group.late, kept)


def _move(group: Group, move: Move, rules: Rules) -> None:
    group.phase, group.ended = move.phase, move.ended
    if move.phase != MENTORING:
        group.unvisited = ()
    group.year = move.period_year or group.year
    if not move.claims:
        return
    places = [change for change in move.claims if change.claim in rules.places]
    group.persons = _held(group.persons, (change for change in move.claims if change.kind == "unique"))
    group.places = _held(group.places, (change for change in places if change.kind == "counter"))
    group.turns = _held(group.turns, (change for change in places if change.kind == "turn"))


def _held(keys: tuple[str, ...], changes: Iterable[ClaimChange]) -> tuple[str, ...]:
    held = dict.fromkeys(keys)
    for change in changes:
        held.pop(change.key, None)
        if change.taken:
            held[change.key] = None
    return tuple(held)
