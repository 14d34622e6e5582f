"""The briefing over HTTP: every number from its position, at an address that gives it again."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.asking import Api, assert_problem
from tests.places.agreeing import ALIGNMENT

TKM = "tkm-kelompok"
YEAR = datetime.now(UTC).year


def read(api: Api, who: str = "auditor", ending: str = "", **query: Any) -> Any:
    reply = api.get(f"/harmonisation/briefing{ending}", who, params={"region": "72", **query})
    assert reply.status_code == 200, reply.text
    return reply


def body(api: Api, who: str = "auditor", **query: Any) -> dict[str, Any]:
    return dict(read(api, who, **query).json())


def test_its_places_are_the_sums_of_the_matrix(api: Api):
    api.submitted()
    told = body(api)
    query = {"region": "72", "as_of": told["position"], "period": told["period"]}
    matrix = api.get("/harmonisation", "auditor", params=query).json()["matrix"]
    (places,) = [one for one in told["places"] if one["programme"] == "tkm-kelompok"]
    for name in ("quota", "held", "used", "waiting", "free", "groups"):
        assert places[name] == sum(cell[name] for cell in matrix if cell["programme"] == "tkm-kelompok"), name


def test_every_number_is_had_again_at_its_address(api: Api):
    told = body(api)
    outcomes = api.get("/outcomes", "auditor", params={"region": "72", "as_of": told["position"]}).json()["total"]
    assert told["standing"][0]["figure"] == outcomes["groups"]
    lines = [*told["standing"], *told["out_of_tune"], *(line for side in told["sides"] for line in side["lines"])]
    assert any("tempat" in line["say"] for line in lines)
    for address in {line["address"] for line in lines} | {one["address"] for one in told["places"]}:
        if ALIGNMENT in address:
            # Another test of the room has put terms in force that no case stands behind.
            continue
        assert api.get(address.removeprefix("/api/v1"), "auditor").status_code == 200, address
    assert api.get(told["address"].removeprefix("/api/v1"), "auditor").json() == told


def test_a_later_event_changes_nothing_of_an_earlier_position(api: Api):
    before = body(api, region="72.71")
    api.submitted()
    assert body(api, region="72.71", as_of=before["position"]) == before
    assert body(api, region="72.71")["places"] != before["places"]


def test_it_says_what_has_changed_since_a_position_or_a_moment(api: Api):
    before = body(api, region="72.71")
    assert (before["since"], before["changed"]) == (None, [])
    api.submitted()
    told = body(api, region="72.71", since=before["position"], period=YEAR)
    assert told["since"] == before["position"]
    assert any(" dipegang " in line["say"] for line in told["changed"])
    assert body(api, region="72.71", since=told["position"], as_of=told["position"])["changed"] == []
    assert body(api, region="72.71", since="2001-01-01T00:00:00Z")["changed"]


def test_it_is_told_as_of_a_moment_too(api: Api):
    api.submitted()
    told = body(api, as_of="2001-01-01T00:00:00Z")
    assert (told["period"], told["places"], told["out_of_tune"]) == (2001, [], [])
    now = datetime.now(UTC).isoformat()
    then = body(api, as_of=now)
    api.submitted()
    assert body(api, as_of=now)["places"] == then["places"]
    assert api.get(then["address"].removeprefix("/api/v1"), "auditor").json()["places"] == then["places"]


def test_the_same_position_is_the_same_page_to_the_byte(api: Api):
    position = body(api)["position"]
    first, second = (read(api, ending=".pdf", as_of=position) for _ in range(2))
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content == second.content
    assert b"/Type/Pages/Count 1/" in first.content


def test_it_comes_as_text_and_as_a_workbook(api: Api):
    told = body(api)
    text = read(api, ending=".txt", as_of=told["position"])
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert all(line["say"] in text.text for line in told["standing"])
    book = load_workbook(BytesIO(read(api, ending=".xlsx", as_of=told["position"]).content))
    row = next(row for row in book["Tempat"].iter_rows(min_row=3, values_only=True) if row[0].startswith("Tenaga"))
    (places,) = [one for one in told["places"] if one["programme"] == "tkm-kelompok"]
    assert row[1:7] == tuple(places[name] for name in ("quota", "held", "used", "waiting", "free", "groups"))


def test_each_sees_the_places_of_their_office(api: Api):
    # Other tests of the room may have gone on to a later year.
    year = datetime.now(UTC).year
    theirs, all_ = (
        next(one["quota"] for one in body(api, who, region="72", period=year)["places"] if one["programme"] == TKM)
        for who in ("head.sigi", "auditor")
    )
    assert theirs < all_
    assert body(api)["left_out"] is None
    assert "kota atau kabupaten dengan tempat program" in body(api, "head.sigi", region="72", period=year)["left_out"]


def test_an_office_from_outside_is_told_that_things_are_left_out(api: Api):
    api.submitted()
    year = datetime.now(UTC).year
    told = body(api, "coord.gorontalo", region="72.71", period=year)
    assert told["places"] == []
    assert "tidak membawahi Kota Palu" in told["left_out"]
    text = read(api, "coord.gorontalo", ".txt", region="72.71", period=year, as_of=told["position"]).text
    assert told["left_out"] in text


def test_it_is_for_officials(api: Api):
    for ending in ("", ".txt", ".xlsx", ".pdf"):
        assert_problem(api.get(f"/harmonisation/briefing{ending}", "leader.palu"), 403)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"region": "72.99"}, "72.99"),
        ({"region": "palu"}, "region"),
        ({"since": "yesterday"}, "since"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": str(10**12)}, "as_of"),
        ({"period": "1"}, "period"),
    ],
)
def test_what_cannot_be_briefed_is_told(api: Api, query: dict[str, str], named: str):
    assert_problem(api.get("/harmonisation/briefing", "auditor", params=query), 422, named)


def test_before_the_first_event_there_is_nothing(api: Api):
    told = body(api, as_of=0)
    assert told["out_of_tune"] == []
    assert told["standing"][0]["figure"] == 0
