"""Facts of one programme in another's shape: by pairs, else by name and type; nothing personal becomes plain."""

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.agreed import terms
from tests.domain.world import facts, tkm
from workflow.domain.mapping import mapped, pairs_of
from workflow.domain.terms import Eligibility, FactPair, Persons

TKM = tkm().facts.schema
PERSON = {
    "type": "object",
    "x-person": "nik",
    "properties": {
        "name": {"type": "string", "x-personal": True},
        "nik": {"type": "string", "x-personal": True, "format": "nik"},
    },
}
OTHER = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "region": {"type": "string"},
        "members": {"type": "array", "items": PERSON},
        "budget": {"type": "object", "properties": {"tools": {"type": "integer"}}},
    },
}


def test_names_and_types_that_agree_pass_and_what_is_not_asked_for_is_left_out():
    given_ = facts()
    found = mapped(given_, TKM, OTHER)
    assert found == {
        "region": given_["region"],
        "members": [{"name": m["name"], "nik": m["nik"]} for m in given_["members"]],
    }


def test_pairs_lead_to_other_names_at_other_depths():
    found = mapped(facts(), TKM, OTHER, [("group", "title"), ("plan.tools", "budget.tools")])
    assert (found["title"], found["budget"]) == ("Kelompok Uji", {"tools": 12_000_000})


def test_terms_say_the_pairs_for_both_directions():
    pair = FactPair(a="group", b="title")
    stated = terms(Persons(rule="exclusive"), eligibility=Eligibility(facts=(pair,)))
    assert pairs_of(stated, "b") == (("group", "title"),)
    assert pairs_of(stated, "a") == (("title", "group"),)
    assert mapped({"title": "Kelompok Uji"}, OTHER, TKM, pairs_of(stated, "a")) == {"group": "Kelompok Uji"}


def test_a_mapped_fact_missing_in_one_group_stays_missing():
    given_ = facts()
    del given_["group"]
    assert "title" not in mapped(given_, TKM, OTHER, [("group", "title")])


def test_another_type_does_not_pass_nor_does_a_personal_value_into_a_field_that_is_not():
    plain = {"type": "object", "properties": {"name": {"type": "string"}, "nik": {"type": "string"}}}
    loose = {"properties": {"members": {"type": "array", "items": plain}, "group": {"type": "integer"}}}
    assert mapped(facts(), TKM, loose) == {}
    assert mapped(facts(), TKM, {"properties": {"group": {"type": "integer"}}}, [("group", "group")]) == {}
    inside = {"properties": {"nik": {"type": "string"}}}
    assert mapped({"nik": "1"}, PERSON, inside) == {}


def test_facts_that_are_only_tried_out_pass_by_name_alone():
    assert mapped({"title": 5, "members": "none", "more": 1}, None, OTHER) == {"title": 5, "members": "none"}


@given(st.integers(0, 3), st.booleans())
def test_mapping_to_its_own_shape_changes_nothing(count: int, materials: bool):
    given_ = facts()
    given_["members"] = given_["members"][:count]
    if not materials:
        del given_["plan"]["materials"]
    assert mapped(given_, TKM, TKM) == given_
    assert mapped(given_, None, TKM) == given_
