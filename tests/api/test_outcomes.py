"""Outcomes over HTTP: figures for officials, opened to the reports of the cases that the reader may see."""

from typing import Any

import pytest

from tests.api.asking import Api, assert_problem

FIRST, SECOND = {"workers": 4, "revenue": 9_000_000, "loan": 0}, {"workers": 7, "revenue": 9_500_000, "loan": 0}


@pytest.fixture(scope="module")
def reported(api: Api) -> dict[str, Any]:
    """A group in mentoring with two reports: its reference, and the positions of the reports."""
    ref = api.before_the_panel()
    for seat in (1, 2, 3):
        assert api.act(ref, "approve", f"panel{seat}", vote="approve").status_code == 200
    assert api.act(ref, "assign_mentor", "mentorlead", assign="mentor1").status_code == 200
    positions = []
    for outcomes in (FIRST, {**SECOND, "entrepreneurs": 3}):
        api.document(ref, "monthly_report", "mentor1")
        reply = api.act(ref, "report_progress", "mentor1", outcomes=outcomes)
        assert reply.status_code == 200, reply.text
        positions.append(reply.json()["position"])
    return {"ref": ref, "positions": positions}


def read(api: Api, who: str = "head.palu", **query: Any) -> dict[str, Any]:
    reply = api.get("/outcomes", who, params={"region": "72.71", **query})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_a_report_moves_the_figures(api: Api, reported: dict[str, Any]):
    first, second = reported["positions"]
    before, between, after = (read(api, as_of=p)["total"] for p in (first - 1, first, second))
    assert between["reporting"] == before["reporting"] + 1
    assert (between["workers_now"], after["workers_now"]) == (before["workers_now"] + 4, before["workers_now"] + 7)
    assert after["entrepreneurs"] == before["entrepreneurs"] + 3
    assert after["jobs"] == after["workers_now"] - after["workers_start"]


def test_the_address_of_a_figure_gives_it_again(api: Api, reported: dict[str, Any]):
    found = read(api, at_least=reported["positions"][-1])
    again = api.get(found["address"].removeprefix("/api/v1"), "auditor").json()
    assert again == found
    rows = {row["name"]: row for row in found["by_programme"]}
    assert rows["tkm-kelompok"]["figure"] == found["total"]
    assert {row["name"] for row in found["by_region"]} == {"72.71"}


def test_every_figure_opens_to_its_reports(api: Api, reported: dict[str, Any]):
    found = read(api, at_least=reported["positions"][-1])
    for row in (*found["by_programme"], *found["by_region"], *found["by_potential"], *found["by_period"]):
        body = api.get(row["reports"].removeprefix("/api/v1"), "head.palu").json()
        assert set(reported["positions"]) <= {item["position"] for item in body["items"]}
        assert body["hidden"] == 0


def test_reports_come_in_pages(api: Api, reported: dict[str, Any]):
    query = {"as_of": reported["positions"][-1], "limit": 1}
    reply = api.get("/outcomes/reports", "head.palu", params=query)
    (newest,) = reply.json()["items"]
    assert newest["position"] == reported["positions"][-1]
    assert (newest["workers"], newest["entrepreneurs"], newest["ref"]) == (7, 3, reported["ref"])
    following = reply.links["next"]["url"].removeprefix("/api/v1")
    assert api.get(following, "head.palu").json()["items"][0]["position"] == reported["positions"][0]
    assert_problem(api.get("/outcomes/reports", "head.palu", params={"cursor": "x"}), 422)


def test_reports_of_another_region_are_counted_and_not_shown(api: Api, reported: dict[str, Any]):
    query = {"region": "72.71", "as_of": reported["positions"][-1]}
    body = api.get("/outcomes/reports", "head.sigi", params=query).json()
    assert body["items"] == []
    assert body["hidden"] >= 2


def test_figures_are_for_officials(api: Api):
    assert_problem(api.get("/outcomes", "leader.palu"), 403)
    assert_problem(api.get("/outcomes/reports", "former.palu"), 403)
    assert_problem(api.get("/outcomes"), 401)


def test_what_cannot_be_asked_is_told(api: Api):
    assert_problem(api.get("/outcomes", "head.palu", params={"region": "palu"}), 422, "region")
    assert_problem(api.get("/outcomes", "head.palu", params={"period": "0"}), 422, "period")
    assert_problem(api.get("/outcomes", "head.palu", params={"as_of": 10**12}), 422)
    assert_problem(api.get("/outcomes", "head.palu", params={"colour": "red"}), 422)


def test_an_optional_outcome_has_its_type_all_the_same(api: Api, reported: dict[str, Any]):
    wrong = {**FIRST, "entrepreneurs": "three"}
    body = assert_problem(api.act(reported["ref"], "report_progress", "mentor1", outcomes=wrong), 422)
    assert "outcomes.entrepreneurs" in {refusal["code"] for refusal in body["refusals"]}
