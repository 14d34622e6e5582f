"""The list of all cases: where each stands, since when, and how long it ever waited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection

from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlineMoved,
    DeadlinePassed,
    DecisionCarried,
    FactsChanged,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Kind,
    Move,
    Recorded,
)
from workflow.projections.areas import area
from workflow.projections.labels import label_of, label_of_opening
from workflow.projections.pages import NEVER
from workflow.projections.projection import Projection, write_rows


class Row(Struct):
    """One case in the list. Field by field as the table's columns; changed in place while a batch is folded."""

    ref: str
    programme: str
    state: str
    phase: str
    region: str
    province: str
    city: str
    label: str
    applicant: str
    opened: datetime
    entered: datetime
    changed: datetime
    due: datetime
    warn: datetime | None
    ended: bool
    imported: str | None
    """Name of the other system, where the history is imported."""
    waited: int
    """Seconds of the longest wait between two happenings in a row; the time since the last one grows, and is none."""
    waited_in: str | None
    """The state in which it waited so long."""
    version: int
    position: int


COLUMNS = Row.__struct_fields__


class Cases(Projection):
    """One row for each case."""

    name = "cases"
    version = 3
    tables = """
    CREATE TABLE cases (
        ref       text COLLATE "C" PRIMARY KEY,
        programme text             NOT NULL,
        state     text             NOT NULL,
        phase     text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        province  text COLLATE "C" NOT NULL,
        city      text COLLATE "C" NOT NULL,
        label     text             NOT NULL,
        applicant text             NOT NULL,
        opened    timestamptz      NOT NULL,
        entered   timestamptz      NOT NULL,
        changed   timestamptz      NOT NULL,
        due       timestamptz      NOT NULL,  -- pages.NEVER: no clock runs
        warn      timestamptz,
        ended     boolean          NOT NULL,
        imported  text,
        waited    bigint           NOT NULL,
        waited_in text,
        version   integer          NOT NULL,
        position  bigint           NOT NULL
    );
    """
    indexes = """
    CREATE INDEX cases_opened    ON cases (opened, ref);
    CREATE INDEX cases_entered   ON cases (entered, ref);
    CREATE INDEX cases_changed   ON cases (changed, ref);
    CREATE INDEX cases_due       ON cases (due, ref);
    CREATE INDEX cases_waited    ON cases (waited, ref);
    CREATE INDEX cases_province  ON cases (province, opened, ref);
    CREATE INDEX cases_city      ON cases (city, opened, ref);
    CREATE INDEX cases_state     ON cases (state, entered, ref);
    CREATE INDEX cases_applicant ON cases (applicant, opened, ref);
    CREATE INDEX cases_words     ON cases USING gin ((lower(label) || ' ' || lower(ref)) gin_trgm_ops);
    """

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        ours = [event for event in events if event.stream.startswith("case/")]
        opened = {event.stream[5:] for event in ours if isinstance(event.body, CaseOpened)}
        known = {event.stream[5:] for event in ours} - opened
        rows = _rows(connection, known) if known else {}
        for event in ours:
            _fold(rows, event)
        if rows:
            values = ([getattr(row, name) for name in COLUMNS] for row in rows.values())
            write_rows(connection, "cases", COLUMNS, ("ref",), values)


def _rows(connection: Connection[Any], refs: set[str]) -> dict[str, Row]:
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM cases WHERE ref = ANY(%s)", [list(refs)])  # noqa: S608
    return {values[0]: Row(*values) for values in found}


def _fold(rows: dict[str, Row], event: Recorded) -> None:
    body = event.body
    if isinstance(body, CaseOpened):
        rows[body.ref] = _opened(event, body)
        return
    row = rows[event.stream[5:]]
    wait = int((event.at - row.changed).total_seconds())
    if wait > row.waited:
        row.waited, row.waited_in = wait, row.state
    row.version, row.position, row.changed = event.version, event.position, event.at
    match body:
        case ActionTaken():
            if body.amendments:
                row.label = label_of(body.amendments, row.label)
            _relocate(row, body.region or row.region)
            _move(row, body.move, event.at)
        case DecisionCarried():
            _move(row, body.move, event.at)
        case FactsChanged():
            row.label = label_of(body.patch, row.label)
            _relocate(row, body.region)
        case InquiryOpened():
            if body.days_left is not None:
                row.due, row.warn = NEVER, None
        case InquiryAnswered() | InquiryLapsed():
            if body.due is not None:
                row.due, row.warn = body.due, body.warn
        case DeadlinePassed(move=Move() as move):
            _move(row, move, event.at)
        case DeadlineMoved(inquiry=None):
            row.due, row.warn = body.due or NEVER, body.warn
        case Kind():
            pass


def _opened(event: Recorded, body: CaseOpened) -> Row:
    return Row(
        ref=body.ref,
        programme=body.programme,
        state=body.move.to,
        phase=body.move.phase,
        region=body.region,
        province=area(body.region, "province"),
        city=area(body.region, "city"),
        label=label_of_opening(body.facts, event.imported),
        applicant=body.applicant,
        opened=event.at,
        entered=event.at,
        changed=event.at,
        due=body.move.due or NEVER,
        warn=body.move.warn,
        ended=body.move.ended,
        imported=event.imported.source if event.imported else None,
        waited=0,
        waited_in=None,
        version=event.version,
        position=event.position,
    )


def _relocate(row: Row, region: str) -> None:
    if region != row.region:
        row.region, row.province, row.city = region, area(region, "province"), area(region, "city")


def _move(row: Row, move: Move, at: datetime) -> None:
    if move.to == move.from_:
        return
    row.state, row.phase, row.ended, row.entered = move.to, move.phase, move.ended, at
    row.due, row.warn = move.due or NEVER, move.warn
