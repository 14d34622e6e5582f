"""Each thing wrong with facts is told with its field and the way out, in both languages, and without the value."""

from typing import Any

import pytest

from tests.facts.conftest import RULE
from tests.vault.people import group, member
from workflow.domain.definition.model import FactsRule
from workflow.facts import BadFactsSchema, FactsSchema

REGION = "72.71.06"


def crew(members: list[dict[str, Any]]) -> dict[str, Any]:
    return {"group": "Bawang Goreng Talise", "region": REGION, "members": members}


def told(schema: FactsSchema, facts: dict[str, Any], draft: bool = False) -> dict[str, str]:
    errors = schema.errors(facts, draft)
    assert all(error.say.id and error.say.en for error in errors)
    return {error.pointer: error.say.en for error in errors}


def test_good_facts_have_nothing_wrong(schema: FactsSchema) -> None:
    assert told(schema, group(20, region=REGION)) == {}


@pytest.mark.parametrize(
    ("changed", "pointer", "sentence"),
    [
        ({"nik": "727101320390000a"}, "/nik", "plausible NIK"),
        ({"nik": "7271013203900001"}, "/nik", "plausible NIK"),
        ({"nik": "7271013002900001"}, "/nik", "plausible NIK"),
        ({"nik": "7271010013900001"}, "/nik", "plausible NIK"),
        ({"nik": "9971010103900001"}, "/nik", "plausible NIK"),
        ({"nik": "7200010103900001"}, "/nik", "plausible NIK"),
        ({"nik": "7271000103900001"}, "/nik", "plausible NIK"),
        ({"nik": "727101010390001"}, "/nik", "plausible NIK"),
        ({"nik": "٧٢٧١٠١٠١٠٣٩٠٠٠٠١"}, "/nik", "plausible NIK"),
        ({"nik": 7271010103900001}, "/nik", "must be text"),
        ({"nik": "7271010203900001"}, "/nik", "agree with the birth date"),
        ({"born": "1991-03-01"}, "/nik", "agree with the birth date"),
        ({"born": "1990-02-30"}, "/born", "1990-12-31"),
        ({"born": "01-03-1990"}, "/born", "1990-12-31"),
        ({"phone": "77777"}, "/phone", "081234567890"),
        ({"phone": "0812 3456 7890"}, "/phone", "without spaces"),
        ({"phone": "08123456789012345"}, "/phone", "081234567890"),
        ({"name": "A"}, "/name", "at least 2"),
        ({"role": "chief"}, "/role", "leader, treasurer, secretary, member"),
        ({"children": -1}, "/children", "at least 0"),
        ({"nick": "Budi"}, "/nick", "check the spelling"),
        ({"name": "Bu\0di"}, "/name", "cannot be kept"),
        ({"name": "Budi\ud800"}, "/name", "cannot be kept"),
        ({"children": 1.5}, "/children", "whole number"),
        ({"children": 2**53}, "/children", "too large"),
        ({"name": "•••"}, "/name", "hidden or erased"),
        ({"name": "erased"}, "/name", "hidden or erased"),
        ({"name": "sealed:" + "0" * 32 + ":AAAA"}, "/name", "sealed"),
    ],
)
def test_a_member_with_something_wrong(
    schema: FactsSchema, changed: dict[str, Any], pointer: str, sentence: str
) -> None:
    (where, said), *others = told(schema, crew([member(1), member(2, **changed)])).items()
    assert not others
    assert where == f"/members/1{pointer}"
    assert sentence in said
    assert f"members[1].{pointer[1:]}" in said
    assert not any(str(value) in said for value in changed.values() if value not in (-1, "A", "erased"))


@pytest.mark.parametrize(
    ("nik", "born"),
    [
        ("7271014103900001", "1990-03-01"),
        ("7271012902000001", "2000-02-29"),
        ("7271016902960001", "1996-02-29"),
        ("7271010101080001", "2008-01-01"),
    ],
    ids=["a woman", "a leap day", "a woman on a leap day", "this century"],
)
def test_plausible_niks(schema: FactsSchema, nik: str, born: str) -> None:
    assert told(schema, crew([member(nik=nik, born=born)])) == {}


@pytest.mark.parametrize("phone", ["081234567890", "0812345678", "+6281234567890", "+62451421234"])
def test_plausible_phones(schema: FactsSchema, phone: str) -> None:
    assert told(schema, crew([member(phone=phone)])) == {}


def test_the_same_person_twice_is_told_at_the_second(schema: FactsSchema) -> None:
    again = member(1, name="Nama Lain", role="secretary")
    facts = crew([member(1), member(2), again])
    assert list(told(schema, facts)) == ["/members/2/nik"]


def test_a_draft_may_be_incomplete_but_for_what_it_requires(schema: FactsSchema) -> None:
    assert told(schema, {"region": REGION, "members": []}, draft=True) == {}
    assert told(schema, {"region": REGION, "members": [{"role": "leader"}]}, draft=True) == {}
    assert told(schema, {"group": "Bawang"}, draft=True) == {"/region": "region: is required"}
    assert told(schema, {"region": REGION}) == {"/group": "group: is required", "/members": "members: is required"}


def test_a_draft_is_checked_for_what_it_has(schema: FactsSchema) -> None:
    facts = {"region": REGION, "group": 7, "members": [{"nik": "1", "role": "leader"}]}
    assert list(told(schema, facts, draft=True)) == ["/group", "/members/0/nik"]


@pytest.mark.parametrize("draft", [True, False])
def test_personal_values_need_the_nik_first(schema: FactsSchema, draft: bool) -> None:
    found = told(schema, crew([{"name": "Tanpa Nomor"}]), draft)
    assert "/members/0/nik" in found
    assert "Tanpa" not in str(found)


def test_a_name_that_could_be_a_number_of_somebody_is_not_repeated(schema: FactsSchema) -> None:
    found = told(schema, group(1, region=REGION, **{"7271010103900001": "x"}))
    assert list(found) == [""]
    assert "7271010103900001" not in str(found)


def test_nesting_without_end_is_refused(schema: FactsSchema) -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    (said,) = told(schema, group(1, region=REGION, group=deep)).values()
    assert "too many levels" in said


def test_a_flood_of_errors_is_cut_short(schema: FactsSchema) -> None:
    assert len(schema.errors(crew([{f"f{n}": n for n in range(500)}]), False)) == 100


def test_a_pattern_that_backtracks_without_end_is_given_up() -> None:
    rule = FactsRule(by=(), in_=(), schema={"properties": {"code": {"type": "string", "pattern": r"^(?=(a+)+\1b)x"}}})
    (error,) = FactsSchema(rule).errors({"code": "a" * 5000}, False)
    assert error.pointer == "/code"


@pytest.mark.parametrize(
    "broken", [{"format": "zork"}, {"pattern": "("}, {"type": "strng"}, {"$ref": "https://example.com/x"}]
)
def test_a_schema_that_cannot_be_used_says_so(broken: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r".") as raised:
        FactsSchema(FactsRule(by=(), in_=(), schema={"properties": {"a": broken}}))
    assert type(raised.value).__name__ in ("BadFactsSchema", "Unsealable")


def test_conditions_of_a_schema_hold_for_drafts_too() -> None:
    rule = FactsRule(
        by=(),
        in_=(),
        schema={
            "properties": {"kind": {"enum": ["food", "craft"]}, "permit": {"type": "string"}},
            "oneOf": [{"required": ["kind"]}, {"required": ["permit"]}],
            "if": {"properties": {"kind": {"const": "food"}}, "required": ["kind"]},
            "then": {"required": ["permit"]},
        },
    )
    compiled = FactsSchema(rule)
    assert compiled.errors({}, True) == ()
    assert compiled.errors({"kind": "food", "permit": "x"}, True) == ()
    assert "/permit" in [error.pointer for error in compiled.errors({"kind": "food"}, False)]


def test_bad_schemas_have_their_own_name() -> None:
    with pytest.raises(BadFactsSchema, match="zork"):
        FactsSchema(FactsRule(by=(), in_=(), schema={"format": "zork"}))
    assert RULE.draft_requires == ("region",)
