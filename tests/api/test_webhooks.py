"""Webhooks over HTTP: an integrator's own, and nobody else's."""

import pytest

from tests.api.asking import Api, assert_problem, key, pointers

URL = "https://example.org/selaras"


def added(api: Api, who: str = "integrator", **body: object) -> dict:
    reply = api.ask("POST", "/webhooks", who, json={"url": URL, **body})
    assert reply.status_code == 201, reply.text
    assert reply.headers["Location"] == f"/api/v1/webhooks/{reply.json()['id']}"
    return dict(reply.json())


def test_a_subscription_is_made_read_and_ended(api: Api):
    made = added(api, events=["CityRecommended"])
    assert made["secret"].startswith("whsec_")
    assert (made["status"], made["events"], made["programmes"]) == ("active", ["CityRecommended"], None)
    read = api.get(f"/webhooks/{made['id']}", "integrator").json()
    assert read == {name: value for name, value in made.items() if name != "secret"}
    assert made["id"] in [one["id"] for one in api.get("/webhooks", "integrator").json()["items"]]
    assert api.ask("DELETE", f"/webhooks/{made['id']}", "integrator").status_code == 204
    assert_problem(api.get(f"/webhooks/{made['id']}", "integrator"), 404)


def test_the_same_key_answers_the_same_again_and_another_body_is_refused(api: Api):
    headers = key()
    first, second = (api.ask("POST", "/webhooks", "integrator", json={"url": URL}, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    other = api.ask("POST", "/webhooks", "integrator", json={"url": URL + "2"}, headers=headers)
    assert_problem(other, 422)
    api.ask("DELETE", f"/webhooks/{first.json()['id']}", "integrator")


def test_a_secret_is_replaced(api: Api):
    made = added(api)
    again = api.ask("POST", f"/webhooks/{made['id']}/secret", "integrator").json()
    assert again["secret"] != made["secret"]
    assert again["rotated"]
    once, twice = (
        api.ask("POST", f"/webhooks/{made['id']}/secret", "integrator", headers=headers).json()
        for headers in [key()] * 2
    )
    assert once["secret"] == twice["secret"] != again["secret"], "a repeat ends no secret that is in use"
    api.ask("DELETE", f"/webhooks/{made['id']}", "integrator")


def test_all_after_a_position_is_asked_for_again(api: Api):
    made = added(api)
    again = api.ask("POST", f"/webhooks/{made['id']}/resume", "integrator", json={"after": 1}).json()
    assert (again["position"], again["status"]) == (1, "active")
    api.ask("DELETE", f"/webhooks/{made['id']}", "integrator")


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "https://a:b@example.org", "https://example.org/\nX: 1", "nowhere", "http://"]
)
def test_an_address_that_is_none_is_named_by_its_field(api: Api, url: str):
    reply = api.ask("POST", "/webhooks", "integrator", json={"url": url})
    assert pointers(assert_problem(reply, 422)) == {"/url"}


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/"]
)
def test_an_inner_address_is_refused_before_it_is_subscribed(api: Api, url: str):
    reply = api.ask("POST", "/webhooks", "integrator", json={"url": url})
    assert pointers(assert_problem(reply, 422)) == {"/url"}


def test_a_misspelt_name_is_told_so_for_it_would_wait_for_ever(api: Api):
    body = {"url": URL, "events": ["CityRecommended", "CityRecomended"], "programmes": ["tkm-kelompok", "tkm"]}
    problem = assert_problem(api.ask("POST", "/webhooks", "integrator", json=body), 422)
    assert pointers(problem) == {"/events/1", "/programmes/1"}
    assert "did you mean CityRecommended?" in problem["errors"][1]["en"]


def test_an_admin_sees_everybodys_and_changes_none(api: Api):
    made = added(api)
    (seen,) = (one for one in api.get("/webhooks", "admin").json()["items"] if one["id"] == made["id"])
    assert (seen["person"], seen["status"], "secret" in seen) == ("integrator", "active", False)
    assert api.get(f"/webhooks/{made['id']}", "admin").json() == seen
    for method, path in (("DELETE", ""), ("POST", "/secret")):
        assert_problem(api.ask(method, f"/webhooks/{made['id']}{path}", "admin"), 404)
    api.ask("DELETE", f"/webhooks/{made['id']}", "integrator")


@pytest.mark.parametrize("who", ["head.palu", "leader.palu", "auditor"])
def test_who_is_no_integrator_has_none(api: Api, who: str):
    assert_problem(api.ask("POST", "/webhooks", who, json={"url": URL}), 403)
    made = added(api)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/secret")):
        assert_problem(api.ask(method, f"/webhooks/{made['id']}{path}", who), 404)
    assert_problem(api.ask("POST", f"/webhooks/{made['id']}/resume", who, json={}), 404)
    api.ask("DELETE", f"/webhooks/{made['id']}", "integrator")


def test_nobody_has_more_than_twenty(api: Api):
    made = [added(api) for _ in range(20 - len(api.get("/webhooks", "integrator").json()["items"]))]
    assert_problem(api.ask("POST", "/webhooks", "integrator", json={"url": URL}), 422)
    for one in made:
        api.ask("DELETE", f"/webhooks/{one['id']}", "integrator")


def test_a_place_beyond_the_log_is_refused_for_nothing_would_ever_be_sent(api: Api):
    beyond = int(api.engine.log.head()) + 1000
    made = added(api)
    for path, body in (
        ("/webhooks", {"url": URL, "after": beyond}),
        (f"/webhooks/{made['id']}/resume", {"after": beyond}),
    ):
        problem = assert_problem(api.ask("POST", path, "integrator", json=body), 422, "from 0")
        assert problem["position"] < beyond
    assert api.get(f"/webhooks/{made['id']}", "integrator").json()["position"] == made["position"]
    api.ask("DELETE", f"/webhooks/{made['id']}", "integrator")
