"""Bad input at the door: each with its status, the field at fault, both languages, and nothing half-done."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.api.asking import Api, assert_problem, key, pointers, refusal_codes
from tests.journeys.groups import group

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("data", [b"", b"{", b'{"programme": }', b"\xff\xfe", b"not json"])
def test_unreadable_json_is_400(api: Api, data: bytes):
    reply = api.ask("POST", "/cases", "leader.palu", data=data, headers={**JSON, **key()})
    assert_problem(reply, 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"programme": 7, "facts": {}}, "/programme"),
        ({"programme": "tkm-kelompok", "facts": []}, "/facts"),
        ({"programme": "tkm-kelompok"}, "/facts"),
        ({"programme": "tkm-kelompok", "facts": {}, "member": 1}, "/member"),
        ([], ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_wrong_types_and_unknown_fields_are_422_at_their_pointer(api: Api, body: object, pointer: str):
    reply = api.ask("POST", "/cases", "leader.palu", json=body if body is not None else None, headers={**JSON, **key()})
    if body is None:
        reply = api.ask("POST", "/cases", "leader.palu", data=b"null", headers={**JSON, **key()})
    assert pointer in pointers(assert_problem(reply, 422))


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"unheard_of": 1}, "/facts"),
        ({"sector": 10399}, "/facts/sector"),
        ({"plan": {"tools": "12", "materials": 1, "workers_now": 1, "workers_target": 2}}, "/facts/plan/tools"),
        ({"region": "nowhere"}, "/facts/region"),
    ],
)
def test_facts_of_a_wrong_shape_are_422_at_their_pointer(api: Api, over: dict[str, object], pointer: str):
    body = assert_problem(api.open(facts=group(**over)), 422)
    assert any(found.startswith(pointer) for found in pointers(body)), body


def test_a_body_of_two_megabytes_is_413(api: Api):
    data = b'{"programme": "' + b"a" * 2_000_000 + b'"}'
    assert_problem(api.ask("POST", "/cases", "leader.palu", data=data, headers={**JSON, **key()}), 413, "1 MiB")


def test_a_body_of_two_megabytes_in_chunks_is_413(api: Api):
    def chunks():
        for _ in range(40):
            yield b" " * 50_000

    assert_problem(api.ask("POST", "/cases", "leader.palu", data=chunks(), headers={**JSON, **key()}), 413)


def test_a_document_beyond_the_limit_is_413(api: Api):
    ref = api.opened()
    reply = api.document(ref, "proposal", "leader.palu", b"%PDF-1.4\n" + b"0" * 26_000_000)
    assert_problem(reply, 413, "25 MB")
    assert api.case(ref)["documents"] == []


@pytest.mark.parametrize(("text", "said"), [("a\0b", "NUL"), ("a\ud800b", "surrogate")])
def test_nul_and_lone_surrogates_are_422_at_their_pointer(api: Api, text: str, said: str):
    reply = api.open(facts=group(group=text))
    assert "/facts/group" in pointers(assert_problem(reply, 422, said))


def test_nesting_without_end_is_422(api: Api):
    data = b'{"programme": "x", "facts": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert_problem(api.ask("POST", "/cases", "leader.palu", data=data, headers={**JSON, **key()}), 422, "Nested")


@pytest.mark.parametrize(
    "nik", ["7271063213850001", "7271061213851", "7271061200850001", "abc", "7271069902850001", "9971061203850001"]
)
def test_a_nik_with_an_impossible_date_or_form_is_422_and_not_repeated(api: Api, nik: str):
    facts = group()
    facts["members"][3]["nik"] = nik
    body = assert_problem(api.open(facts=facts), 422)
    assert any(found.startswith("/facts/members/3") for found in pointers(body)), body
    assert nik not in str(body) or len(nik) < 8


def test_a_nik_at_odds_with_the_birth_date_is_422(api: Api):
    facts = group()
    facts["members"][2]["born"] = "1971-01-01"
    body = assert_problem(api.open(facts=facts), 422)
    assert any(found.startswith("/facts/members/2") for found in pointers(body)), body


@pytest.mark.parametrize("token", ["forged", "sel_" + "A" * 43, "sel_" + "é" * 43, "x" * 5000, "a b"])
def test_a_forged_token_is_401(api: Api, token: str):
    reply = api.get("/inbox", headers={"Authorization": f"Bearer {token}".encode()})
    assert_problem(reply, 401)
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_nobody_is_401(api: Api, headers: dict[str, str]):
    reply = api.get("/inbox", headers=headers)
    assert_problem(reply, 401, "Authorization")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_401(api: Api):
    long_ago = datetime.now(UTC) - timedelta(days=40)
    token = api.engine.tokens.issue("head.palu", api.engine.directory.current(), days=30, at=long_ago)
    assert_problem(api.get("/inbox", headers={"Authorization": f"Bearer {token}"}), 401)


def test_a_revoked_token_is_401(api: Api):
    token = api.engine.tokens.issue("head.palu", api.engine.directory.current())
    api.engine.tokens.revoke(token)
    assert_problem(api.get("/inbox", headers={"Authorization": f"Bearer {token}"}), 401)


@pytest.mark.parametrize(
    "ref",
    [
        "TKM-7271-2026-000001'; DROP TABLE stored_events; --",
        "' OR '1'='1",
        "TKM-7271-2026-999999",
        "%00",
        "TKM%00",
        "..",
        "%ED%A0%80",
        "x" * 300,
        "ünïcode",
    ],
)
def test_a_ref_that_is_none_is_404_whatever_stands_in_it(api: Api, ref: str):
    assert_problem(api.get(f"/cases/{ref}", "auditor"), 404)
    assert_problem(api.get(f"/cases/{ref}/actions", "auditor"), 404)


def test_a_ref_with_sql_in_it_changes_nothing_by_any_write(api: Api):
    head, ref = api.engine.log.head(), "TKM'; DELETE FROM stored_events; --"
    conditions = {**key(), "If-Match": "*"}
    assert_problem(api.ask("POST", f"/cases/{ref}/actions/submit", "officer.palu", json={}, headers=conditions), 404)
    assert_problem(api.ask("PATCH", f"/cases/{ref}/facts", "officer.palu", json={}, headers=conditions), 404)
    assert_problem(api.ask("PUT", f"/cases/{ref}/checklist", "officer.palu", json={"members_met": True}), 404)
    assert_problem(api.document(ref, "proposal", "officer.palu"), 404)
    assert api.engine.log.head() == head


def test_a_case_of_another_region_is_404_with_the_same_words_as_none(api: Api):
    ref = api.opened()
    theirs = assert_problem(api.get(f"/cases/{ref}", "head.sigi"), 404)
    none = assert_problem(api.get("/cases/TKM-7271-2026-999999", "head.sigi"), 404)
    assert {**theirs, "request": ""} == {**none, "request": ""}
    for path in ("history", "actions", "deadlines", "documents/" + "0" * 64):
        assert_problem(api.get(f"/cases/{ref}/{path}", "head.sigi"), 404)
    headers = {**key(), "If-Match": "*"}
    assert_problem(api.ask("POST", f"/cases/{ref}/actions/submit", "head.sigi", json={}, headers=headers), 404)
    assert_problem(api.document(ref, "proposal", "head.sigi"), 404)


def test_an_appointment_that_ended_yesterday_opens_nothing(api: Api):
    ref = api.submitted()
    assert_problem(api.get(f"/cases/{ref}", "former.palu"), 404)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "A" * 1500, "%00", "' OR 1=1 --"])
@pytest.mark.parametrize("path", ["/cases", "/inbox"])
def test_a_cursor_tampered_with_is_422(api: Api, path: str, cursor: str):
    reply = api.get(path, "auditor", params={"cursor": cursor})
    assert "/cursor" in pointers(assert_problem(reply, 422))


@pytest.mark.parametrize("path", ["/cases", "/inbox"])
def test_a_cursor_of_ours_with_one_sign_changed_is_422(api: Api, path: str):
    for _ in range(2):
        api.submitted()
    reply = api.get(path, "officer.palu", params={"limit": 1, "at_least": api.engine.log.head()})
    cursor = parse_qs(urlsplit(reply.links["next"]["url"]).query)["cursor"][0]
    assert api.get(path, "officer.palu", params={"limit": 1, "cursor": cursor}).status_code == 200
    for place in (0, len(cursor) // 2, len(cursor) - 2):
        sign = "A" if cursor[place] != "A" else "B"
        changed = cursor[:place] + sign + cursor[place + 1 :]
        reply = api.get(path, "officer.palu", params={"limit": 1, "cursor": changed})
        assert "/cursor" in pointers(assert_problem(reply, 422))


@pytest.mark.parametrize("cursor", ["x", "-1", "9999999999", "1' OR '1'='1"])
def test_a_cursor_of_a_history_that_is_none_is_422(api: Api, cursor: str):
    reply = api.get(f"/cases/{api.opened()}/history", "leader.palu", params={"cursor": cursor})
    assert "/cursor" in pointers(assert_problem(reply, 422))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "100000"}, "/limit"),
        ({"limit": "x"}, "/limit"),
        ({"sort": "nik"}, "/sort"),
        ({"imported": "perhaps"}, "/imported"),
        ({"page": "2"}, "/page"),
        ({"at_least": "-1"}, "/at_least"),
        ({"q": "a" * 500}, "/q"),
        ({"state": ["a", "b"]}, "/state"),
    ],
)
def test_a_wrong_query_is_422_and_names_the_parameter(api: Api, query: dict[str, object], field: str):
    assert field in pointers(assert_problem(api.get("/cases", "auditor", params=query), 422))


@pytest.mark.parametrize("as_of", ["yesterday", "2026-11-25T08:00:00", "-3", "1e3"])
def test_an_as_of_that_is_no_moment_is_422(api: Api, as_of: str):
    ref = api.opened()
    reply = api.get(f"/cases/{ref}", "leader.palu", params={"as_of": as_of})
    assert "/as_of" in pointers(assert_problem(reply, 422))


@pytest.mark.parametrize(
    "path", ["/nowhere", "//nowhere", "//index.html", "//api/v1//cases", "/cases/", "//docs/../api"]
)
def test_an_address_that_is_none_is_404(api: Api, path: str):
    assert_problem(api.get(path, "auditor"), 404)


def test_a_method_that_is_not_used_is_405_and_names_those_that_are(api: Api):
    reply = api.ask("DELETE", "/cases", "leader.palu")
    assert_problem(reply, 405)
    assert reply.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin1"]
)
def test_a_body_that_is_no_json_is_415(api: Api, kind: str):
    reply = api.ask("POST", "/cases", "leader.palu", data=b"{}", headers={"Content-Type": kind, **key()})
    assert_problem(reply, 415, "application/json")


def test_missing_conditions_are_428_and_named(api: Api):
    ref = api.opened()
    path = f"/cases/{ref}/actions/submit"
    assert_problem(api.ask("POST", path, "leader.palu", json={}, headers={"If-Match": "*"}), 428, "Idempotency-Key")
    assert_problem(api.ask("POST", path, "leader.palu", json={}, headers=key()), 428, "If-Match")
    assert_problem(api.ask("POST", "/cases", "leader.palu", json={}), 428, "Idempotency-Key")
    assert_problem(api.ask("PATCH", f"/cases/{ref}/facts", "leader.palu", json={}), 428, "If-Match")


def test_a_programme_that_does_not_exist_is_422_at_its_pointer(api: Api):
    reply = api.ask("POST", "/cases", "leader.palu", json={"programme": "none", "facts": {}}, headers=key())
    assert "/programme" in pointers(assert_problem(reply, 422))


def test_an_action_that_does_not_exist_is_404_and_names_those_that_do(api: Api):
    ref = api.opened()
    body = assert_problem(api.act(ref, "abolish", "leader.palu"), 404, "submit")
    assert refusal_codes(body) == {"action"}


def test_a_key_used_again_with_another_body_is_422(api: Api):
    again = {"Idempotency-Key": str(uuid4())}
    one = {"programme": "tkm-kelompok", "facts": group()}
    assert api.ask("POST", "/cases", "leader.palu", json=one, headers=again).status_code == 201
    two = {"programme": "tkm-kelompok", "facts": group()}
    assert_problem(api.ask("POST", "/cases", "leader.palu", json=two, headers=again), 422, "Idempotency-Key")
