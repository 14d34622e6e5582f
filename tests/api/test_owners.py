"""Two ministries, a programme each: the system of one learns nothing of the other's programme by feed, webhook, replay
or release, and is told so where it names it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from selaras.demo import people
from tests.alignments.paper import CITY, B, city_text, publish
from tests.alignments.table import Table
from tests.api.asking import Api, assert_problem, pointers, refusal_codes
from tests.domain.world import V1
from tests.journeys.groups import group
from tests.webhooks.receiver import Receiver
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.texts import texts_beside
from workflow.webhooks.pushing import Pusher

AGENCY, PROGRAMME = "kementerian-uji", "usaha-kementerian-uji"
OURS, THEIRS = "system.uji", "integrator"
"""Of the ministry of this test, and of the one that owns `tkm-kelompok`."""


class Cases(NamedTuple):
    before: int
    ours: str
    theirs: str


@pytest.fixture(scope="module")
def ministry(engine: Engine) -> None:
    """A second ministry with a programme and a system of its own."""
    title = Text("Kementerian Uji (contoh)", "Trial Ministry (demo)")
    office = OpenOffice(office=AGENCY, title=title, level="nation", region="", agency=AGENCY)
    engine.directory.handle(office, by="seed")
    engine.directory.handle(RegisterPerson(person=OURS, language="en"), by="seed")
    post = Appoint(person=OURS, role="integrator", office=AGENCY, since=date(2024, 1, 1), legal_basis=people.BASIS)
    engine.directory.handle(post, by="seed")
    changes = ((f"id: {B}", f"id: {PROGRAMME}"), (f"owner: {CITY}  ", f"owner: {AGENCY}  "))
    engine.registry.publish(city_text(*changes), "v1.yaml", texts_beside(V1), by="seed")


@pytest.fixture
def cases(api: Api, ministry: None) -> Cases:
    """A case of each programme in the same place, opened one after the other."""
    before = int(api.engine.log.head())
    ours = api.open(facts=group("72.71.01"), programme=PROGRAMME)
    assert ours.status_code == 201, ours.text
    return Cases(before, str(ours.json()["ref"]), api.opened(region="72.71.01"))


def feed(api: Api, who: str, after: int, **query: Any) -> dict[str, Any]:
    api.get(f"/cases?at_least={api.engine.log.head()}&limit=1", "auditor")
    reply = api.get("/feed", who, params={"after": after, "wait": 5, **query})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


@pytest.mark.parametrize(("who", "own"), [(OURS, PROGRAMME), (THEIRS, "tkm-kelompok")])
def test_each_ministry_s_feed_is_of_its_own_programme(api: Api, cases: Cases, who: str, own: str) -> None:
    ref = cases.ours if who == OURS else cases.theirs
    for query in ({}, {"programme": own}):
        items = feed(api, who, cases.before, **query)["items"]
        assert {item["subject"] for item in items} == {ref}
    all_of_it, after = [], 0
    while (page := feed(api, who, after, limit=200, wait=0))["position"] > after:
        all_of_it += page["items"]
        after = page["position"]
    others = "tkm-kelompok" if who == OURS else PROGRAMME
    assert own in {item["data"]["programme"] for item in all_of_it}
    assert others not in {item["data"]["programme"] for item in all_of_it}, "from the beginning on neither"


@pytest.mark.parametrize(("who", "others"), [(OURS, "tkm-kelompok"), (THEIRS, PROGRAMME)])
def test_who_names_the_other_s_programme_is_told_whose_it_is(api: Api, ministry: None, who: str, others: str) -> None:
    problem = assert_problem(api.get("/feed", who, params={"programme": others}), 403)
    assert refusal_codes(problem) == {"owner"}
    assert "is owned by" in problem["refusals"][0]["en"]
    names = ["tkm-kelompok", PROGRAMME]
    body = {"url": "https://example.org/selaras", "programmes": names}
    problem = assert_problem(api.ask("POST", "/webhooks", who, json=body), 403)
    assert (refusal_codes(problem), pointers(problem)) == ({"owner"}, {f"/programmes/{names.index(others)}"})


def test_a_city_s_system_may_name_any_programme_for_it_reads_its_region(api: Api, cases: Cases, engine: Engine) -> None:
    engine.directory.handle(RegisterPerson(person="naming.palu", language="en"), by="seed")
    post = Appoint(
        person="naming.palu", role="integrator", office=people.PALU, since=date(2024, 1, 1), legal_basis=people.BASIS
    )
    engine.directory.handle(post, by="seed")
    items = feed(api, "naming.palu", cases.before, programme=PROGRAMME)["items"]
    assert {item["subject"] for item in items} == {cases.ours}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_a_webhook_brings_the_own_programme_only_also_when_all_is_sent_again(
    api: Api, cases: Cases, receiver: Receiver
) -> None:
    body = {"url": "https://example.org/selaras", "after": cases.before}
    hook = api.ask("POST", "/webhooks", OURS, json=body).json()
    feed(api, OURS, cases.before)
    settings = replace(api.engine.settings, webhook_networks="127.0.0.0/8", webhook_per_second=1000.0)
    with Engine.open(settings) as sender:
        with sender.pool.connection() as connection:
            # The server of these tests takes no inner address.
            connection.execute("UPDATE webhooks SET url = %s WHERE id = %s", [receiver.url, hook["id"]])
        while Pusher(sender).push(30):
            pass
        assert {came.event["subject"] for came in receiver.came} == {cases.ours}
        assert api.ask("POST", f"/webhooks/{hook['id']}/resume", OURS, json={"after": 0}).status_code == 200
        while Pusher(sender).push(30):
            pass
    assert {came.event["data"]["programme"] for came in receiver.came} == {PROGRAMME}
    assert [came.event["subject"] for came in receiver.came].count(cases.ours) > 1
    assert_problem(api.ask("POST", f"/webhooks/{hook['id']}/resume", THEIRS, json={"after": 0}), 404)
    api.ask("DELETE", f"/webhooks/{hook['id']}", OURS)


@pytest.fixture
def released(engine: Engine, ministry: None) -> Iterator[str]:
    """A group of the other's programme, some data of which were released to this ministry."""
    publish(engine)
    with Table(engine).released(recipient=AGENCY) as ref:
        yield ref


def test_of_the_other_s_programme_it_reads_what_is_released_to_it_and_nothing_else(api: Api, released: str) -> None:
    (release,) = api.engine.casework.case(released)[0].releases
    opened = api.engine.log.read(f"case/{released}")[0].position
    page = feed(api, OURS, opened - 1, programme="tkm-kelompok", limit=200)
    assert [item["type"] for item in page["items"]] == ["selaras.case.DataReleased"]
    assert page["items"][0]["data"]["released"]["facts"].keys() == {"group", "plan", "members"}
    others = json.dumps(feed(api, THEIRS, release.position - 1, limit=1))
    assert '"facts"' not in others
    assert_problem(api.ask("POST", f"/releases/{release.position}/deletion", THEIRS), 404)
    assert api.ask("POST", f"/releases/{release.position}/deletion", OURS).status_code == 200
