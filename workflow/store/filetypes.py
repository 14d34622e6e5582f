"""What a file is by its bytes, whatever its name and its sender say."""

import struct
import zipfile
from typing import BinaryIO

from workflow.domain.words import Text

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = OFFICE + "wordprocessingml.document", OFFICE + "spreadsheetml.sheet"

BEGINNINGS = {
    PDF: (b"%PDF-1.", b"%PDF-2."),
    JPEG: (b"\xff\xd8\xff",),
    PNG: (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",),
    DOCX: (b"PK\x03\x04",),
    XLSX: (b"PK\x03\x04",),
}
"""How a file of each type begins, at its very first byte: readers that look further on are how polyglots get in."""
PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
"""What an Office file of each type must have in it."""
MACROS = "vbaProject.bin"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
HEAD = 4096
"""Bytes by which a type is judged."""
TAIL = 65_557
"""Bytes at the end in which a zip file says what is in it."""
LARGEST_LISTING = 1 << 20


class WrongType(Exception):
    """The bytes are not of the declared type, or the type is not taken; `say` tells the sender."""

    def __init__(self, declared: str, say: Text) -> None:
        super().__init__(say.en)
        self.declared, self.say = declared, say


def media_type(declared: str) -> str:
    """A media type without its parameters, in lower case."""
    return declared.split(";")[0].strip().lower()


def check_declared(declared: str) -> None:
    """Raises WrongType where the type is not taken at all."""
    if declared not in BEGINNINGS:
        raise WrongType(
            declared,
            Text(
                "Jenis berkas ini tidak diterima; kirim PDF, JPEG, PNG, DOCX atau XLSX dengan Content-Type-nya",
                "This type of file is not taken; send a PDF, JPEG, PNG, DOCX or XLSX with its Content-Type",
            ),
        )


def check_beginning(declared: str, head: bytes) -> None:
    """Raises WrongType where the first `HEAD` bytes are not of the declared type."""
    if head.startswith(BEGINNINGS[declared]):
        return
    if not head:
        raise WrongType(
            declared,
            Text("Berkas kosong; pilih berkas yang berisi", "The file is empty; choose one with something in it"),
        )
    is_id, is_en = _kind(head)
    raise WrongType(
        declared,
        Text(
            f"Isi berkas bukan {declared}, melainkan {is_id}; kirim berkas yang benar",
            f"The file's content is not {declared} but {is_en}; send the right file",
        ),
    )


def check_whole(declared: str, file: BinaryIO, size: int) -> None:
    """Raises WrongType where an Office file lacks its main part, holds macros, or cannot be read."""
    if declared not in PARTS:
        return
    names = _names(file, size)
    if names is None or "[Content_Types].xml" not in names or PARTS[declared] not in names:
        raise WrongType(
            declared,
            Text(
                f"Berkas zip ini bukan {declared} yang utuh; simpan ulang dari aplikasinya lalu kirim lagi",
                f"This zip file is no whole {declared}; save it again in its application and send it anew",
            ),
        )
    if any(name.endswith(MACROS) for name in names):
        raise WrongType(
            declared,
            Text(
                "Berkas memuat makro; simpan tanpa makro lalu kirim lagi",
                "The file holds macros; save it without them and send it again",
            ),
        )


def _names(file: BinaryIO, size: int) -> set[str] | None:
    """The names in a zip file; None where it is none, or lists more than any honest document."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22 or struct.unpack_from("<L", tail, at + 12)[0] > LARGEST_LISTING:
        return None
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, UnicodeError, struct.error):
        return None


def _kind(head: bytes) -> tuple[str, str]:
    """A name for what the bytes look like, Indonesian and English."""
    if head.startswith(PROGRAMS):
        return "program yang dapat dijalankan", "a program that can be run"
    import puremagic

    try:
        ending = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return "sesuatu yang lain", "something else"
    return f"berkas {ending}", f"a {ending} file"
