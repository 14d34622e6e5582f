"""The feed: every event of every case as another agency's system may read it, by position; no person, no fact.

What is released under terms is told without its values: they are opened for the recipient as it reads.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import Connection

from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlineMoved,
    DecisionCarried,
    FactsChanged,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Move,
    Recorded,
)
from workflow.domain.released import DataReleased, DeletionConfirmed
from workflow.evidence.replay import name_of
from workflow.projections.projection import Projection, write_rows

SOURCE = "/api/v1/cases"
"""CloudEvents: with it, `id` (the position) names an event for ever."""
TYPE = "selaras.case."
COPY = "COPY told (position, programme, region, was, event, recipient, said) FROM STDIN"
MEMORY = ("ref", "programme", "region", "state", "phase", "round", "ended", "due")


RELEASED = ("alignment", "terms", "event", "recipient", "fields", "purpose", "legal_basis", "keep_until")
"""What is said of a release."""


class Standing(Struct):
    """Where a case stands. Field by field as the columns of `memory`; changed in place while a batch is folded."""

    ref: str
    programme: str
    region: str
    state: str
    phase: str
    round: int
    ended: bool
    due: str | None


class Feed(Projection):
    """One row for each event of a case. `was` is the region that the case leaves with it, else the same one."""

    name = "feed"
    version = 2
    prompt = True
    tables = """
    CREATE TABLE memory (
        ref       text COLLATE "C" PRIMARY KEY,
        programme text    NOT NULL,
        region    text    NOT NULL,
        state     text    NOT NULL,
        phase     text    NOT NULL,
        round     integer NOT NULL,
        ended     boolean NOT NULL,
        due       text
    );
    CREATE TABLE told (
        position  bigint PRIMARY KEY,
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        was       text COLLATE "C" NOT NULL,
        event     text             NOT NULL,
        recipient text,                      -- the agency to which the event releases data
        said      json             NOT NULL  -- CloudEvents 1.0
    );
    """
    indexes = """
    CREATE INDEX told_programme ON told (programme, position);
    """

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        ours = [event for event in events if event.stream.startswith("case/")]
        if not ours:
            return
        cases = dict(_known(connection, {event.stream[5:] for event in ours}))
        with connection.cursor().copy(COPY) as copy:
            for event in ours:
                for row in _told(cases, event):
                    copy.write_row(row)
        write_rows(connection, "memory", MEMORY, ("ref",), (msgspec.structs.astuple(case) for case in cases.values()))


def _known(connection: Connection[Any], refs: set[str]) -> Iterator[tuple[str, Standing]]:
    found = connection.execute(f"SELECT {', '.join(MEMORY)} FROM memory WHERE ref = ANY(%s)", [list(refs)])  # noqa: S608
    for row in found:
        yield row[0], Standing(*row)


def _told(cases: dict[str, Standing], event: Recorded) -> Iterator[tuple[Any, ...]]:
    body = event.body
    if isinstance(body, CaseOpened):
        cases[body.ref] = Standing(body.ref, body.programme, body.region, "", "", 0, False, None)
    case = cases[event.stream[5:]]
    was = case.region
    action = _fold(case, event)
    said = {
        "specversion": "1.0",
        "id": str(event.position),
        "source": SOURCE,
        "type": f"{TYPE}{name_of(event)}",
        "subject": case.ref,
        "time": msgspec.to_builtins(event.at.astimezone(UTC)),
        "datacontenttype": "application/json",
        "data": {
            "ref": case.ref,
            "programme": case.programme,
            "region": case.region,
            "event": name_of(event),
            "action": action,
            "state": case.state,
            "phase": case.phase,
            "round": case.round,
            "ended": case.ended,
            "due": case.due,
            "office": event.office,
            "version": event.version,
            "position": event.position,
            "imported": event.imported is not None,
            **_released(event),
        },
    }
    encoded = msgspec.json.encode(said).decode()
    recipient = event.body.recipient if isinstance(event.body, DataReleased) else None
    yield event.position, case.programme, case.region, was, name_of(event), recipient, encoded


def _released(event: Recorded) -> dict[str, Any]:
    match event.body:
        case DataReleased() as body:
            return {"released": {name: getattr(body, name) for name in RELEASED}}
        case DeletionConfirmed() as body:
            return {"release": body.release}
    return {}


def _fold(case: Standing, event: Recorded) -> str | None:
    """Bring the case forward; the action that was taken, where one was."""
    body = event.body
    move: Move | None = getattr(body, "move", None)
    match body:
        case ActionTaken() if body.region:
            case.region = body.region
        case FactsChanged():
            case.region = body.region
        case InquiryOpened() if body.days_left is not None:
            case.due = None
        case InquiryAnswered() | InquiryLapsed() if body.due is not None:
            case.due = msgspec.to_builtins(body.due)
        case DeadlineMoved(inquiry=None):
            case.due = None if body.due is None else msgspec.to_builtins(body.due)
    if move is not None and (move.to != move.from_ or isinstance(body, CaseOpened)):
        case.state, case.phase, case.round, case.ended = move.to, move.phase, move.round, move.ended
        case.due = None if move.due is None else msgspec.to_builtins(move.due)
    return body.action if isinstance(body, ActionTaken | DecisionCarried) else None
