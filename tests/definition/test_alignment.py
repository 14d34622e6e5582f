"""The key `alignment` is read strictly and proved: its states, its signatures, and facts that hold terms."""

import pytest

from tests.alignments.paper import PENYELARASAN
from tests.definition.paper import assert_found
from workflow.definition_files import check_file, read_definition

TEXT = PENYELARASAN.read_text(encoding="utf-8")


def patched(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def test_the_shipped_alignment_holds_without_a_warning():
    definition, findings = check_file(PENYELARASAN)
    assert definition is not None
    assert definition.alignment is not None
    assert definition.alignment.signs == {"sign_a": "a", "sign_b": "b"}
    assert findings == ()


def test_a_programme_that_is_no_alignment_has_none():
    tkm = PENYELARASAN.parents[1] / "tkm-kelompok" / "v1.yaml"
    assert read_definition(tkm.read_text(encoding="utf-8"), "v1.yaml").alignment is None


@pytest.mark.parametrize(
    ("old", "new", "rule", "at", "says"),
    [
        ("suspended: [suspended]", "suspended: [suspendet]", "unknown-name", "suspendet", "`suspended`?"),
        ("suspended: [suspended]", "suspended: [in_force]", "alignment", "suspended: [in_f", "already"),
        ("ended: [ended, declined,", "ended: [ended,", "alignment", "ended: [ended,", "`declined` is an end"),
        ("ended: [ended, declined,", "ended: [ended, agreed, declined,", "alignment", "ended: [ended,", "`agreed`"),
        ("{sign_a: a, sign_b: b}", "{sign_a: a, sign_b: a}", "alignment", "signs: {", "for party b"),
        ("{sign_a: a, sign_b: b}", "{sign_a: a, sign_c: b}", "unknown-name", "signs: {", "no action `sign_c`"),
        ("{sign_a: a, sign_b: b}", "{sign_a: a, sign_b: c}", "type", "signs: {", "`a` or `b`"),
        ("terms: facts.terms\n", "terms: facts.term\n", "unknown-name", "terms: facts.term", "`terms`?"),
        ("terms: facts.terms\n", "terms: facts.title\n", "alignment", "terms: facts.title", "is an object"),
        ("  signs: {sign_a: a, sign_b: b}\n", "", "missing-key", "alignment:\n", "`signs`"),
        ("enum: [a, b, intersection]", "enum: [a, b, union]", "alignment", "  terms: facts.terms", "intersection"),
        ("since:   {type: string, format: date}", "since:   {type: string}", "alignment", "  terms: f", "format: date"),
        ("minItems: 2\n", "minItems: 1\n", "alignment", "  terms: facts.terms", "exactly 2 items"),
        ("later:    {enum", "latter:    {enum", "alignment", "  terms: facts.terms", "did you mean `later`?"),
        (
            "since, until, legal_basis,",
            "since, legal_basis,",
            "alignment",
            "  terms: facts.terms",
            "in `required`",
        ),
    ],
)
def test_a_fault_is_found_where_it_stands(old: str, new: str, rule: str, at: str, says: str):
    assert_found(patched(old, new), rule, at, says)
