"""Files of days off as comma-separated values, read strictly; each fault is named by its line.

An agency's own days, or the holidays of a year as a decree has them.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from io import StringIO
from typing import TypeVar

from msgspec import Struct

from workflow.domain.days_off import MOST, OwnDay
from workflow.domain.holidays import Holiday
from workflow.domain.words import Text

OWN = ["date", "reason_id", "reason_en"]
DECREED = ["date", "category", "reason_id", "reason_en"]

Row = dict[str, str]
D = TypeVar("D")


class Fault(Struct, frozen=True):
    """What is wrong with a line, counted from 1."""

    line: int
    id: str
    en: str


class BadHolidays(Exception):
    """A file that does not hold, with every fault in order of the lines."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"line {fault.line}: {fault.en}" for fault in faults))
        self.faults = faults


def read_holidays(text: str) -> list[OwnDay]:
    """An agency's days, with the header `date,reason_id,reason_en`, dates as 2026-12-31. Raises BadHolidays."""
    return _read(text, OWN, lambda day, row: OwnDay(date=day, reason=_reason(row)), lambda line, row: [])


def read_decree(text: str, year: int, categories: Collection[str]) -> list[Holiday]:
    """A year's holidays, with the header `date,category,reason_id,reason_en`. Raises BadHolidays.

    `categories`: those that the country's holidays have, as `public` and `government` (collective leave).
    """

    def faults(line: int, row: Row) -> Iterator[Fault]:
        if row["category"] not in categories:
            known = ", ".join(sorted(categories))
            yield Fault(line, f"kategori harus salah satu dari {known}", f"the category must be one of {known}")
        if row["date"][:4] != str(year):
            yield Fault(line, f"{row['date']} tidak dalam tahun {year}", f"{row['date']} is not in {year}")

    def made(day: date, row: Row) -> Holiday:
        return Holiday(date=day, category=row["category"], reason=_reason(row))

    return _read(text, DECREED, made, faults)


def _reason(row: Row) -> Text:
    return Text(row["reason_id"], row["reason_en"])


def _read(
    text: str, header: list[str], made: Callable[[date, Row], D], more: Callable[[int, Row], Iterable[Fault]]
) -> list[D]:
    rows = csv.reader(StringIO(text), strict=True)
    days: list[D] = []
    first: dict[date, int] = {}
    faults: list[Fault] = []
    try:
        if [name.strip() for name in next(rows, [])] != header:
            wanted = ",".join(header)
            raise BadHolidays([Fault(1, f"baris kepala harus berbunyi {wanted}", f"the header must read {wanted}")])
        for values in rows:
            if not values:
                continue
            line = rows.line_num
            if len(values) != len(header):
                faults.append(_columns(line, len(values), len(header)))
                continue
            row = dict(zip(header, (value.strip() for value in values), strict=True))
            found = [*_faults(row, line, first), *more(line, row)]
            faults += found
            if not found:
                day = date.fromisoformat(row["date"])
                first[day] = line
                days.append(made(day, row))
    except csv.Error as error:
        faults.append(Fault(rows.line_num, f"tidak terbaca: {error}", f"not readable: {error}"))
    if not (days or faults):
        faults.append(Fault(1, "tidak memuat satu hari pun", "there is no day in it"))
    if len(days) > MOST:
        faults.append(Fault(rows.line_num, f"lebih dari {MOST} hari", f"more than {MOST} days"))
    if faults:
        raise BadHolidays(faults)
    return days


def _columns(line: int, given: int, wanted: int) -> Fault:
    return Fault(line, f"{given} kolom, seharusnya {wanted}", f"{given} columns instead of {wanted}")


def _faults(row: Row, line: int, first: dict[date, int]) -> Iterator[Fault]:
    given = row["date"]
    try:
        day = date.fromisoformat(given)
    except ValueError:
        yield Fault(line, f"{given!r} bukan tanggal seperti 2026-12-31", f"{given!r} is no date as 2026-12-31")
    else:
        if day in first:
            yield Fault(line, f"{day} sudah ada di baris {first[day]}", f"{day} stands in line {first[day]} already")
    if not (row["reason_id"] and row["reason_en"]):
        yield Fault(line, "alasan harus ada dalam kedua bahasa", "the reason is needed in both languages")
