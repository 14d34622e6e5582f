"""Harmonisation as a workbook: the matrix of programmes by region, and one sheet a kind of finding."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from api.findings import ClauseShape, FindingShape
from api.harmonisation_shapes import HarmonisationShape
from workflow.domain.findings.finding import UNITS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIGURES = (
    ("Kuota", "quota"),
    ("Dipegang", "held"),
    ("Terpakai", "used"),
    ("Menunggu", "waiting"),
    ("Kosong", "free"),
    ("Kelompok", "groups"),
)
COLUMNS = (
    "Program",
    "Wilayah",
    "Periode",
    "Dimensi",
    "Angka",
    "Tidak diketahui",
    "Dapat dialihkan",
    "Status",
    "Penyelarasan",
    "Alasan diterima",
    "Diselesaikan pada posisi",
    "Temuan",
    "Yang dapat dilakukan",
    "Ketentuan",
    "Alamat perkara",
    "Nomor temuan",
)


def workbook(shape: HarmonisationShape) -> bytes:
    """The bytes of an .xlsx file, in Indonesian. Written row by row, so that its size costs no memory."""
    book = Workbook(write_only=True)
    matrix = book.create_sheet("Matriks")
    basis = ["Harmonisasi", shape.period, "Posisi", shape.position, "Per", shape.as_of or "sekarang"]
    matrix.append([*basis, "Tidak ditampilkan (bukan wilayah kantor Anda)", shape.hidden])
    regions = sorted({cell.region for cell in shape.matrix})
    matrix.append(["Program", "Angka", *regions, "Jumlah"])
    for programme in dict.fromkeys(cell.programme for cell in shape.matrix):
        cells = {cell.region: cell for cell in shape.matrix if cell.programme == programme}
        for title, figure in FIGURES:
            values = [getattr(cells[region], figure) if region in cells else None for region in regions]
            known = [value for value in values if value is not None]
            matrix.append([programme, title, *values, sum(known) if known else None])
    for kind in UNITS:
        _sheet(book, kind, [one for one in shape.findings if one.kind == kind])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _sheet(book: Workbook, kind: str, found: Sequence[FindingShape]) -> None:
    sheet = book.create_sheet(kind)
    sheet.append(COLUMNS)
    for one in found:
        sheet.append([shown(value) for value in _row(one)])


def _row(one: FindingShape) -> Iterable[Any]:
    return (
        ", ".join(one.parties),
        one.region,
        one.period,
        one.dimension,
        one.figure,
        one.unknown,
        one.transferable,
        one.status,
        one.alignment,
        one.accepted.reason if one.accepted else None,
        one.resolved,
        one.say.id,
        one.how.id,
        "; ".join(map(_clause, one.clauses)),
        one.cases,
        one.id,
    )


def _clause(clause: ClauseShape) -> str:
    return f"{clause.of} {clause.path}: {clause.says if clause.words is None else clause.words.id}"


def shown(value: Any) -> Any:
    """A text that a spreadsheet shows and never computes."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
