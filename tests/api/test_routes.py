"""Routes over HTTP: who may ask, what is refused, and that what was tried out is written down nowhere."""

from pathlib import Path

from tests.api.asking import Api, assert_problem, pointers
from tests.journeys.groups import group


def test_facts_that_are_tried_out_are_judged_and_written_down_nowhere(api: Api, log: Path) -> None:
    facts = group()
    head = api.engine.log.head()
    reply = api.ask("POST", "/routes", "leader.palu", json={"facts": facts})
    assert reply.status_code == 200, reply.text
    (route,) = [item for item in reply.json()["items"] if item["programme"] == "tkm-kelompok"]
    assert (route["accepted"], route["action"]) == (True, "submit")
    assert route["documents"] == ["proposal", "domicile"]
    assert route["ahead"] == []
    assert route["places"]["free"] == route["places"]["quota"] - route["places"]["used"]
    assert api.engine.log.head() == head
    said = log.read_text()
    assert not any(member[field] in said for member in facts["members"] for field in ("nik", "name", "phone"))


def test_what_a_group_lacks_is_told_with_the_way_out(api: Api) -> None:
    facts = group()
    facts["members"] = facts["members"][:3]
    reply = api.ask("POST", "/routes", "leader.palu", json={"facts": facts})
    (route,) = [item for item in reply.json()["items"] if item["programme"] == "tkm-kelompok"]
    assert not route["accepted"]
    assert [refusal["code"] for refusal in route["refusals"]] == ["eligibility.members"]
    assert route["refusals"][0]["how"]["id"]


def test_a_region_that_is_none_is_refused(api: Api) -> None:
    for body, pointer in (
        ({"facts": {}}, "/facts/region"),
        ({"facts": {"region": 72}}, "/facts/region"),
        ({"facts": group(), "region": "Palu"}, "/region"),
        ({"facts": group(), "region": "72.71\0"}, "/region"),
    ):
        refused = assert_problem(api.ask("POST", "/routes", "leader.palu", json=body), 422)
        assert pointers(refused) == {pointer}
    assert_problem(api.ask("POST", "/routes", json={"facts": {}, "region": "72.71"}), 401)


def test_the_routes_of_a_case_are_told_to_those_who_may_know_of_it(api: Api) -> None:
    ref = api.opened()
    reply = api.get(f"/cases/{ref}/routes", "leader.palu")
    assert reply.status_code == 200
    assert "tkm-kelompok" not in [item["programme"] for item in reply.json()["items"]]
    assert_problem(api.get(f"/cases/{ref}/routes", "officer.sigi"), 404)
