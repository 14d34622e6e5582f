"""Rows of another system's log, each with its number and its texts by column, XES names throughout."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException

from workflow.history import sheets, xes
from workflow.history.broken import BadFile
from workflow.history.headers import check_header

Row = tuple[int, dict[str, str]]
"""Number in the file (a table's header is row 1; in XES, the event's number) and text by column."""

LARGEST = 512 * 1024 * 1024
"""Bytes of a file, unpacked."""
SEPARATORS = ",;\t"


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, by its ending: .csv, .csv.gz, .xlsx, .xes, .xes.gz. Raises BadFile."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith(".csv"):
            rows = _csv(path)
        elif name.endswith(".xes"):
            rows = xes.rows(_opened(path))
        elif name.endswith(".xlsx") and not path.name.lower().endswith(".gz"):
            rows = sheets.rows(path)
        else:
            raise BadFile("only .csv, .xlsx and .xes are read (.csv and .xes also as .gz)")
        number = 0
        for number, values in rows:
            yield number, values
        if number == 0:
            raise BadFile("there is no row in it")
    except UnicodeDecodeError:
        raise BadFile(f"{path.name}: is not UTF-8; save it anew as CSV in UTF-8") from None
    except DefusedXmlException:
        raise BadFile(f"{path.name}: declares entities, which are not read; write their text out") from None
    except (OSError, EOFError, zlib.error, csv.Error, ParseError, ValueError, LookupError) as error:
        raise BadFile(f"{path.name}: cannot be read: {str(error) or type(error).__name__}") from None
    except BadFile as error:
        raise BadFile(f"{path.name}: {error}") from None


class _Bounded(io.RawIOBase):
    """A file that ends with BadFile where more comes out of it than anyone's log holds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._file.read(len(buffer))
        self._left -= len(part)
        if self._left < 0:
            raise BadFile(f"is larger than {LARGEST >> 20} MB; import it in parts, each with whole cases")
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def _opened(path: Path) -> io.BufferedReader:
    packed = path.name.lower().endswith(".gz")
    return io.BufferedReader(_Bounded(gzip.open(path, "rb") if packed else path.open("rb")))  # type: ignore[arg-type]


def _csv(path: Path) -> Iterator[Row]:
    with io.TextIOWrapper(_opened(path), encoding="utf-8-sig", newline="") as text:
        first = text.readline()
        separator = max(SEPARATORS, key=first.count)
        header = [name.strip() for name in next(csv.reader([first], delimiter=separator, strict=True), [])]
        check_header(header)
        table = csv.reader(text, delimiter=separator, strict=True)
        number = 1
        try:
            for number, values in enumerate(table, start=2):
                if not any(values):
                    continue
                if len(values) != len(header):
                    many = f"has {len(values)} values where the header names {len(header)} columns"
                    raise BadFile(f"row {number} {many}; is a separator or a quotation mark missing?")
                yield number, dict(zip(header, values, strict=True))
        except csv.Error as error:
            raise BadFile(f"row {number + 1} cannot be read: {error}") from None
