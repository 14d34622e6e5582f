"""Letters and messages lie beside a definition: each one that it names is there, and names only what is filled in."""

import shutil

import pytest
from click.testing import CliRunner
from jinja2 import UndefinedError

from selaras.commands.check import check
from tests.definition.paper import FILE, TEXT
from workflow.definition_files import BadDefinition, read_definition
from workflow.texts import LETTER_PLACEHOLDERS, LETTERS, MOST_BYTES, PLACEHOLDERS, fill, texts_beside

SHIPPED = texts_beside(FILE)


def refused(texts: dict[str, str]) -> list[str]:
    with pytest.raises(BadDefinition) as raised:
        read_definition(TEXT, "definitions/x/v1.yaml", texts)
    return [str(finding) for finding in raised.value.findings if finding.severity == "error"]


def test_every_shipped_text_can_be_filled_in():
    assert read_definition(TEXT, "v1.yaml", SHIPPED).letters
    for key, source in SHIPPED.items():
        names = LETTER_PLACEHOLDERS if key.startswith(LETTERS) else PLACEHOLDERS
        filled = fill(source, {name: f"<{name}>" for name in names})
        assert "<ref>" in filled
        assert "{" not in filled


def test_a_letter_or_message_that_is_not_there_is_found_where_it_is_named():
    without = {key: text for key, text in SHIPPED.items() if key not in ("letters/refusal.id", "messages/returned.en")}
    letter, message = sorted(refused(without), key=lambda line: "messages" in line)
    assert "`letters/refusal`: there is no text `letters/refusal.id.j2` beside the definition" in letter
    assert "`returned`: there is no text `messages/returned.en.j2` beside the definition" in message
    assert "definitions/x/v1.yaml:" in letter


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("Judul\n{{ grop }}", "there is no placeholder `grop`"),
        ("Judul\n{% for x in range(999999999) %}x{% endfor %}", "`{{ placeholder }}` and `{% if placeholder %}` only"),
        ("Judul\n{{ ref.__class__.__mro__ }}", "only"),
        ("Judul\n{{ ref * 999999999 }}", "only"),
        ("Judul\n{% include '/etc/passwd' %}", "only"),
        ("Judul\n{% if ref %}", "is no template"),
        ("\n\n", "the first line of a message is its title"),
        ("x" * (MOST_BYTES + 1), "at most 16 KiB"),
        ("{% if ref %}" * 1_300, "is no template"),
    ],
)
def test_a_text_that_does_more_than_name_what_is_filled_in_is_refused(source: str, says: str):
    found = refused({**SHIPPED, "messages/returned.id": source})
    assert any("definitions/x/messages/returned.id.j2:" in line and says in line for line in found), found


def test_a_placeholder_of_letters_is_none_of_messages():
    assert "no placeholder `signed_by`" in refused({**SHIPPED, "messages/returned.id": "Judul\n{{ signed_by }}"})[0]


def test_nothing_is_filled_in_for_a_name_that_is_not_given():
    with pytest.raises(UndefinedError):
        fill("{{ ref }}", {})


def test_check_reads_the_texts_beside_the_file(tmp_path):
    shutil.copytree(FILE.parent, tmp_path / "p")
    (tmp_path / "p/messages/overdue.en.j2").write_text("Late\n{{ names }}", encoding="utf-8")
    result = CliRunner().invoke(check, [str(tmp_path / "p/v1.yaml")])
    assert result.exit_code == 1
    assert f"{tmp_path}/p/messages/overdue.en.j2:2:1: template: there is no placeholder `names`" in result.output
