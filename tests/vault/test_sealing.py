"""What is sealed opens again, keeps its form, and is bound to its case and place."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from tests.vault.conftest import KEY
from tests.vault.people import SCHEMA, group, member
from workflow.store.vault import Damaged, Erased, UnsealedPerson, Vault, WrongMasterKey

CASE = "TKM-7271-2026-000001"
shared_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
members = st.lists(
    st.fixed_dictionaries(
        {"nik": st.from_regex(r"[0-9]{16}", fullmatch=True), "role": st.sampled_from(["leader", "member"])},
        optional={"name": texts, "phone": texts, "born": texts, "children": st.integers(0, 20)},
    ),
    max_size=8,
)


@shared_database
@given(members=members, name=texts)
def test_what_was_sealed_opens_to_the_same(sealer: Vault, members: list[dict[str, Any]], name: str) -> None:
    facts = {"group": name, "members": members}
    stored = sealer.seal(facts, SCHEMA, CASE)
    assert sealer.plain(stored, SCHEMA, CASE) == facts
    assert sealer.open(stored, SCHEMA, CASE, reveal_nik=True) == facts


@shared_database
@given(members=members, data=st.data())
def test_a_reordered_list_keeps_the_form_of_its_items(
    sealer: Vault, members: list[dict[str, Any]], data: st.DataObject
) -> None:
    reordered = data.draw(st.permutations(members))
    before = sealer.seal({"members": members}, SCHEMA, CASE)["members"]
    after = sealer.seal({"members": reordered}, SCHEMA, CASE)["members"]
    assert sorted(map(json.dumps, before)) == sorted(map(json.dumps, after))


def test_no_personal_value_is_left_in_what_is_stored(sealer: Vault) -> None:
    facts = group(20)
    text = json.dumps(sealer.seal(facts, SCHEMA, CASE))
    for one in facts["members"]:
        for value in (one["name"], one["nik"], one["phone"], one["born"]):
            assert value not in text
    assert "Bawang Goreng Talise" in text


def test_sealed_lengths_tell_little_of_what_is_sealed(sealer: Vault) -> None:
    (one, other) = sealer.seal(
        {"members": [member(1, name="Ani"), member(2, name="Siti Nurhaliza Ramadhani")]}, SCHEMA, CASE
    )["members"]
    assert len({len(m[field]) for m in (one, other) for field in ("name", "nik", "phone", "born")}) == 1


def test_a_whole_number_is_sealed_and_comes_back_as_one(sealer: Vault) -> None:
    stored = sealer.seal({"members": [member(children=3)]}, SCHEMA, CASE)
    assert isinstance(stored["members"][0]["children"], str)
    assert sealer.open(stored, SCHEMA, CASE)["members"][0]["children"] == 3


def test_guards_see_a_nik_as_the_digest_of_the_person(sealer: Vault) -> None:
    stored = sealer.seal({"members": [member()]}, SCHEMA, CASE)
    opened = sealer.open(stored, SCHEMA, CASE)
    assert opened["members"][0]["nik"] == sealer.person(member()["nik"])
    assert opened["members"][0]["born"] == "1990-03-01"


def test_who_may_not_see_personal_values_sees_that_there_are_some(sealer: Vault) -> None:
    stored = sealer.seal({"members": [member(role="leader")]}, SCHEMA, CASE)
    assert sealer.hidden(stored, SCHEMA)["members"] == [
        {"name": "•••", "nik": "•••", "born": "•••", "phone": "•••", "role": "leader"}
    ]


@pytest.mark.parametrize(
    "moved",
    [
        lambda stored: (stored, "TKM-7271-2026-000002"),
        lambda stored: ({"members": [{**stored["members"][0], "phone": stored["members"][0]["name"]}]}, CASE),
    ],
    ids=["to another case", "to another field"],
)
def test_a_sealed_value_cannot_be_moved(sealer: Vault, moved: Any) -> None:
    facts, case = moved(sealer.seal({"members": [member()]}, SCHEMA, CASE))
    with pytest.raises(Damaged) as damaged:
        sealer.open(facts, SCHEMA, case)
    assert "Anggota" not in str(damaged.value)


def test_a_changed_byte_is_found(sealer: Vault) -> None:
    stored = sealer.seal({"members": [member()]}, SCHEMA, CASE)
    name = stored["members"][0]["name"]
    stored["members"][0]["name"] = name[:-6] + ("AAAAAA" if not name.endswith("AAAAAA") else "BBBBBB")
    with pytest.raises(Damaged):
        sealer.open(stored, SCHEMA, CASE)


def test_a_personal_value_without_its_nik_is_not_sealed(sealer: Vault) -> None:
    with pytest.raises(UnsealedPerson):
        sealer.seal({"members": [{"name": "Tanpa NIK"}]}, SCHEMA, CASE)


def test_an_erased_value_that_is_sealed_again_keeps_its_stored_form(sealer: Vault) -> None:
    stored = sealer.seal({"members": [member()]}, SCHEMA, CASE)
    kept = Erased(stored["members"][0]["name"], sealer.person(member()["nik"]))
    again = sealer.seal({"members": [{"name": kept, "role": "member"}]}, SCHEMA, CASE)
    assert again["members"][0]["name"] == stored["members"][0]["name"]


def test_another_master_key_is_refused_and_changes_nothing(sealer: Vault, pool: ConnectionPool[Any]) -> None:
    stored = sealer.seal(group(), SCHEMA, CASE)
    with pytest.raises(WrongMasterKey, match="SELARAS_MASTER_KEY"):
        Vault(pool, bytes(32))
    assert Vault(pool, KEY).plain(stored, SCHEMA, CASE) == group()


def test_the_digest_of_a_person_needs_the_master_key(sealer: Vault, pool: ConnectionPool[Any]) -> None:
    nik = member()["nik"]
    assert sealer.person(nik) == Vault(pool, KEY).person(nik)
    assert nik not in sealer.person(nik)
    assert len(sealer.person(nik)) == 32
