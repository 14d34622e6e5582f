"""What is due on a case, day by day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.api.asking import Api, assert_problem, key

PALU = ZoneInfo("Asia/Makassar")


def test_every_day_of_a_review_counts_or_says_why_not(api: Api):
    ref = api.submitted()
    reply = api.get(f"/cases/{ref}/deadlines", "officer.palu").json()
    case = api.case(ref)
    (review,) = reply["items"]
    assert reply["position"] == case["position"]
    assert (review["of"], review["name"], review["days_left"]) == ("state", "city_review", None)
    assert {"state": review["name"], "due": review["due"], "warn": review["warn"]} == case["deadlines"][0]
    # Five working days, whatever weekends and holidays lie between.
    assert review["counted"] == sum(day["counted"] for day in review["days"]) == 5
    first, last = review["days"][0], review["days"][-1]
    assert (first["counted"], last["counted"]) == (False, True)
    midnight = datetime.fromisoformat(review["due"]).astimezone(PALU)
    assert midnight == datetime.combine(date.fromisoformat(last["date"]) + timedelta(days=1), datetime.min.time(), PALU)
    for day in review["days"]:
        assert (day["reason"] is None) == day["counted"]
        if not day["counted"]:
            assert day["reason"]["id"]
            assert day["reason"]["en"]
        elif date.fromisoformat(day["date"]).weekday() > 4:
            raise AssertionError(f"{day} counts")


def test_a_question_stops_the_clock_and_has_a_deadline_of_its_own(api: Api):
    ref = api.submitted()
    question = {"to": "group_leader", "question": "Di mana lokasi usaha?"}
    assert api.ask("POST", f"/cases/{ref}/inquiries", "officer.palu", json=question, headers=key()).status_code == 201
    review, asked = api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"]
    assert (review["due"], review["days_left"]) == (None, 5)
    assert (asked["of"], asked["name"], asked["counted"]) == ("inquiry", "1", 7)
    answered = api.ask("POST", f"/cases/{ref}/inquiries/1/answer", "leader.palu", json={"answer": "Di Talise"})
    assert answered.status_code == 200
    (review,) = api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"]
    assert (review["counted"], review["days_left"]) == (5, None)


def test_a_case_that_ended_has_nothing_due(api: Api):
    ref = api.opened()
    assert api.act(ref, "withdraw", "leader.palu").status_code == 200
    assert api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"] == []


def test_deadlines_are_for_those_who_may_see_the_case(api: Api):
    ref = api.submitted()
    assert_problem(api.get(f"/cases/{ref}/deadlines", "head.sigi"), 404)
    assert_problem(api.get("/cases/TKM-7271-2026-999999/deadlines", "auditor"), 404)
