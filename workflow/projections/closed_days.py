"""Agencies' own days as a read model that counts working days keeps them: those declared by its position."""

from collections.abc import Collection
from datetime import date
from typing import Any

from psycopg import Connection

from workflow.domain.days_off import STREAM, DayOffDeclared, DayOffWithdrawn
from workflow.domain.events import Recorded
from workflow.domain.regions import covers

TABLE = """
CREATE TABLE closed_days (
    number integer          PRIMARY KEY,
    agency text,                         -- NULL: every agency's
    region text COLLATE "C" NOT NULL,
    day    date             NOT NULL
);
"""


class ClosedDays:
    """Those of one build, read at the beginning of a batch and brought forward event by event."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        found = connection.execute("SELECT number, agency, region, day FROM closed_days").fetchall()
        self._known: dict[int, tuple[str | None, str, date]] = {number: (*rest,) for number, *rest in found}

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

    def of(self, owner: str, region: str) -> Collection[date]:
        """The days of an agency's programmes in a region."""
        return [day for agency, place, day in self._known.values() if agency in (None, owner) and covers(place, region)]
