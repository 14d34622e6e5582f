"""The feed as an integrator reads it: the events of its own region and programmes, from a position on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import sql
from psycopg_pool import ConnectionPool

from workflow.domain.alignments import Alignments
from workflow.domain.authority import in_force
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.directory import Directory
from workflow.domain.refusal import Refusal
from workflow.domain.releasing import INTEGRATOR
from workflow.domain.sentences import listed, say
from workflow.domain.titles import agency_title
from workflow.domain.words import Text
from workflow.projections import positions
from workflow.projections.feed import Feed
from workflow.projections.projection import schema_of
from workflow.registry import RegistryApp
from workflow.released import Released

SCANNED = 5_000
"""Events looked at for one page: a page of a reader who sees little ends early, and says how far it looked."""


class Reach(Struct, frozen=True, kw_only=True):
    """What one integrator may read: all cases under a region, of these programmes (None: of all)."""

    region: str
    programmes: tuple[str, ...] | None = None
    receives: str | None = None
    """Set: what is released to this agency, wherever it is from, and with its values."""


class Slice(Struct, frozen=True):
    """A part of the feed: the events, and the position up to which they are all of those that one may read."""

    items: tuple[msgspec.Raw, ...]
    position: int


def reaches_of(directory: Directory, registry: RegistryApp, who: str, at: datetime) -> tuple[Reach, ...]:
    """Where a person's appointments as integrator let them read; nothing unless granted.

    An office of a region reads what lies under it. One of the nation reads the programmes that its agency owns. Both
    read what terms release to their agency.
    """
    found: list[Reach] = []
    for appointment in directory.appointments(who):
        if appointment.role != INTEGRATOR or not in_force(appointment, at, HOME_ZONE):
            continue
        found += [Reach(region="", receives=one) for one in sorted(directory.agencies(appointment.office))]
        if appointment.region:
            found.append(Reach(region=appointment.region))
            continue
        agency = directory.office_now(appointment.office).agency
        found.append(Reach(region="", programmes=_owned(registry, agency)))
    return tuple(dict.fromkeys(found))


def _owned(registry: RegistryApp, agency: str) -> tuple[str, ...]:
    current = ((one.programme, one.current_hash) for one in registry.programmes())
    return tuple(name for name, hash in current if hash and registry.definition(hash).owner == agency)


def unread(
    registry: RegistryApp, alignments: Alignments, titles: Mapping[str, Text], reaches: Sequence[Reach], programme: str
) -> Iterator[Refusal]:
    """Why a reader never gets anything of a programme: it is another agency's, and no terms release any to them."""
    ours = {reach.receives for reach in reaches} - {None}
    if any(reach.receives is None and (reach.programmes is None or programme in reach.programmes) for reach in reaches):
        return
    for terms in alignments.agreed.values():
        if terms.side_of(programme) is not None and any(clause.recipient in ours for clause in terms.data):
            return
    found = registry.current(programme)
    owner = agency_title(titles, registry.definition(found.current_hash).owner if found and found.current_hash else "-")
    own = listed(sorted({name for reach in reaches for name in reach.programmes or ()}))
    yield say(
        "owner",
        Text(
            f"Program {programme} milik {owner.id}; sistem instansi Anda tidak membacanya",
            f"The programme {programme} is owned by {owner.en}; your agency's system does not read it",
        ),
        Text(
            f"Sebutkan program instansi Anda sendiri ({own}), atau mintalah klausul data dalam suatu penyelarasan",
            f"Name a programme of your own agency ({own}), or have a data clause agreed on in an alignment",
        ),
    )


class FeedReader:
    """Reads the feed's table. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, released: Released) -> None:
        self._pool, self._released = pool, released

    def after(
        self,
        position: int,
        reaches: Sequence[Reach],
        limit: int,
        *,
        programmes: Sequence[str] | None = None,
        events: Sequence[str] | None = None,
        upto: int | None = None,
    ) -> Slice:
        """At most `limit` events beyond a position, oldest first, narrowed to programmes and events where given.

        `upto`: none beyond this position.
        """
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            here = positions.place(connection, Feed.name)
            reached = here.position if here else 0
            end = min(reached, position + SCANNED, reached if upto is None else upto)
            if not reaches or end <= position:
                return Slice((), max(position, end) if reaches else position)
            may, values = _conditions(reaches)
            query = sql.SQL(
                "SELECT position, recipient, said::text FROM {}.told WHERE position > %s AND position <= %s AND ({})"
                " AND (%s::text[] IS NULL OR programme = ANY(%s)) AND (%s::text[] IS NULL OR event = ANY(%s))"
                " ORDER BY position LIMIT %s"
            ).format(sql.Identifier(schema_of(Feed.name, "live")), may)
            wanted = [list(programmes) if programmes else None] * 2 + [list(events) if events else None] * 2
            rows = connection.execute(query, [position, end, *values, *wanted, limit]).fetchall()
        full = len(rows) == limit
        ours = {reach.receives for reach in reaches} - {None}
        items = (self._released.opened(said) if recipient in ours else said.encode() for _, recipient, said in rows)
        return Slice(tuple(map(msgspec.Raw, items)), rows[-1][0] if full else end)


def _conditions(reaches: Sequence[Reach]) -> tuple[sql.Composable, list[Any]]:
    parts: list[sql.Composable] = []
    values: list[Any] = []
    for reach in reaches:
        if reach.receives is not None:
            parts.append(sql.SQL("recipient = %s"))
            values.append(reach.receives)
            continue
        of_programmes = sql.SQL("") if reach.programmes is None else sql.SQL(" AND programme = ANY(%s)")
        under = sql.SQL("({0} = %s OR {0} LIKE %s)")
        here = [reach.region, f"{reach.region}.%"]
        region: sql.Composable = sql.SQL("true")
        if reach.region:
            region = sql.SQL("({} OR {})").format(
                under.format(sql.Identifier("region")), under.format(sql.Identifier("was"))
            )
            values += [*here, *here]
        parts.append(sql.SQL("({}{})").format(region, of_programmes))
        values += [] if reach.programmes is None else [list(reach.programmes)]
    return sql.SQL(" OR ").join(parts), values
