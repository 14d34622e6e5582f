"""A definition's file is read strictly: what is there, where it stands, and what it is called by."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.definition.paper import TEXT, assert_found, findings, line_of, patched
from workflow.definition_files import read_definition, read_published

SHIPPED = read_definition(TEXT, "v1.yaml")


def test_the_shipped_programme_reads_as_it_is_written():
    assert (SHIPPED.id, SHIPPED.version, SHIPPED.start) == ("tkm-kelompok", 1, "draft")
    assert SHIPPED.actions["send_back"].by["ministry"] == ("ministry_head",)
    assert SHIPPED.actions["submit"].to == {"draft": "city_review"}
    assert SHIPPED.actions["approve"].panel.quorum == 3
    assert SHIPPED.actions["approve"].by == {"ministry": ()}
    assert SHIPPED.eligibility["members"].at == ("submit", "replace_member")
    assert SHIPPED.eligibility["grant"].at == ("submit",)
    assert SHIPPED.letters["refusal"].else_ == "role:ministry_head"
    assert SHIPPED.states["waiting"].queue.then == "submit"
    assert SHIPPED.states["objection"].clock.escalate == "minister"
    assert SHIPPED.claims["city_quota"].limit == "quota"


def test_every_state_and_action_is_titled_in_both_languages():
    for part in (*SHIPPED.states.values(), *SHIPPED.actions.values()):
        assert part.title.id
        assert part.title.en


def test_an_action_without_a_title_is_called_by_its_name():
    text = patched(("    title: {id: Verifikasi lokasi, en: Verify site}\n", ""))
    title = read_definition(text, "v").actions["verify_site"].title
    assert (title.id, title.en) == ("Verify site", "Verify site")


def test_its_facts_schema_is_json_schema():
    Draft202012Validator.check_schema(SHIPPED.facts.schema)


def test_comments_and_the_order_of_keys_do_not_change_the_hash():
    text = patched(("supersedes: null ", "# a remark\nsupersedes: ~ "), ("start: draft\n", ""))
    assert read_definition(text + "\nstart: 'draft'\n", "other.yaml").hash == SHIPPED.hash
    assert read_definition(patched(("due: 60", "due: 61")), "v").hash != SHIPPED.hash


def test_the_canonical_form_reads_to_the_same_definition():
    assert read_published(SHIPPED.canonical.decode(), "v.json") == SHIPPED
    assert read_definition(SHIPPED.canonical.decode(), "v.json") == SHIPPED


def _shuffled(value, draw):
    if isinstance(value, dict):
        return {key: _shuffled(value[key], draw) for key in draw(st.permutations(sorted(value)))}
    return [_shuffled(item, draw) for item in value] if isinstance(value, list) else value


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_order_of_keys_reads_to_the_same_definition_in_the_same_order(data):
    text = json.dumps(_shuffled(json.loads(SHIPPED.canonical), data.draw))
    again = read_definition(text, "v.json")
    assert again.hash == SHIPPED.hash
    assert list(again.actions) == list(SHIPPED.actions)
    assert list(again.states) == list(SHIPPED.states)
    assert again.actions == SHIPPED.actions


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        ("start: draft", "strat: draft", "unknown-key", ("`strat`", "did you mean `start`?")),
        ("    returns: true", "    retruns: true", "unknown-key", ("did you mean `returns`?",)),
        ("  max: 3", "  most: 3", "unknown-key", ("`most`",)),
        ("  max: 3", "  max: '3'", "type", ("whole number",)),
        ("  max: 3", "  max: 0", "type", ("from 1 to 100",)),
        ("    returns: true", "    returns: yes", "type", ("true or false",)),
        ("    returns: true", "    returns: null", "type", ("true or false",)),
        ("owner: kementerian-koperasi ", "owner: Kementerian Koperasi ", "name", ("does not fit",)),
        ("  group_leader:   {level: applicant", "  group_leader:   {level: aplicant", "type", ("`applicant`?",)),
        ("casework: 1 ", "casework: 2 ", "type", ("from 1 to 1",)),
        ("supersedes: null", "supersedes: {version: 1, running: drop}", "type", ("finish-on-old",)),
        ("supersedes: null", "supersedes: {version: 1, running: finish-on-old}", "version", ("lower",)),
        ("    event: SiteVerified", "    event: site_verified", "name", ("site_verified",)),
        ("week: [mon, ", "week: [mon, lun, ", "type", ("`lun` is no day",)),
        ("zone: Asia/Makassar", "zone: Asia/Palu", "calendar", ("Asia/Palu",)),
        ("{country: ID,", "{country: XX,", "calendar", ("`XX`",)),
        ("categories: [public, government]", "categories: [public, goverment]", "calendar", ("categories",)),
        ("warn: 14,", "warn: 60,", "clock", ("before",)),
        ("  verify_site:\n", "  Verify_Site:\n", "name", ("is no name",)),
        ("    documents: [member_change]", "    documents: [member_change, member_change]", "repeated", ("twice",)),
        ("    documents: [member_change]", "    documents: []", "type", ("empty",)),
        ("max: 12000000}", "max: '13'}", "type", ("whole number",)),
        ("max: 12000000}", "max: 0}", "type", ("from 1 to",)),
        ("unit: month}", "unit: month, max: 9}", "benefit", ("`max` of `mentoring` is in rupiah", "`month`")),
    ],
)
def test_what_is_misspelt_or_of_another_type_is_refused_where_it_stands(old, new, rule, says):
    text = patched((old, new))
    changed = next(piece for piece in (new, new.splitlines()[0]) if piece in text)
    assert_found(text, rule, changed, *says)


def test_a_missing_key_is_named():
    found = findings(patched(("    event: SiteVerified\n", "")))
    assert [f.message for f in found if f.rule == "missing-key"] == ["`actions.verify_site` needs the key `event`"]


def test_all_that_is_wrong_is_said_at_once_in_order_of_lines():
    text = patched(("due: 60", "due: x"), ("  max: 3", "  max: x"), ("    returns: true", "    returns: x"))
    found = findings(text)
    assert [f.line for f in found] == [line_of(text, piece) for piece in ("due: x", "returns: x", "  max: x")]
    assert str(found[0]).startswith(f"v.yaml:{line_of(text, 'due: x')}:13: type: ")
