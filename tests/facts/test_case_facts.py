"""The facts of a case on their way in and out, with people erased in between."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.people import SCHEMA, group, member
from workflow.domain.definition.model import FactsRule
from workflow.domain.kbli import UNLISTED, Classes
from workflow.domain.merge import diff, merge
from workflow.facts import CaseFacts
from workflow.store.vault import Vault

from .conftest import Programme

REGION = "72.71.06"


def erase(sealer: Vault, number: int) -> None:
    sealer.erase(sealer.person(member(number)["nik"]), "Permintaan yang bersangkutan", "admin")


@pytest.fixture
def stored(facts: CaseFacts) -> dict[str, Any]:
    return facts.seal(group(3, region=REGION))


def test_stored_facts_fit_and_open_for_guards(facts: CaseFacts, sealer: Vault, stored: dict[str, Any]) -> None:
    assert facts.facts_errors(stored, False) == ()
    assert facts.opened(stored)["members"][0]["nik"] == sealer.person(member(1)["nik"])
    assert facts.erased_fields(stored) == frozenset()


@pytest.mark.parametrize(
    ("fields", "asked"), [({}, 0), ({"sectors": {"type": "array", "items": {"type": "string", "format": "kbli"}}}, 1)]
)
def test_the_list_of_classes_is_read_where_a_field_is_a_class(
    sealer: Vault, fields: dict[str, Any], asked: int
) -> None:
    readings: list[Classes] = []

    def classes() -> Classes:
        readings.append(UNLISTED)
        return readings[-1]

    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], **fields}}
    programme: Any = Programme(FactsRule(by=(), in_=(), schema=schema))
    facts = CaseFacts(sealer, programme, "TKM-7271-2026-000001", classes)
    assert facts.plain_errors(group(1), False) == ()
    assert len(readings) == asked


def test_readers_see_values_or_only_that_there_are_some(facts: CaseFacts, stored: dict[str, Any]) -> None:
    assert facts.show(stored, reveal=True) == group(3, region=REGION)
    assert facts.show(stored, reveal=False)["members"][0]["name"] == "•••"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(names=st.lists(st.text("abcdefg ", min_size=2, max_size=9), min_size=3, max_size=3))
def test_a_patch_of_what_is_stored_changes_only_what_it_names(facts: CaseFacts, names: list[str]) -> None:
    before = facts.seal(group(3, region=REGION))
    patch = {"members": [member(n + 1, name=name) for n, name in enumerate(names)]}
    after = facts.seal(merge(facts.plain(before), patch), before)
    assert facts.plain(after) == {**group(3, region=REGION), **patch}
    assert merge(before, diff(before, after)) == after
    assert [m["nik"] for m in after["members"]] == [m["nik"] for m in before["members"]]


def test_a_case_with_an_erased_member_still_fits(facts: CaseFacts, sealer: Vault, stored: dict[str, Any]) -> None:
    erase(sealer, 2)
    assert facts.facts_errors(dict(stored), False) == ()
    assert facts.erased_fields(dict(stored)) == {"name", "nik", "born", "phone"}
    assert facts.opened(dict(stored))["members"][1] == {"role": "member"}


def test_a_patch_elsewhere_keeps_the_erased_member_as_stored(
    facts: CaseFacts, sealer: Vault, stored: dict[str, Any]
) -> None:
    erase(sealer, 2)
    stored = dict(stored)
    plain = merge(facts.plain(stored), {"group": "Nama Baru"})
    assert facts.plain_errors(plain, False, stored) == ()
    assert facts.seal(plain, stored) == {**stored, "group": "Nama Baru"}


def test_a_list_sent_back_as_shown_keeps_the_erased_members(
    facts: CaseFacts, sealer: Vault, stored: dict[str, Any]
) -> None:
    erase(sealer, 1)
    erase(sealer, 3)
    stored = {**stored, "members": [{**stored["members"][0], "role": "leader"}, *stored["members"][1:]]}
    shown = facts.show(stored, reveal=True)["members"]
    plain = merge(facts.plain(stored), {"members": [member(4), *reversed(shown)]})
    assert facts.plain_errors(plain, False, stored) == ()
    assert facts.seal(plain, stored)["members"][1:] == list(reversed(stored["members"]))


def test_erased_cannot_be_sent_where_nobody_was_erased(facts: CaseFacts, stored: dict[str, Any]) -> None:
    gone = {"name": "erased", "nik": "erased", "born": "erased", "phone": "erased", "role": "member"}
    plain = merge(facts.plain(stored), {"members": [*group(3)["members"], gone]})
    assert {error.pointer for error in facts.plain_errors(plain, False, stored)} == {
        "/members/3/name",
        "/members/3/nik",
        "/members/3/born",
        "/members/3/phone",
    }


def test_a_sealed_value_sent_by_a_caller_is_refused(facts: CaseFacts, stored: dict[str, Any]) -> None:
    plain = merge(facts.plain(stored), {"members": stored["members"]})
    assert facts.plain_errors(plain, False, stored)


def test_an_erased_person_entered_again_is_the_same_person_twice(
    facts: CaseFacts, sealer: Vault, stored: dict[str, Any]
) -> None:
    erase(sealer, 2)
    stored = dict(stored)
    plain = merge(facts.plain(stored), {})
    plain["members"] = [*plain["members"], member(2)]
    assert [error.pointer for error in facts.plain_errors(plain, False, stored)] == ["/members/3/nik"]


def test_a_value_added_to_an_erased_person_needs_the_nik(
    facts: CaseFacts, sealer: Vault, stored: dict[str, Any]
) -> None:
    erase(sealer, 2)
    stored = dict(stored)
    plain = merge(facts.plain(stored), {})
    plain["members"][1] = {**plain["members"][1], "phone": "081234567890"}
    assert [error.pointer for error in facts.plain_errors(plain, False, stored)] == ["/members/1/nik"]
