"""A waiting group of the ministry's programme is routed into the city's, over HTTP, with the shipped definitions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from api.app import create_app
from selaras.demo import people
from tests.api.asking import Api, assert_problem, key, refusal_codes
from tests.journeys.groups import group
from tests.routes.programmes import put
from workflow.domain.appointing import Appoint
from workflow.domain.publishing import SetQuota
from workflow.domain.terms import Eligibility, LegalBasis, Party, Persons, Recognised, Terms
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.texts import texts_beside

TKM, KARYA = "tkm-kelompok", "padat-karya-palu"
DEFINITIONS = Path(__file__).parents[2] / "definitions"
STEP = Recognised(side="a", action="verify_site", counts_as="check_field", days=60)
TERMS = Terms(
    parties=(
        Party(programme=TKM, version=1, agency="kementerian-koperasi"),
        Party(programme=KARYA, version=1, agency="pemerintah-kota-palu"),
    ),
    regions=("72.71",),
    since=date(2020, 1, 1),
    until=date(2035, 12, 31),
    legal_basis=LegalBasis(title="Perjanjian uji", sha256="0" * 64),
    persons=Persons(rule="exclusive"),
    eligibility=Eligibility(recognised=(STEP,)),
)
PLAN = {"tools": 8_000_000, "materials": 4_000_000, "workers_now": 2, "workers_target": 8}
QUEUE = f"quota/{TKM}/72.71/{datetime.now(UTC).year}"
PAPERS = ("work_plan", "identity_cards", "ward_statement")


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    """A server with both programmes, their people, one place of the ministry's and seven of the city's."""
    with Engine.open(settings) as engine, Engine.open(settings) as beside:
        _seed(beside)
        server = make_server("127.0.0.1", 0, create_app(lambda: engine), threaded=True)
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield Api(f"http://127.0.0.1:{server.server_port}", beside)
        finally:
            server.shutdown()
            serving.join()
            server.server_close()


def _seed(engine: Engine) -> None:
    for order in (*people.OFFICES, *people.registrations(), *people.appointments()):
        engine.directory.handle(order, by="seed")
    for person, role in (("officer.palu", "labour_officer"), ("head.palu", "labour_head")):
        post = Appoint(person=person, role=role, office=people.PALU, since=date(2024, 1, 1), legal_basis=people.BASIS)
        if not any(held.role == role for held in engine.directory.current().appointments(person)):
            engine.directory.handle(post, by="seed")
    for name, places in ((TKM, 1), (KARYA, 7)):
        path = DEFINITIONS / name / "v1.yaml"
        engine.registry.publish(path.read_text(encoding="utf-8"), "v1.yaml", texts_beside(path), by="seed")
        quota = SetQuota(region="72.71", year=datetime.now(UTC).year, places=places, legal_basis="SK uji")
        engine.registry.set_quota(name, quota, by="seed")
    put(engine, TERMS)


def submitted(api: Api) -> str:
    reply = api.open(facts=group(plan=PLAN))
    assert reply.status_code == 201, reply.text
    ref = str(reply.json()["ref"])
    for kind in ("proposal", "domicile"):
        assert api.document(ref, kind, "leader.palu").status_code == 201
    assert api.act(ref, "submit", "leader.palu").status_code == 200
    return ref


def taken(api: Api, ref: str, who: str = "leader.palu", **headers: str) -> Any:
    sent = {**key(), "If-Match": api.tag(ref), **headers}
    return api.ask("POST", f"/cases/{ref}/routes/{KARYA}", who, json={}, headers=sent)


def test_a_waiting_group_is_routed_into_the_citys_programme(api: Api) -> None:
    first, ref = submitted(api), submitted(api)
    assert (api.case(first)["state"], api.case(ref)["state"]) == ("city_review", "waiting")
    assert api.engine.log.waiting(QUEUE) == (ref,)

    (route,) = api.get(f"/cases/{ref}/routes", "leader.palu").json()["items"]
    assert (route["programme"], route["accepted"], route["refusals"]) == (KARYA, True, [])
    assert set(route["documents"]) == set(PAPERS)
    assert route["places"] == {"quota": 7, "used": 0, "free": 7, "waiting": 0}

    reply = taken(api, ref)
    assert reply.status_code == 201, reply.text
    body, other = reply.json(), reply.json()["ref"]
    assert (body["programme"], body["state"], body["facts"]["group"]) == (
        KARYA,
        "draft",
        api.case(ref)["facts"]["group"],
    )
    assert reply.headers["Location"] == f"/api/v1/cases/{other}"
    assert api.case(ref)["state"] == "withdrawn"
    assert api.engine.log.waiting(QUEUE) == (), "its turn is free for others"

    (again,) = api.get(f"/cases/{first}/routes", "leader.palu").json()["items"]
    assert again["places"]["used"] == 1, "its place is held before the papers are in"
    for kind in PAPERS:
        assert api.document(other, kind, "leader.palu").status_code == 201
    assert api.act(other, "register", "leader.palu").json()["state"] == "review"

    left = api.get(f"/cases/{ref}/history", "leader.palu").json()["items"][-1]
    came = api.get(f"/cases/{other}/history", "leader.palu").json()["items"]
    assert (left["event"], left["routed_to"], left["cause"]) == ("ProposalWithdrawn", other, came[0]["position"])
    assert (came[1]["kind"], came[1]["routed_from"], came[1]["cause"]) == ("GroupRouted", ref, left["position"])
    assert_problem(taken(api, ref), 409)


def test_a_visit_of_the_one_office_counts_as_the_check_of_the_other(api: Api) -> None:
    ref = submitted(api)
    api.document(ref, "site_report", "officer.palu")
    assert api.act(ref, "verify_site", "officer.palu").status_code == 200
    (route,) = api.get(f"/cases/{ref}/routes", "leader.palu").json()["items"]
    assert route["recognised"] == ["check_field"]

    other = taken(api, ref).json()["ref"]
    for kind in PAPERS:
        api.document(other, kind, "leader.palu")
    api.act(other, "register", "leader.palu")
    answers = {"residents": True, "work_exists": True}
    assert api.ask("PUT", f"/cases/{other}/checklist", "officer.palu", json=answers).status_code == 200
    assert api.codes(other, "accept", "head.palu") == set()
    last = api.get(f"/cases/{other}/history", "leader.palu").json()["items"][-2]
    assert (last["kind"], last["action"], last["actor"]) == ("StepRecognised", "check_field", "system")


def test_what_stands_in_the_way_is_told_in_full_and_changes_nothing(api: Api) -> None:
    ref = submitted(api)
    facts = api.case(ref)["facts"]
    twin = api.open(facts={**facts, "plan": {**PLAN, "tools": 18_000_000}}).json()["ref"]
    head = api.engine.log.head()
    refused = assert_problem(taken(api, twin), 409)
    assert refusal_codes(refused) == {"claim.one_programme_per_person", "eligibility.grant"}
    assert api.engine.log.head() == head
    assert_problem(
        api.ask(
            "POST",
            f"/cases/{ref}/routes/tidak-ada",
            "leader.palu",
            json={},
            headers={**key(), "If-Match": api.tag(ref)},
        ),
        404,
    )
    assert_problem(api.ask("POST", f"/cases/{ref}/routes/{KARYA}", "leader.palu", json={}), 428)
    assert_problem(taken(api, ref, "officer.sigi"), 404)
