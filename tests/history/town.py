"""A synthetic town's log in the shape of the real one: steps side by side, many orders of work, deadlines."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
CHECKS = ("T02 Check confirmation of receipt", "T04 Determine confirmation of receipt")
ASIDE = ("T06 Determine necessity of stop advice", "T10 Determine necessity to stop indication")
LATER = (
    "T05 Print and send confirmation of receipt",
    "T07-1 Draft intern advice aspect 1",
    "T16 Report reasons to hold request",
    "T03 Adjust confirmation of receipt",
)


def town(cases: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Rows as of receipt.csv, those of different cases mixed."""
    chance = random.Random(seed)
    rows = [row for number in range(cases) for row in _case(number, chance)]
    chance.shuffle(rows)
    for number, row in enumerate(rows):
        yield row | {"concept:instance": f"task-{number}"}


def _case(number: int, chance: random.Random) -> Iterator[dict[str, str]]:
    start = datetime(2011, 1, 3, 8, tzinfo=ZONE) + timedelta(minutes=chance.randrange(400 * 24 * 60))
    aside = list(chance.sample(ASIDE, chance.randrange(3)))
    later = chance.sample(LATER, chance.randrange(1, 5))
    steps = ["Confirmation of receipt", *CHECKS, *later]
    for one in aside:
        steps.insert(chance.randrange(1, len(steps) + 1), one)
    given = 56 if chance.random() < 0.8 else chance.randrange(7, 100)
    shared = {
        "case:concept:name": f"case-{number}",
        "case:channel": chance.choice(("Internet", "Desk", "e-mail")),
        "case:department": chance.choice(("General", "Customer contact")),
        "case:group": chance.choice(("", "Group 2")),
        "case:responsible": f"Resource{chance.randrange(30):02}",
        "case:startdate": str(start),
        "case:deadline": str(start + timedelta(days=given)),
        "case:enddate": "",
        "case:enddate_planned": str(start + timedelta(days=given)),
    }
    at = start
    for step in steps:
        # Some steps are done in the same moment, side by side; a few wait for months.
        at += timedelta(milliseconds=chance.choice((0, 250, 3_600_000, chance.randrange(1, 10**9), 10**10)))
        yield shared | {
            "concept:name": step,
            "lifecycle:transition": "complete",
            "org:group": f"Group {chance.randrange(9)}",
            "org:resource": f"Resource{chance.randrange(48):02}",
            "time:timestamp": str(at),
        }
