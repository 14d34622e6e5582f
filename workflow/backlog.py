"""What is due and not done, for who watches over the system: deliveries by channel, webhooks, deadlines. No names."""

from typing import Any

from msgspec import Struct
from psycopg import Connection

from workflow.projections.deadlines import Deadlines
from workflow.projections.projection import schema_of


class Channel(Struct, frozen=True, kw_only=True):
    """One way out, as `mail`."""

    waiting: int
    """Notices that should have gone out; what waits for somebody's hour is none of them."""
    oldest: float
    """Seconds since the first of them should have."""
    failures: int
    """How often in a row the receiver was out of reach; 0: it is in reach."""


class Backlog(Struct, frozen=True, kw_only=True):
    channels: dict[str, Channel]
    dead: dict[str, int]
    """Dead letters that rest, by channel."""
    failing: int
    """Webhooks whose receiver takes nothing now."""
    stopped: int
    """Webhooks to which nothing goes any more until their owner says so."""
    deadlines: int
    """That should have been warned of, passed or lapsed by now."""


def backlog(connection: Connection[Any]) -> Backlog:
    """As the database's clock has it."""
    channels = connection.execute(
        "SELECT c.channel, count(s.notice), coalesce(extract(epoch FROM now() - min(coalesce(s.first, s.next))), 0),"
        " c.failures FROM channels c LEFT JOIN sent s ON s.channel = c.channel AND s.next IS NOT NULL"
        " AND coalesce(s.first, s.next) <= now() GROUP BY c.channel, c.failures"
    ).fetchall()
    dead = connection.execute("SELECT channel, count(*) FROM dead_letters WHERE wanted IS NULL GROUP BY 1").fetchall()
    failing, stopped = connection.execute(
        "SELECT count(*) FILTER (WHERE status = 'active' AND failing_since IS NOT NULL),"
        " count(*) FILTER (WHERE status = 'stopped') FROM webhooks"
    ).fetchone() or (0, 0)
    (deadlines,) = connection.execute(
        f"SELECT count(*) FROM {schema_of(Deadlines.name, 'live')}.deadlines WHERE next <= now()"  # noqa: S608
    ).fetchone() or (0,)
    return Backlog(
        channels={
            name: Channel(waiting=waiting, oldest=float(oldest), failures=failures)
            for name, waiting, oldest, failures in channels
        },
        dead=dict(dead),
        failing=failing,
        stopped=stopped,
        deadlines=deadlines,
    )
