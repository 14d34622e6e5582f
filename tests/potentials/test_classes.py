"""Classes of business: by their form until a list is adopted, by the list from then on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.store import log_on
from workflow.class_files import read_classes
from workflow.domain.definition.model import FactsRule
from workflow.domain.events import Recorded
from workflow.domain.kbli import DIVISIONS, UNLISTED, AdoptClasses, Classes, adopt, fold
from workflow.domain.refusal import Refused, Unchanged
from workflow.facts import FactsSchema
from workflow.history.broken import BadFile
from workflow.kbli import KbliApp

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
WHOLE = {f"{division}{number:03d}": f"Kelas uji {division}{number}" for division in DIVISIONS for number in range(12)}
SECTOR = FactsRule(by=(), in_=(), schema={"properties": {"sector": {"type": "string", "format": "kbli"}}})


def order(**over: Any) -> AdoptClasses:
    given = {"edition": "2020", "legal_basis": "Peraturan Uji 2/2020", "sha256": "ab" * 32, "titles": WHOLE}
    return AdoptClasses(**{**given, **over})


def listed(*orders: AdoptClasses) -> Classes:
    classes = UNLISTED
    for number, one in enumerate(orders, start=1):
        (adopted,) = adopt(classes, one)
        classes = fold([Recorded(stream="kbli", version=number, at=MONDAY, actor="operator", body=adopted)], classes)
    return classes


def file_of(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "kelas.csv"
    path.write_text("\n".join(("code,title", *rows)) + "\n")
    return path


def test_there_are_88_divisions():
    assert len(set(DIVISIONS)) == 88


@given(st.text("0123456789", min_size=0, max_size=6))
def test_before_a_list_a_class_has_five_digits_under_a_division_that_there_is(code: str):
    assert UNLISTED.has(code) == (len(code) == 5 and code[:2] in DIVISIONS)
    assert not (UNLISTED.has(code) and UNLISTED.near(code))
    assert all(division in DIVISIONS for division in UNLISTED.near(code))


@given(st.text("0123456789", min_size=0, max_size=6))
def test_with_a_list_a_class_is_what_stands_on_it(code: str):
    classes = listed(order())
    assert classes.has(code) == (code in WHOLE)
    assert all(near in WHOLE for near in classes.near(code))


def test_a_code_that_is_not_on_the_list_is_told_the_nearest():
    (error,) = FactsSchema(SECTOR, listed(order())).errors({"sector": "10399"}, False)
    assert error.pointer == "/sector"
    assert error.say.en == "sector: must be a class of KBLI 2020, but is not on its list; the nearest are 10011, 11000"
    assert FactsSchema(SECTOR, listed(order())).errors({"sector": "10011"}, False) == ()
    assert FactsSchema(SECTOR).errors({"sector": "10399"}, False) == ()


def test_what_a_newer_edition_drops_stays_a_class_and_a_list_put_right_replaces_its_own():
    newer = {**WHOLE, "10399": "Kelas baru"}
    del newer["01000"]
    classes = listed(order(), order(edition="2025", titles=newer))
    assert (classes.name, classes.has("01000"), classes.has("10399")) == ("KBLI 2025", True, True)
    wrong = {**WHOLE, "99999": "Salah ketik"}
    assert not listed(order(titles=wrong), order()).has("99999")


def test_a_part_of_a_list_is_refused_and_the_same_again_changes_nothing():
    with pytest.raises(Refused) as refused:
        adopt(UNLISTED, order(edition="dua", legal_basis=" ", titles={"10399": "Bawang goreng"}))
    assert {one.code for one in refused.value.refusals} == {"legal_basis.missing", "kbli.edition", "kbli.part"}
    with pytest.raises(Unchanged):
        adopt(listed(order()), order())


def test_a_list_is_kept_in_the_log(database_url: str):
    with log_on(database_url) as log:
        assert KbliApp(log).adopt(order(), by="operator").changed
        classes = KbliApp(log).current()
        assert (classes.has("01000"), classes.has("10399")) == (True, False)
        assert fold(log.read("kbli"), UNLISTED).codes == classes.codes
        assert not KbliApp(log).adopt(order(), by="operator").changed


def test_a_list_is_read_from_a_file(tmp_path: Path):
    read = read_classes(file_of(tmp_path, "01111,Pertanian jagung", '10399,"Industri, lainnya"'), "2020", "Uji 1")
    assert read.titles == {"01111": "Pertanian jagung", "10399": "Industri, lainnya"}
    assert len(read.sha256) == 64


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["1111,Jagung"], "row 2: '1111' is no class"),
        (["01111,Jagung", "01111,Gandum"], "row 3: 01111 stands in the file already"),
        (["01111, "], "row 2: 01111 has no title"),
        ([], "there is no row in it"),
    ],
)
def test_a_file_that_does_not_hold_names_its_row(tmp_path: Path, rows: list[str], said: str):
    with pytest.raises(BadFile, match=said):
        read_classes(file_of(tmp_path, *rows), "2020", "Uji 1")


def test_a_file_without_its_columns_is_told_their_names(tmp_path: Path):
    path = tmp_path / "kelas.csv"
    path.write_text("kode,judul\n01111,Jagung\n")
    with pytest.raises(BadFile, match="name them code and title"):
        read_classes(path, "2020", "Uji 1")
