"""Rows of an .xlsx file: its first sheet, the first row being the header."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from workflow.history.broken import BadFile
from workflow.history.headers import check_header

LARGEST = 256 * 1024 * 1024
"""Bytes of all parts, unpacked."""
MOST_COLUMNS = 500
MOST_ROWS = 1 << 20
"""As many as a sheet can have."""


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and texts by column of each row that is not empty. Raises BadFile, OSError."""
    from openpyxl import load_workbook  # takes a while to import, and only this format needs it

    _check_parts(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the file says of its size may be wrong, and rows beyond it would be left out.
        sheet.reset_dimensions()
        named = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    except Exception as error:
        raise _broken(error) from None
    header = _header(named)
    table = sheet.iter_rows(min_row=2, max_col=len(header) + 1, values_only=True)
    try:
        for number in range(2, MOST_ROWS + 2):
            try:
                cells = next(table, None)
            except Exception as error:
                raise _broken(error) from None
            if cells is None:
                return
            values = [_text(cell) for cell in cells]
            if not any(values):
                continue
            if any(values[len(header) :]):
                raise BadFile(f"row {number} has a value right of the last named column; name it or remove it")
            yield number, dict(zip(header, values, strict=False))
        raise BadFile(f"has more than {MOST_ROWS} rows")
    finally:
        book.close()


def _broken(error: Exception) -> BadFile:
    # The library raises whatever it stumbles over in a damaged workbook.
    return BadFile(f"is not a readable workbook ({type(error).__name__}); save it anew as .xlsx")


def _check_parts(path: Path) -> None:
    """A part never unpacks to more than it says, so that what all say bounds the work."""
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile as error:
        raise _broken(error) from None
    if size > LARGEST:
        raise BadFile(f"unpacks to more than {LARGEST >> 20} MB; save it as .csv, or import it in parts")


def _header(cells: tuple[Any, ...]) -> list[str]:
    names = [_text(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"names more than {MOST_COLUMNS} columns")
    check_header(names)
    return names


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date():
            return cell.isoformat()
    return str(cell)
