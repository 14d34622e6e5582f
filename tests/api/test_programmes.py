"""Programmes over HTTP: read by all, published and given places by admins."""

from datetime import date

from tests.api.asking import Api, assert_problem, key, pointers, refusal_codes
from tests.api.conftest import DEFINITION
from workflow.texts import texts_beside

TEXTS = texts_beside(DEFINITION)
QUOTA = {"region": "72.71", "year": 2040, "places": 12, "legal_basis": "SK Contoh 9/DEMO (sintetis)"}


def test_programmes_are_listed_with_their_titles(api: Api):
    body = api.get("/programmes", "leader.palu").json()
    assert body["items"][0]["programme"] == "tkm-kelompok"
    assert body["items"][0]["title"]["id"]
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
