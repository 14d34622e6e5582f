"""A hostile text is refused by a sentence, before it costs anything."""

import pytest

from tests.definition.paper import assert_found, findings, patched
from workflow.definition_files import MOST_BYTES, check_file

K = MOST_BYTES - 16

pytestmark = pytest.mark.timeout(30)  # each takes milliseconds; read naively, some of these take minutes


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: " + "x" * 10_000_000, "size"),
        ("a: [" + "1," * (K // 2) + "]", "size"),
        ("[" * 1000 + "]" * 1000, "depth"),
        ("[" * K, "depth"),
        ("{a: " * 1000, "depth"),
        ("- " * (K // 2), "depth"),
        ("".join(" " * i + "a:\n" for i in range(700)), "depth"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor"),
        ("a: *b", "alias"),
        ("a: !!python/object/apply:os.system [x]", "tag"),
        ("%YAML 1.1\n---\na: 1", "directive"),
        ("a: 1\nb: 2\na: 3", "repeated-key"),
        ("a: 1\n---\nb: 2", "syntax"),
        ("", "syntax"),
        ("# nothing\n", "syntax"),
        ("a: \x00", "syntax"),
        ('a: "\\0"', "syntax"),
        ("a: \ud800", "syntax"),
        ('a: "\\ud800"', "syntax"),
        ('a: "\\U0011ffff"', "syntax"),
        ("a:\n\t- b", "syntax"),
        ('a: "x', "syntax"),
        ("1: a", "type"),
        ("a: 72.71", "type"),
        ("a: .nan", "type"),
        ("a: 1e3", "type"),
        ("a: 9007199254740993", "type"),
        ("- a", "type"),
        ("~", "type"),
    ],
)
def test_it_is_refused_by_its_rule(text, rule):
    found = findings(text)
    assert rule in {finding.rule for finding in found}, found


def test_a_repeated_key_says_where_it_stood_first():
    assert_found(patched(("start: draft", "version: 2\nstart: draft")), "repeated-key", "version: 2", "first in line 5")


def test_an_unquoted_region_code_is_a_fraction_and_says_so():
    assert_found(patched(("under: ['72']", "under: [72.71]")), "type", "under: [72.71]", "in quotes")


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("(" * 500 + "true" + ")" * 500, "guard"),
        ("true && " * 1000 + "true", "type"),
        ("[" * 100 + "]" * 100, "guard"),
        (" + ".join(["1"] * 50) + " > 0", "guard"),
    ],
)
def test_a_guard_nested_or_long_beyond_reason_is_refused(source, rule):
    text = patched(("'counts.report_progress >= 3'", f"'{source}'"))
    assert rule in {finding.rule for finding in findings(text)}


def test_a_map_has_a_bounded_number_of_entries():
    many = "".join(f"  r{i}: {{level: nation}}\n" for i in range(201))
    assert_found(patched(("  auditor: ", many + "  auditor: ")), "size", "roles:", "200")


def test_files_that_are_none_are_a_finding(tmp_path):
    cases = {"absent.yaml": None, "latin.yaml": "judul: é".encode("latin-1"), "big.yaml": b"a" * (MOST_BYTES + 1)}
    rules = []
    for name, content in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        definition, found = check_file(tmp_path / name)
        assert definition is None
        rules.append(found[0].rule)
    assert rules == ["file", "encoding", "size"]
    assert check_file(tmp_path)[1][0].rule == "file"
