"""What a head sees of their office's work."""

from tests.api.asking import Api, assert_problem, key

PALU = "dinas-koperasi-palu"


def loads(api: Api, who: str, at_least: int, **query: str) -> dict[tuple[str | None, str], dict]:
    reply = api.get("/workload", who, params={"at_least": at_least, **query})
    assert reply.status_code == 200, reply.text
    assert reply.json()["position"] >= at_least
    return {(item["office"], item["role"]): item for item in reply.json()["items"]}


def test_a_head_sees_what_waits_for_whom(api: Api):
    ref = api.submitted()
    before = loads(api, "head.palu", api.case(ref)["position"])
    question = {"to": "group_leader", "question": "Di mana lokasi usaha?"}
    asked = api.ask("POST", f"/cases/{ref}/inquiries", "officer.palu", json=question, headers=key()).json()
    after = loads(api, "head.palu", asked["position"])
    office = (PALU, "city_officer")
    assert after[office]["stopped"] == before[office]["stopped"] + 1
    assert after[office]["open"] == before[office]["open"] >= 1
    assert after[None, "group_leader"]["open"] == before.get((None, "group_leader"), {"open": 0})["open"] + 1
    assert set(loads(api, "head.palu", asked["position"], office=PALU, role="city_officer")) == {office}


def test_the_steps_that_took_longest_are_named(api: Api):
    position = api.case(api.recommended(), "head.palu")["position"]
    slowest = api.get("/workload", "auditor", params={"at_least": position}).json()["slowest"]
    review = next(step for step in slowest if step["state"] == "city_review")
    assert review["title"] == {"id": "Telaah kota", "en": "City review"}
    assert review["cases"] >= 1
    assert review["days"]["longest"] >= review["days"]["p90"] >= review["days"]["median"] >= 0


def test_other_offices_see_nothing_of_it(api: Api):
    position = api.case(api.submitted())["position"]
    assert (PALU, "city_officer") not in loads(api, "head.sigi", position)
    assert loads(api, "leader.palu", position) == {}


def test_bad_questions_are_told_so(api: Api):
    assert_problem(api.get("/workload", "head.palu", params={"office": "nowhere"}), 422, "office")
    assert_problem(api.get("/workload", "head.palu", params={"offices": "x"}), 422)
    assert_problem(api.get("/workload"), 401)
