"""`selaras check` says what is wrong and where, and ends with 1 where something is."""

from click.testing import CliRunner

from selaras.commands.check import check
from tests.definition.paper import FILE, patched


def test_a_good_file_is_named_by_its_hash():
    result = CliRunner().invoke(check, [str(FILE)])
    assert result.exit_code == 0
    assert "tkm-kelompok version 1, " in result.output


def test_each_error_is_a_line_and_the_exit_is_1(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(patched(("start: draft", "start: drafd")), encoding="utf-8")
    result = CliRunner().invoke(check, [str(FILE), str(bad)])
    assert result.exit_code == 1
    assert f"{bad}:" in result.output
    assert ": unknown-name: there is no state `drafd`; did you mean `draft`?" in result.output


def test_no_file_is_misuse():
    assert CliRunner().invoke(check, []).exit_code == 2
