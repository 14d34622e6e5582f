"""The calendar over HTTP: who reads it, who declares days, and what a deadline then says."""

from datetime import UTC, date, datetime

from tests.api.asking import Api, assert_problem
from workflow.adopting import adopt_holidays

DAY = {"date": "2031-09-27", "reason": {"id": "HUT kota", "en": "City's day"}}
ORDER = {"agency": "kementerian-koperasi", "region": "72.71", "legal_basis": "SK 1/2031", "days": [DAY]}


def test_holidays_are_read_by_year_with_what_is_not_decreed_yet(api: Api):
    year = api.get("/calendar?year=2026", "leader.palu").json()
    independence = next(day for day in year["holidays"] if day["date"] == "2026-08-17")
    assert independence["reason"]["id"]
    assert "tkm-kelompok" in independence["programmes"]
    assert isinstance(year["estimated"], bool)
    later = api.get(f"/calendar?year={date.today().year + 3}", "leader.palu").json()
    assert later["estimated"] is True
    assert_problem(api.get("/calendar", "leader.palu"), 422, "year")
    assert api.get("/calendar?year=2026&programme=tiada", "leader.palu").status_code == 404


def test_the_list_that_a_year_stands_in_is_told(api: Api):
    adopt_holidays(api.engine, datetime.now(UTC))
    year = api.get(f"/calendar?year={date.today().year}", "auditor").json()
    (one,) = year["lists"]
    assert (one["country"], one["by"], one["legal_basis"]) == ("ID", "system", None)
    assert (one["estimated"], len(one["sha256"])) == (year["estimated"], 64)


def test_admins_declare_and_withdraw_days(api: Api):
    assert api.ask("POST", "/calendar/days", "head.palu", json=ORDER).status_code == 403
    made = api.ask("POST", "/calendar/days", "admin", json=ORDER)
    assert made.status_code == 201, made.text
    (own,) = made.json()["own_days"]
    assert (own["date"], own["by"], own["legal_basis"]) == ("2031-09-27", "admin", "SK 1/2031")
    twice = api.ask("POST", "/calendar/days", "admin", json=ORDER)
    assert twice.status_code == 422
    assert twice.json()["refusals"][0]["code"] == "day_off.declared"

    def shown(query: str) -> list[int]:
        return [day["number"] for day in api.get(f"/calendar?year=2031{query}", "auditor").json()["own_days"]]

    assert shown("") == shown("&region=72.71.06") == shown("&programme=tkm-kelompok") == [own["number"]]
    assert shown("&region=72.10") == []
    gone = api.ask("POST", f"/calendar/days/{own['number']}/withdraw", "admin", json={"legal_basis": "SK 2/2031"})
    assert gone.status_code == 200
    assert shown("") == []
    again = api.ask("POST", f"/calendar/days/{own['number']}/withdraw", "admin", json={"legal_basis": "SK 2/2031"})
    assert (again.status_code, again.json()["refusals"][0]["code"]) == (422, "day_off.unknown")


def test_a_day_twice_in_one_order_is_refused_with_its_place(api: Api):
    refused = api.ask("POST", "/calendar/days", "admin", json={**ORDER, "days": [DAY, DAY]})
    assert refused.status_code == 422
    (one,) = refused.json()["refusals"]
    assert one["code"] == "day_off.twice"
