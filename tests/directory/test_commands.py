"""The operator's commands against a real database: what they do, say, and exit with."""

from pathlib import Path

from tests.directory.operator import selaras
from tests.registry.definitions import definition

__all__ = ["selaras"]

OPEN = (
    "office",
    "open",
    "dinas-palu",
    "--title-id",
    "Dinas",
    "--title-en",
    "Office",
    "--level",
    "city",
    "--agency",
    "k",
)
BASIS = ("--legal-basis", "SK Uji 1/2026")


def test_an_operator_sets_up_an_office_with_its_people(selaras) -> None:
    selaras(*OPEN, "--region", "72.71")
    for name in ("rina", "sari"):
        selaras("person", "register", name)
    selaras("appoint", "rina", "city_head", "dinas-palu", "--since", "2026-01-01", *BASIS)
    stead = ("--instead-of", "rina", "--kind", "plh", "--since", "2026-02-01", "--until", "2026-02-05")
    selaras("delegate", "sari", "city_head", "dinas-palu", *stead, *BASIS)
    selaras("end-appointment", "1", "--until", "2026-12-31", "--reason", "Pensiun")
    assert "2026-01-01 to 2026-12-31  city_head in dinas-palu" in selaras("person", "show", "rina").output
    assert "instead of rina" in selaras("person", "show", "sari").output
    assert "nothing to change" in selaras("person", "register", "rina").output
    selaras("office", "open", "badan-palu", *OPEN[3:], "--region", "72.71")
    selaras("office", "succeed", "dinas-palu", "badan-palu", *BASIS)
    assert "→ badan-palu" in selaras("office", "list").output


def test_an_operator_says_what_an_agency_is_called(selaras) -> None:
    selaras(*OPEN, "--region", "72.71")
    title = ("agency", "title", "k", "--title-id", "Pemerintah Kota", "--title-en", "City Government")
    assert "k is called City Government" in selaras(*title).output
    assert "nothing to change" in selaras(*title).output
    assert "Pemerintah Kota / City Government" in selaras("agency", "list").output
    assert "agency.unknown" in selaras("agency", "title", "x", *title[3:], exit_code=1).output


def test_a_refusal_says_every_reason_and_its_way_out(selaras) -> None:
    said = selaras(
        "appoint", "nobody", "city_head", "nowhere", "--since", "2026-01-01", "--legal-basis", " ", exit_code=1
    ).output
    for code in ("person.unknown", "office.unknown", "legal_basis.missing"):
        assert code in said
    assert "selaras person register" in said
    assert "region.code" in selaras(*OPEN, "--region", "7271", exit_code=1).output
    assert "not registered" in selaras("person", "show", "nobody", exit_code=1).output


def test_a_date_that_is_none_is_misuse(selaras) -> None:
    selaras("appoint", "rina", "city_head", "dinas-palu", "--since", "31-01-2026", *BASIS, exit_code=2)


def test_a_definition_is_published_and_its_places_set(selaras, tmp_path: Path) -> None:
    file = tmp_path / "v1.yaml"
    file.write_text(definition(1))
    assert "published" in selaras("publish", str(file)).output
    assert "nothing to change" in selaras("publish", str(file)).output
    assert "50 places" in selaras("quota", "uji", "72.71", "2026", "50", *BASIS).output
    assert "programme.unknown" in selaras("quota", "lain", "72.71", "2026", "50", *BASIS, exit_code=1).output


def test_a_definition_that_does_not_hold_is_shown_with_line_and_rule(selaras, tmp_path: Path) -> None:
    file = tmp_path / "v1.yaml"
    file.write_text(definition(1).replace("to: done", "to: dome"))
    said = selaras("publish", str(file), exit_code=1).output
    assert f"{file}:" in said
    assert "nothing was published" in said
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in selaras("publish", str(file), exit_code=1).output
