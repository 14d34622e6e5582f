"""Logs of an old system: a small programme, its map, and files of its history in each format."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook

DEFINITION = """\
casework: 1
id: izin-lama
version: 1
title: {id: Izin lama, en: Old permits}
owner: dinas
supersedes: null
calendar: {zone: Asia/Makassar, week: [mon, tue, wed, thu, fri]}
roles:
  clerk: {level: nation}
  head: {level: nation}
facts:
  by: [clerk]
  in: [entry]
  draft_requires: []
  schema:
    type: object
    required: [subject]
    additionalProperties: false
    properties:
      subject: {type: string, maxLength: 60}
      area: {type: integer, minimum: 1}
      urgent: {type: boolean}
      region: {type: string}
states:
  entry:
    title: {id: Masuk, en: Entered}
    phase: work
    clock: {due: 10, unit: working, warn: 2, then: {escalate: head}}
  review: {title: {id: Telaah, en: Under review}, phase: work}
  closed: {title: {id: Selesai, en: Closed}, phase: done, end: true}
start: entry
actions:
  note:
    title: {id: Catat, en: Note}
    event: Noted
    from: [entry, review]
    to: {entry: entry, review: review}
    by: [clerk]
  send: {title: {id: Kirim, en: Send}, event: Sent, from: [entry], to: review, by: [clerk, head]}
  grant: {title: {id: Izinkan, en: Grant}, event: Granted, from: [review], to: closed, by: [head]}
"""

MAP = """\
history: 1
source: SIMPEL
programme: izin-lama
version: 1
zone: Asia/Makassar
case:
  id: 'case:concept:name'
  opened: 'case:start'
  facts: {subject: 'case:subject', area: 'case:area', urgent: 'case:urgent'}
  deadline: 'case:deadline'
event:
  id: 'event:id'
  at: 'time:timestamp'
  actor: 'org:resource'
  office: 'org:group'
  action: 'concept:name'
  actions: {Note: note, Send: send, Grant: grant}
"""

COLUMNS = (
    "case:concept:name",
    "case:start",
    "case:subject",
    "case:area",
    "case:urgent",
    "case:deadline",
    "event:id",
    "time:timestamp",
    "org:resource",
    "org:group",
    "concept:name",
)
Line = dict[str, str]


def line(number: int, case: str, at: str, step: str, **other: str) -> Line:
    """One step of a case, number `number` of its file; columns are given by the last part of their name."""
    named = {
        "case:concept:name": case,
        "case:start": "2019-03-01 08:00:00",
        "case:subject": f"Warung {case}",
        "case:area": "12",
        "case:urgent": "false",
        "case:deadline": "2019-03-15",
        "event:id": f"e{number}",
        "time:timestamp": at,
        "org:resource": "A. Clerk",
        "org:group": "Counter",
        "concept:name": step,
    }
    shorter = {name.rsplit(":", 1)[-1]: name for name in COLUMNS if name not in ("case:concept:name", "event:id")}
    shorter["id"] = "event:id"
    return named | {shorter[name]: text for name, text in other.items()}


def two_cases() -> list[Line]:
    """B-1 from entry to its end; B-2 with two steps in the wrong order in the file, still under review."""
    return [
        line(1, "B-1", "2019-03-01 09:00:00", "Note"),
        line(2, "B-1", "2019-03-04T10:00:00+08:00", "Send"),
        line(3, "B-2", "2019-03-09 10:00:00", "Send", start="2019-03-05 08:00:00", area="", urgent="true"),
        line(4, "B-1", "2019-03-20T01:00:00Z", "Grant", resource="B. Head", group="Upstairs"),
        line(5, "B-2", "2019-03-06 09:30:00", "Note", start="2019-03-05 08:00:00", area="", urgent="true"),
    ]


def as_csv(path: Path, lines: Iterable[Line], columns: Sequence[str] = COLUMNS, separator: str = ",") -> Path:
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, columns, delimiter=separator)
        table.writeheader()
        table.writerows(lines)
    return path


def as_xlsx(path: Path, lines: Iterable[Line], columns: Sequence[str] = COLUMNS) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("log")
    sheet.append(list(columns))
    for one in lines:
        sheet.append([one[column] for column in columns])
    book.save(path)
    return path


def as_xes(path: Path, lines: Iterable[Line]) -> Path:
    """Traces in order of their first event; numbers of events are then not those of rows."""
    traces: dict[str, list[Line]] = {}
    for one in lines:
        traces.setdefault(one["case:concept:name"], []).append(one)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', '<log xes.version="1.0" xmlns="http://www.xes-standard.org/">']
    parts += ['<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>']
    parts += ['<global scope="event"><string key="concept:name" value="none"/></global>']
    for steps in traces.values():
        parts.append("<trace>")
        parts += [_attribute(key[5:], text) for key, text in steps[0].items() if key.startswith("case:")]
        for step in steps:
            inner = [_attribute(key, text) for key, text in step.items() if not key.startswith("case:")]
            parts += ["<event>", *inner, '<list key="marks"><string key="x" value="y"/></list>', "</event>"]
        parts.append("</trace>")
    text = "\n".join([*parts, "</log>"])
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def _attribute(key: str, text: str) -> str:
    kind = "date" if key.endswith(("timestamp", "start", "deadline")) else "string"
    return f"<{kind} key={quoteattr(key)} value={quoteattr(text)}/>"
