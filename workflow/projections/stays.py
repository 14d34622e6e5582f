"""How long cases stay in each state: one row for each stay, its length in working days once it is over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection

from workflow.domain.calendar import local_date
from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlinePassed,
    DecisionCarried,
    FactsChanged,
    Move,
    Recorded,
)
from workflow.projections.areas import area
from workflow.projections.closed_days import TABLE, ClosedDays
from workflow.projections.elapsed import working_days
from workflow.projections.projection import DefinitionOf, Projection, write_rows


class Stay(Struct):
    """One stay of a case in a state. Field by field as the table's columns; changed in place while folded."""

    ref: str
    round: int
    programme: str
    definition: str
    state: str
    region: str
    province: str
    city: str
    entered: datetime
    left: datetime | None
    days: int | None
    """Working days by the definition's calendar and the days off known by then; the day of entry does not count."""


COLUMNS = Stay.__struct_fields__


class Stays(Projection):
    """An end state is no step, so nobody stays there."""

    name = "stays"
    version = 3
    tables = f"""
    {TABLE}
    CREATE TABLE stays (
        ref        text COLLATE "C" NOT NULL,
        round      integer          NOT NULL,
        programme  text             NOT NULL,
        definition text             NOT NULL,
        state      text             NOT NULL,
        region     text COLLATE "C" NOT NULL,
        province   text COLLATE "C" NOT NULL,
        city       text COLLATE "C" NOT NULL,
        entered    timestamptz      NOT NULL,
        "left"     timestamptz,               -- NULL: it is there still
        days       integer,
        PRIMARY KEY (ref, round)
    );
    """
    indexes = 'CREATE INDEX stays_left ON stays ("left") INCLUDE (programme, state, days);'

    def __init__(self, definition_of: DefinitionOf) -> None:
        self._definition_of = definition_of

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        events = list(events)
        going_on = (e for e in events if e.stream.startswith("case/") and not isinstance(e.body, CaseOpened))
        known = {event.stream[5:] for event in going_on}
        here = _open(connection, known) if known else {}
        over: list[Stay] = []
        closed = ClosedDays(connection)
        for event in events:
            closed.follow(event)
            if event.stream.startswith("case/"):
                self._fold(here, over, event, closed)
        if here or over:
            rows = ([getattr(stay, name) for name in COLUMNS] for stay in (*over, *here.values()))
            write_rows(connection, "stays", COLUMNS, ("ref", "round"), rows)

    def _fold(self, here: dict[str, Stay], over: list[Stay], event: Recorded, closed: ClosedDays) -> None:
        body = event.body
        if isinstance(body, CaseOpened):
            here[body.ref] = _entered(body.programme, event, body.region, body.move)
            return
        stay = here.get(event.stream[5:])
        if stay is None:
            return
        match body:
            case FactsChanged():
                _relocate(stay, body.region)
            case ActionTaken():
                _relocate(stay, body.region or stay.region)
        move = body.move if isinstance(body, ActionTaken | DecisionCarried | DeadlinePassed) else None
        if move is None or move.to == move.from_:
            return
        stay.left = event.at
        definition = self._definition_of(stay.definition)
        rule, own = definition.calendar, closed.of(definition.owner, stay.region)
        first, last = local_date(stay.entered, rule.zone), local_date(event.at, rule.zone)
        stay.days = working_days(rule, first, last, own, closed.holidays(rule.country))
        here.pop(stay.ref)
        # What a carried decision skips was no stay: it has no round of its own.
        if not isinstance(body, DecisionCarried):
            over.append(stay)
        if not move.ended:
            here[stay.ref] = _entered(stay.programme, event, stay.region, move)


def _open(connection: Connection[Any], refs: set[str]) -> dict[str, Stay]:
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    found = connection.execute(
        f'SELECT {columns} FROM stays WHERE ref = ANY(%s) AND "left" IS NULL',  # noqa: S608
        [list(refs)],
    )
    return {values[0]: Stay(*values) for values in found}


def _entered(programme: str, event: Recorded, region: str, move: Move) -> Stay:
    return Stay(
        ref=event.stream[5:],
        round=move.round,
        programme=programme,
        definition=event.definition or "",
        state=move.to,
        region=region,
        province=area(region, "province"),
        city=area(region, "city"),
        entered=event.at,
        left=None,
        days=None,
    )


def _relocate(stay: Stay, region: str) -> None:
    stay.region, stay.province, stay.city = region, area(region, "province"), area(region, "city")
