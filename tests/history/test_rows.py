"""Files of each format, sound and hostile, become rows or one clear sentence."""

import codecs
import gzip
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.history.logs import COLUMNS, as_csv, as_xes, as_xlsx, two_cases
from workflow.history import rows as rows_module
from workflow.history import sheets
from workflow.history.broken import BadFile
from workflow.history.rows import read_rows

XES = '<log xmlns="http://www.xes-standard.org/">{}</log>'


def refused(path: Path) -> str:
    """What is said of a file that cannot be read; it begins with the file's name."""
    with pytest.raises(BadFile) as said:
        list(read_rows(path))
    assert str(said.value).startswith(f"{path.name}: ")
    return str(said.value)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.csv", as_csv), ("a.csv.gz", as_csv), ("A.CSV", as_csv), ("a.xlsx", as_xlsx)],
)
def test_a_table_gives_its_rows_with_their_numbers(tmp_path, name, write):
    assert list(read_rows(write(tmp_path / name, two_cases()))) == list(enumerate(two_cases(), start=2))


@pytest.mark.parametrize("name", ["a.xes", "a.xes.gz"])
def test_an_xes_log_gives_its_events_with_what_their_trace_says(tmp_path, name):
    found = list(read_rows(as_xes(tmp_path / name, two_cases())))
    lines = sorted(two_cases(), key=lambda one: one["case:concept:name"])
    assert found == list(enumerate(lines, start=1))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_may_be_separated_as_spreadsheets_do(tmp_path, separator):
    path = as_csv(tmp_path / "a.csv", two_cases(), separator=separator)
    assert [values for _, values in read_rows(path)] == two_cases()


def test_a_byte_order_mark_and_empty_rows_do_no_harm(tmp_path):
    path = written(tmp_path / "a.csv", codecs.BOM_UTF8 + b'a,b\r\n1,2\r\n\r\n,\r\n3,"4\n5"\r\n\r\n')
    assert list(read_rows(path)) == [(2, {"a": "1", "b": "2"}), (5, {"a": "3", "b": "4\n5"})]


def test_cells_of_a_sheet_become_the_text_that_they_stand_for(tmp_path):
    from datetime import date, datetime

    book = Workbook()
    book.active.append(["n", "f", "w", "t", "d", "b", "e"])
    book.active.append([10011, 2.5, 7.0, datetime(2019, 3, 1, 8, 30), date(2019, 3, 2), True, None])
    book.active.append([])
    book.create_sheet("another").append(["x"])
    book.save(tmp_path / "a.xlsx")
    ((number, values),) = read_rows(tmp_path / "a.xlsx")
    assert number == 2
    assert list(values.values()) == ["10011", "2.5", "7", "2019-03-01T08:30:00", "2019-03-02T00:00:00", "true", ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the first row names no columns"),
        ("\n", "the first row names no columns"),
        ("a,b\n", "there is no row"),
        ("a,b,a\n1,2,3\n", "the column 'a' is named twice"),
        ("a,,c\n1,2,3\n", "column 2 has no name"),
        ("a,b\n1,2\n1,2,3\n", "row 3 has 3 values where the header names 2 columns"),
        ("a,b\n1,2\n1\n", "row 3 has 1 values"),
        ('a,b\n1,"2\n', "row 2 cannot be read"),
        (f"a,b\n1,2\n1,{'x' * 200_000}\n", "row 3 cannot be read: field larger"),
        ("a,b\n1,ü\n".encode("latin-1"), "is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "is not UTF-8"),
    ],
    ids=lambda content: repr(content)[:30],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_place(tmp_path, content, said):
    assert said in refused(written(tmp_path / "a.csv", content))


def test_a_cell_of_a_hundred_thousand_characters_is_read(tmp_path):
    path = written(tmp_path / "a.csv", f"a,b\n1,{'x' * 100_000}\n")
    assert [len(values["b"]) for _, values in read_rows(path)] == [100_000]


@pytest.mark.parametrize("name", ["a.txt", "a", "a.xls", "a.xlsx.gz", "a.zip"])
def test_other_files_are_not_read(tmp_path, name):
    assert "only .csv, .xlsx and .xes" in refused(written(tmp_path / name, b"a,b\n1,2\n"))


@pytest.mark.parametrize("name", ["a.csv.gz", "a.xes.gz"])
def test_what_is_not_packed_or_cut_short_is_refused(tmp_path, name):
    assert "cannot be read" in refused(written(tmp_path / name, b"a,b\n1,2\n"))
    assert "cannot be read" in refused(written(tmp_path / name, gzip.compress(b"a,b\n" + b"1,2\n" * 999)[:-20]))


@pytest.mark.parametrize("name", ["a.csv.gz", "a.xes.gz"])
def test_what_unpacks_without_end_is_stopped(tmp_path, monkeypatch, name):
    monkeypatch.setattr(rows_module, "LARGEST", 1 << 20)
    path = written(tmp_path / name, gzip.compress(b"<log>\n" + b" " * (8 << 20)))
    assert "is larger than 1 MB" in refused(path)


# --- XES ------------------------------------------------------------------------------------------------------


def test_entities_are_refused_before_they_grow(tmp_path):
    bomb = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    assert "entities" in refused(written(tmp_path / "a.xes", f"{bomb}]><log>&j;</log>"))


def test_a_file_of_the_machine_is_not_read_through_a_log(tmp_path):
    secret = written(tmp_path / "secret", "a secret")
    text = f'<!DOCTYPE log [<!ENTITY x SYSTEM "file://{secret}">]><log><trace><event>&x;</event></trace></log>'
    assert "entities" in refused(written(tmp_path / "a.xes", text))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be read"),
        ("<log><trace>", "cannot be read"),
        ("<html/>", "is no XES log"),
        (XES.format(""), "there is no row"),
        (XES.format("<event/>"), "an event outside of a trace"),
        (XES.format('<trace><string key="concept:name" value="1"/></trace>'), "a trace without an event"),
        (
            XES.format('<trace><event><string key="a" value="1"/><string key="a" value="2"/></event></trace>'),
            "has the attribute 'a' twice",
        ),
        ('<?xml version="1.0" encoding="no-such"?><log/>', "cannot be read"),
        (b'<?xml version="1.0" encoding="UTF-8"?><log a="\xff"/>', "cannot be read"),
        ('<log><trace><event><string key="a" value="&#0;"/></event></trace></log>', "cannot be read"),
    ],
)
def test_an_xes_log_that_cannot_be_read_is_refused(tmp_path, content, said):
    assert said in refused(written(tmp_path / "a.xes", content))


def test_a_log_nested_deep_is_read_for_what_it_says(tmp_path):
    deep = '<string key="a" value="1">' + "<x>" * 50_000 + "</x>" * 50_000 + "</string>"
    path = written(tmp_path / "a.xes", XES.format(f"<trace><event>{deep}</event></trace>"))
    assert list(read_rows(path)) == [(1, {"a": "1"})]


# --- sheets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ([], ["1"], "names no columns"),
        (["a", "b", "a"], ["1", "2", "3"], "the column 'a' is named twice"),
        (["a", None, "c"], ["1", "2", "3"], "column 2 has no name"),
        (["a", "b"], ["1", "2", "3"], "row 2 has a value right of the last named column"),
        (["a"], [], "there is no row"),
        ([f"c{n}" for n in range(501)], ["1"], "more than 500 columns"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused(tmp_path, header, row, said):
    book = Workbook()
    for number, cells in enumerate((header, row), start=1):
        for column, cell in enumerate(cells, start=1):
            book.active.cell(number, column, cell)
    book.save(tmp_path / "a.xlsx")
    assert said in refused(tmp_path / "a.xlsx")


def test_what_is_no_workbook_is_refused(tmp_path):
    assert "not a readable workbook" in refused(written(tmp_path / "a.xlsx", b"PK\x03\x04 not a zip"))
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as parts:
        parts.writestr("anything.txt", "else")
    assert "not a readable workbook" in refused(tmp_path / "b.xlsx")


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    parts = zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED)
    with parts, parts.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
        for _ in range(sheets.LARGEST // (1 << 24) + 1):
            part.write(b"\0" * (1 << 24))
    assert (tmp_path / "a.xlsx").stat().st_size < 1 << 20
    assert "unpacks to more than 256 MB" in refused(tmp_path / "a.xlsx")


def changed(path: Path, part: str, before: str, after: str) -> Path:
    """The workbook with a text in one of its parts replaced."""
    to = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                assert before.encode() in content
                content = content.replace(before.encode(), after.encode(), 1)
            new.writestr(name, content)
    return to


SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path) -> Path:
    book = Workbook()
    book.active.append(["a"])
    book.active.append(["1"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_a_sheet_that_understates_its_size_is_read_whole(book):
    assert list(read_rows(changed(book, SHEET, 'ref="A1:A2"', 'ref="A1"'))) == [(2, {"a": "1"})]


def test_a_row_far_beyond_any_sheet_is_refused(book, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 1000)
    assert "more than 1000 rows" in refused(changed(book, SHEET, '<row r="2"', '<row r="99999999999"'))


def test_entities_in_a_sheet_are_refused(book):
    path = changed(book, SHEET, "<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet')
    assert "not a readable workbook" in refused(path)


def test_every_column_of_the_log_is_told_apart():
    assert len(set(COLUMNS)) == len(COLUMNS)
