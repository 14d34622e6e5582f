"""Holds an import against its file, counted by other means: `python -m tests.history.prove FILE URL`, afterwards.

For the municipality's log of docs/history.md and a server that runs beside (DATA_DIR): over HTTP alone, as an auditor.
"""

import csv
import gzip
import os
import sys
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.journeys.client import Server

PROGRAMME = "penerimaan-izin"
CASE, STEP, AT, START = "case:concept:name", "concept:name", "time:timestamp", "case:startdate"


def from_the_file(path: str) -> tuple[Counter[str], int, list[int]]:
    """Steps of each case, all steps, and the ten longest waits in seconds."""
    steps, moments = Counter[str](), defaultdict(set)
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", newline="") as text:
        for row in csv.DictReader(text):
            steps[row[CASE]] += 1
            moments[row[CASE]].add(datetime.fromisoformat(row[AT]))
            moments[row[CASE]].add(datetime.fromisoformat(row[START]))
    waits = [max(int((b - a).total_seconds()) for a, b in pairwise(sorted(times))) for times in moments.values()]
    return steps, steps.total(), sorted(waits, reverse=True)[:10]


def listed(server: Server, **query: Any) -> list[dict[str, Any]]:
    """All cases of the programme, page by page."""
    answer = server.call("GET", "/cases", "auditor", params={"programme": PROGRAMME, "limit": 200, **query})
    items = answer.json()["items"]
    while "next" in answer.links:
        answer = server.call("GET", answer.links["next"]["url"].partition("/api/v1")[2], "auditor")
        items += answer.json()["items"]
    return list(items)


def main(path: str, url: str) -> int:
    server = Server(url, dict(os.environ))
    steps, total, waits = from_the_file(path)
    cases = listed(server)
    told = Counter[str]()
    for case in cases:
        for event in server.history(case["ref"]):
            assert event["imported"], event
            told[event["imported"]["case"]] += event["kind"] == "ActionTaken"
    longest = server.call("GET", "/cases", "auditor", params={"programme": PROGRAMME, "sort": "-waited", "limit": 10})
    found = [item["waited"] for item in longest.json()["items"]]
    print(f"file: {len(steps)} cases, {total} steps; API: {len(cases)} cases, {told.total()} steps")
    for item in longest.json()["items"]:
        print(f"  {item['ref']} waited {item['waited'] / 86400:.1f} days")
    holds = told == steps and found == waits
    print("every case and every step is accounted for, the ten longest waits agree" if holds else "they differ")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
