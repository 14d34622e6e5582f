"""The account of places and the queue over HTTP, and who may know whose case stands behind a figure."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.api.asking import Api, assert_problem
from workflow.domain.publishing import SetQuota

SIGI = "72.10"


@pytest.fixture
def full(api: Api) -> Iterator[tuple[str, str, int]]:
    """One group in Sigi holds its only place, one waits; the references, and the year."""
    year = datetime.now(ZoneInfo("Asia/Makassar")).year
    before = account(api, year, api.engine.log.head())
    used = before["held"] + before["used"]
    order = SetQuota(region=SIGI, year=year, places=used + 1, legal_basis=f"Contoh {uuid4().hex[:6]}")
    position = api.engine.registry.set_quota("tkm-kelompok", order, by="seed").position
    assert account(api, year, position)["free"] == 1
    held, waits = api.submitted(region="72.10.01"), api.submitted(region="72.10.02")
    yield held, waits, year
    if api.case(waits)["state"] == "waiting":
        assert api.act(waits, "withdraw", "leader.palu").status_code == 200
    # The room's other tests find the places that they had.
    back = SetQuota(region=SIGI, year=year, places=before["quota"], legal_basis=f"Contoh {uuid4().hex[:6]}")
    api.engine.registry.set_quota("tkm-kelompok", back, by="seed")


def account(api: Api, year: int, at_least: int = 0) -> dict:
    reply = api.get(f"/programmes/tkm-kelompok/quotas?region={SIGI}&year={year}&at_least={at_least}", "auditor")
    assert reply.status_code == 200, reply.text
    (item,) = reply.json()["items"]
    return dict(item)


def test_the_figures_and_who_stands_behind_them(api: Api, full):
    held, waits, year = full
    position = api.case(waits)["position"]
    found = account(api, year, position)
    assert found["quota"] == found["held"] + found["used"]
    assert (found["free"], found["excess"], found["waiting"]) == (0, 0, 1)
    behind = api.ask("GET", found["cases"]["held"].removeprefix("/api/v1"), "auditor").json()
    assert held in {item["ref"] for item in behind["items"]}
    assert behind["hidden"] == 0
    past = api.get(f"/programmes/tkm-kelompok/quotas?region={SIGI}&as_of={position - 1}", "auditor").json()["items"]
    assert [item["waiting"] for item in past if item["year"] == year] == [0]


def test_nobody_is_told_of_cases_that_are_not_theirs(api: Api, full):
    held, _, year = full
    query = f"standing=held&region={SIGI}&year={year}&at_least={api.case(held)['position']}"
    behind = api.get(f"/programmes/tkm-kelompok/quotas/cases?{query}", "officer.palu").json()
    assert behind["items"] == []
    assert behind["hidden"] >= 1


def test_the_queue_and_ones_own_place_in_it(api: Api, full):
    _, waits, year = full
    at = api.case(waits)["position"]
    path = f"/programmes/tkm-kelompok/queue?region={SIGI}&year={year}&at_least={at}"
    (item,) = api.get(path, "officer.sigi").json()["items"]
    assert (item["place"], item["of"], item["ref"], item["claim"]) == (1, 1, waits, "city_quota")
    assert item["waits_for"]["id"]
    (hidden,) = api.get(path, "officer.palu").json()["items"]
    assert (hidden["place"], hidden["ref"]) == (1, None)
    assert api.case(waits)["queue"] == {"place": 1, "of": 1, "claim": "city_quota"}
    assert api.get(f"/cases/{waits}?as_of={at}", "leader.palu").json()["queue"] is None
    last = api.get(f"/cases/{waits}/history", "leader.palu").json()["items"][-1]
    assert (last["event"], last["action"], last["diverted"]) == ("GroupWaitlisted", "submit", "city_quota")
    assert api.act(waits, "withdraw", "leader.palu").status_code == 200
    assert api.case(waits)["queue"] is None


def test_bad_questions(api: Api):
    assert_problem(api.get("/programmes/nothing/quotas", "auditor"), 404)
    assert_problem(api.get("/programmes/tkm-kelompok/quotas?as_of=yesterday", "auditor"), 422, "as_of")
    assert_problem(api.get("/programmes/tkm-kelompok/quotas?as_of=999999999", "auditor"), 422)
    assert_problem(api.get("/programmes/tkm-kelompok/quotas/cases", "auditor"), 422, "standing")
