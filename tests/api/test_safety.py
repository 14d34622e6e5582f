"""What leaves the server when things go wrong, and what it writes down: no trace, no personal value, no reference."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.limits import Limits
from tests.api.asking import PROBLEM, Api
from tests.journeys.groups import group


def failing(error: Exception) -> FlaskClient:
    def open_engine():
        raise error

    return create_app(open_engine).test_client()


SECRET = "7271061203850001"
SIGNED = {"Authorization": "Bearer sel_" + "A" * 43}


def test_an_unexpected_error_leaves_as_an_incident_number_only(caplog: pytest.LogCaptureFixture):
    reply = failing(RuntimeError(f"person {SECRET} broke it")).get("/api/v1/inbox", headers=SIGNED)
    body = reply.get_json()
    assert (reply.status_code, reply.content_type) == (500, PROBLEM)
    assert UUID(body["incident"])
    assert "RuntimeError" not in reply.text
    assert "Traceback" not in reply.text
    (line,) = [record for record in caplog.records if record.name == "selaras.incidents"]
    assert line.fields["incident"] == body["incident"]
    assert line.fields["error"] == "RuntimeError"
    assert SECRET not in json.dumps(line.fields)


def test_a_database_that_is_away_is_503_with_retry_after():
    reply = failing(psycopg.OperationalError("connection refused")).get("/api/v1/inbox", headers=SIGNED)
    assert (reply.status_code, reply.content_type) == (503, PROBLEM)
    assert int(reply.headers["Retry-After"]) > 0
    assert failing(psycopg.OperationalError("x")).get("/readyz").status_code == 503
    assert failing(psycopg.OperationalError("x")).get("/healthz").status_code == 200


def test_who_asks_too_much_is_429_with_retry_after(api: Api):
    client = create_app(lambda: api.engine, Limits(per_second=0.001)).test_client()
    signed = {"Authorization": f"Bearer {api.token('auditor')}"}
    assert client.get("/api/v1/programmes", headers=signed).status_code == 200
    reply = client.get("/api/v1/programmes", headers=signed)
    assert (reply.status_code, reply.content_type, reply.headers["Retry-After"]) == (429, PROBLEM, "1")


def test_every_reply_carries_its_safety_and_its_number(api: Api):
    number = str(uuid4())
    for path in ("/inbox", "//healthz", "/nowhere", "//docs"):
        reply = api.get(path, "head.palu", headers={"Request-Id": number})
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Request-Id"] == number
    assert api.get("//healthz", headers={"Request-Id": SECRET}).headers["Request-Id"] != SECRET


def test_problems_come_in_the_language_asked_for(api: Api):
    assert api.get("/inbox", headers={"Accept-Language": "en"}).json()["title"] == "Who are you?"
    reply = api.get("/inbox", headers={"Accept-Language": "fr, id;q=0.5"})
    assert (reply.json()["title"], reply.headers["Content-Language"]) == ("Siapa Anda?", "id")


def test_a_head_is_a_get_without_its_body(api: Api):
    ref = api.opened()
    reply = api.ask("HEAD", f"/cases/{ref}", "leader.palu")
    assert (reply.status_code, reply.content, reply.headers["ETag"]) == (200, b"", api.tag(ref))


def test_logs_and_metrics_hold_no_person_and_no_reference(api: Api, log: Path):
    facts = group()
    ref = api.open(facts=facts).json()["ref"]
    person = facts["members"][0]
    api.get("/cases", "leader.palu", params={"q": person["nik"]})
    api.get(f"/nowhere/{person['nik']}", "leader.palu")
    api.ask(person["name"].split()[0].upper(), "/cases", "leader.palu")
    written = log.read_text() + api.get("//metrics").text
    for secret in (person["nik"], person["phone"], person["name"], ref, "leader.palu", api.token("leader.palu")):
        assert secret not in written
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert {"POST /api/v1/cases", "GET unmatched"} <= {f"{one.get('method')} {one.get('route')}" for one in lines}


def test_metrics_count_over_all_processes_by_template(api: Api):
    def counted() -> float:
        wanted = 'selaras_http_requests_total{method="GET",route="/api/v1/programmes",status="200"} '
        lines = [line for line in api.get("//metrics").text.splitlines() if line.startswith(wanted)]
        return float(lines[0].removeprefix(wanted)) if lines else 0.0

    before = counted()
    for _ in range(20):
        api.get("/programmes", "head.palu", headers={"Connection": "close"})
    assert counted() == before + 20
    text = api.get("//metrics").text
    assert 'selaras_projection_lag{build="live",name="inbox"}' in text
    assert "selaras_log_head " in text
    assert {"selaras_deadlines_unminded", 'selaras_webhooks{state="stopped"}', 'selaras_webhooks{state="failing"}'} <= {
        line.partition(" ")[0] for line in text.splitlines()
    }


def test_readiness_tells_how_far_each_list_has_come(api: Api):
    body = api.get("//readyz").json()
    # Nobody works on the queues here: decisions go on all the same.
    assert body["status"] == "degraded"
    assert set(body["queues"].values()) == {None}
    assert {"cases", "inbox"} <= {place["name"] for place in body["read_models"]}
    assert api.get("//healthz").json() == {"status": "ok"}
