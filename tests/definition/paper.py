"""The shipped programme as a text on the table: changed here and there, and read again."""

from pathlib import Path

from workflow.definition_files import BadDefinition, Finding, read_definition

FILE = Path(__file__).parents[2] / "definitions" / "tkm-kelompok" / "v1.yaml"
TEXT = FILE.read_text(encoding="utf-8")


def patched(*changes: tuple[str, str]) -> str:
    """The shipped text with each first piece, which stands in it once, replaced by the second."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def findings(text: str) -> tuple[Finding, ...]:
    try:
        read_definition(text, "v.yaml")
    except BadDefinition as error:
        return error.findings
    return ()


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def assert_found(text: str, rule: str, at: str, *says: str) -> None:
    """The text is refused by this rule in the line where `at` first stands, with a sentence that says these things."""
    found = [(f.line, f.message) for f in findings(text) if f.rule == rule]
    here = [message for line, message in found if line == line_of(text, at)]
    assert here, f"no {rule} in line {line_of(text, at)}: {[str(f) for f in findings(text)]}"
    assert any(all(part in message for part in says) for message in here), here
