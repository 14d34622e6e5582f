"""Days off as a read model that counts working days keeps them: declared and adopted by its position."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from msgspec.json import decode, encode
from psycopg import Connection

from workflow.domain.days_off import STREAM, DayOffDeclared, DayOffWithdrawn
from workflow.domain.events import Recorded
from workflow.domain.holidays import HolidaysAdopted
from workflow.domain.regions import covers

TABLE = """
CREATE TABLE closed_days (
    number integer          PRIMARY KEY,
    agency text,                         -- NULL: every agency's
    region text COLLATE "C" NOT NULL,
    day    date             NOT NULL
);
CREATE TABLE holidays (
    country text     NOT NULL,
    year    integer  NOT NULL,
    list    bytea    NOT NULL,           -- the event that adopted it, as JSON
    PRIMARY KEY (country, year)
);
"""


class ClosedDays:
    """Those of one build, read at the beginning of a batch and brought forward event by event."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        found = connection.execute("SELECT number, agency, region, day FROM closed_days").fetchall()
        self._known: dict[int, tuple[str | None, str, date]] = {number: (*rest,) for number, *rest in found}
        self._adopted: dict[str, dict[int, HolidaysAdopted]] = {}

    def follow(self, event: Recorded) -> None:
        """Keep what an event declares or withdraws."""
        if event.stream != STREAM:
            return
        match event.body:
            case DayOffDeclared() as one:
                self._known[one.number] = (one.agency, one.region, one.date)
                self._connection.execute(
                    "INSERT INTO closed_days VALUES (%s, %s, %s, %s)", [one.number, one.agency, one.region, one.date]
                )
            case DayOffWithdrawn() as one:
                del self._known[one.number]
                self._connection.execute("DELETE FROM closed_days WHERE number = %s", [one.number])
            case HolidaysAdopted() as one:
                self._adopted.pop(one.country, None)
                self._connection.execute(
                    "INSERT INTO holidays VALUES (%s, %s, %s)"
                    " ON CONFLICT (country, year) DO UPDATE SET list = EXCLUDED.list",
                    [one.country, one.year, encode(one)],
                )

    def of(self, owner: str, region: str) -> Collection[date]:
        """The agency's own days for its programmes in a region."""
        return [day for agency, place, day in self._known.values() if agency in (None, owner) and covers(place, region)]

    def holidays(self, country: str | None) -> Mapping[int, HolidaysAdopted]:
        """The lists of a country that are adopted, by year; read when they are first asked for."""
        if country is None:
            return {}
        if country not in self._adopted:
            found = self._connection.execute("SELECT list FROM holidays WHERE country = %s", [country])
            lists = (decode(stored, type=HolidaysAdopted) for (stored,) in found)
            self._adopted[country] = {one.year: one for one in lists}
        return self._adopted[country]
