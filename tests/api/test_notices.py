"""Notices in the app: mine, unread first, and who was told what of a case."""

from datetime import UTC, datetime

from tests.api.asking import Api, assert_problem
from workflow.domain.events import Recorded
from workflow.domain.webhook_stops import WebhookStopped, stream_of
from workflow.domain.words import Text
from workflow.store.log import Write


def notices(api: Api, who: str, at_least: int, **query: object) -> dict:
    reply = api.get("/notices", who, params={"at_least": at_least, **query})
    assert reply.status_code == 200, reply.text
    return reply.json()


def position(api: Api, ref: str) -> int:
    return api.case(ref)["position"]


def test_i_read_what_i_was_told_and_it_moves_behind_the_unread(api: Api):
    first, second = api.submitted(), api.submitted()
    here = position(api, second)
    told = notices(api, "officer2.palu", here)
    mine = [item for item in told["items"] if item["ref"] in (first, second)]
    assert [item["ref"] for item in mine] == [second, first]
    assert mine[0]["title"] == f"Usulan baru {second} menunggu telaah"
    assert mine[0]["link"].endswith(f"/cases/{second}")
    read = api.ask("POST", f"/notices/{mine[0]['id']}/read", "officer2.palu")
    assert read.status_code == 200
    assert read.json()["read"]
    again = api.ask("POST", f"/notices/{mine[0]['id']}/read", "officer2.palu")
    assert again.json() == read.json()
    after = notices(api, "officer2.palu", here)
    assert after["unread"] == told["unread"] - 1
    order = [item["read"] is None for item in after["items"]]
    assert order == sorted(order, reverse=True)


def test_pages_go_through_all_of_them_once(api: Api):
    here = position(api, [api.submitted() for _ in range(3)][-1])
    whole = [item["id"] for item in notices(api, "officer.palu", here)["items"]]
    paged: list[str] = []
    path = "/notices?limit=2"
    while path and len(paged) < 50:
        reply = api.get(path, "officer.palu")
        paged += [item["id"] for item in reply.json()["items"]]
        path = reply.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert paged[: len(whole)] == whole[:50]
    assert len(set(paged)) == len(paged)


def test_nobody_reads_anothers(api: Api):
    ref = api.submitted()
    (mine, *_) = notices(api, "officer.palu", position(api, ref))["items"]
    assert_problem(api.ask("POST", f"/notices/{mine['id']}/read", "head.sigi"), 404)
    assert_problem(api.ask("POST", "/notices/x/read", "head.sigi"), 404)
    assert_problem(api.get("/notices"), 401)
    assert_problem(api.get("/notices?cursor=AAAA", "officer.palu"), 422, "cursor")


def test_a_case_says_who_was_told_what(api: Api):
    ref = api.submitted()
    here = position(api, ref)
    (mine, *_) = notices(api, "officer.palu", here)["items"]
    api.ask("POST", f"/notices/{mine['id']}/read", "officer.palu")
    told = api.get(f"/cases/{ref}/notices", "head.palu", params={"at_least": here}).json()["items"]
    states = {item["person"]: [(way["channel"], way["state"]) for way in item["ways"]] for item in told}
    assert states == {"officer.palu": [("app", "read")], "officer2.palu": [("app", "unread")]}
    assert told[0]["title"]["en"] == f"New proposal {ref} waits for review"
    assert_problem(api.get(f"/cases/{ref}/notices", "head.sigi"), 404)


def test_who_was_told_what_comes_in_pages(api: Api):
    ref = api.recommended()
    here = position(api, ref)
    whole = api.get(f"/cases/{ref}/notices", "head.palu", params={"at_least": here}).json()["items"]
    seen, url = [], f"/cases/{ref}/notices?limit=2"
    while url:
        page = api.get(url, "head.palu")
        seen += [item["id"] for item in page.json()["items"]]
        url = page.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert len(whole) > 2
    assert seen == [item["id"] for item in whole]
    other = api.get(f"/cases/{api.submitted()}/notices", "head.palu", params={"cursor": "x"})
    assert_problem(other, 422, "cursor")


def test_a_stopped_webhook_is_told_to_its_owner(api: Api):
    hook = "wh_stopped0000000"
    why = Text("410: penerima tidak mau lagi", "410: the receiver wants no more")
    body = WebhookStopped(webhook=hook, person="integrator", why=why)
    event = Recorded(stream=stream_of(hook), version=1, at=datetime.now(UTC), actor="system", body=body)
    position = api.engine.log.append(Write(events=(event,)))
    items = api.get(f"/notices?at_least={position}", "integrator").json()["items"]
    (item,) = (one for one in items if one["ref"] == hook)
    assert (item["event"], item["programme"], item["title"]) == ("WebhookStopped", "", f"Webhook {hook} is stopped")
    assert item["link"] == f"https://selaras.example/api/v1/webhooks/{hook}"
    read = api.ask("POST", f"/notices/{item['id']}/read", "integrator")
    assert read.json()["read"]
