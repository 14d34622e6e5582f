"""The shipped programmes stand side by side: each proved, each with its own path, and comparable where they meet."""

from pathlib import Path

import pytest

from workflow.definition_files import read_definition
from workflow.domain.definition.model import Definition
from workflow.domain.places import counter_of
from workflow.texts import LETTER_PLACEHOLDERS, LETTERS, PLACEHOLDERS, fill, texts_beside

FOLDER = Path(__file__).parents[2] / "definitions"
MINISTRY, CITY, PROVINCE = "tkm-kelompok", "padat-karya-palu", "klaster-potensi"


def shipped(name: str) -> Definition:
    file = FOLDER / name / "v1.yaml"
    return read_definition(file.read_text(encoding="utf-8"), str(file), texts_beside(file))


@pytest.mark.parametrize("name", [MINISTRY, CITY, PROVINCE])
def test_every_text_of_a_programme_can_be_filled_in(name: str):
    texts = texts_beside(FOLDER / name / "v1.yaml")
    assert shipped(name).letters
    for key, source in texts.items():
        names = LETTER_PLACEHOLDERS if key.startswith(LETTERS) else PLACEHOLDERS
        filled = fill(source, {name: f"<{name}>" for name in names})
        assert "<ref>" in filled or "<group>" in filled.splitlines()[0]
        assert "{" not in filled


@pytest.mark.parametrize("name", [MINISTRY, CITY, PROVINCE])
def test_what_ends_by_itself_is_told_to_the_applicant(name: str):
    definition = shipped(name)
    ends = {state.clock.event for state in definition.states.values() if state.clock and state.clock.to}
    told = {rule.event for rule in definition.notify if "group_leader" in rule.to}
    assert ends
    assert ends - told == set()


def test_no_person_is_in_two_programmes_at_once():
    claims = [
        rule for name in (MINISTRY, CITY, PROVINCE) for rule in shipped(name).claims.values() if rule.kind == "unique"
    ]
    assert {(rule.scope, rule.key) for rule in claims} == {
        ("person-in-self-employment-programme", "facts.members.map(m, m.nik)")
    }
    assert len(claims) == 3


def test_each_programme_counts_its_own_places_by_city_and_year():
    keys = {counter_of(shipped(name), "72.71", 2026) for name in (MINISTRY, CITY, PROVINCE)}
    assert keys == {f"quota/{name}/72.71/2026" for name in (MINISTRY, CITY, PROVINCE)}


def test_the_programmes_are_compared_by_what_they_have_in_common():
    ministry, city, province = (shipped(name).eligibility for name in (MINISTRY, CITY, PROVINCE))
    assert set(ministry) == set(city) == {"region", "members", "age", "grant"}
    assert set(province) == {"region", "members", "potential", "grant"}
    bounds = {name: [(d[name].min, d[name].max) for d in (ministry, city, province)] for name in ("members", "grant")}
    assert bounds == {
        "members": [(10, 20), (5, 15), (10, 25)],
        "grant": [(1, 20_000_000), (1, 12_000_000), (1, 15_000_000)],
    }
    assert city["region"].under == ("72.71",)
    assert "garam-talise" not in (province["potential"].in_ or ())


def test_ministry_and_city_both_pay_for_tools():
    payers = {name: shipped(name).benefits["tools"].payer for name in (MINISTRY, CITY)}
    assert payers == {MINISTRY: "kementerian-koperasi", CITY: "pemerintah-kota-palu"}
    assert "tools" not in shipped(PROVINCE).benefits


def test_what_a_programme_gives_in_money_comes_to_its_limit():
    for name in (MINISTRY, CITY, PROVINCE):
        given = sum(benefit.max or 0 for benefit in shipped(name).benefits.values())
        assert given == shipped(name).eligibility["grant"].max


def test_each_programme_has_a_path_of_its_own():
    paths = [[name for name, state in shipped(p).states.items() if not state.end] for p in (CITY, PROVINCE)]
    assert paths[0] == ["draft", "review", "mentoring", "declined"]
    assert set(paths[1]) == {"draft", "waiting", "regency", "province", "mentoring", "refused"}
    documents = [set(shipped(name).documents) for name in (MINISTRY, CITY, PROVINCE)]
    assert all(one.isdisjoint(other) for n, one in enumerate(documents) for other in documents[n + 1 :])
