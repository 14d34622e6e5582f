"""What is remembered of a group over time for its outcomes: where it stands, on what it builds, with whom it began."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain.benefits import asked_for
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, Facts, FactsChanged, Kind, Move, Recorded
from workflow.domain.merge import merge
from workflow.projections.areas import area

WORKERS = "workers"
"""The outcome that makes a taking a report."""
TOLD = ("potential", "sector", "plan")
"""Facts that outcomes are counted from."""


class Standing(Struct, frozen=True):
    """One group from an event until its next change. Field by field as the table's columns."""

    ref: str
    position: int
    """Of the event from which on it stands so."""
    at: datetime
    """Moment of that event; never before that of an earlier one of the same case."""
    latest: datetime
    """The latest moment of any event of a case up to that position."""
    family: str
    """The earliest case of the same people; the case itself where there is none."""
    programme: str
    region: str
    city: str
    potential: str | None
    sector: str | None
    phase: str
    state: str
    ended: bool
    workers_now: int | None
    workers_target: int | None
    grant: int
    """IDR: what the plan asks for of the benefits that are paid in money."""
    began: datetime | None
    """When it first entered a state in which reports are made."""
    year: int | None
    """The calendar year of that, in the programme's zone."""
    told: Facts
    """The facts of `TOLD`, as stored; none of them is personal."""


def opened(event: Recorded, body: CaseOpened, definition: Definition, latest: datetime) -> Standing:
    """A group as its case is opened."""
    bare = Standing(
        ref=body.ref,
        position=event.position,
        at=event.at,
        latest=latest,
        family=body.ref,
        programme=body.programme,
        region=body.region,
        city=area(body.region, "city"),
        potential=None,
        sector=None,
        phase=body.move.phase,
        state=body.move.to,
        ended=body.move.ended,
        workers_now=None,
        workers_target=None,
        grant=0,
        began=None,
        year=None,
        told={},
    )
    return _moved(_told(bare, body.facts, definition), body.move, event, definition)


def after(standing: Standing, event: Recorded, definition: Definition, latest: datetime) -> Standing:
    """A group after one more event of its case; the same where nothing of it changed."""
    body = event.body
    changed = standing
    if isinstance(body, FactsChanged):
        changed = _told(changed, body.patch, definition)
    if isinstance(body, ActionTaken) and body.amendments:
        changed = _told(changed, body.amendments, definition)
    if isinstance(region := getattr(body, "region", None), str) and region != changed.region:
        changed = replace(changed, region=region, city=area(region, "city"))
    if (move := move_of(body)) is not None:
        changed = _moved(changed, move, event, definition)
    if is_report(body) and changed.began is None:
        changed = _begun(changed, event, definition)
    if changed is standing:
        return standing
    return replace(changed, position=event.position, at=max(standing.at, event.at), latest=latest)


def move_of(body: Kind) -> Move | None:
    """What an event moves, whatever its kind."""
    move = getattr(body, "move", None)
    return move if isinstance(move, Move) else None


def is_report(body: Kind) -> bool:
    """True for a taking that says how many work in the group now."""
    return isinstance(body, ActionTaken) and isinstance(body.outcomes.get(WORKERS), int)


def reporting_states(definition: Definition) -> frozenset[str]:
    """The states in which a group reports how many work in it."""
    return frozenset(
        state
        for action in definition.actions.values()
        if any(outcome.name == WORKERS for outcome in action.outcomes)
        for state in action.from_
    )


def _told(standing: Standing, patch: Facts, definition: Definition) -> Standing:
    kept = {name: patch[name] for name in TOLD if name in patch}
    if not kept:
        return standing
    told = merge(standing.told, kept)
    plan = told.get("plan")
    plan = plan if isinstance(plan, dict) else {}
    return replace(
        standing,
        told=told,
        potential=_text(told.get("potential")),
        sector=_text(told.get("sector")),
        workers_now=_number(plan.get("workers_now")),
        workers_target=_number(plan.get("workers_target")),
        grant=sum(asked_for(definition, told).values()),
    )


def _moved(standing: Standing, move: Move, event: Recorded, definition: Definition) -> Standing:
    if move.to == move.from_:
        return standing
    moved = replace(standing, state=move.to, phase=move.phase, ended=move.ended)
    if moved.began is None and move.to in reporting_states(definition):
        return _begun(moved, event, definition)
    return moved


def _begun(standing: Standing, event: Recorded, definition: Definition) -> Standing:
    year = event.at.astimezone(ZoneInfo(definition.calendar.zone)).year
    return replace(standing, began=event.at, year=year)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
