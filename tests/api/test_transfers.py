"""Transfers over HTTP: asked for by an office, approved over both regions, seen by those concerned."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.asking import Api, assert_problem, key, refusal_codes
from tests.places.agreeing import ALIGNMENT, CITY, MINISTRY, publish_city, put
from workflow.domain.publishing import SetQuota

YEAR = datetime.now(ZoneInfo("Asia/Makassar")).year


@pytest.fixture
def agreed(api: Api) -> Iterator[None]:
    """Terms are in force, and the city's programme has places to give."""
    publish_city(api.engine)
    order = SetQuota(region="72.71", year=YEAR, places=50, legal_basis="Contoh uji")
    api.engine.registry.set_quota(CITY, order, by="seed")
    put(api.engine, cap=1000)
    yield
    put(api.engine, "ended")


def body(places: int = 1, **over: Any) -> dict[str, Any]:
    return {
        "alignment": ALIGNMENT,
        "giving": {"programme": CITY, "region": "72.71"},
        "receiving": {"programme": MINISTRY, "region": "72.71"},
        "year": YEAR,
        "places": places,
        "reason": "Daftar tunggu panjang",
        **over,
    }


def test_asked_and_approved(api: Api, agreed: None):
    before = places(api)
    headers = key()
    reply = api.ask("POST", "/transfers", "officer.palu", json=body(2), headers=headers)
    assert reply.status_code == 201, reply.text
    ref = reply.json()["transfer"]
    assert reply.headers["Location"] == f"/api/v1/transfers/{ref}"
    assert api.ask("POST", "/transfers", "officer.palu", json=body(2), headers=headers).json() == reply.json()
    assert_problem(api.ask("POST", "/transfers", "officer.palu", json=body(3), headers=headers), 422)
    assert places(api) == before
    done = api.ask("POST", f"/transfers/{ref}/approve", "coord.sulteng", json={"reason": "Sesuai ketentuan"})
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["decided_by"]) == ("approved", "coord.sulteng")
    assert places(api) == before + 2
    again = api.ask("POST", f"/transfers/{ref}/approve", "coord.sulteng", json={})
    assert refusal_codes(assert_problem(again, 409)) == {"state"}


def places(api: Api) -> int:
    head = api.engine.log.head()
    reply = api.get(f"/programmes/{MINISTRY}/quotas?region=72.71&year={YEAR}&at_least={head}", "auditor")
    (item,) = reply.json()["items"]
    return int(item["quota"])


def test_refusals_say_why_and_the_way_out(api: Api, agreed: None):
    too_many = api.ask("POST", "/transfers", "officer.palu", json=body(51))
    assert refusal_codes(assert_problem(too_many, 409)) == {"claim.places"}
    not_theirs = api.ask("POST", "/transfers", "officer.sigi", json=body())
    assert refusal_codes(assert_problem(not_theirs, 403)) == {"region"}
    put(api.engine, "suspended")
    suspended = api.ask("POST", "/transfers", "officer.palu", json=body())
    assert refusal_codes(assert_problem(suspended, 409)) == {"alignment.suspended"}


def test_refused_with_a_reason(api: Api, agreed: None):
    ref = api.ask("POST", "/transfers", "officer.palu", json=body()).json()["transfer"]
    assert_problem(api.ask("POST", f"/transfers/{ref}/refuse", "coord.sulteng", json={}), 422, "reason")
    mine = api.ask("POST", f"/transfers/{ref}/refuse", "head.palu", json={"reason": "Tidak perlu"})
    assert refusal_codes(assert_problem(mine, 403)) == {"role"}
    done = api.ask("POST", f"/transfers/{ref}/refuse", "coord.sulteng", json={"reason": "Dipakai sendiri"})
    assert (done.json()["status"], done.json()["decision"]) == ("refused", "Dipakai sendiri")


def test_only_those_concerned_see_it(api: Api, agreed: None):
    ref = api.ask("POST", "/transfers", "officer.palu", json=body()).json()["transfer"]
    listed = api.get(f"/transfers?status=asked&alignment={ALIGNMENT}&region=72", "head.palu").json()["items"]
    assert ref in {item["transfer"] for item in listed}
    for stranger in ("coord.gorontalo", "leader.palu"):
        assert api.get("/transfers", stranger).json()["items"] == []
        assert_problem(api.get(f"/transfers/{ref}", stranger), 404)
        assert_problem(api.ask("POST", f"/transfers/{ref}/approve", stranger, json={}), 404)
    assert api.get(f"/transfers/{ref}", "auditor").json()["status"] == "asked"
    assert_problem(api.get("/transfers/ALIH-1", "auditor"), 404)
