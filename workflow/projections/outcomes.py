"""Outcomes: every group as it stood at any position, the reports of its mentors, and which cases are one group."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
from psycopg import Connection
from psycopg.types.json import Jsonb

from workflow.domain.events import ActionTaken, CaseOpened, Recorded
from workflow.projections.groups import Standing, after, is_report, move_of, opened
from workflow.projections.projection import DefinitionOf, Projection

COLUMNS = Standing.__struct_fields__
REPORT_COLUMNS = ("ref", "position", "at", "workers", "revenue", "loan", "entrepreneurs")
SAME_PEOPLE = """
SELECT ref FROM keys WHERE key = ANY(%s) AND ref <> %s
GROUP BY ref HAVING 2 * count(*) >= %s ORDER BY count(*) DESC, min(position), ref LIMIT 1
"""
START = datetime(1, 1, 2, tzinfo=UTC)
"""Before any event, in every zone."""


class Outcomes(Projection):
    """A row for each change of a group's standing, closed by its next one; a row for each report."""

    name = "outcomes"
    version = 2
    tables = """
    CREATE TABLE standings (
        ref            text COLLATE "C" NOT NULL,
        position       bigint           NOT NULL,
        until          bigint           NOT NULL DEFAULT 9223372036854775807,  -- the position of its next row
        at             timestamptz      NOT NULL,
        until_at       timestamptz      NOT NULL DEFAULT 'infinity',
        latest         timestamptz      NOT NULL,
        family         text COLLATE "C" NOT NULL,
        programme      text             NOT NULL,
        region         text COLLATE "C" NOT NULL,
        city           text COLLATE "C" NOT NULL,
        potential      text,
        sector         text,
        phase          text             NOT NULL,
        state          text             NOT NULL,
        ended          boolean          NOT NULL,
        workers_now    bigint,
        workers_target bigint,
        "grant"        bigint           NOT NULL,
        began          timestamptz,
        year           integer,
        told           jsonb            NOT NULL,
        PRIMARY KEY (ref, position)
    );
    CREATE TABLE reports (
        ref           text COLLATE "C" NOT NULL,
        position      bigint PRIMARY KEY,
        at            timestamptz NOT NULL,
        workers       bigint      NOT NULL,
        revenue       bigint,
        loan          bigint,
        entrepreneurs bigint
    );
    CREATE TABLE keys (  -- unique keys, without their scope, of the cases that ever claimed them
        key      text COLLATE "C" NOT NULL,
        ref      text COLLATE "C" NOT NULL,
        position bigint           NOT NULL,
        PRIMARY KEY (key, ref)
    );
    -- Every batch asks by these, also while the tables are loaded.
    CREATE INDEX standings_position ON standings (position);
    CREATE INDEX keys_ref           ON keys (ref);
    """
    indexes = """
    CREATE INDEX standings_open ON standings (ref) WHERE until = 9223372036854775807;
    CREATE INDEX reports_ref    ON reports (ref, position);
    """

    def __init__(self, definition_of: DefinitionOf) -> None:
        self._definition_of = definition_of

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        ours = [event for event in events if event.stream.startswith("case/")]
        if not ours:
            return
        batch = _Batch(connection, {event.stream[5:] for event in ours}, self._definition_of)
        for event in ours:
            batch.fold(event)
        batch.write()


class _Batch:
    """The groups that a batch of events touches, as they stand, and what is to be written of them."""

    def __init__(self, connection: Connection[Any], refs: set[str], definition_of: DefinitionOf) -> None:
        self._connection, self._definition_of = connection, definition_of
        self._standing = {one.ref: one for one in _standing_now(connection, refs)}
        keyed = connection.execute("SELECT DISTINCT ref FROM keys WHERE ref = ANY(%s)", [list(refs)])
        self._keyed = {ref for (ref,) in keyed}
        row = connection.execute("SELECT latest FROM standings ORDER BY position DESC LIMIT 1").fetchone()
        self._latest: datetime = row[0] if row else START
        self._closed: list[tuple[int, datetime, str, int]] = []
        self._new: list[Standing] = []
        self._reports: list[Sequence[Any]] = []

    def fold(self, event: Recorded) -> None:
        self._latest = max(self._latest, event.at)
        definition = self._definition_of(event.definition or "")
        body = event.body
        if isinstance(body, CaseOpened):
            before, now = None, opened(event, body, definition, self._latest)
        else:
            before = self._standing[event.stream[5:]]
            now = after(before, event, definition, self._latest)
        family = self._family(now, event)
        if family != now.family:
            now = replace(now, family=family, position=event.position, latest=self._latest)
        if before is not None and now is not before:
            self._closed.append((now.position, now.at, before.ref, before.position))
        if now is not before:
            self._new.append(now)
            self._standing[now.ref] = now
        if isinstance(body, ActionTaken) and is_report(body):
            said = (body.outcomes.get(name) for name in REPORT_COLUMNS[3:])
            self._reports.append((now.ref, event.position, max(event.at, now.at), *said))

    def _family(self, now: Standing, event: Recorded) -> str:
        """The earliest case of the same people, looked for when a case claims its first unique keys.

        The same people: at least half of the keys were claimed by that case before, in whatever scope.
        """
        move = move_of(event.body)
        taken = [c.key.partition(":")[2] for c in move.claims if c.taken and c.kind == "unique"] if move else []
        if not taken:
            return now.family
        family = now.family
        if now.ref not in self._keyed:
            self._keyed.add(now.ref)
            found = self._connection.execute(SAME_PEOPLE, [taken, now.ref, len(taken)]).fetchone()
            if found is not None:
                family = self._of(found[0]).family
        rows = [(key, now.ref, event.position) for key in taken]
        self._connection.cursor().executemany("INSERT INTO keys VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", rows)
        return family

    def _of(self, ref: str) -> Standing:
        if ref not in self._standing:
            (self._standing[ref],) = _standing_now(self._connection, {ref})
        return self._standing[ref]

    def write(self) -> None:
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        with self._connection.cursor().copy(f"COPY standings ({names}) FROM STDIN") as copy:
            for one in self._new:
                copy.write_row([*(getattr(one, name) for name in COLUMNS[:-1]), Jsonb(one.told)])
        # After the new rows are there: one batch may open a row and close it.
        self._connection.cursor().executemany(
            "UPDATE standings SET until = %s, until_at = %s WHERE ref = %s AND position = %s", self._closed
        )
        with self._connection.cursor().copy(f"COPY reports ({', '.join(REPORT_COLUMNS)}) FROM STDIN") as copy:
            for row in self._reports:
                copy.write_row(row)


def _standing_now(connection: Connection[Any], refs: set[str]) -> list[Standing]:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    query = f"SELECT {names} FROM standings WHERE ref = ANY(%s) AND until = 9223372036854775807"  # noqa: S608
    return [Standing(*row) for row in connection.execute(query, [list(refs)])]
