"""Small files of each type, and some that only pretend."""

import io
import zipfile

import openpyxl

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
EXE = b"MZ\x90\x00" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX_TYPE, XLSX_TYPE = OFFICE + "wordprocessingml.document", OFFICE + "spreadsheetml.sheet"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
MACROS = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


def xlsx(rows: int = 1) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in range(rows):
        book.active.append([row, "kelompok"])
    book.save(file)
    return file.getvalue()
