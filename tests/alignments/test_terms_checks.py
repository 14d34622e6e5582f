"""Terms that fit their shape and still cannot be agreed on: each fault at its pointer, in both languages."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from tests.alignments.paper import CITY, MINISTRY, A, B, city, data, terms
from tests.domain.world import tkm
from workflow.domain.alignments import STREAM, AlignmentChanged, Alignments, fold
from workflow.domain.context import TermsAsked
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.promised import Order
from workflow.domain.regions import Regions, Succession
from workflow.domain.terms import read_terms
from workflow.domain.terms_checks import Known, Published, check_terms
from workflow.regions import regions

TODAY = date(2026, 11, 27)
PROGRAMMES = {A: tkm(), B: city()}
SPLIT = Regions(
    names={"72.71": "Kota Palu", "72.72": "Kota Palu Utara", "72.73": "Kota Palu Selatan"},
    succeeded={
        "72.71": Succession(
            name="Kota Palu",
            since=date(2026, 7, 1),
            legal_basis="UU Contoh 1/2026",
            successors=("72.72", "72.73"),
        )
    },
)


def found(
    patch: dict[str, Any] | None = None,
    region: str = "72.71",
    known: Regions | None = None,
    programmes: dict[str, Definition] = PROGRAMMES,
    current: dict[str, int] | None = None,
    orders: dict[tuple[str, int], Order] | None = None,
) -> dict[str, str]:
    """Pointer to English sentence of everything that is wrong."""

    def published(programme: str, version: int) -> Published:
        definition = programmes.get(programme)
        newest = (current or {}).get(programme, definition.version if definition else None)
        own = (orders or {}) if programme == A else {}
        return Published(definition if definition and definition.version == version else None, newest, own)

    known_ = Known(regions=known or regions(), published=published)
    errors = check_terms(read_terms(terms(patch)), TermsAsked(region=region, day=TODAY), known_)
    assert all(error.say.id and error.say.id != error.say.en for error in errors)
    return {error.pointer: error.say.en for error in errors}


def test_terms_that_hold_have_no_error() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("patch", "pointer", "says"),
    [
        ({"regions": ["72.99"]}, "/terms/regions/0", "no region 72.99"),
        ({"regions": ["72.71", "72.71.06"]}, "/terms/regions/1", "lies under another one"),
        ({"regions": ["72.10"]}, "/terms/regions/0", "does not lie under the case's own"),
        ({"until": "2025-12-31"}, "/terms/until", "before it begins"),
        ({"quota": {"transfer": {"until": "2028-01-01"}}}, "/terms/quota/transfer/until", "outside the terms' own"),
        ({"quota": {"idle_after": "2025-01-01"}}, "/terms/quota/idle_after", "outside the terms' own"),
        ({"quota": {"transfer": {"cap": 67}}}, "/terms/quota/transfer/cap", "there are 66 altogether"),
        (
            {"quota": {"transfer": {"approved_by": "provinc_head"}}},
            "/terms/quota/transfer/approved_by",
            "province_head",
        ),
        ({"budget": {"ceiling": 19_000_000}}, "/terms/budget/ceiling", "Rp20.000.000, above the ceiling"),
        ({"mentoring": {"provider": "pihak-ketiga"}}, "/terms/mentoring/provider", "no party's agency"),
        (
            {"mentoring": {"reports_to": [CITY, "kementerian-kop"]}},
            "/terms/mentoring/reports_to/1",
            "did you mean `kementerian-koperasi`",
        ),
        ({"persons": {"rule": "after"}}, "/terms/persons/months", "how many months"),
        ({"persons": {"months": 3}}, "/terms/persons/months", "knows no months"),
        ({"running": {"binds_at": "recomend"}}, "/terms/running/binds_at", "did you mean `recommend`"),
        (
            {"running": {"by_side": {"b": "recomend"}}},
            "/terms/running/by_side/b",
            f"There is no action of {B} recomend; did you mean `recommend`",
        ),
        (
            {"quota": {"places": [{"region": "72.10", "side": "a", "places": 9}]}},
            "/terms/quota/places/0/region",
            "does not lie under the terms' regions",
        ),
        (
            {"eligibility": {"facts": [{"a": "plan.tool", "b": "plan.tools"}]}},
            "/terms/eligibility/facts/0/a",
            "no fact plan.tool in tkm-kelompok version 1",
        ),
        (
            {"eligibility": {"facts": [{"a": "plan.tools", "b": "plan.workers_now"}]}},
            "/terms/eligibility/facts/0",
            "only facts of one type",
        ),
        (
            {"eligibility": {"dimensions": [{"dimension": "height", "rule": "a"}]}},
            "/terms/eligibility/dimensions/0/dimension",
            "no dimension height",
        ),
        (
            {"eligibility": {"recognised": [{"side": "b", "action": "look", "counts_as": "verify_site", "days": 9}]}},
            "/terms/eligibility/recognised/0/action",
            "no action look",
        ),
    ],
)
def test_a_fault_is_found_at_its_pointer(patch: dict[str, Any], pointer: str, says: str) -> None:
    errors = found(patch)
    assert says in errors.pop(pointer)
    assert set(errors) <= {"/terms/quota/places/0/region", "/terms/quota/places/1/region", "/terms/quota/transfer/cap"}


@pytest.mark.parametrize(
    ("promised", "orders", "refused"),
    [
        (("72.71", 51), {("72.71", 2026): 50}, True),
        (("72.71", 50), {("72.71", 2026): 50}, False),
        (("72.71", 51), {("72.71", 2026): 51, ("72.71", 2027): 50}, True),
        (("72.71", 51), {("72.71", 2025): 50, ("72.71", 2028): 50}, False),
        (("72.71", 51), {("72.10", 2026): 50}, False),
        (("72.71.01", 51), {("72.71", 2026): 50}, True),
        (("72", 51), {("72.71", 2026): 30, ("72.10", 2026): 20}, True),
        (("72", 50), {("72.71", 2026): 30, ("72.10", 2026): 20}, False),
    ],
    ids=["more", "as many", "a later year", "other years", "none set", "district", "province", "whole province"],
)
def test_places_beyond_a_quota_that_is_set_are_refused(promised, orders, refused) -> None:
    places = [{"region": promised[0], "side": "a", "places": promised[1]}]
    patch = {"regions": [promised[0]], "since": "2025-01-01", "quota": {"places": places}}
    basis = {cell: Order(number, "Keputusan Contoh") for cell, number in orders.items()}
    errors = found({**patch, "eligibility": {"dimensions": []}}, "72", orders=basis)
    assert set(errors) == ({"/terms/quota/places/0/places"} if refused else set())
    if refused:
        (said,) = errors.values()
        assert f"{promised[1]} places are promised in {promised[0]}" in said
        assert "has 50 there; lower them, or have the quota raised first" in said


def test_an_item_has_one_payer_who_is_a_party_and_a_benefit_somebody_gives() -> None:
    item = {"item": "tools", "payer": "kementerian-koperasi", "cap": 5, "total": 9, "source": "APBN"}
    assert "stands here twice" in found({"budget": {"items": [item, item]}})["/terms/budget/items/1"]
    assert "no party's agency" in found({"budget": {"items": [{**item, "payer": "x"}]}})["/terms/budget/items/0/payer"]
    assert "no benefit cars" in found({"budget": {"items": [{**item, "item": "cars"}]}})["/terms/budget/items/0/item"]
    assert "above the item's total" in found({"budget": {"items": [{**item, "cap": 10}]}})["/terms/budget/items/0/cap"]


def test_what_is_shared_is_a_fact_at_an_event_of_another_agency_s_programme() -> None:
    assert found(data()) == {}
    assert found(data(fields=["members", "members.name", "plan"])) == {}
    assert "no fact members.shoe in" in found(data(fields=["group", "members.shoe"]))["/terms/data/0/fields/1"]
    assert "no fact group.name in" in found(data(fields=["group.name"]))["/terms/data/0/fields/0"]
    assert "did you mean `CityRecommended`" in found(data(event="CityRecommend"))["/terms/data/0/event"]
    assert "no agency orang-lain" in found(data(recipient="orang-lain"))["/terms/data/0/recipient"]
    assert "did you mean `kementerian-koperasi`" in found(data(recipient="kementerian-kop"))["/terms/data/0/recipient"]
    (clause,) = data()["data"]
    assert "stands here twice" in found({"data": [clause, clause]})["/terms/data/1"]


def test_an_event_of_the_recipient_s_own_programme_alone_shares_nothing() -> None:
    own = city(
        ("event: CityRecommended\n", "event: PaluRecommended\n"),
        ("{event: CityRecommended, ", "{event: PaluRecommended, "),
    )
    found_there = found(data(event="PaluRecommended"), programmes={A: tkm(), B: own})
    assert "own programme" in found_there["/terms/data/0/recipient"]
    assert found(data(event="PaluRecommended", recipient=MINISTRY), programmes={A: tkm(), B: own}) == {}


def test_two_parties_are_two_programmes_of_their_owners() -> None:
    ministry, palu = terms()["parties"]
    assert "the same programme" in found({"parties": [ministry, ministry]})["/terms/parties/1/programme"]
    assert "belongs to" in found({"parties": [ministry, {**palu, "agency": "orang-lain"}]})["/terms/parties/1/agency"]
    assert "no published" in found({"parties": [ministry, {**palu, "programme": "x"}]})["/terms/parties/1/programme"]
    assert "never published" in found({"parties": [ministry, {**palu, "version": 2}]})["/terms/parties/1/version"]


def test_a_version_that_was_superseded_is_not_agreed_on_anew() -> None:
    assert "superseded by version 2" in found(current={A: 2})["/terms/parties/0/version"]


OWN = "recommend_it"
RENAMED = {
    A: tkm(),
    B: city(
        ("  recommend:\n    title", f"  {OWN}:\n    title"),
        ("[verify_site, recommend]", f"[verify_site, {OWN}]"),
        ("[recommend, agree]", f"[{OWN}, agree]"),
        ("  recommend: {unless", f"  {OWN}: {{unless"),
    ),
}
"""The city's programme calls its recommendation otherwise."""


def test_a_programme_that_has_no_such_action_has_to_name_its_own() -> None:
    said = found(programmes=RENAMED)
    assert said.keys() == {"/terms/running/by_side/b"}
    assert f"{B} has no action recommend; did you mean `{OWN}`?" in said["/terms/running/by_side/b"]
    assert found({"running": {"by_side": {"b": OWN}}}, programmes=RENAMED) == {}
    assert found({"running": {"binds_at": OWN}}, programmes=RENAMED).keys() == {"/terms/running/by_side/a"}


def test_an_intersection_that_nobody_fits_is_refused() -> None:
    apart = {A: tkm(), B: city(("min: 5, max: 15,", "min: 21, max: 25,"))}
    said = "The intersection of members is empty: 10 to 20 and 21 to 25; nobody fits both"
    assert found(programmes=apart) == {"/terms/eligibility/dimensions/0": said}


def test_regions_that_the_agreed_bound_shuts_out_are_refused() -> None:
    patch = {"regions": ["72.10"], "quota": None, "eligibility": {"dimensions": [{"dimension": "region", "rule": "b"}]}}
    assert "No region of the terms" in found(patch, region="72")["/terms/eligibility/dimensions/0"]


def test_a_region_that_was_split_names_those_that_took_its_place() -> None:
    said = found(known=SPLIT)["/terms/regions/0"]
    assert "used no more since 1 July 2026" in said
    assert "72.72 Kota Palu Utara, 72.73 Kota Palu Selatan" in said
    assert SPLIT.formerly("72.73.01") == ("72.71",)


def test_terms_in_force_go_on_reaching_a_region_that_was_split() -> None:
    body = AlignmentChanged(ref="P-1", standing="in_force", terms=read_terms(terms()), hash="h")
    event = Recorded(stream=STREAM, version=1, position=1, at=datetime(2026, 1, 1, tzinfo=UTC), actor="x", body=body)
    known, today = fold([event], Alignments()), date(2026, 8, 1)
    assert known.touching(A, "72.73.01", today) == ()
    assert [one.ref for one in known.touching(A, "72.73.01", today, SPLIT.formerly("72.73.01"))] == ["P-1"]


def test_the_codes_of_the_country_are_there() -> None:
    known = regions()
    assert known.name("72.71") == "Kota Palu"
    assert known.exists("72.71.06")
    assert not known.exists("91.01")
    assert known.succeeded["91.01"].successors == ("93.01",)
    assert all(known.exists(new) for one in known.succeeded.values() for new in one.successors)


def test_what_is_left_at_its_default_changes_no_hash() -> None:
    plain = terms({"running": None})
    spelled = terms({"running": {"binds_at": "recommend", "later": "keep", "by_side": {}}, "data": []})
    assert read_terms(plain).hash == read_terms(spelled).hash
    assert read_terms(plain).hash == read_terms(msgspec.json.decode(msgspec.json.encode(spelled))).hash
    assert read_terms(plain).hash != read_terms(terms({"until": "2027-12-30"})).hash
    assert read_terms(plain).hash != read_terms(terms({"running": {"by_side": {"b": "recommend"}}})).hash


def test_terms_that_were_signed_before_an_action_could_be_named_by_side_keep_their_hash() -> None:
    assert read_terms(terms()).hash == "f6988f95c8ae223bd30514643f6b680e705a63d85e79e2017a5cfcbe7d35f0a5"
