"""Places: the account of each quota at every position, and who held, used or waited for one from when to when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection

from workflow.domain.events import CaseOpened, ClaimChange, FactsChanged, Move, Recorded
from workflow.domain.places import quota_claims
from workflow.domain.registry import PlacesTransferred, QuotaSet, signed
from workflow.projections.areas import area
from workflow.projections.projection import DefinitionOf, Projection, write_rows

Key = tuple[str, str, int]
"""Programme, region, year."""
GRANTS = ("programme", "region", "year", "position", "at", "allotted", "moved")
ACCOUNT = ("programme", "region", "year", "position", "allotted", "moved", "held", "used", "waiting")


class Memory(Struct):
    """What is remembered of a case: whose places it asks for. Field by field as the columns of `memory`."""

    ref: str
    programme: str
    region: str
    applicant: str


class Holding(Struct):
    """One case and one place, in one standing. Field by field as the columns of `holdings`."""

    ref: str
    key: str
    since: int
    claim: str
    programme: str
    region: str
    year: int
    standing: str
    """`held` while the case runs, `used` where it ended and keeps it, `waiting` in the queue."""
    applicant: str
    since_at: datetime
    until: int | None = None
    """Position from which it is so no longer."""
    until_at: datetime | None = None


class Balance(Struct):
    """The account after a position."""

    allotted: int | None = None
    """As last set; None: never."""
    moved: int = 0
    """By transfers: what came less what left."""
    held: int = 0
    used: int = 0
    waiting: int = 0


class Places(Projection):
    """`account`: a row for each change of a quota's figures; `holdings`: one for each stay of a case in a standing."""

    name = "places"
    version = 1
    tables = """
    CREATE TABLE memory (
        ref       text COLLATE "C" PRIMARY KEY,
        programme text NOT NULL,
        region    text NOT NULL,
        applicant text NOT NULL
    );
    CREATE TABLE holdings (
        ref       text COLLATE "C" NOT NULL,
        key       text             NOT NULL,
        since     bigint           NOT NULL,
        claim     text             NOT NULL,
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        year      integer          NOT NULL,
        standing  text             NOT NULL,
        applicant text             NOT NULL,
        since_at  timestamptz      NOT NULL,
        until     bigint,
        until_at  timestamptz,
        PRIMARY KEY (ref, key, since)
    );
    CREATE TABLE grants (
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        year      integer          NOT NULL,
        position  bigint           NOT NULL,
        at        timestamptz      NOT NULL,
        allotted  integer,                    -- as set by this event; null: it is a transfer
        moved     integer          NOT NULL,
        PRIMARY KEY (programme, region, year, position)
    );
    CREATE TABLE account (
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        year      integer          NOT NULL,
        position  bigint           NOT NULL,
        allotted  integer,
        moved     integer          NOT NULL,
        held      integer          NOT NULL,
        used      integer          NOT NULL,
        waiting   integer          NOT NULL,
        PRIMARY KEY (programme, region, year, position)
    );
    CREATE TABLE accounts (
        programme text             NOT NULL,
        region    text COLLATE "C" NOT NULL,
        year      integer          NOT NULL,
        first     bigint           NOT NULL,  -- position of its first row in `account`
        PRIMARY KEY (programme, region, year)
    );
    """
    indexes = """
    CREATE INDEX holdings_open ON holdings (ref) WHERE until IS NULL;
    CREATE INDEX holdings_place ON holdings (programme, region, year, standing, since);
    """

    def __init__(self, definition_of: DefinitionOf) -> None:
        self._definition_of = definition_of
        self._claims: dict[str, tuple[str, ...]] = {}

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        ours = [event for event in events if _concerns(event)]
        if not ours:
            return
        batch = _Batch(connection, {event.stream[5:] for event in ours if event.stream.startswith("case/")})
        for event in ours:
            match event.body:
                case QuotaSet() as e:
                    batch.grant(event, (_programme(event), e.region, e.year), e.places, 0)
                case PlacesTransferred() as e:
                    batch.grant(event, (_programme(event), e.region, e.year), None, signed(e))
                case _:
                    batch.follow(event, self._counted(event.definition))
        batch.store()

    def _counted(self, definition: str | None) -> tuple[str, ...]:
        """The claims of a definition that are places."""
        if definition is None:
            return ()
        if definition not in self._claims:
            self._claims[definition] = quota_claims(self._definition_of(definition))
        return self._claims[definition]


class _Batch:
    """The rows that a batch of events reads and writes."""

    def __init__(self, connection: Connection[Any], refs: set[str]) -> None:
        self._connection = connection
        names = list(refs)
        columns = ", ".join(Memory.__struct_fields__)
        found = connection.execute(f"SELECT {columns} FROM memory WHERE ref = ANY(%s)", [names])  # noqa: S608
        self._cases = {row[0]: Memory(*row) for row in found}
        columns = ", ".join(Holding.__struct_fields__)
        found = connection.execute(
            f"SELECT {columns} FROM holdings WHERE until IS NULL AND ref = ANY(%s)",  # noqa: S608
            [names],
        )
        self._open: dict[str, dict[str, Holding]] = {}
        for row in found:
            self._open.setdefault(row[0], {})[row[1]] = Holding(*row)
        self._touched: dict[tuple[str, str, int], Holding] = {}
        self._grants: list[tuple[Any, ...]] = []
        self._balances: dict[Key, Balance] = {}
        self._rows: dict[tuple[Key, int], tuple[Any, ...]] = {}

    def grant(self, event: Recorded, key: Key, allotted: int | None, moved: int) -> None:
        """A quota was set, or places were transferred."""
        self._grants.append((*key, event.position, event.at, allotted, moved))
        balance = self._balance(key)
        if allotted is not None:
            balance.allotted = allotted
        balance.moved += moved
        self._note(key, event.position)

    def follow(self, event: Recorded, counted: tuple[str, ...]) -> None:
        """A case was opened, went to another region, or its places changed."""
        body, ref = event.body, event.stream[5:]
        if isinstance(body, CaseOpened):
            self._cases[ref] = Memory(ref, body.programme, area(body.region, "city"), body.applicant)
        case = self._cases[ref]
        if region := _region(event):
            case.region = area(region, "city")
        move = getattr(body, "move", None)
        if not isinstance(move, Move):
            return
        held = self._open.setdefault(ref, {})
        for change in move.claims:
            if change.claim in counted and change.kind != "unique":
                self._change(case, held, change, move, event)
        if move.ended:
            for holding in [h for h in held.values() if h.standing == "held"]:
                self._close(held, holding, event)
                self._begin(held, holding, "used", event)

    def _change(self, case: Memory, held: dict[str, Holding], change: ClaimChange, move: Move, event: Recorded) -> None:
        known = held.get(change.key)
        if not change.taken:
            # Of a place that was taken in the same move as the turn for it was given back, the turn is closed already.
            if known is not None and (known.standing == "waiting") == (change.kind == "turn"):
                self._close(held, known, event)
            return
        if known is not None:
            self._close(held, known, event)
        year = move.period_year or (known.year if known else event.at.year)
        asked = Holding(
            ref=case.ref,
            key=change.key,
            since=event.position,
            claim=change.claim,
            programme=case.programme,
            region=case.region,
            year=year,
            standing="waiting" if change.kind == "turn" else "held",
            applicant=case.applicant,
            since_at=event.at,
        )
        self._begin(held, asked, asked.standing, event)

    def _begin(self, held: dict[str, Holding], like: Holding, standing: str, event: Recorded) -> None:
        values = {name: getattr(like, name) for name in ("ref", "key", "claim", "programme", "region", "year")}
        begun = Holding(**values, applicant=like.applicant, standing=standing, since=event.position, since_at=event.at)
        held[begun.key] = self._touched[begun.ref, begun.key, begun.since] = begun
        self._count(begun, 1, event.position)

    def _close(self, held: dict[str, Holding], holding: Holding, event: Recorded) -> None:
        holding.until, holding.until_at = event.position, event.at
        self._touched[holding.ref, holding.key, holding.since] = holding
        del held[holding.key]
        self._count(holding, -1, event.position)

    def _count(self, holding: Holding, by: int, position: int) -> None:
        key = (holding.programme, holding.region, holding.year)
        balance = self._balance(key)
        setattr(balance, holding.standing, getattr(balance, holding.standing) + by)
        self._note(key, position)

    def _balance(self, key: Key) -> Balance:
        if key not in self._balances:
            row = self._connection.execute(
                "SELECT allotted, moved, held, used, waiting FROM account"
                " WHERE programme = %s AND region = %s AND year = %s ORDER BY position DESC LIMIT 1",
                key,
            ).fetchone()
            self._balances[key] = Balance(*row) if row else Balance()
        return self._balances[key]

    def _note(self, key: Key, position: int) -> None:
        b = self._balances[key]
        self._rows[key, position] = (*key, position, b.allotted, b.moved, b.held, b.used, b.waiting)

    def store(self) -> None:
        """Write what changed."""
        fields = Memory.__struct_fields__
        write_rows(self._connection, "memory", fields, ("ref",), map(_values, self._cases.values()))
        kept = [h for h in self._touched.values() if h.until != h.since]
        write_rows(self._connection, "holdings", Holding.__struct_fields__, ("ref", "key", "since"), map(_values, kept))
        place = ("programme", "region", "year", "position")
        write_rows(self._connection, "grants", GRANTS, place, self._grants)
        write_rows(self._connection, "account", ACCOUNT, place, self._rows.values())
        first: dict[Key, int] = {}
        for key, position in self._rows:
            first.setdefault(key, position)
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO accounts (programme, region, year, first) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [(*key, position) for key, position in first.items()],
            )


def _values(row: Struct) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in row.__struct_fields__)


def _programme(event: Recorded) -> str:
    return event.stream.removeprefix("programme/")


def _concerns(event: Recorded) -> bool:
    body = event.body
    if isinstance(body, QuotaSet | PlacesTransferred | CaseOpened | FactsChanged):
        return True
    move = getattr(body, "move", None)
    if not event.stream.startswith("case/"):
        return False
    return bool(getattr(body, "region", None)) or (isinstance(move, Move) and (bool(move.claims) or move.ended))


def _region(event: Recorded) -> str | None:
    region = getattr(event.body, "region", None)
    return region if isinstance(region, str) else None
