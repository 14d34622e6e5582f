"""What both programmes give a group, added up beside the ceiling of their terms: found when it first appears."""

from typing import Any

import pytest

from tests.alignments.paper import A, B, city_text, publish_city
from tests.alignments.table import Table
from tests.harmonisation.desk import Desk
from workflow.engine import Engine

MATERIALS = {"item": "materials", "payer": "kementerian-koperasi", "cap": 8_000_000, "total": 9**10, "source": "APBN"}
TOOLS = {**MATERIALS, "item": "tools", "cap": 12_000_000}
"""Both programmes say `max: 12000000` for tools and `max: 8000000` for materials."""


def budget(ceiling: int | None, *items: dict[str, Any]) -> dict[str, Any]:
    return {"budget": {"ceiling": ceiling, "items": list(items or (MATERIALS,))}}


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def ceiling(desk: Desk, **query: Any) -> dict[str, Any] | None:
    return desk.findings(**query).get("conflict ceiling")


def standing(desk: Desk, **query: Any) -> bool:
    found = ceiling(desk, **query)
    return found is not None and found["status"] != "resolved"


def second_version(tools: int, number: int = 2) -> str:
    return city_text(
        ("\nversion: 1\n", f"\nversion: {number}\n"),
        ("supersedes: null  ", f"supersedes: {{version: {number - 1}, running: finish-on-old}}"),
        ("max: 12000000", f"max: {tools}"),
    )


def test_benefits_of_both_above_the_ceiling_are_found_when_the_terms_are_proposed(desk: Desk, table: Table):
    before = desk.engine.log.head()
    ref = table.proposed(budget(31_999_999))
    found = ceiling(desk)
    assert found is not None
    assert (found["status"], found["alignment"]) == ("aligning", ref)
    assert found["parties"] == [B, A]
    assert {(one["of"], one["path"]): one["says"] for one in found["clauses"]} == {
        (ref, "budget.items.materials.cap"): "8000000",
        (A, "benefits.tools.max"): "12000000",
        (B, "benefits.tools.max"): "12000000",
        (ref, "budget.ceiling"): "31999999",
    }
    assert "Rp32.000.000 a group, above the ceiling of Rp31.999.999" in found["say"]["en"]
    assert "Rp32.000.000 per kelompok, di atas pagu Rp31.999.999" in found["say"]["id"]
    assert "raise the ceiling" in found["how"]["en"]
    assert ceiling(desk, as_of=before) is None


def test_what_comes_to_the_ceiling_or_has_none_is_no_conflict(desk: Desk, table: Table):
    for allowed in (32_000_000, None):
        table.proposed(budget(allowed))
        assert ceiling(desk) is None


def test_terms_that_name_what_both_give_count_it_once_and_settle_it(desk: Desk, table: Table):
    ref = table.in_force(budget(20_000_000))
    assert standing(desk)
    then = desk.engine.log.head()
    table.amended(ref, budget(20_000_000, MATERIALS, TOOLS))
    found = ceiling(desk)
    assert found is not None
    assert found["status"] == "resolved"
    assert "Rp" not in found["say"]["en"]
    assert standing(desk, as_of=then)


def test_a_new_version_that_gives_more_or_less_is_added_up_anew(desk: Desk, table: Table):
    table.in_force(budget(32_000_000))
    assert not standing(desk)
    dearer = publish_city(desk.engine, second_version(12_000_001))
    assert standing(desk)
    assert not standing(desk, as_of=dearer - 1)
    first = ceiling(desk)
    cheaper = publish_city(desk.engine, second_version(11_000_000, 3))
    found = ceiling(desk)
    assert first is not None
    assert found is not None
    assert (found["id"], found["status"], found["resolved"]) == (first["id"], "resolved", cheaper)
