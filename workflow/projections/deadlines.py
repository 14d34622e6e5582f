"""Deadlines that are open: of states and of inquiries, each with the moment at which something is to be done next."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from msgspec import Struct
from psycopg import Connection

from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    DecisionCarried,
    FactsChanged,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Move,
    Recorded,
)
from workflow.projections.projection import Projection, schema_of, write_rows

STATE = 0
"""Stands for the deadline of the state; an inquiry's is under its number."""


class Row(Struct):
    """One deadline. Field by field as the table's columns; changed in place while a batch is folded."""

    ref: str
    number: int
    programme: str
    region: str
    round: int
    due: datetime | None
    """None: no clock runs; the row of a state is kept while the case goes on."""
    warn: datetime | None


COLUMNS = Row.__struct_fields__
Rows = dict[str, dict[int, Row]]
"""By case and number. An ended case, and the history of another system, has none: their deadlines are nobody's."""


class Deadlines(Projection):
    """One row for each open deadline."""

    name = "deadlines"
    version = 1
    tables = """
    CREATE TABLE deadlines (
        ref       text COLLATE "C" NOT NULL,
        number    integer          NOT NULL,  -- 0: of the state, else of this inquiry
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        round     integer          NOT NULL,
        due       timestamptz,
        warn      timestamptz,                -- NULL: warned already, or never to be
        next      timestamptz GENERATED ALWAYS AS (least(warn, due)) STORED,
        PRIMARY KEY (ref, number)
    );
    """
    indexes = """
    CREATE INDEX deadlines_next   ON deadlines (next, ref, number) WHERE next IS NOT NULL;
    CREATE INDEX deadlines_region ON deadlines (region text_pattern_ops, ref) WHERE due IS NOT NULL;
    """

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        ours = [event for event in events if event.stream.startswith("case/")]
        refs = {event.stream[5:] for event in ours}
        rows = _rows(connection, refs - {event.stream[5:] for event in ours if isinstance(event.body, CaseOpened)})
        before = {(ref, number) for ref, known in rows.items() for number in known}
        for event in ours:
            fold(rows, event)
        after = [row for known in rows.values() for row in known.values()]
        gone = before - {(row.ref, row.number) for row in after}
        if gone:
            connection.cursor().executemany("DELETE FROM deadlines WHERE ref = %s AND number = %s", sorted(gone))
        if after:
            values = ([getattr(row, name) for name in COLUMNS] for row in after)
            write_rows(connection, "deadlines", COLUMNS, ("ref", "number"), values)


def _rows(connection: Connection[Any], refs: set[str]) -> Rows:
    rows: Rows = {}
    if refs:
        columns = ", ".join(COLUMNS)
        found = connection.execute(f"SELECT {columns} FROM deadlines WHERE ref = ANY(%s)", [sorted(refs)])  # noqa: S608
        for values in found:
            row = Row(*values)
            rows.setdefault(row.ref, {})[row.number] = row
    return rows


def fold(rows: Rows, event: Recorded) -> None:
    """Bring the deadlines of the case that `event` belongs to forward, in place."""
    body, ref = event.body, event.stream[5:]
    if isinstance(body, CaseOpened):
        if event.imported is None and not body.move.ended:
            move = body.move
            rows[ref] = {STATE: Row(ref, STATE, body.programme, body.region, move.round, move.due, move.warn)}
        return
    known = rows.get(ref)
    if not known:
        return
    match body:
        case ActionTaken():
            _relocate(known, body.region)
            _move(rows, known, body.move)
        case DecisionCarried():
            _move(rows, known, body.move)
        case FactsChanged():
            _relocate(known, body.region)
        case InquiryOpened():
            state = known[STATE]
            if body.days_left is not None:
                state.due = state.warn = None
            known[body.number] = Row(
                ref, body.number, state.programme, state.region, state.round, body.answer_due, body.remind
            )
        case InquiryAnswered() | InquiryLapsed():
            known.pop(body.number, None)
            if body.due is not None:
                known[STATE].due, known[STATE].warn = body.due, body.warn
        case DeadlineWarned():
            _at(known, body.inquiry).warn = None
        case DeadlinePassed():
            if body.move is not None:
                _move(rows, known, body.move)
            else:
                known[STATE].due = known[STATE].warn = None
        case DeadlineMoved():
            row = _at(known, body.inquiry)
            row.due, row.warn = body.due, body.warn


def _at(known: dict[int, Row], inquiry: int | None) -> Row:
    return known[STATE if inquiry is None else inquiry]


def _relocate(known: dict[int, Row], region: str | None) -> None:
    for row in known.values():
        row.region = region or row.region


def _move(rows: Rows, known: dict[int, Row], move: Move) -> None:
    if move.to == move.from_:
        return
    state = known[STATE]
    # Inquiries that were left open have lapsed with the stay; their own event follows.
    known.clear()
    if move.ended:
        del rows[state.ref]
        return
    state.round, state.due, state.warn = move.round, move.due, move.warn
    known[STATE] = state


def reached_by(connection: Connection[Any], region: str, day: date, programmes: Sequence[str]) -> list[str]:
    """The cases under a region with a deadline that ends on a day or later, in order."""
    found = connection.execute(
        f"SELECT DISTINCT ref FROM {schema_of(Deadlines.name, 'live')}.deadlines"  # noqa: S608
        " WHERE due > %s AND programme = ANY(%s) AND (%s = '' OR region = %s OR region LIKE %s) ORDER BY ref",
        [datetime.combine(day, time(), UTC), list(programmes), region, region, f"{region}.%"],
    )
    return [ref for (ref,) in found]
