"""One sweep of the clock: what is due by a moment is asked of the cases by the engine itself, each thing once.

Rows are claimed so that sweeps share the work; that nothing happens twice rests on the commands' keys and on the cases
themselves, which know what was done. The moment is the database's: no server's own clock is believed.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Literal

from msgspec import Struct
from psycopg import Connection

from workflow.asks import DeadlineAsk
from workflow.domain.definition.model import SYSTEM
from workflow.engine import Engine
from workflow.projections.deadlines import STATE, Deadlines
from workflow.projections.runner import AWAY, Runner, use

BATCH = 200
"""Rows claimed at once: short enough that the read model is never kept waiting for long."""
CREW = 8
"""Commands under way at once; they share the commits of the log."""

log = logging.getLogger(__name__)

What = Literal["warn", "pass", "lapse"]


class Due(Struct, frozen=True):
    """A claimed row."""

    ref: str
    number: int
    round: int
    due: datetime
    warn: datetime | None
    next: datetime


class Done(Struct, frozen=True, kw_only=True):
    """One thing that a sweep did."""

    ref: str
    what: What
    inquiry: int | None
    due: datetime
    state: str
    """Of the case after it."""


def sweep(engine: Engine, runner: Runner, at: datetime | None = None, turn: float | None = None) -> list[Done]:
    """Do what is due by now, or by `at` where a demonstration moves time; `turn`: seconds after which to stop.

    What cannot be done now is tried by the next sweep. Raises one of `AWAY` where the database is away.
    """
    runner.catch_up(Deadlines.name)
    done: list[Done] = []
    began = time.monotonic()
    with ThreadPoolExecutor(CREW, thread_name_prefix="sweep") as crew:
        moment, place = at, None
        while turn is None or time.monotonic() - began < turn:
            with engine.pool.connection() as connection, connection.transaction():
                use(connection, Deadlines.name, "live")
                moment = moment or _database_clock(connection)
                rows = _claim(connection, moment, place)
                for some in crew.map(partial(_mind, engine, moment), rows):
                    done += some
            if len(rows) < BATCH:
                break
            # Rows that this sweep has seen to stay until the read model hears of it.
            place = rows[-1]
    return done


def _database_clock(connection: Connection[Any]) -> datetime:
    (now,) = connection.execute("SELECT now()").fetchone() or (None,)
    assert isinstance(now, datetime)
    return now


def _claim(connection: Connection[Any], moment: datetime, after: Due | None) -> list[Due]:
    """The next due rows that no other sweep has claimed, until the end of the transaction."""
    beyond = "AND (next, ref, number) > (%(next)s, %(ref)s, %(number)s)" if after else ""
    found = connection.execute(
        f"SELECT ref, number, round, due, warn, next FROM deadlines WHERE next <= %(moment)s {beyond}"  # noqa: S608
        " ORDER BY next, ref, number LIMIT %(most)s FOR UPDATE SKIP LOCKED",
        {
            "moment": moment,
            "most": BATCH,
            "next": after and after.next,
            "ref": after and after.ref,
            "number": after and after.number,
        },
    )
    return [Due(*row) for row in found]


def _mind(engine: Engine, moment: datetime, row: Due) -> list[Done]:
    try:
        return list(_done(engine, moment, row))
    except AWAY:
        raise
    except Exception as error:
        # One case's trouble is not the others'; its row stays and is seen to again.
        log.warning("the deadline %d of %s is not minded: %s", row.number, row.ref, type(error).__name__)
        return []


def _done(engine: Engine, moment: datetime, row: Due) -> Iterator[Done]:
    inquiry = None if row.number == STATE else row.number
    ends: What = "pass" if inquiry is None else "lapse"
    steps: list[tuple[What, datetime | None]] = [("warn", row.warn), (ends, row.due)]
    for what, when in steps:
        if when is None or when > moment:
            continue
        key = f"clock/{row.ref}/{row.round}/{row.number}/{what}"
        answer = engine.casework.handle(row.ref, DeadlineAsk(what=what, inquiry=inquiry), SYSTEM, key=key, at=moment)
        if answer.changed and not answer.repeated:
            yield Done(ref=row.ref, what=what, inquiry=inquiry, due=row.due, state=answer.case.state)
