"""Programmes over HTTP: read by all, published and given places by admins."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.api.asking import Api, assert_problem, key, pointers, refusal_codes
from tests.api.conftest import DEFINITION
from tests.journeys.groups import group
from workflow.texts import texts_beside

TEXTS = texts_beside(DEFINITION)
INTAKE = {
    "region": "72.71",
    "year": 2040,
    "opens": "2040-02-01",
    "closes": "2040-03-31",
    "legal_basis": "SK Contoh 10/DEMO (sintetis)",
}
QUOTA = {"region": "72.71", "year": 2040, "places": 12, "legal_basis": "SK Contoh 9/DEMO (sintetis)"}


def test_programmes_are_listed_with_their_titles(api: Api):
    body = api.get("/programmes", "leader.palu").json()
    assert body["items"][0]["programme"] == "tkm-kelompok"
    assert body["items"][0]["title"]["id"]
    owners = {one["owner"]: one["owner_title"]["id"] for one in body["items"]}
    assert owners["kementerian-koperasi"] == "Kementerian Koperasi (contoh)"
    assert body["position"] > 0


def test_a_programme_tells_its_versions_and_places(api: Api):
    body = api.get("/programmes/tkm-kelompok", "leader.palu").json()
    assert body["current"] == body["versions"][-1]["version"]
    assert {"region", "year", "places", "legal_basis"} <= body["quotas"][0].keys()
    assert_problem(api.get("/programmes/none", "leader.palu"), 404)


def test_places_show_how_many_are_used(api: Api):
    def used() -> int:
        quotas = api.get("/programmes/tkm-kelompok", "leader.palu").json()["quotas"]
        (found,) = [q["used"] for q in quotas if (q["region"], q["year"]) == ("72.71", date.today().year)]
        return int(found)

    before = used()
    ref = api.submitted()
    assert used() == before + 1
    assert api.act(ref, "withdraw", "leader.palu").status_code == 200
    assert used() == before


def test_an_admin_sets_places_with_their_legal_basis(api: Api):
    reply = api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json=QUOTA, headers=key())
    assert reply.status_code == 200, reply.text
    kept = [q for q in reply.json()["quotas"] if q["year"] == 2040]
    assert (kept[0]["places"], kept[0]["by"]) == (12, "admin")


def intake(api: Api, who: str = "admin", **over: Any) -> requests.Response:
    body = {**INTAKE, **over}
    return api.ask("PUT", "/programmes/tkm-kelompok/intake", who, json=body, headers=key())


def test_an_admin_sets_when_proposals_are_taken_and_everybody_reads_it(api: Api):
    assert intake(api).status_code == 200
    reply = intake(api, closes="2040-04-30")
    assert reply.status_code == 200, reply.text
    shown = api.get("/programmes/tkm-kelompok", "leader.palu").json()["intakes"]
    (found,) = [one for one in shown if one["year"] == 2040]
    assert {name: found[name] for name in INTAKE} == {**INTAKE, "closes": "2040-04-30"}
    assert found["by"] == "admin"
    for who in ("leader.palu", "minister", "auditor"):
        assert refusal_codes(assert_problem(intake(api, who), 403)) == {"role"}


def test_an_intake_out_of_order_is_422_at_its_pointers(api: Api):
    body = assert_problem(intake(api, region="Palu", opens="2040-05-01", closes="2039-03-31", legal_basis=" "), 422)
    assert pointers(body) == {"/region", "/closes", "/legal_basis"}
    body = assert_problem(intake(api, opens="kemarin", closes=None), 422)
    assert pointers(body) == {"/opens", "/closes"}


def test_outside_the_window_submitting_is_422_with_its_days_and_nothing_else_is_touched(api: Api):
    today = datetime.now(ZoneInfo("Asia/Makassar")).date()
    days = {"year": today.year, "opens": f"{today.year}-01-01", "closes": f"{today.year}-12-31"}
    ref, before = ready(api, region="72.09.01"), today - timedelta(days=1)
    shut = {"opens": days["opens"], "closes": before.isoformat()}
    if before.year < today.year:
        shut = {"opens": (today + timedelta(days=1)).isoformat(), "closes": days["closes"]}
    assert intake(api, region="72.09", **{**days, **shut}).status_code == 200
    assert "intake" in api.codes(ref, "submit", "leader.palu")
    body = assert_problem(api.act(ref, "submit", "leader.palu"), 422)
    assert refusal_codes(body) == {"intake"}
    assert str(today.year) in body["refusals"][0]["id"]
    assert api.case(ref)["state"] == "draft"
    (route,) = api.ask("POST", "/routes", "leader.palu", json={"facts": group(region="72.09.01")}).json()["items"]
    assert (route["accepted"], [one["code"] for one in route["refusals"]]) == (False, ["intake"])
    assert {name: route["intake"][name] for name in shut} == shut
    assert intake(api, region="72.09", **days).status_code == 200
    assert api.act(ref, "submit", "leader.palu").status_code == 200


def ready(api: Api, **over: Any) -> str:
    """A draft that only has to be submitted."""
    ref = api.opened(**over)
    for kind in ("proposal", "domicile"):
        assert api.document(ref, kind, "leader.palu").status_code == 201
    return ref


def test_a_stale_look_at_a_programme_is_412(api: Api):
    old = api.get("/programmes/tkm-kelompok", "admin").headers["ETag"]
    api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json={**QUOTA, "year": 2041})
    headers = {"If-Match": old}
    reply = api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json={**QUOTA, "year": 2042}, headers=headers)
    assert_problem(reply, 412)


def test_nobody_else_may(api: Api):
    for who in ("leader.palu", "minister", "auditor"):
        reply = api.ask("PUT", "/programmes/tkm-kelompok/quotas", who, json=QUOTA)
        assert refusal_codes(assert_problem(reply, 403)) == {"role"}
    reply = api.ask("POST", "/programmes/tkm-kelompok/versions", "leader.palu", json={"source": "x"})
    assert_problem(reply, 403)


def test_places_out_of_range_are_422_at_their_pointers(api: Api):
    wrong = {"region": "x", "year": 1, "places": -1, "legal_basis": " "}
    body = assert_problem(api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json=wrong), 422)
    assert pointers(body) == {"/region", "/year", "/places", "/legal_basis"}
    body = assert_problem(api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json={"places": "many"}), 422)
    assert pointers(body) == {"/region", "/year", "/places", "/legal_basis"}


def test_a_definition_that_cannot_be_read_is_422_with_its_findings(api: Api):
    source = DEFINITION.read_text(encoding="utf-8").replace("casework: 1", "casework: 1\nunheard_of: 2", 1)
    reply = api.ask("POST", "/programmes/tkm-kelompok/versions", "admin", json={"source": source})
    errors = assert_problem(reply, 422)["errors"]
    place = source[: source.index("unheard_of")].count("\n") + 1
    assert (errors[0]["pointer"], errors[0]["line"], errors[0]["column"]) == ("/source", place, 1)
    assert errors[0]["id"].startswith(f"Baris {place}, kolom 1 tidak memenuhi aturan {errors[0]['rule']}: ")
    assert errors[0]["en"].startswith(f"Line {place}, column 1 breaks the rule {errors[0]['rule']}: ")
    assert "unheard_of" in errors[0]["en"]


def test_the_same_definition_again_changes_nothing(api: Api):
    before = api.get("/programmes/tkm-kelompok", "admin").json()["versions"]
    source = DEFINITION.read_text(encoding="utf-8")
    reply = api.ask(
        "POST", "/programmes/tkm-kelompok/versions", "admin", json={"source": source, "texts": TEXTS}, headers=key()
    )
    assert reply.status_code == 201, reply.text
    assert reply.json()["versions"] == before
    altered = source.replace("min: 10, max: 20", "min: 10, max: 21", 1)
    reply = api.ask("POST", "/programmes/tkm-kelompok/versions", "admin", json={"source": altered, "texts": TEXTS})
    assert refusal_codes(assert_problem(reply, 422)) == {"version.taken"}


def test_a_text_with_an_unknown_placeholder_is_named_by_its_pointer(api: Api):
    source = DEFINITION.read_text(encoding="utf-8")
    texts = {**TEXTS, "messages/returned.en": "Returned\n{{ nik }}"}
    reply = api.ask("POST", "/programmes/tkm-kelompok/versions", "admin", json={"source": source, "texts": texts})
    (error,) = assert_problem(reply, 422)["errors"]
    assert (error["pointer"], error["line"], error["rule"]) == ("/texts/messages~1returned.en", 2, "template")
