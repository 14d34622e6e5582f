"""One action on many cases: each on its own, and none half-done."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests

from api.app import create_app
from api.bulk import MOST
from tests.api.asking import Api, assert_problem, key, pointers
from tests.journeys.groups import group

REASON = "Lengkapi rencana usaha kelompok"


def bulk(api: Api, who: str, action: str, items: list[dict[str, Any]], **headers: str) -> requests.Response:
    return api.ask("POST", "/bulk", who, json={"action": action, "items": items}, headers={**key(), **headers})


def item(api: Api, ref: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "if_match": api.tag(ref), **more}


def actions(api: Api, ref: str) -> list[str]:
    return [e["event"] for e in api.get(f"/cases/{ref}/history", "auditor").json()["items"] if e.get("action")]


def test_each_item_is_done_or_refused_on_its_own(api: Api):
    good, stale, short, draft = (api.submitted(), api.submitted(), api.submitted(), api.opened())
    items = [
        item(api, good, reason=REASON),
        {"ref": stale, "if_match": '"seen-yesterday"', "reason": REASON},
        item(api, short, reason="singkat"),
        item(api, draft, reason=REASON),
        {"ref": "TKM-7271-2026-999999", "if_match": "*", "reason": REASON},
        {"ref": "x'; DROP TABLE stored_events; --", "if_match": "*", "reason": REASON},
        {"ref": good, "if_match": 'a" b', "reason": REASON},
    ]
    before = {ref: api.case(ref) for ref in (stale, short, draft)}
    reply = bulk(api, "officer.palu", "send_back", items)
    assert reply.status_code == 200, reply.text
    results = reply.json()["items"]
    assert [one["status"] for one in results] == [200, 412, 422, 409, 404, 404, 400]
    assert [one["ref"] for one in results] == [one["ref"] for one in items]
    case = api.case(good)
    done = results[0]
    assert (done["state"], done["dossier"], done["position"]) == ("draft", case["dossier"], case["position"])
    assert done["problem"] is None
    assert reply.json()["position"] == case["position"]
    assert all(api.case(ref) == was for ref, was in before.items())
    assert {one["code"] for one in results[2]["problem"]["refusals"]} == {"reason"}
    assert all(one["problem"]["id"] and one["problem"]["en"] and one["problem"]["how"]["id"] for one in results[1:])


def test_a_decree_of_40_with_one_losing_its_claim(api: Api):
    """Forty stand in one list; a member of one is taken up elsewhere before it is carried out: that one alone stays."""
    refs = [ready(api) for _ in range(40)]
    items = [item(api, ref) for ref in refs]
    loser = refs[17]
    shared = api.case(loser)["facts"]["members"][3]
    other = group()
    rival = ready(api, members=[*other["members"][:9], {**shared, "role": "member"}])
    assert api.act(rival, "submit", "leader.palu").status_code == 200
    results = bulk(api, "leader.palu", "submit", items).json()["items"]
    assert {one["ref"]: one["status"] for one in results} == {ref: 409 if ref == loser else 200 for ref in refs}
    problem = results[17]["problem"]
    assert {one["code"] for one in problem["refusals"]} == {"claim.one_programme_per_person"}
    assert rival not in str(problem)
    assert (api.case(loser)["state"], actions(api, loser)) == ("draft", [])
    assert {api.case(ref)["state"] for ref in refs if ref != loser} == {"city_review"}


def ready(api: Api, **over: Any) -> str:
    """A draft that only has to be submitted."""
    ref = api.opened(**over)
    for kind in ("proposal", "domicile"):
        assert api.document(ref, kind, "leader.palu").status_code == 201
    return ref


def test_a_refusal_reads_as_that_of_the_action_alone(api: Api):
    ref = api.submitted()
    alone = assert_problem(api.act(ref, "recommend", "officer.palu"), 403)
    (result,) = bulk(api, "officer.palu", "recommend", [item(api, ref)]).json()["items"]
    said = {name: value for name, value in result["problem"].items() if name != "request"}
    assert said == {name: value for name, value in alone.items() if name != "request"}


def test_the_same_key_again_does_nothing_twice_and_answers_the_same(api: Api):
    refs = [api.submitted(), api.submitted()]
    items = [item(api, ref, reason=REASON) for ref in refs]
    again = key()
    one, two = (bulk(api, "officer.palu", "send_back", items, **again) for _ in range(2))
    assert one.json() == two.json()
    assert [actions(api, ref).count("ReturnedForRevision") for ref in refs] == [1, 1]


def test_a_key_used_again_for_another_request_refuses_the_whole(api: Api):
    first, second = api.submitted(), api.submitted()
    again = key()
    items = [{"ref": "TKM-7271-2026-999999", "if_match": "*", "reason": REASON}, item(api, first, reason=REASON)]
    assert [one["status"] for one in bulk(api, "officer.palu", "send_back", items, **again).json()["items"]] == [
        404,
        200,
    ]
    other = bulk(api, "officer.palu", "send_back", [item(api, second, reason=REASON)], **again)
    assert_problem(other, 422, "Idempotency-Key")
    assert api.case(second)["state"] == "city_review"


def test_a_key_of_a_single_action_is_not_taken_for_many(api: Api):
    ref, again = api.submitted(), key()
    headers = {**again, "If-Match": api.tag(ref)}
    path = f"/cases/{ref}/actions/send_back"
    assert api.ask("POST", path, "officer.palu", json={"reason": REASON}, headers=headers).status_code == 200
    assert_problem(bulk(api, "officer.palu", "withdraw", [item(api, ref)], **again), 422, "Idempotency-Key")


def test_an_action_that_does_not_exist_is_told_for_each(api: Api):
    (result,) = bulk(api, "officer.palu", "abolish", [item(api, api.submitted())]).json()["items"]
    assert result["status"] == 404
    assert "submit" in str(result["problem"]["refusals"])


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ([], "/items"),
        ([{"ref": f"R{n}", "if_match": "*"} for n in range(MOST + 1)], "/items"),
        ([{"ref": "R", "if_match": "*"}, {"ref": "R"}], "/items/1/if_match"),
        ([{"ref": "R", "if_match": "*", "reasons": "x"}], "/items/0/reasons"),
        ([{"ref": 7, "if_match": "*"}], "/items/0/ref"),
        ({"ref": "R"}, "/items"),
    ],
)
def test_a_list_out_of_shape_is_422_at_its_pointer_and_nothing_is_done(api: Api, items: Any, pointer: str):
    assert pointers(assert_problem(bulk(api, "officer.palu", "send_back", items), 422)) == {pointer}


def failing(api: Api, monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[int]:
    """The statuses of four items, where the engine fails at the second one, and once only."""
    really, asked = api.engine.casework.handle, iter(range(9))

    def handle(*parts: Any, **more: Any) -> Any:
        if next(asked) == 1:
            raise error
        return really(*parts, **more)

    items = [item(api, api.submitted(), reason=REASON) for _ in range(4)]
    monkeypatch.setattr(api.engine.casework, "handle", handle)
    client = create_app(lambda: api.engine).test_client()
    signed = {"Authorization": f"Bearer {api.token('officer.palu')}", **key()}
    reply = client.post("/api/v1/bulk", json={"action": "send_back", "items": items}, headers=signed)
    assert reply.status_code == 200, reply.text
    results = reply.json["items"]
    done = [api.case(one["ref"])["state"] == "draft" for one in items]
    assert done == [one["status"] == 200 for one in results]
    assert "secret" not in reply.text
    return [one["status"] for one in results]


def test_an_unforeseen_failure_of_one_leaves_the_others_alone(api: Api, monkeypatch: pytest.MonkeyPatch):
    assert failing(api, monkeypatch, RuntimeError("secret")) == [200, 500, 200, 200]


def test_once_the_database_is_away_the_rest_is_not_tried(api: Api, monkeypatch: pytest.MonkeyPatch):
    assert failing(api, monkeypatch, psycopg.OperationalError("secret")) == [200, 503, 503, 503]


def test_votes_are_cast_in_bulk_as_they_are_alone(api: Api):
    refs = [api.before_the_panel(), api.before_the_panel()]
    items = [{"ref": ref, "if_match": api.case(ref, "panel1")["dossier"], "vote": "approve"} for ref in refs]
    results = bulk(api, "panel1", "approve", items).json()["items"]
    assert [one["status"] for one in results] == [200, 200]
    again = [{**one, "if_match": "*"} for one in items]
    assert [one["status"] for one in bulk(api, "panel1", "approve", again).json()["items"]] == [409, 409]
    assert [len(api.case(ref)["votes"]) for ref in refs] == [1, 1]


def test_the_key_is_required(api: Api):
    body = {"action": "send_back", "items": [{"ref": "R", "if_match": "*"}]}
    assert_problem(api.ask("POST", "/bulk", "officer.palu", json=body), 428, "Idempotency-Key")
    assert_problem(api.ask("POST", "/bulk", json=body, headers={"Idempotency-Key": str(uuid4())}), 401)
