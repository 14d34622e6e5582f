"""The feed: another agency's system misses nothing of its own region and programmes, and learns nothing else."""

import json
import threading
from datetime import date, timedelta

import pytest

from selaras.demo import people
from tests.api.asking import Api, assert_problem
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.engine import Engine


@pytest.fixture(scope="module", autouse=True)
def systems(engine: Engine) -> None:
    """Systems of Palu, of Sigi, and one of Palu that was switched off yesterday."""
    today = date.today()
    for person, office, until in (
        ("system.palu", people.PALU, None),
        ("system.sigi", people.SIGI, None),
        ("system.old", people.PALU, today - timedelta(days=1)),
    ):
        engine.directory.handle(RegisterPerson(person=person, language="en"), by="seed")
        post = Appoint(
            person=person,
            role="integrator",
            office=office,
            since=date(2024, 1, 1),
            until=until,
            legal_basis=people.BASIS,
        )
        engine.directory.handle(post, by="seed")


def head(api: Api) -> int:
    return int(api.engine.log.head())


def read(api: Api, who: str, after: int, **query: object) -> dict:
    api.get(f"/cases?at_least={head(api)}&limit=1", "auditor")
    reply = api.get("/feed", who, params={"after": after, "wait": 5, **query})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_each_event_comes_once_in_order_with_what_a_system_needs(api: Api):
    before = head(api)
    ref = api.opened(region="72.71.01")
    api.document(ref, "proposal", "leader.palu")
    api.document(ref, "domicile", "leader.palu")
    assert api.act(ref, "submit", "leader.palu").status_code == 200
    items, after = [], before
    while after < head(api):
        page = read(api, "system.palu", after, limit=2)
        items += page["items"]
        after = page["position"]
    assert [item["data"]["event"] for item in items if item["subject"] == ref] == [
        "CaseOpened",
        "DocumentAttached",
        "DocumentAttached",
        "GroupProposed",
    ]
    last = next(item for item in items if item["type"] == "selaras.case.GroupProposed" and item["subject"] == ref)
    assert (last["specversion"], last["source"], last["id"]) == ("1.0", "/api/v1/cases", str(last["data"]["position"]))
    assert (last["data"]["state"], last["data"]["action"]) == ("city_review", "submit")
    assert last["data"]["due"]


def test_nothing_personal_and_no_fact_is_in_it(api: Api):
    before = head(api)
    ref = api.opened(region="72.71.02")
    facts = api.case(ref)["facts"]
    said = json.dumps(read(api, "system.palu", before))
    assert ref in said
    for member in facts["members"]:
        for value in (member["name"], member["nik"], member["phone"]):
            assert value not in said
    assert facts["group"] not in said
    assert "leader.palu" not in said


def test_a_city_s_system_reads_its_own_region_only(api: Api):
    before = head(api)
    ref = api.opened(region="72.71.01")
    assert [item["subject"] for item in read(api, "system.palu", before)["items"]] == [ref]
    page = api.get("/feed", "system.sigi", params={"after": before}).json()
    assert page["items"] == []
    assert page["position"] >= before


def test_the_ministry_s_system_reads_the_programmes_that_its_agency_owns(api: Api):
    before = head(api)
    ref = api.opened(region="72.71.01")
    assert ref in [item["subject"] for item in read(api, "integrator", before)["items"]]
    assert ref in [item["subject"] for item in read(api, "integrator", before, programme="tkm-kelompok")["items"]]


@pytest.mark.parametrize("who", ["head.palu", "leader.palu", "admin", "auditor", "system.old"])
def test_who_is_no_integrator_now_reads_nothing(api: Api, who: str):
    assert_problem(api.get("/feed", who), 403)


def test_a_reader_who_waits_is_answered_when_something_happens(api: Api):
    before = read(api, "system.palu", head(api) - 1, wait=0)["position"]
    found: list[dict] = []

    def wait() -> None:
        found.append(api.get("/feed", "system.palu", params={"after": before, "wait": 20}).json())

    api.token("system.palu")
    waiting = threading.Thread(target=wait)
    waiting.start()
    ref = api.opened(region="72.71.03")
    waiting.join(timeout=30)
    assert [item["subject"] for item in found[0]["items"]] == [ref]


@pytest.mark.parametrize(
    "query", [{"after": -1}, {"after": "x"}, {"wait": 26}, {"limit": 0}, {"unknown": 1}, {"programme": "tkm"}]
)
def test_a_query_that_makes_no_sense_is_told_so(api: Api, query: dict):
    assert_problem(api.get("/feed", "system.palu", params=query), 422)


def test_a_position_beyond_the_log_is_told_so_for_its_reader_would_wait_for_ever(api: Api):
    beyond = head(api) + 1000
    problem = assert_problem(api.get("/feed", "system.palu", params={"after": beyond, "wait": 25}), 422)
    assert problem["type"] == "urn:selaras:problem:feed-beyond"
    assert problem["position"] < beyond
    assert "from 0" in problem["how"]["en"]


def test_the_last_position_is_one_to_go_on_from(api: Api):
    here = read(api, "system.palu", head(api) - 1, wait=0)["position"]
    assert api.get("/feed", "system.palu", params={"after": here}).json() == {"items": [], "position": here}
