"""The lists of leading potentials, told in orders: who may keep them, on what study, and how they stood before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.directory.register import Register, appoint, office, person
from tests.domain.world import tkm
from tests.registry.store import log_on
from workflow.domain.directory import EMPTY
from workflow.domain.kbli import UNLISTED
from workflow.domain.potentials import DropPotential, ListPotential, Potentials, Study, keeper, put, takers
from workflow.domain.refusal import Refused
from workflow.domain.words import Text
from workflow.kbli import KbliApp
from workflow.potentials import PotentialsApp

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
SHALLOTS = ListPotential(
    title=Text("Bawang goreng", "Fried shallots"), kbli=("10399",), study=Study(title="Kajian Uji 1/2026")
)
ZONE = "Asia/Makassar"
NAMING = (
    "    members: {value: size(facts.members)",
    "    line:    {value: facts.potential, in: [bawang-goreng, rotan], say: {id: Potensi, en: Potential}}\n"
    "    members: {value: size(facts.members)",
)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {refusal.code for refusal in refused.value.refusals}


def listing(**over: object) -> ListPotential:
    given = {"title": SHALLOTS.title, "kbli": SHALLOTS.kbli, "study": SHALLOTS.study, **over}
    return ListPotential(**given)  # type: ignore[arg-type]


def test_a_list_keeps_who_put_it_there_and_on_what_study(database_url: str):
    with log_on(database_url) as log:
        lists = PotentialsApp(log, KbliApp(log))
        first = lists.put("72.71", "bawang-goreng", SHALLOTS, by="rina", office="dinas-palu", at=MONDAY)
        (found,) = lists.current().of("72.71")
        assert (found.by, found.office, found.study.title) == ("rina", "dinas-palu", "Kajian Uji 1/2026")
        assert (found.position, found.at) == (first.position, MONDAY)


def test_the_same_again_changes_nothing_and_other_words_replace(database_url: str):
    with log_on(database_url) as log:
        lists = PotentialsApp(log, KbliApp(log))
        lists.put("72.71", "bawang-goreng", SHALLOTS, by="rina", office="dinas-palu")
        assert not lists.put("72.71", "bawang-goreng", SHALLOTS, by="budi", office="dinas-palu").changed
        lists.put("72.71", "bawang-goreng", listing(kbli=("10399", "10391")), by="budi", office="dinas-palu")
        (found,) = lists.current().of("72")
        assert (found.by, found.kbli) == ("budi", ("10399", "10391"))


def test_a_list_is_read_as_it_stood_before_a_drop(database_url: str):
    with log_on(database_url) as log:
        lists = PotentialsApp(log, KbliApp(log))
        listed = lists.put("72.71", "garam-talise", SHALLOTS, by="rina", office="dinas-palu", at=MONDAY)
        tuesday = MONDAY + timedelta(days=1)
        order = DropPotential(reason="Tambak sudah ditutup")
        lists.drop("72.71", "garam-talise", order, by="rina", office="dinas-palu", at=tuesday)
        assert lists.current().of("") == ()
        assert not lists.drop("72.71", "garam-talise", order, by="rina", office="dinas-palu").changed
        assert [one.key for one in lists.as_of(listed.position).of("")] == ["garam-talise"]
        assert [one.key for one in lists.as_of(MONDAY + timedelta(hours=1)).of("")] == ["garam-talise"]
        assert lists.as_of(0).of("") == ()


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"kbli": ()}, "kbli.count"),
        ({"kbli": ("10399", "10399")}, "kbli.count"),
        ({"kbli": ("1039",)}, "kbli"),
        ({"kbli": ("04111",)}, "kbli"),
        ({"study": Study(title=" ")}, "study.title.missing"),
        ({"study": Study(title="Kajian", sha256="abc")}, "study.sha256"),
        ({"title": Text("Bawang", "")}, "title.en.missing"),
    ],
)
def test_a_listing_that_does_not_hold_is_refused(over: dict[str, object], code: str):
    with pytest.raises(Refused) as refused:
        put(Potentials(), "72.71", "bawang-goreng", listing(**over), "dinas-palu", UNLISTED)
    assert codes(refused) == {code}


def test_a_region_and_a_key_have_their_form():
    with pytest.raises(Refused) as refused:
        put(Potentials(), "72.71.06", "Bawang Goreng", SHALLOTS, "dinas-palu", UNLISTED)
    assert codes(refused) == {"region.code", "potential.key"}


def test_a_class_under_no_division_is_told_the_nearest():
    with pytest.raises(Refused) as refused:
        put(Potentials(), "72.71", "sagu", listing(kbli=("04111",)), "dinas-palu", UNLISTED)
    (refusal,) = refused.value.refusals
    assert "03, 05" in refusal.how.id
    assert "03, 05" in refusal.how.en


# --- who keeps them -----------------------------------------------------------------------------------------------


def test_planners_keep_the_lists_of_their_office_and_below():
    people = Register().obey(
        office(), office("dinas-sulteng", "72"), person(), appoint(role="region_planner", office="dinas-sulteng")
    )
    assert keeper(people, "rina", "72.71", MONDAY, ZONE).office == "dinas-sulteng"
    with pytest.raises(Refused) as refused:
        keeper(people, "rina", "75.71", MONDAY, ZONE)
    assert codes(refused) == {"region"}


def test_another_role_or_an_ended_appointment_keeps_no_list():
    ended = appoint("budi", role="region_planner", until=date(2026, 1, 31))
    people = Register().obey(office(), person(), person("budi"), appoint(), ended)
    for who, code in (("rina", "role"), ("budi", "period")):
        with pytest.raises(Refused) as refused:
            keeper(people, who, "72.71", MONDAY, ZONE)
        assert codes(refused) == {code}
    with pytest.raises(Refused):
        keeper(EMPTY, "nobody", "72.71", MONDAY, ZONE)


# --- who takes them -----------------------------------------------------------------------------------------------


def test_a_programme_names_potentials_by_its_eligibility(database_url: str):
    with log_on(database_url) as log:
        lists = PotentialsApp(log, KbliApp(log))
        for key in ("bawang-goreng", "garam-talise"):
            lists.put("72.71", key, SHALLOTS, by="rina", office="dinas-palu")
        shallots, salt = lists.current().of("72.71")
    assert takers(shallots, [tkm(NAMING)]) == (("tkm-kelompok",), ())
    assert takers(salt, [tkm(NAMING)]) == ((), ())
    assert takers(salt, [tkm()]) == ((), ("tkm-kelompok",))


def test_a_programme_of_another_region_takes_none(database_url: str):
    with log_on(database_url) as log:
        lists = PotentialsApp(log, KbliApp(log))
        lists.put("75.71", "bawang-goreng", SHALLOTS, by="rina", office="dinas-gorontalo")
        (found,) = lists.current().of("")
    assert takers(found, [tkm(NAMING), tkm()]) == ((), ())
