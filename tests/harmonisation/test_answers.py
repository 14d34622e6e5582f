"""A finding over HTTP: accepted with a reason by who may, taken up in an alignment, resolved by an event."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from selaras.demo import offices, people
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.domain.potentials import ListPotential, Study
from workflow.domain.publishing import SetQuota
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.texts import texts_beside

from .desk import PALU, REASON, YEAR, Desk

DEFINITIONS = Path(__file__).parents[2] / "definitions"
LABOUR = "labour.palu"
"""Of the city's own programme."""
AT: dict[str, Any] = {"office": offices.LABOUR, "since": people.SINCE, "legal_basis": people.BASIS}


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The demo's offices, the ministry's and the city's programme with places in Palu, and alignments."""
    with Engine.open(settings) as engine:
        city = (offices.OFFICES[-1], RegisterPerson(person=LABOUR), Appoint(person=LABOUR, role="labour_officer", **AT))
        for order in (*people.OFFICES, *people.registrations(), *people.appointments(), *city):
            engine.directory.handle(order, by="seed")
        for name in ("tkm-kelompok", "padat-karya-palu", "penyelarasan"):
            file = DEFINITIONS / name / "v1.yaml"
            engine.registry.publish(file.read_text(), f"{name}.yaml", texts_beside(file), by="seed")
        for name in ("tkm-kelompok", "padat-karya-palu"):
            quota = SetQuota(region=PALU, year=YEAR, places=5, legal_basis="test")
            engine.registry.set_quota(name, quota, by="seed")
        yield Desk(engine)


def test_two_programmes_with_places_in_one_city_are_out_of_tune(desk: Desk):
    found = desk.findings()
    assert {"overlap", "unaligned", "conflict payer.tools", "idle places"} <= found.keys()
    assert {one["status"] for one in found.values()} == {"open"}
    overlap = found["overlap"]
    assert overlap["parties"] == ["padat-karya-palu", "tkm-kelompok"]
    assert {clause["of"] for clause in overlap["clauses"]} == set(overlap["parties"])


def test_a_finding_is_accepted_with_a_reason_and_the_past_stays(desk: Desk):
    before = desk.engine.log.head()
    overlap = desk.findings()["overlap"]
    reply = desk.accept(overlap["id"])
    assert reply.status_code == 200, reply.text
    assert (reply.json["status"], reply.json["accepted"]["by"]) == ("accepted", "head.palu")
    assert reply.json["accepted"]["reason"] == REASON
    assert desk.findings()["overlap"]["status"] == "accepted"
    assert desk.findings(as_of=before)["overlap"]["status"] == "open"


def test_accepting_again_changes_nothing_and_a_key_is_answered_the_same(desk: Desk):
    id = desk.findings()["overlap"]["id"]
    assert desk.accept(id, key="once").status_code == 200
    head = desk.engine.log.head()
    assert desk.accept(id, key="once").status_code == 200
    assert desk.accept(id).status_code == 200
    assert desk.engine.log.head() == head
    assert desk.accept(id, reason=REASON + " lagi", key="once").status_code == 422


def test_who_may_not_accept_is_told_why(desk: Desk):
    id = desk.findings()["overlap"]["id"]
    for who, status in (("officer.palu", 403), ("head.sigi", 404), ("leader.palu", 404), ("auditor", 403)):
        reply = desk.accept(id, who)
        assert reply.status_code == status, (who, reply.text)
    assert desk.accept(id, "officer.palu").json["refusals"][0]["code"] == "role"
    short = desk.accept(id, reason="ya")
    assert (short.status_code, short.json["refusals"][0]["code"]) == (422, "reason")
    assert desk.accept("0" * 64).status_code == 404
    assert desk.findings()["overlap"]["status"] == "open"


def test_an_appointment_that_ended_accepts_nothing(desk: Desk):
    id = desk.findings()["overlap"]["id"]
    desk.engine.directory.handle(
        Appoint(
            person="officer2.palu",
            role="city_head",
            office=people.PALU,
            since=date(2024, 1, 1),
            until=date(2024, 12, 31),
            legal_basis=people.BASIS,
        ),
        by="seed",
    )
    assert desk.accept(id, "officer2.palu").status_code == 403


def test_what_is_resolved_cannot_be_accepted(desk: Desk):
    idle = desk.findings("auditor")["idle places"]
    quota = SetQuota(region=PALU, year=YEAR, places=0, legal_basis="test")
    for name in ("tkm-kelompok", "padat-karya-palu"):
        saved = desk.engine.registry.set_quota(name, quota, by="seed")
    resolved = desk.findings("auditor")
    assert resolved["idle places"]["status"] == resolved["overlap"]["status"] == "resolved"
    assert resolved["overlap"]["resolved"] <= saved.position
    reply = desk.accept(idle["id"])
    assert (reply.status_code, reply.json["refusals"][0]["code"]) == (409, "state")


def test_what_comes_again_after_it_was_accepted_is_open_again(desk: Desk):
    def places(number: int) -> None:
        quota = SetQuota(region=PALU, year=YEAR, places=number, legal_basis=f"test {number}")
        desk.engine.registry.set_quota("padat-karya-palu", quota, by="seed")

    overlap = desk.findings()["overlap"]
    assert desk.accept(overlap["id"]).status_code == 200
    places(0)
    assert desk.findings()["overlap"]["status"] == "resolved"
    places(5)
    again = desk.findings()["overlap"]
    assert (again["id"], again["status"]) == (overlap["id"], "open")


def test_an_alignment_is_opened_from_a_finding_and_the_two_are_linked(desk: Desk):
    unaligned = desk.findings()["unaligned"]
    headers = {"Idempotency-Key": "one"}
    path = f"/findings/{unaligned['id']}/alignment"
    opened = desk.ask("POST", path, "officer.palu", json={}, headers=headers)
    assert opened.status_code == 201, opened.text
    case = opened.json
    assert f"/api/v1{path}" == unaligned["align"]
    assert opened.headers["Location"].endswith(case["ref"])
    assert [one["programme"] for one in case["facts"]["terms"]["parties"]] == unaligned["parties"]
    assert case["facts"]["terms"]["regions"] == [PALU]
    again = desk.ask("POST", path, "officer.palu", json={}, headers=headers)
    assert again.json["ref"] == case["ref"]
    found = desk.findings()["unaligned"]
    assert (found["status"], found["alignment"], found["align"]) == ("aligning", case["ref"], None)


def test_who_may_not_open_an_alignment_is_refused_and_nothing_is_linked(desk: Desk):
    unaligned = desk.findings()["unaligned"]
    reply = desk.ask(
        "POST", f"/findings/{unaligned['id']}/alignment", "auditor", json={}, headers={"Idempotency-Key": "x"}
    )
    assert reply.status_code == 403, reply.text
    assert desk.findings()["unaligned"]["status"] == "open"


def test_a_leading_potential_that_no_programme_names_is_a_gap(desk: Desk):
    before = desk.engine.log.head()
    study = Study(title="Kajian contoh")
    order = ListPotential(title=Text("Garam", "Salt"), kbli=("10399",), study=study)
    desk.engine.potentials.put(PALU, "garam", order, by="seed", office=people.PALU)
    gap = desk.findings()["gap potential.garam"]
    assert (gap["unit"], gap["figure"], gap["status"]) == ("potentials", 1, "open")
    assert "Garam di Kota Palu" in gap["say"]["id"]
    assert desk.accept(gap["id"]).json["status"] == "accepted"
    assert "gap potential.garam" not in desk.findings(as_of=before)


def test_each_office_of_a_region_sees_the_programmes_side_by_side(desk: Desk):
    query = {"region": PALU, "period": YEAR, "at_least": desk.engine.log.head()}
    for who in ("labour.palu", "head.palu", "coord.sulteng"):
        shown = desk.ask("GET", "/harmonisation", who, query_string=query).json
        assert {one["programme"] for one in shown["matrix"]} == {"tkm-kelompok", "padat-karya-palu"}, who
        assert {"overlap", "idle places"} <= desk.findings(who).keys()
    for who in ("officer.sigi", "coord.gorontalo", "leader.palu"):
        assert desk.ask("GET", "/harmonisation", who, query_string=query).json["matrix"] == []
        assert desk.findings(who) == {}


def test_a_position_is_the_same_answer_whatever_came_after(desk: Desk):
    def asked() -> Any:
        return desk.ask("GET", "/harmonisation", "auditor", query_string={"as_of": before, "period": YEAR}).json

    before = desk.engine.log.head()
    first = asked()
    (last,) = desk.engine.log.select(before - 1, 1)
    assert (first["position"], datetime.fromisoformat(first["at"])) == (before, last.at)
    assert desk.accept(desk.findings()["overlap"]["id"]).status_code == 200
    quota = SetQuota(region=PALU, year=YEAR, places=0, legal_basis="test")
    desk.engine.registry.set_quota("padat-karya-palu", quota, by="seed")
    assert asked() == first


def test_a_finding_of_a_year_in_which_only_places_were_set_is_found(desk: Desk):
    order = ListPotential(title=Text("Garam", "Salt"), kbli=("10399",), study=Study(title="Kajian contoh"))
    desk.engine.potentials.put(PALU, "garam", order, by="seed", office=people.PALU)
    assert desk.findings(period=YEAR + 3) == {}
    quota = SetQuota(region=PALU, year=YEAR + 3, places=5, legal_basis="test")
    desk.engine.registry.set_quota("padat-karya-palu", quota, by="seed")
    found = desk.findings(period=YEAR + 3)
    assert found.keys() == {"idle places", "gap potential.garam"}
    for one in found.values():
        assert desk.ask("GET", f"/findings/{one['id']}", "head.palu").json["period"] == YEAR + 3
