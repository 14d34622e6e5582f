"""Which definitions and alignments were in force when, and which findings follow from them alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from psycopg import Connection, sql

from workflow.domain.alignments import Alignment, AlignmentChanged
from workflow.domain.events import Recorded
from workflow.domain.findings.clauses import Clause, World, compared
from workflow.domain.potentials import Potential, PotentialDropped, PotentialListed, Potentials, fold
from workflow.domain.promised import Order, Orders
from workflow.domain.registry import DefinitionPublished, IntakeSet, PlacesTransferred, QuotaSet, signed
from workflow.domain.windows import Window
from workflow.projections.projection import DefinitionOf

TABLES = """
CREATE TABLE published (
    programme text COLLATE "C" NOT NULL,
    hash      text             NOT NULL,
    position  bigint           PRIMARY KEY,
    at        timestamptz      NOT NULL
);
CREATE TABLE alignments (
    ref      text COLLATE "C" NOT NULL,
    state    bytea            NOT NULL,
    position bigint           PRIMARY KEY,
    at       timestamptz      NOT NULL
);
CREATE TABLE orders (
    programme   text    NOT NULL,
    region      text    NOT NULL,
    year        integer NOT NULL,
    places      integer NOT NULL,
    legal_basis text    NOT NULL,
    position    bigint  PRIMARY KEY,
    at          timestamptz NOT NULL
);
CREATE TABLE moved (
    programme text    NOT NULL,
    region    text    NOT NULL,
    year      integer NOT NULL,
    places    integer NOT NULL,  -- by transfers
    PRIMARY KEY (programme, region, year)
);
CREATE TABLE intakes (
    programme text    NOT NULL,
    region    text    NOT NULL,
    year      integer NOT NULL,
    opens     date    NOT NULL,
    closes    date    NOT NULL,
    position  bigint  PRIMARY KEY,
    at        timestamptz NOT NULL
);
CREATE TABLE potentials (
    region text  NOT NULL,
    key    text  NOT NULL,
    state  bytea NOT NULL,
    PRIMARY KEY (region, key)
);
CREATE TABLE clauses (
    kind      text    NOT NULL,
    a         text    NOT NULL,
    b         text    NOT NULL,
    region    text    NOT NULL,
    year      integer NOT NULL,
    dimension text    NOT NULL
);
"""
AsOf = datetime | int | None
"""A moment by the events' own times, a position, or now."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Alignment).decode
_decode_potential = msgspec.msgpack.Decoder(Potential).decode


def publish(connection: Connection[Any], event: Recorded, body: DefinitionPublished) -> None:
    connection.execute(
        "INSERT INTO published (programme, hash, position, at) VALUES (%s, %s, %s, %s)",
        [body.programme, body.hash, event.position, event.at],
    )


def align(connection: Connection[Any], event: Recorded, body: AlignmentChanged) -> None:
    alignment = Alignment(
        ref=body.ref,
        standing=body.standing,
        terms=body.terms,
        hash=body.hash,
        reason=body.reason,
        letter=body.letter,
        changed=event.at,
        position=event.position,
    )
    connection.execute(
        "INSERT INTO alignments (ref, state, position, at) VALUES (%s, %s, %s, %s)",
        [body.ref, _encode(alignment), event.position, event.at],
    )


def offer(connection: Connection[Any], event: Recorded, body: QuotaSet | PlacesTransferred) -> None:
    """Places that a programme offers from now on: as set, and what transfers brought or took away."""
    cell = [event.stream.removeprefix("programme/"), body.region, body.year]
    if isinstance(body, QuotaSet):
        connection.execute(
            "INSERT INTO orders (programme, region, year, places, legal_basis, position, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [*cell, body.places, body.legal_basis, event.position, event.at],
        )
    else:
        connection.execute(
            "INSERT INTO moved (programme, region, year, places) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (programme, region, year) DO UPDATE SET places = moved.places + excluded.places",
            [*cell, signed(body)],
        )


def take_in(connection: Connection[Any], event: Recorded, body: IntakeSet) -> None:
    """When a programme takes proposals from now on."""
    connection.execute(
        "INSERT INTO intakes (programme, region, year, opens, closes, position, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            event.stream.removeprefix("programme/"),
            body.region,
            body.year,
            body.opens,
            body.closes,
            event.position,
            event.at,
        ],
    )


def keep(connection: Connection[Any], event: Recorded, body: PotentialListed | PotentialDropped) -> None:
    """What a region's list of leading potentials says of one from now on."""
    connection.execute("DELETE FROM potentials WHERE (region, key) = (%s, %s)", [body.region, body.key])
    for (region, key), potential in fold([event], Potentials()).listed.items():
        connection.execute(
            "INSERT INTO potentials (region, key, state) VALUES (%s, %s, %s)", [region, key, _encode(potential)]
        )


def until(as_of: AsOf) -> tuple[sql.SQL, list[Any]]:
    """The condition that a row's event lies no later than this."""
    if as_of is None:
        return sql.SQL("true"), []
    return sql.SQL("at <= %s" if isinstance(as_of, datetime) else "position <= %s"), [as_of]


def published(connection: Connection[Any], as_of: AsOf = None) -> dict[str, str]:
    """Programme to the name of its definition in force."""
    condition, values = until(as_of)
    query = sql.SQL(
        "SELECT DISTINCT ON (programme) programme, hash FROM published WHERE {} ORDER BY programme, position DESC"
    )
    return dict(connection.execute(query.format(condition), values).fetchall())


def alignments(connection: Connection[Any], as_of: AsOf = None) -> dict[str, Alignment]:
    """Every alignment as it stood, by reference."""
    condition, values = until(as_of)
    query = sql.SQL("SELECT DISTINCT ON (ref) ref, state FROM alignments WHERE {} ORDER BY ref, position DESC")
    return {ref: _decode(state) for ref, state in connection.execute(query.format(condition), values)}


def windows(connection: Connection[Any], as_of: AsOf = None) -> dict[tuple[str, str, int], Window]:
    """(programme, region, year) to the window as it stood."""
    condition, values = until(as_of)
    query = sql.SQL(
        "SELECT DISTINCT ON (programme, region, year) programme, region, year, opens, closes FROM intakes WHERE {}"
        " ORDER BY programme, region, year, position DESC"
    )
    return {
        (programme, region, year): Window(opens=opens, closes=closes)
        for programme, region, year, opens, closes in connection.execute(query.format(condition), values)
    }


def orders(connection: Connection[Any], year: int | None = None, as_of: AsOf = None) -> Orders:
    """What set places for a year, or for any, as it stood."""
    condition, values = until(as_of)
    query = sql.SQL(
        "SELECT DISTINCT ON (programme, region, year) programme, region, year, places, legal_basis FROM orders"
        " WHERE {} AND year = coalesce(%s, year) ORDER BY programme, region, year, position DESC"
    )
    found: dict[tuple[str, int], dict[str, Order]] = {}
    for programme, region, one, places, basis in connection.execute(query.format(condition), [*values, year]):
        found.setdefault((programme, one), {})[region] = Order(places, basis)
    return found


def world(connection: Connection[Any], definition_of: DefinitionOf) -> World:
    """Definitions, alignments, places and potentials as the tables stand now."""
    ordered = orders(connection)
    places = Counter(
        {(name, region, year): one.places for (name, year), there in ordered.items() for region, one in there.items()}
    )
    for programme, region, year, moved in connection.execute("SELECT programme, region, year, places FROM moved"):
        places[programme, region, year] += moved
    potentials = connection.execute("SELECT state FROM potentials ORDER BY region, key")
    return World(
        potentials=tuple(_decode_potential(state) for (state,) in potentials),
        definitions=compared({name: definition_of(hash) for name, hash in published(connection).items()}),
        alignments=alignments(connection),
        places=places,
        orders=ordered,
        windows=windows(connection),
    )


def standing(connection: Connection[Any]) -> frozenset[Clause]:
    rows = connection.execute("SELECT kind, a, b, region, year, dimension FROM clauses")
    return frozenset(Clause(*row) for row in rows)


def stand(connection: Connection[Any], found: Iterable[Clause]) -> None:
    connection.execute("DELETE FROM clauses")
    with connection.cursor().copy("COPY clauses (kind, a, b, region, year, dimension) FROM STDIN") as copy:
        for clause in sorted(found):
            copy.write_row(clause)
