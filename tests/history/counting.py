"""Counts a log by other means than the import: the file's rows, standard library only. Columns as in receipt.csv."""

import csv
import gzip
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CASE, STEP, AT, WHO, OFFICE = "case:concept:name", "concept:name", "time:timestamp", "org:resource", "org:group"
START, DEADLINE = "case:startdate", "case:deadline"
DAYS = 56
"""Calendar days of the definition's clock from the day of opening on, that day not counted."""
ZONE = ZoneInfo("Europe/Amsterdam")

Happening = tuple[datetime, str, str, str]
"""When, what, who, in which office."""


@dataclass
class Counted:
    """What a log holds, case by case."""

    steps: dict[str, list[Happening]] = field(default_factory=dict)
    """In order of time."""
    opened: dict[str, datetime] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    """The local midnight that ends the last of 56 calendar days."""
    differences: Counter[int] = field(default_factory=Counter)
    """Days from the log's deadline to the end of 56 calendar days, with the number of cases."""

    @property
    def people(self) -> set[str]:
        return {who for steps in self.steps.values() for _, _, who, _ in steps}

    @property
    def orders(self) -> Counter[tuple[str, ...]]:
        """Orders of work with the number of cases worked so."""
        return Counter(tuple(what for _, what, _, _ in steps) for steps in self.steps.values())

    def waited(self, case: str) -> int:
        """Whole seconds of the longest wait between two happenings in a row."""
        moments = [self.opened[case], *(at for at, *_ in self.steps[case])]
        return int(max(later - earlier for earlier, later in itertools.pairwise(moments)).total_seconds())

    def longest(self, number: int) -> list[tuple[int, str]]:
        """The longest waits, seconds and case, the longest first."""
        return sorted(((self.waited(case), case) for case in self.steps), reverse=True)[:number]


def count(path: Path) -> Counted:
    """Count a .csv or .csv.gz."""
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as text:
        return count_rows(csv.DictReader(text))


def count_rows(rows: Iterable[dict[str, str]]) -> Counted:
    counted, started, deadlines = Counted(), dict[str, datetime](), dict[str, datetime]()
    for number, row in enumerate(rows):
        name = row[CASE]
        at = datetime.fromisoformat(row[AT])
        counted.steps.setdefault(name, []).append((at, number, row[STEP], row[WHO], row[OFFICE]))
        started[name], deadlines[name] = datetime.fromisoformat(row[START]), datetime.fromisoformat(row[DEADLINE])
    for name, steps in counted.steps.items():
        steps.sort()
        counted.steps[name] = [(at, what, who, office) for at, _, what, who, office in steps]
        counted.opened[name] = min(started[name], steps[0][0])
        last = counted.opened[name].astimezone(ZONE).date() + timedelta(days=DAYS)
        counted.due[name] = datetime.combine(last + timedelta(days=1), time(), ZONE)
        counted.differences[(last - deadlines[name].astimezone(ZONE).date()).days] += 1
    return counted
