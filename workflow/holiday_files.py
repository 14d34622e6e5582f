"""Holiday files: days with their reasons as comma-separated values, read strictly; each fault is named by its line."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO

from msgspec import Struct

from workflow.domain.days_off import MOST, OwnDay
from workflow.domain.words import Text

HEADER = ["date", "reason_id", "reason_en"]


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
    """The days of a file with the header `date,reason_id,reason_en`, dates as 2026-12-31. Raises BadHolidays."""
    rows = csv.reader(StringIO(text), strict=True)
    days: list[OwnDay] = []
    first: dict[date, int] = {}
    faults: list[Fault] = []
    try:
        header = next(rows, [])
        if [name.strip() for name in header] != HEADER:
            wanted = ",".join(HEADER)
            raise BadHolidays([Fault(1, f"baris kepala harus berbunyi {wanted}", f"the header must read {wanted}")])
        for row in rows:
            if row:
                _read(row, rows.line_num, days, first, faults)
    except csv.Error as error:
        faults.append(Fault(rows.line_num, f"tidak terbaca: {error}", f"not readable: {error}"))
    if not (days or faults):
        faults.append(Fault(1, "tidak memuat satu hari pun", "there is no day in it"))
    if len(days) > MOST:
        faults.append(Fault(rows.line_num, f"lebih dari {MOST} hari", f"more than {MOST} days"))
    if faults:
        raise BadHolidays(faults)
    return days


def _read(row: list[str], line: int, days: list[OwnDay], first: dict[date, int], faults: list[Fault]) -> None:
    found = list(_faults(row, line, first))
    faults += found
    if not found:
        day = date.fromisoformat(row[0].strip())
        first[day] = line
        days.append(OwnDay(date=day, reason=Text(row[1].strip(), row[2].strip())))


def _faults(row: list[str], line: int, first: dict[date, int]) -> Iterator[Fault]:
    if len(row) != len(HEADER):
        wanted, given = len(HEADER), len(row)
        yield Fault(line, f"{given} kolom, seharusnya {wanted}", f"{given} columns instead of {wanted}")
        return
    try:
        day = date.fromisoformat(row[0].strip())
    except ValueError:
        yield Fault(line, f"{row[0]!r} bukan tanggal seperti 2026-12-31", f"{row[0]!r} is no date as 2026-12-31")
    else:
        if day in first:
            yield Fault(line, f"{day} sudah ada di baris {first[day]}", f"{day} stands in line {first[day]} already")
    if not (row[1].strip() and row[2].strip()):
        yield Fault(line, "alasan harus ada dalam kedua bahasa", "the reason is needed in both languages")
