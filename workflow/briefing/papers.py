"""A briefing on paper: as plain text, as a workbook, and as one page of PDF."""

from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import to_builtins
from openpyxl import Workbook

from workflow.briefing.parts import Briefing, Line, number
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.sentences import on_day
from workflow.printing import pdf

STANDING, CHANGED = "Di mana kita berdiri", "Yang berubah"
OUT_OF_TUNE, DEEDS = "Yang belum selaras", "Yang dapat dilakukan"
HEADS = ("Program", "Kuota", "Dipegang", "Terpakai", "Menunggu", "Kosong", "Kelompok")
UNSET = "–"
MOST_CHANGES = 6
"""On the one page; text and workbook tell all."""


def heading(briefing: Briefing) -> str:
    return f"Ringkasan penyelarasan: {briefing.name}, {briefing.period}"


def basis(briefing: Briefing) -> str:
    """What every number stands on."""
    day = on_day(briefing.moment.astimezone(ZoneInfo(HOME_ZONE)).date()).id
    return f"Semua angka dihitung dari catatan sampai posisi {number(briefing.position)} ({day})"


def text(briefing: Briefing) -> str:
    """Plain text, each number with its address."""
    lines = [heading(briefing), basis(briefing), f"  {briefing.address}", *_left_out(briefing), "", STANDING.upper()]
    for row in _rows(briefing):
        lines.append(
            "- " + row[0] + ": " + ", ".join(f"{h.lower()} {v}" for h, v in zip(HEADS[1:], row[1:], strict=True))
        )
    lines += [part for line in briefing.standing for part in _told(line)]
    if briefing.since is not None:
        lines += [
            "",
            f"{CHANGED.upper()} ({_since(briefing)})",
            *(part for one in briefing.changed for part in _told(one)),
        ]
        lines += [] if briefing.changed else [f"- {none_of(briefing)}"]
    lines += ["", OUT_OF_TUNE.upper(), *(part for line in briefing.out_of_tune for part in _told(line))]
    if not briefing.out_of_tune:
        lines.append(f"- {none_of(briefing)}")
    if briefing.more:
        lines.append(f"- dan {number(briefing.more)} temuan lain")
    lines += ["", DEEDS.upper()]
    for side in briefing.sides:
        lines += [f"{side.title} ({side.agency_title})", *(part for line in side.lines for part in _told(line))]
    return "\n".join(lines) + "\n"


def workbook(briefing: Briefing) -> bytes:
    """An .xlsx workbook: a sheet a part, numbers as numbers, each with its position and address."""
    book = Workbook(write_only=True)
    places = book.create_sheet("Tempat")
    places.append([heading(briefing)])
    for said in _left_out(briefing):
        places.append([said])
    places.append([*HEADS, "Posisi", "Alamat"])
    for one in briefing.places:
        counted = [one.quota, one.held, one.used, one.waiting, one.free, one.groups]
        places.append([_cell(one.title), *counted, briefing.position, one.address])
    sheets = [(STANDING, briefing.standing), (OUT_OF_TUNE, briefing.out_of_tune)]
    for title, lines in sheets if briefing.since is None else [*sheets, (CHANGED, briefing.changed)]:
        sheet = book.create_sheet(title)
        sheet.append([title, "Angka", "Posisi", "Alamat"])
        for line in lines:
            sheet.append([_cell(line.say), line.figure, briefing.position, line.address])
        if not lines:
            sheet.append([none_of(briefing)])
    deeds = book.create_sheet(DEEDS)
    deeds.append(["Program", "Instansi", DEEDS, "Angka", "Posisi", "Alamat"])
    for side in briefing.sides:
        for line in side.lines:
            told = (side.title, side.agency_title, line.say)
            deeds.append([*map(_cell, told), line.figure, briefing.position, line.address])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def page(briefing: Briefing) -> bytes:
    """One page of PDF; the same briefing makes the same bytes."""
    values: dict[str, Any] = {
        "heading": heading(briefing),
        "basis": basis(briefing),
        "address": briefing.address,
        "left_out": briefing.left_out or "",
        "none": none_of(briefing),
        "heads": HEADS,
        "rows": _rows(briefing),
        "parts": [
            {"title": STANDING, "lines": to_builtins(briefing.standing), "more": ""},
            *_changed(briefing),
            {
                "title": OUT_OF_TUNE,
                "lines": to_builtins(briefing.out_of_tune),
                "more": f"dan {number(briefing.more)} temuan lain" if briefing.more else "",
            },
        ],
        "deeds": DEEDS,
        "sides": to_builtins(briefing.sides),
    }
    return pdf("briefing", values, briefing.moment.astimezone(ZoneInfo(HOME_ZONE)))


def none_of(briefing: Briefing) -> str:
    """What stands where nothing is told."""
    return "Tidak ada" if briefing.left_out is None else "Tidak ada yang dapat ditampilkan kepada Anda"


def _left_out(briefing: Briefing) -> list[str]:
    return [] if briefing.left_out is None else [briefing.left_out]


def _changed(briefing: Briefing) -> list[dict[str, Any]]:
    """The part of a page that compares; none where nothing is compared."""
    if briefing.since is None:
        return []
    lines = briefing.changed[:MOST_CHANGES]
    more = len(briefing.changed) - len(lines)
    title = f"{CHANGED} ({_since(briefing)})"
    return [{"title": title, "lines": to_builtins(lines), "more": f"dan {number(more)} perubahan lain" if more else ""}]


def _since(briefing: Briefing) -> str:
    since = briefing.since
    return f"sejak posisi {number(since)}" if isinstance(since, int) else f"sejak {since}"


def _rows(briefing: Briefing) -> list[list[str]]:
    return [
        [one.title]
        + [
            UNSET if v is None else number(v)
            for v in (one.quota, one.held, one.used, one.waiting, one.free, one.groups)
        ]
        for one in briefing.places
    ]


def _told(line: Line) -> tuple[str, str]:
    return f"- {line.say}", f"  {line.address}"


def _cell(value: str) -> str:
    """A text that a spreadsheet shows and never computes."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value
