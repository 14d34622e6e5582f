"""What is due on a case, day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.api.asking import Api, assert_problem, key
from workflow.asks import DeadlineAsk, RecountAsk
from workflow.domain.days_off import DeclareDays, OwnDay, WithdrawDay
from workflow.domain.words import Text

PALU = ZoneInfo("Asia/Makassar")


def test_every_day_of_a_review_counts_or_says_why_not(api: Api):
    ref = api.submitted()
    reply = api.get(f"/cases/{ref}/deadlines", "officer.palu").json()
    case = api.case(ref)
    (review,) = reply["items"]
    assert reply["position"] == case["position"]
    assert (review["of"], review["name"], review["days_left"]) == ("state", "city_review", None)
    (shown,) = case["deadlines"]
    assert (shown["state"], shown["due"], shown["warn"]) == (review["name"], review["due"], review["warn"])
    assert (shown["warned"], shown["passed"], shown["escalated"]) == (None, None, None)
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


def test_a_passed_deadline_is_in_case_history_and_the_inbox_of_the_escalated_role(api: Api):
    ref = api.submitted()
    due = datetime.fromisoformat(api.case(ref)["deadlines"][0]["due"])
    for what in ("warn", "pass"):
        assert api.engine.casework.handle(ref, DeadlineAsk(what=what), "system", at=due).changed
    (shown,) = api.case(ref)["deadlines"]
    assert shown["escalated"] == api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"][0]["escalated"]
    assert shown["warned"] == shown["passed"] is not None
    warned, passed = api.get(f"/cases/{ref}/history", "leader.palu").json()["items"][-2:]
    assert (warned["event"], passed["event"], passed["escalated"]) == ("DeadlineWarned", "DeadlinePassed", "city_head")
    assert (passed["actor"], datetime.fromisoformat(passed["due"])) == ("system", due)
    late = api.get(f"/inbox?escalated=true&q={ref}&at_least={passed['position']}", "head.palu").json()["items"]
    assert [(item["ref"], item["escalated"]) for item in late] == [(ref, True)]
    assert api.get(f"/inbox?escalated=true&q={ref}", "officer.palu").json()["items"] == []


def test_a_moved_deadline_says_why_in_both_languages(api: Api):
    ref = api.submitted()
    case, definition = api.engine.casework.case(ref)
    (state,) = api.engine.reading.deadlines(case, definition)
    own = OwnDay(date=[day.date for day in state.days if day.counted][-1], reason=Text("HUT kota", "City's day"))
    order = DeclareDays(region="72.71", legal_basis="SK 1", days=[own])
    api.engine.days_off.declare(order, by="admin")
    days = api.engine.days_off.current()
    (one,) = (day for day in days.standing() if day.date == own.date)
    ask = RecountAsk(version=days.version, why=f"day_off/{one.number}", say=one.say)
    assert api.engine.casework.handle(ref, ask, "system").changed
    moved = api.get(f"/cases/{ref}/history", "leader.palu").json()["items"][-1]
    assert (moved["event"], moved["why"]) == ("DeadlineMoved", f"day_off/{one.number}")
    assert moved["say"] == {"id": "HUT kota (SK 1)", "en": "City's day (SK 1)"}
    assert moved["due"] == api.case(ref)["deadlines"][0]["due"]
    api.engine.days_off.withdraw(one.number, WithdrawDay(legal_basis="SK 2"), by="admin", at=datetime.now(UTC))


def test_a_case_that_ended_has_nothing_due(api: Api):
    ref = api.opened()
    assert api.act(ref, "withdraw", "leader.palu").status_code == 200
    assert api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"] == []


def test_deadlines_are_for_those_who_may_see_the_case(api: Api):
    ref = api.submitted()
    assert_problem(api.get(f"/cases/{ref}/deadlines", "head.sigi"), 404)
    assert_problem(api.get("/cases/TKM-7271-2026-999999/deadlines", "auditor"), 404)
