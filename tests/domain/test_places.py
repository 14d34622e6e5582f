"""Which counter holds the places of a quota: told from the definition, or not at all."""

import pytest

from tests.definition.paper import patched
from workflow.definition_files import read_definition
from workflow.domain.places import counter_of

KEY = """'"quota/" + programme.id + "/" + region.city + "/" + string(period.year)'"""


def counter(*changes: tuple[str, str], region: str = "72.71") -> str | None:
    return counter_of(read_definition(patched(*changes), "v1.yaml"), region, 2026)


def test_the_counter_is_the_one_that_a_case_of_the_city_takes():
    assert counter() == "quota/tkm-kelompok/72.71/2026"


@pytest.mark.parametrize(
    "change",
    [
        (KEY, KEY.replace("region.city", "region.district")),
        (KEY, KEY.replace("region.city", "facts.sector")),
        ("limit: quota  ", "limit: '12'  "),
    ],
    ids=["by district", "by facts", "without quota"],
)
def test_what_needs_more_than_city_and_year_is_left_out(change: tuple[str, str]):
    assert counter(change) is None


def test_no_case_asks_for_the_places_of_a_province():
    assert counter(region="72") is None
