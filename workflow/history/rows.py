"""Rows of a log file, .csv, .xlsx or XES, each with its number and its values by column name, XES names throughout."""

import csv
import gzip
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

Row = tuple[int, dict[str, str]]
"""Number in the file (a table's header is row 1; in XES, the event's number) and text by column."""


class BadFile(Exception):
    """The file cannot be read; the message says where and why."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, by its ending: .csv, .csv.gz, .xlsx, .xes, .xes.gz. Raises BadFile."""
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz")):
            yield from _csv(path)
        elif name.endswith(".xlsx"):
            yield from _xlsx(path)
        elif name.endswith((".xes", ".xes.gz")):
            yield from _xes(path)
        else:
            raise BadFile(f"{path.name}: only .csv, .xlsx and .xes are read (.csv and .xes also as .gz)")
    except (OSError, UnicodeDecodeError, csv.Error, ParseError, DefusedXmlException, zipfile.BadZipFile) as error:
        raise BadFile(f"{path.name}: {error}") from error


def _binary(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _csv(path: Path) -> Iterator[Row]:
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as text:
        table = csv.reader(text, strict=True)
        header = next(table, None)
        if not header:
            raise BadFile(f"{path.name}: there is no header")
        if len(set(header)) != len(header):
            raise BadFile(f"{path.name}: a column name stands twice in the header")
        for number, values in enumerate(table, start=2):
            if len(values) != len(header):
                raise BadFile(f"{path.name}: row {number} has {len(values)} values where the header has {len(header)}")
            yield number, dict(zip(header, values, strict=True))


def _xlsx(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook  # takes a while to import, and only this format needs it

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        table = book.active.iter_rows(values_only=True)
        header = [str(cell).strip() for cell in next(table, ()) if cell is not None]
        if not header:
            raise BadFile(f"{path.name}: there is no header")
        for number, cells in enumerate(table, start=2):
            if any(cell is not None for cell in cells):
                yield number, dict(zip(header, map(_text, cells), strict=False))
    finally:
        book.close()


def _text(cell: Any) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, datetime) else str(cell)


def _xes(path: Path) -> Iterator[Row]:
    """Attributes of a trace are `case:KEY`, those of an event `KEY`. Source: IEEE 1849-2016."""
    number = 0
    with _binary(path) as file:
        for _, element in iterparse(file, events=("end",)):
            if _tag(element) != "trace":
                continue
            of_case = {f"case:{key}": value for key, value in _attributes(element)}
            for event in element:
                if _tag(event) == "event":
                    number += 1
                    yield number, {**of_case, **dict(_attributes(event))}
            element.clear()


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for child in element:
        key, value = child.get("key"), child.get("value")
        if key is not None and value is not None:
            yield key, value
