"""`selaras briefing` against a real database: printed, written, refused."""

from pathlib import Path

from tests.directory.operator import selaras

__all__ = ["selaras"]


def test_a_briefing_is_printed_as_text(selaras) -> None:
    printed = selaras("briefing", "72.71").output
    assert printed.startswith("Ringkasan penyelarasan: Kota Palu")
    assert "posisi 0" in printed


def test_a_briefing_is_written_as_the_file_is_called(selaras, tmp_path: Path) -> None:
    for ending, begins in ((".pdf", b"%PDF-"), (".xlsx", b"PK"), (".json", b"{"), (".txt", b"Ringkasan")):
        file = tmp_path / f"briefing{ending}"
        selaras("briefing", "72", "-o", str(file))
        assert file.read_bytes().startswith(begins)


def test_what_cannot_be_briefed_is_told(selaras, tmp_path: Path) -> None:
    assert "no region 72.99" in selaras("briefing", "72.99", exit_code=1).output
    assert "beyond the head" in selaras("briefing", "72", "--as-of", "9", exit_code=1).output
    selaras("briefing", "72", "-o", str(tmp_path / "briefing.doc"), exit_code=2)
