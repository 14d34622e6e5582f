"""What a gateway says became of a message: over HTTP, from a process of its own, and from those who are none."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from api.app import create_app
from api.limits import Limits
from selaras.processes import until
from tests.api.asking import Api, assert_problem, pointers
from tests.api.conftest import GATEWAY_SECRET
from tests.notices.exchange import post_receipt, signed
from tests.notices.phones import NUMBERS, Desk, Phones, later, serving
from tests.notices.telling import Town
from workflow.delivery.outbox import Outbox
from workflow.delivery.preferences import Preference
from workflow.engine import Engine
from workflow.projections.notices import Notices
from workflow.webhooks import signing

WHO = "officer.palu"
OTHER = signing.shown(b"o" * 32)
PATH = "/gateway/receipts"


@pytest.fixture
def phones(tmp_path):
    with serving(tmp_path / "phones", GATEWAY_SECRET) as phones:
        yield phones


@pytest.fixture
def desk(api: Api, phones: Phones):
    """Sends by way of a gateway that tells the server what became of it."""
    desk = Desk(Town(api.engine), phones.url, gateway_secret=GATEWAY_SECRET, public_url=api.url)
    desk.wants(WHO)
    with api.engine.pool.connection() as connection:
        # All tests share one room: what another left waiting, or a rest that it asked for, is none of this one's.
        connection.execute("DELETE FROM sent WHERE channel = 'phone'")
        connection.execute("UPDATE channels SET rests = NULL, failures = 0 WHERE channel = 'phone'")
    # Notices of deadlines that others let pass lie in the future, and so after the choice.
    desk.turn()
    for left in phones.folder.glob("*.json"):
        left.unlink()
    yield desk
    api.engine.preferences.put(WHO, Preference(), datetime.now(UTC))


def way(api: Api, ref: str) -> dict[str, Any]:
    """What became of the notice to the officer, as the city's head reads it."""
    items = api.get(f"/cases/{ref}/notices", "head.palu").json()["items"]
    (found,) = [way for item in items if item["person"] == WHO for way in item["ways"] if way["channel"] == "phone"]
    return dict(found)


def statuses(found: dict[str, Any]) -> list[str]:
    return [receipt["status"] for receipt in found["receipts"]]


def receipt(id: str, status: str = "delivered", **more: Any) -> dict[str, Any]:
    return {"id": id, "status": status, "at": datetime.now(UTC).isoformat(), **more}


def test_a_message_is_sent_then_delivered_then_read(api: Api, desk: Desk, phones: Phones):
    phones.behaves("202;tell delivered;tell read")
    ref = desk.town.submitted()
    assert desk.turn() == 1
    assert until(lambda: phones.told == [204, 204], seconds=30)
    found = way(api, ref)
    assert (found["state"], found["attempts"], statuses(found)) == ("sent", 1, ["delivered", "read"])
    assert all(receipt["at"] for receipt in found["receipts"])


@pytest.mark.parametrize("mode", ["tell delivered;202", "tell delivered;lost", "tell delivered;503"])
def test_a_receipt_may_come_before_the_answer_or_in_its_place(api: Api, desk: Desk, phones: Phones, mode: str):
    phones.behaves(mode)
    ref = desk.town.submitted()
    desk.turn()
    found = way(api, ref)
    assert (phones.told, found["state"], statuses(found)) == ([204], "sent", ["delivered"])
    phones.behaves("202")
    desk.turn(later(hours=1))
    assert len(phones.came) == 1, "it is there: it is not sent again"


@pytest.mark.parametrize("mode", ["202;tell failed 131026", "tell failed 131026;202", "tell failed 131026;lost"])
def test_one_that_failed_is_a_dead_letter_and_goes_anew_under_another_id(api, desk, phones, mode):
    phones.behaves(mode)
    ref = desk.town.submitted()
    desk.turn()
    assert until(lambda: phones.told == [204], seconds=30)
    found = way(api, ref)
    assert (found["state"], found["reason"], statuses(found)) == ("dead", "failed: 131026", ["failed"])
    letters = api.get("/dead-letters", "admin", params={"channel": "phone"}).json()["items"]
    (letter,) = [letter for letter in letters if letter["ref"] == ref]
    assert (letter["receiver"], letter["reason"]) == (WHO, "failed: 131026")
    phones.behaves("202;tell delivered")
    assert desk.turn(later(hours=1)) == 0, "it rests"
    assert api.ask("POST", f"/dead-letters/{letter['id']}/retry", "admin").status_code == 200
    assert desk.turn(later(hours=1)) == 1
    assert until(lambda: phones.told == [204, 204], seconds=30)
    first, second = (message["id"] for message in phones.came)
    assert second == f"{first}.1", "a gateway drops an id that it knows"
    found = way(api, ref)
    assert (found["state"], statuses(found)) == ("sent", ["failed", "delivered"])
    # What is told late of the first one is noted and changes nothing.
    assert post_receipt(f"{api.url}/api/v1{PATH}", receipt(first), GATEWAY_SECRET).status_code == 204
    assert way(api, ref)["state"] == "sent"


def test_what_is_told_twice_or_against_what_was_told_changes_nothing(api: Api, desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    desk.turn()
    body = json.dumps(receipt(phones.came[0]["id"])).encode()
    headers = signed(body, GATEWAY_SECRET)
    for _ in range(2):
        assert api.ask("POST", PATH, data=body, headers=headers).status_code == 204
    once = way(api, ref)
    assert statuses(once) == ["delivered"]
    again = receipt(phones.came[0]["id"], at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    assert post_receipt(f"{api.url}/api/v1{PATH}", again, GATEWAY_SECRET).status_code == 204
    assert way(api, ref) == once
    against = receipt(phones.came[0]["id"], "failed", reason="expired")
    assert post_receipt(f"{api.url}/api/v1{PATH}", against, GATEWAY_SECRET).status_code == 204
    assert way(api, ref)["state"] == "sent"


def test_who_is_not_the_gateway_is_not_believed(api: Api, desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    desk.turn()
    before = way(api, ref)
    body = json.dumps(receipt(phones.came[0]["id"])).encode()
    good = signed(body, GATEWAY_SECRET)
    forged = [
        (body, signed(body, OTHER)),
        (body + b" ", good),
        (body, {**good, "webhook-id": "another"}),
        (body, {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        (body, {**good, "webhook-timestamp": "-1"}),
        (body, {**good, "webhook-timestamp": "9" * 400}),
        (body, {**good, "webhook-signature": "v1,"}),
        (body, {**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v2,")}),
        (body, {**good, "webhook-signature": "v1a,é".encode("latin-1").decode("latin-1")}),
        (body, {name: value for name, value in good.items() if name != "webhook-signature"}),
        (b"not even JSON", signed(b"{}", OTHER)),
    ]
    for sent, headers in forged:
        reply = api.ask("POST", PATH, "admin", data=sent, headers=headers)
        assert assert_problem(reply, 401)["type"] == "urn:selaras:problem:signature"
        assert "StandardWebhooks" in reply.headers["WWW-Authenticate"]
    for seconds in (-301, 330):
        reply = api.ask("POST", PATH, data=body, headers=signed(body, GATEWAY_SECRET, seconds))
        assert assert_problem(reply, 401, "jam")["type"] == "urn:selaras:problem:out-of-time"
    assert way(api, ref) == before
    both = {**good, "webhook-signature": f"v1,AAAA {good['webhook-signature']}"}
    assert api.ask("POST", PATH, data=body, headers=both).status_code == 204


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"status": "lost"}, "/status"),
        ({"status": "failed"}, "/reason"),
        ({"reason": "131026"}, "/reason"),
        ({"status": "failed", "reason": "no such user"}, "/reason"),
        ({"status": "failed", "reason": "0812-0000-0001"}, "/reason"),
        ({"at": "2026-11-25T08:00:00"}, "/at"),
        ({"at": "9999-12-31T23:59:59Z"}, "/at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/at"),
        ({"to": "+6281200000001"}, "/to"),
    ],
)
def test_what_cannot_be_is_refused_by_field(api: Api, change: dict[str, str], pointer: str):
    asked = {**receipt("0" * 32), **change}
    reply = post_receipt(f"{api.url}/api/v1{PATH}", asked, GATEWAY_SECRET)
    assert pointer in pointers(assert_problem(reply, 422))


def test_nothing_was_sent_under_that_id(api: Api, desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    desk.turn()
    sent = phones.came[0]["id"]
    waiting = desk.town.submitted()
    desk.town.models.runner.catch_up(Notices.name)
    Outbox(api.engine.pool, api.engine.log, "phone").collect(datetime.now(UTC))
    unsent = desk.way(waiting).parcel
    for id in (unsent, "0" * 32, f"{sent}.1", f"{sent}.0", f"{sent}\n", sent.upper(), "x", ""):
        reply = post_receipt(f"{api.url}/api/v1{PATH}", receipt(id), GATEWAY_SECRET)
        assert_problem(reply, 404, "No message was sent under that id")
    assert statuses(way(api, ref)) == []
    assert way(api, waiting)["state"] == "waits"


def test_whoever_guesses_is_slowed_down_and_the_gateway_is_not(api: Api):
    given = {"gateway_url": "https://gateway.example/", "gateway_secret": GATEWAY_SECRET, "public_url": api.url}
    body = json.dumps(receipt("0" * 32)).encode()
    with Engine(replace(api.engine.settings, **given)) as engine:
        client = create_app(lambda: engine, Limits(knocks_per_second=0.001)).test_client()
        answers = [
            client.post(f"/api/v1{PATH}", data=body, headers=signed(body, secret)).status_code
            for secret in (OTHER, OTHER, OTHER, GATEWAY_SECRET)
        ]
    assert answers == [401, 429, 429, 404]


def test_where_there_is_no_gateway_nothing_is_taken(api: Api):
    client = create_app(lambda: api.engine).test_client()
    body = json.dumps(receipt("0" * 32)).encode()
    reply = client.post(f"/api/v1{PATH}", data=body, headers=signed(body, GATEWAY_SECRET))
    assert (reply.status_code, reply.get_json()["type"]) == (404, "urn:selaras:problem:not-found")


def test_no_log_and_no_answer_holds_the_number(api: Api, desk: Desk, phones: Phones, log: Path):
    phones.behaves("202;tell failed 131026")
    ref = desk.town.submitted()
    desk.turn()
    assert until(lambda: phones.told == [204], seconds=30)
    asked = receipt(phones.came[0]["id"], "failed", reason=NUMBERS[WHO].removeprefix("+"))
    said = [post_receipt(f"{api.url}/api/v1{PATH}", asked, GATEWAY_SECRET).text]
    said += [api.get(path, "admin").text for path in (f"/cases/{ref}/notices", "/dead-letters", "//metrics")]
    said += [api.get(f"/cases/{ref}/notices", "head.palu").text, log.read_text()]
    assert "phone" in "".join(said)
    assert NUMBERS[WHO].removeprefix("+62") not in "".join(said)
