"""What people are told: their notices in their own language, unread first, and who was told what of a case."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from jinja2 import UndefinedError
from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection, sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from workflow.domain.calendar import last_day
from workflow.domain.definition.entries import spelled
from workflow.domain.sentences import on_day
from workflow.domain.words import Text
from workflow.projections import pages, positions
from workflow.projections.cursors import BadCursor, Cursors
from workflow.projections.notices import COLUMNS, STOPPED, Notices, Row
from workflow.projections.projection import schema_of
from workflow.registry import RegistryApp
from workflow.store import tables
from workflow.texts import Texts, fill, message_text

TABLE = 'CREATE TABLE IF NOT EXISTS notice_reads (id text COLLATE "C" PRIMARY KEY, at timestamptz NOT NULL)'
NOTICES = sql.Identifier(schema_of(Notices.name, "live"), "notices")
SELECTED = sql.SQL(", ").join(sql.Identifier("n", name) for name in COLUMNS)
TEXTS_KEPT = 64
OWN = {
    STOPPED: Text(
        "Webhook {ref} dihentikan\n"
        "Tidak ada lagi yang dikirim ke sistem instansi Anda: {reason}.\n"
        "Tempatnya dalam umpan tetap; setelah diperbaiki, lanjutkan dengan POST {link}/resume",
        "Webhook {ref} is stopped\n"
        "Nothing more is sent to your agency's system: {reason}.\n"
        "Its place in the feed stays; once it is mended, go on with POST {link}/resume",
    )
}
"""What is told of no case, in the engine's own words: the title, then the text."""


class Told(Struct, frozen=True):
    """A notice, and when its person read it."""

    row: Row
    read: datetime | None


class Message(Struct, frozen=True):
    """A notice in one language."""

    title: str
    text: str


class Page(Struct, frozen=True):
    items: tuple[Told, ...]
    unread: int
    position: int
    next: str | None


def prepare(connection: Connection[Any]) -> None:
    """Create the table of what was read if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


class NoticeBoard:
    """Safe to share between threads.

    Texts are rendered when they are read: a definition's texts never change, so a row holds what fills them in, and
    whoever changes their language reads all of it in the new one. None of what fills them in is personal.
    """

    def __init__(self, pool: ConnectionPool, registry: RegistryApp, master_key: bytes, public_url: str) -> None:
        self._pool, self._registry, self._public_url = pool, registry, public_url
        self._cursors = Cursors(master_key)
        self._texts: dict[str, Texts] = {}

    def page(self, person: str, cursor: str | None, limit: int) -> Page:
        """A person's notices, unread first, then the youngest first. Raises BadCursor, BadQuery."""
        limit = pages.limit_of(limit)
        place = ("-1", "0", "") if cursor is None else self._cursors.read(["notices", person], cursor)
        if len(place) != 3:
            raise BadCursor
        with self._pool.connection() as connection:
            here = positions.place(connection, Notices.name)
            found = _selected(
                connection,
                "n.person = %s AND ((r.at IS NOT NULL)::int, -n.position, n.id) > (%s::int, %s::bigint, %s)",
                "(r.at IS NOT NULL)::int, -n.position, n.id",
                [person, *place],
                limit + 1,
            )
            (unread,) = connection.execute(
                sql.SQL(
                    "SELECT count(*) FROM {} n LEFT JOIN notice_reads r USING (id) WHERE person = %s AND r.id IS NULL"
                ).format(NOTICES),
                [person],
            ).fetchone() or (0,)
        next = None
        if len(found) > limit:
            last = found[limit - 1]
            key = (str(int(last.read is not None)), str(-last.row.position), last.row.id)
            next = self._cursors.write(["notices", person], key)
        return Page(tuple(found[:limit]), unread, here.position if here else 0, next)

    def of_case(
        self, ref: str, limit: int, cursor: str | None = None, without: Collection[int] = ()
    ) -> tuple[tuple[Told, ...], int, str | None]:
        """Who was told what of a case, the youngest first; the position up to which that is known; where to go on.

        `without`: positions of events that are not the reader's. Raises BadCursor, BadQuery.
        """
        limit = pages.limit_of(limit)
        place = ("-9223372036854775807", "") if cursor is None else self._cursors.read(["notices", ref], cursor)
        if len(place) != 2:
            raise BadCursor
        with self._pool.connection() as connection:
            here = positions.place(connection, Notices.name)
            found = _selected(
                connection,
                "n.ref = %s AND (-n.position, n.id) > (%s::bigint, %s) AND n.position <> ALL(%s)",
                "-n.position, n.id",
                [ref, *place, list(without)],
                limit + 1,
            )
        next = None
        if len(found) > limit:
            last = found[limit - 1].row
            next = self._cursors.write(["notices", ref], (str(-last.position), last.id))
        return tuple(found[:limit]), here.position if here else 0, next

    def read(self, id: str, person: str, at: datetime) -> Told | None:
        """Mark a notice as read, the first time for good; None where it is not this person's."""
        with self._pool.connection() as connection:
            mine = _selected(connection, "n.id = %s AND n.person = %s", "n.id", [id, person], 1)
            if not mine:
                return None
            connection.execute("INSERT INTO notice_reads VALUES (%s, %s) ON CONFLICT DO NOTHING", [id, at])
            return _selected(connection, "n.id = %s", "n.id", [id], 1)[0]

    def message(self, row: Row, language: str) -> Message:
        """A notice in a language: the title is the first line of its text."""
        if not row.definition:
            said = in_language(OWN[row.template], language).format(
                ref=row.ref, reason=in_language(Text(row.reason, row.reason_en), language), link=self.link(row)
            )
            title, _, text = said.partition("\n")
            return Message(title, text)
        source = self._sources(row.definition).get(message_text(row.template, language), "")
        try:
            filled = fill(source, self._values(row, language))
        except UndefinedError:
            filled = ""
        title, _, text = filled.strip().partition("\n")
        return Message(title.strip() or f"{row.event} {row.ref}", text.strip())

    def headline(self, row: Row, language: str) -> str:
        """The title alone, for channels on which nothing that somebody wrote may leave the system."""
        return self.message(replace(row, label="", reason="", reason_en=""), language).title

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """The notices of these names, the oldest first; those that are not there are left out."""
        with self._pool.connection() as connection:
            found = _selected(connection, "n.id = ANY(%s)", "n.position, n.id", [list(ids)], len(ids))
        return [told.row for told in found]

    def link(self, row: Row) -> str:
        return f"{self._public_url}/{'cases' if row.definition else 'api/v1/webhooks'}/{row.ref}"

    def _values(self, row: Row, language: str) -> Mapping[str, str]:
        definition = self._registry.definition(row.definition)
        state = definition.states[row.state].title or spelled(row.state)
        due = Text("", "") if row.due is None else on_day(last_day(row.due, definition.calendar.zone))
        return {
            "ref": row.ref,
            "programme": in_language(definition.title, language),
            "group": row.label,
            "region": row.region,
            "state": in_language(state, language),
            "due": in_language(due, language),
            "reason": (language == "en" and row.reason_en) or row.reason,
            "inquiry": "" if row.inquiry is None else str(row.inquiry),
            "link": self.link(row),
        }

    def _sources(self, definition: str) -> Texts:
        known = self._texts.get(definition)
        if known is None:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.clear()
            known = self._texts[definition] = self._registry.texts(definition)
        return known


def in_language(text: Text, language: str) -> str:
    return text.en if language == "en" else text.id


def _selected(connection: Connection[Any], where: str, order: str, values: Sequence[Any], limit: int) -> list[Told]:
    statement = sql.SQL(
        "SELECT {}, r.at AS read FROM {} n LEFT JOIN notice_reads r ON r.id = n.id WHERE {} ORDER BY {} LIMIT %s"
    )
    asked = statement.format(SELECTED, NOTICES, sql.SQL(where), sql.SQL(order))
    rows = connection.cursor(row_factory=dict_row).execute(asked, [*values, limit]).fetchall()
    return [_told(row) for row in rows]


def _told(values: dict[str, Any]) -> Told:
    read = values.pop("read")
    for name in ("at", "due"):
        values[name] = pages.utc(values[name])
    return Told(Row(**values), read.astimezone(UTC) if read else None)
