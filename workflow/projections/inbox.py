"""The inbox: what waits for whom, until when, and what stands in the way of the next step."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from psycopg import Connection

from workflow.domain.events import Recorded
from workflow.projections.desks import desks_of_case
from workflow.projections.pages import NEVER
from workflow.projections.projection import DefinitionOf, Projection, write_rows
from workflow.projections.standing import next_steps
from workflow.projections.waiting import Waiting, fold

PART = 1000
"""Events that are held at once while a batch is folded."""
SETTLE = 5000
"""Cases a transaction when the desks are laid out after a rebuild's load."""
DESK_COLUMNS = (
    "ref, desk, role, due, entered, opened, warn, programme, definition, state, phase, region, label, applicant,"
    " assigned, blocked, escalated, imported, steps, position"
)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Waiting).decode
_steps = msgspec.json.Encoder().encode


class Inbox(Projection):
    """One row for each case and desk at which it waits; a desk is a role over an area, or one person in a role."""

    name = "inbox"
    version = 3
    prompt = True
    tables = """
    CREATE TABLE memory (
        ref   text COLLATE "C" PRIMARY KEY,
        ended boolean NOT NULL,
        state bytea   NOT NULL
    );
    CREATE TABLE desks (
        ref        text COLLATE "C" NOT NULL,
        desk       text COLLATE "C" NOT NULL,  -- ROLE@AREA or ROLE#PERSON
        role       text             NOT NULL,
        due        timestamptz      NOT NULL,  -- pages.NEVER: no clock runs
        entered    timestamptz      NOT NULL,
        opened     timestamptz      NOT NULL,
        warn       timestamptz,
        programme  text             NOT NULL,
        definition text             NOT NULL,
        state      text             NOT NULL,
        phase      text             NOT NULL,
        region     text COLLATE "C" NOT NULL,
        label      text             NOT NULL,
        applicant  text             NOT NULL,
        assigned   text,
        blocked    boolean          NOT NULL,  -- no step is open, whoever asks
        escalated  boolean          NOT NULL,  -- the passed deadline went to this role
        imported   boolean          NOT NULL,
        steps      json             NOT NULL,  -- [[action, [blocker, …]], …]
        position   bigint           NOT NULL,
        PRIMARY KEY (ref, desk)
    );
    """
    indexes = """
    CREATE INDEX desks_due     ON desks (desk, due, ref);
    CREATE INDEX desks_entered ON desks (desk, entered, ref);
    CREATE INDEX desks_opened  ON desks (desk, opened, ref);
    CREATE INDEX desks_state   ON desks (desk, state, due, ref);
    CREATE INDEX desks_words   ON desks USING gin ((lower(label) || ' ' || lower(ref)) gin_trgm_ops);
    """

    def __init__(self, definition_of: DefinitionOf) -> None:
        self._definition_of = definition_of

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        changed = self._remember(connection, events)
        if not changed:
            return
        connection.execute("DELETE FROM desks WHERE ref = ANY(%s)", [list(changed)])
        self._lay_out(connection, changed.values())

    def load(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        """As `apply`, but for the desks, which `settle` lays out once for each case."""
        self._remember(connection, events)

    def settle(self, connection: Connection[Any], after: str) -> str | None:
        rows = connection.execute(
            "SELECT ref, state FROM memory WHERE ref > %s AND NOT ended ORDER BY ref LIMIT %s", [after, SETTLE]
        ).fetchall()
        self._lay_out(connection, (_decode(row[1]) for row in rows))
        return rows[-1][0] if len(rows) == SETTLE else None

    def _remember(self, connection: Connection[Any], events: Iterable[Recorded]) -> dict[str, Waiting]:
        """Fold events and store what is remembered; returns the cases that they touched."""
        cases: dict[str, Waiting] = {}
        coming = iter(events)
        while part := list(islice(coming, PART)):
            unknown = {event.stream[5:] for event in part if event.stream.startswith("case/")} - cases.keys()
            if unknown:
                found = connection.execute("SELECT ref, state FROM memory WHERE ref = ANY(%s)", [list(unknown)])
                cases.update((ref, _decode(state)) for ref, state in found)
            for event in part:
                fold(cases, event)
        if cases:
            rows = ((case.ref, case.ended, _encode(case)) for case in cases.values())
            write_rows(connection, "memory", ("ref", "ended", "state"), ("ref",), rows)
        return cases

    def _lay_out(self, connection: Connection[Any], cases: Iterable[Waiting]) -> None:
        with connection.cursor().copy(f"COPY desks ({DESK_COLUMNS}) FROM STDIN") as copy:
            for case in cases:
                for row in self._rows(case):
                    copy.write_row(row)

    def _rows(self, case: Waiting) -> Iterator[tuple[Any, ...]]:
        if case.ended:
            return
        definition = self._definition_of(case.definition)
        for role, steps in next_steps(definition, case).items():
            assigned = case.assigned.get(role)
            blocked = all(step.blockers for step in steps)
            due, warn = _due(case, role)
            said = _steps([[step.action, step.blockers] for step in steps]).decode()
            for desk in desks_of_case(definition, case, role, steps):
                yield (
                    case.ref,
                    desk,
                    role,
                    due or NEVER,
                    case.entered,
                    case.opened,
                    warn,
                    case.programme,
                    case.definition,
                    case.state,
                    case.phase,
                    case.region,
                    case.label,
                    case.applicant,
                    assigned,
                    blocked,
                    role == case.escalated,
                    case.imported,
                    said,
                    case.position,
                )


def _due(case: Waiting, role: str) -> tuple[datetime | None, datetime | None]:
    """Due and warning of what waits for a role: of its answer where it is asked, else of the state."""
    asked = [case.answers_due[number] for number, to in case.asked.items() if to == role and number in case.answers_due]
    return min(asked, key=lambda one: one[0] or NEVER) if asked else (case.due, case.warn)
