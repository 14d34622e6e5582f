"""What the read models answer of the demo: the figures that people see, as of the meeting of city and ministry."""

import pytest

from selaras.demo.places import KLASTER, PADAT_KARYA, TKM
from selaras.demo.raising import before
from selaras.demo.regions import REGIONS
from tests.demo.conftest import NOW
from tests.demo.test_figures import GROUPS, HELD, QUOTA
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Finding, Picture
from workflow.domain.findings.finding_rules import findings
from workflow.engine import Engine
from workflow.projections.models import ReadModels


@pytest.fixture(scope="module")
def models(loaded: Engine) -> ReadModels:
    made = ReadModels(loaded.pool, loaded.log, loaded.registry.definition, loaded.settings.master_key)
    for name in made.runner.names:
        made.runner.catch_up(name)
    return made


@pytest.fixture(scope="module")
def picture(loaded: Engine, models: ReadModels) -> Picture:
    return models.harmonised.told(NOW.year, NOW, before(loaded)).picture


def by_region(picture: Picture, kind: str, programme: str) -> tuple[int, ...]:
    return tuple(picture.figures.get(Key(kind, programme, "", region.code, NOW.year), 0) for region in REGIONS)


def total(picture: Picture, kind: str, programme: str) -> int:
    return sum(by_region(picture, kind, programme))


def test_every_read_model_reads_the_whole_demo(loaded: Engine, models: ReadModels) -> None:
    head = loaded.log.head()
    found = {place.name: (place.position, place.reason) for place in models.runner.places()}
    assert found == dict.fromkeys(models.runner.names, (head, None))


def test_the_matrix_shows_the_groups_of_each_region(picture: Picture) -> None:
    figures = [by_region(picture, "groups", programme) for programme in (TKM, PADAT_KARYA, KLASTER)]
    assert tuple(map(sum, zip(*figures, strict=True))) == GROUPS
    assert [sum(one) for one in figures] == [340, 20, 140]


def test_the_matrix_shows_places_set_held_and_used(picture: Picture) -> None:
    assert by_region(picture, "quota", TKM) == QUOTA
    used = zip(by_region(picture, "held", TKM), by_region(picture, "used", TKM), strict=True)
    assert tuple(map(sum, used)) == HELD
    assert total(picture, "used", TKM) == 38
    assert total(picture, "held", PADAT_KARYA) + total(picture, "used", PADAT_KARYA) == 9
    assert total(picture, "held", KLASTER) + total(picture, "used", KLASTER) == 112


def standing(picture: Picture) -> list[Finding]:
    """The findings that stand; those that came to an end are told beside them."""
    return [one for one in findings(picture) if one.resolved is None]


def test_eighteen_wait_and_eleven_of_them_would_pass_the_citys_programme(picture: Picture) -> None:
    assert by_region(picture, "waiting", TKM) == (18, *[0] * 12)
    assert picture.figures[Key("fitting", PADAT_KARYA, TKM, "72.71", NOW.year)] == 11


def test_seven_places_of_the_city_can_be_used_today(picture: Picture) -> None:
    (idle,) = [one for one in standing(picture) if one.kind == "idle" and one.parties == (PADAT_KARYA,)]
    assert (idle.region, idle.figure, idle.transferable) == ("72.71", 7, 7)
    elsewhere = [one.figure for one in standing(picture) if one.kind == "idle" and one.parties == (TKM,)]
    assert sum(elsewhere) == 31


def test_ministry_and_city_both_pay_for_tools(picture: Picture) -> None:
    conflicts = [one for one in standing(picture) if one.kind == "conflict"]
    assert [(one.parties, one.region, one.dimension) for one in conflicts] == [
        ((PADAT_KARYA, TKM), "72.71", "payer.tools")
    ]


def test_city_and_province_overlap_without_an_alignment(picture: Picture) -> None:
    pairs = {one.parties for one in standing(picture) if one.kind == "unaligned" and one.region == "72.71"}
    assert pairs == {(KLASTER, PADAT_KARYA), (KLASTER, TKM)}


def test_in_every_region_groups_of_ministry_and_province_would_pass_both_programmes(picture: Picture) -> None:
    overlaps = {one.region: one.figure for one in standing(picture) if one.kind == "overlap" and TKM in one.parties}
    assert set(overlaps) == {region.code for region in REGIONS}
    assert min(overlaps.values()) > 0


def test_one_mentor_breaks_the_terms_with_fourteen_groups(picture: Picture) -> None:
    (breach,) = [one for one in standing(picture) if one.dimension == "groups_per_mentor"]
    assert (breach.region, breach.dimension, breach.figure) == ("72.71", "groups_per_mentor", 14)


def test_six_people_are_doubled_through_the_legacy_import(picture: Picture) -> None:
    (double,) = [one for one in standing(picture) if one.kind == "double"]
    assert (double.parties, double.region, double.figure) == ((PADAT_KARYA, TKM), "72.71", 6)
