"""Breaches of terms on mentoring: whose hands groups are in, and how often they were visited in the last full month."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from psycopg import Connection

from workflow.domain.alignments import Alignment
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.events import Recorded
from workflow.domain.findings.figures import Key
from workflow.domain.findings.mentoring import Month, Pair, last_month, month_ends, overloaded, reached, visits_asked
from workflow.projections.ledger import Ledger

TABLES = """
CREATE TABLE months (ends timestamptz NOT NULL);  -- when the month of the latest event is over
"""
HANDS = """
SELECT b, ref, region FROM changes WHERE kind = 'mentored' AND a = ANY(%(pair)s)
AND (%(mentors)s::text[] IS NULL OR b = ANY(%(mentors)s)) GROUP BY b, ref, region HAVING sum(change) > 0
"""
OVERLOAD = """
SELECT ref, region, year FROM changes WHERE kind = 'overload' AND (a, b) = (%s, %s)
GROUP BY ref, region, year HAVING sum(change) > 0
"""
MARKED = """
SELECT ref, a, b, region, year FROM changes WHERE kind = 'unvisited'
GROUP BY ref, a, b, region, year HAVING sum(change) > 0
"""
UNVISITED = """
SELECT m.ref, m.region FROM (
    SELECT ref, region FROM changes WHERE kind = 'mentoring' AND a = ANY(%(pair)s)
    GROUP BY ref, region HAVING sum(change) > 0 AND max(at) <= %(begins)s
) m LEFT JOIN (
    SELECT ref, sum(change) AS visits FROM changes WHERE kind = 'visit' AND a = ANY(%(pair)s) AND b = %(month)s
    GROUP BY ref
) v USING (ref) WHERE coalesce(v.visits, 0) < %(asked)s
"""

Overload = frozenset[tuple[str, str, int]]
"""(case, region, year)."""
Marks = dict[str, frozenset[tuple[str, str, int]]]
"""Case to the pairs of programmes, with the year, whose terms asked for more visits."""


class Mentors:
    """Groups that changed hands in one batch, until it is written."""

    def __init__(self) -> None:
        self._moves: list[tuple[int, datetime, str, frozenset[Key], frozenset[Key]]] = []

    def change(self, position: int, at: datetime, ref: str, before: Iterable[Key], after: Iterable[Key]) -> None:
        old, new = (frozenset(key for key in keys if key.kind == "mentored") for keys in (before, after))
        if old != new:
            self._moves.append((position, at, ref, old, new))

    def write(self, connection: Connection[Any], ledger: Ledger, agreed: Mapping[Pair, tuple[Alignment, ...]]) -> None:
        """Tell the ledger which groups are too many, from which event on. Before the ledger itself is written."""
        moves, self._moves = self._moves, []
        for pair, alignments in agreed.items() if moves else ():
            mentors = {key.b for *_, old, new in moves for key in old | new if key.a in pair}
            hands = _hands(connection, pair, sorted(mentors)) if mentors else {}
            for position, at, ref, old, new in moves:
                for mentor in sorted({key.b for key in old | new if key.a in pair}):
                    groups = hands.setdefault(mentor, {})
                    before = overloaded(alignments, groups)
                    groups.pop(ref, None)
                    for key in new:
                        if key.b == mentor:
                            groups[ref] = key.region
                    _tell(ledger, position, at, pair, before, overloaded(alignments, groups))


def align(
    connection: Connection[Any], ledger: Ledger, event: Recorded, pair: Pair, alignments: Iterable[Alignment]
) -> None:
    """Tell the ledger which groups are too many by the terms that hold between two programmes from an event on."""
    agreed = tuple(alignments)
    before = frozenset(connection.execute(OVERLOAD, pair).fetchall())
    hands = _hands(connection, pair, None) if agreed else {}
    after = frozenset(one for groups in hands.values() for one in overloaded(agreed, groups))
    _tell(ledger, event.position, event.at, pair, before, after)


def _hands(connection: Connection[Any], pair: Pair, mentors: list[str] | None) -> dict[str, dict[str, str]]:
    """Mentor to their groups of two programmes, each with its region."""
    found: dict[str, dict[str, str]] = {}
    for mentor, ref, region in connection.execute(HANDS, {"pair": list(pair), "mentors": mentors}):
        found.setdefault(mentor, {})[ref] = region
    return found


def _tell(ledger: Ledger, position: int, at: datetime, pair: Pair, before: Overload, after: Overload) -> None:
    for ref, region, year in sorted(before ^ after):
        key, came = (Key("overload", *pair, region, year),), (ref, region, year) in after
        ledger.change(position, at, ref, () if came else key, key if came else ())


# --- visits ---------------------------------------------------------------------------------------------------------


class Months:
    """Which month it is by the events: visits are judged by the first event after a month."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        row = connection.execute("SELECT ends FROM months").fetchone()
        self._ends: datetime | None = row[0] if row else None

    def over(self, event: Recorded) -> Month | None:
        """The last full month where an event is the first after it; None for any other event."""
        if event.imported is not None or (self._ends is not None and event.at < self._ends):
            return None
        first, self._ends = self._ends is None, month_ends(event.at, HOME_ZONE)
        self._connection.execute("DELETE FROM months")
        self._connection.execute("INSERT INTO months (ends) VALUES (%s)", [self._ends])
        return None if first else last_month(event.at, HOME_ZONE)


def judged(connection: Connection[Any], month: Month, agreed: Mapping[Pair, tuple[Alignment, ...]]) -> Marks:
    """What every case is to be marked with once a month is over; cases whose mark goes are there with nothing."""
    found: Marks = {ref: frozenset() for ref, *_ in connection.execute(MARKED)}
    for pair, alignments in agreed.items():
        for one in alignments:
            values = {"pair": list(pair), "begins": month.begins, "month": month.name}
            asked = visits_asked(one, month, HOME_ZONE)
            for ref, region in connection.execute(UNVISITED, {**values, "asked": asked}) if asked else ():
                if reached(one, region):
                    found[ref] = found.get(ref, frozenset()) | {(*pair, month.year)}
    return found


def cleared(connection: Connection[Any], pair: Pair, alignment: Alignment) -> Marks:
    """The marks without those of terms that have changed: these hold for no full month yet."""
    found: dict[str, set[tuple[str, str, int]]] = {}
    touched: set[str] = set()
    for ref, a, b, region, year in connection.execute(MARKED):
        gone = (a, b) == pair and reached(alignment, region)
        touched |= {ref} if gone else set()
        found.setdefault(ref, set()).update(() if gone else ((a, b, year),))
    return {ref: frozenset(found[ref]) for ref in touched}
