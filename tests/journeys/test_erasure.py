"""Personal data is sealed wherever it lies, a person can be erased, and the cases go on without them."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import choice, randbelow
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis

from tests.journeys.client import PDF, Server
from tests.journeys.groups import group, member
from tests.journeys.stages import mentored, recommended
from tests.searching import files_with, held_by, spellings, uncompressed, written_out
from workers.nudge import redis_url

ERASED = {"name": "erased", "nik": "erased", "born": "erased", "phone": "erased"}
PLACE = 4
"""Of the member whom nobody else can be mistaken for."""


def letters() -> str:
    return "".join(choice("bcdfghjklmnpqrstvwxz") for _ in range(24))


def with_somebody() -> dict[str, Any]:
    """A group whose fifth member has a name and a number that stand nowhere else."""
    facts = group()
    facts["group"] = f"Kelompok {letters()}"
    facts["members"][PLACE] |= {"name": letters(), "phone": f"08{randbelow(10**11):011d}"}
    return facts


class Everywhere:
    """All places in which the running system may have left something."""

    def __init__(self, server: Server, folder: Path) -> None:
        notes = json.loads((folder / "run.json").read_text())
        self.server, self.folder = server, folder
        self.database_url: str = notes["database_url"]
        self.broker_url = redis_url(notes["broker_url"])
        self.traffic: list[bytes] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear everything that is told to the broker: messages are gone from it as soon as they are worked on."""
        with redis.Redis.from_url(self.broker_url) as broker, broker.monitor() as monitor:
            stopped = f"stop listening {uuid4()}"

            def listen() -> None:
                for heard in monitor.listen():
                    self.traffic.append(heard["command"].encode())
                    if stopped in heard["command"]:
                        return

            ear = threading.Thread(target=listen)
            ear.start()
            try:
                yield
            finally:
                with redis.Redis.from_url(self.broker_url) as other:
                    other.echo(stopped)
                ear.join()

    def with_(self, *words: str) -> list[tuple[str, bytes]]:
        """Where one of these words stands in whatever spelling."""
        needles = spellings(*words)
        written_out(self.database_url)
        found = files_with(self.folder, *needles)
        with redis.Redis.from_url(self.broker_url) as broker:
            held = [*held_by(broker), *self.traffic]
        metrics = self.server.session.get(f"{self.server.url}/metrics", timeout=30).content
        said = self.folder.with_suffix(".out").read_bytes()
        others = {"broker": b"\n".join(held), "metrics": metrics, "launcher": said}
        return found + [(name, needle) for name, content in others.items() for needle in needles if needle in content]


@pytest.fixture
def everywhere(server: Server, folder: Path) -> Everywhere:
    found = Everywhere(server, folder)
    uncompressed(found.database_url)
    return found


def person_of(everywhere: Everywhere, ref: str) -> str:
    """The digest that names the member in what is stored."""
    query = "SELECT body->'facts'->'members'->%s->>'nik' FROM events WHERE stream = %s AND version = 1"
    with psycopg.connect(everywhere.database_url) as connection:
        row = connection.execute(query, [PLACE, f"case/{ref}"]).fetchone()
    assert row is not None
    return str(row[0]).split(":")[1]


def erase(server: Server, everywhere: Everywhere, ref: str) -> None:
    server.command("erase", person_of(everywhere, ref), "--reason", "Permintaan yang bersangkutan")


def replay(server: Server, ref: str) -> str:
    return server.command("replay", ref, "--diff").stdout


def led_to_the_city(server: Server, facts: dict[str, Any]) -> str:
    """Opened, documented with papers that name the person, misled, submitted, recommended, looked for."""
    somebody = facts["members"][PLACE]
    ref = server.open("leader.palu", facts)
    paper = PDF + " ".join((somebody["name"], somebody["nik"], somebody["phone"])).encode()
    for kind in ("proposal", "domicile"):
        path, headers = f"/cases/{ref}/documents/{kind}", {"Content-Type": "application/pdf"}
        server.call("PUT", path, "leader.palu", 201, data=paper + kind.encode(), headers=headers)
    twice = [*facts["members"], somebody]
    server.change(ref, "leader.palu", {"members": twice}, 422)
    server.change(ref, "leader.palu", {"nik": somebody["nik"], somebody["name"]: somebody["phone"]}, 422)
    broken = json.dumps({"members": [somebody]})[:-1]
    headers = {"Content-Type": "application/merge-patch+json", "If-Match": server.tag(ref, "leader.palu")}
    server.call("PATCH", f"/cases/{ref}/facts", "leader.palu", 400, data=broken, headers=headers)
    server.act(ref, "submit", "leader.palu")
    server.act(ref, "withdraw", "officer.palu", 403)
    recommended(server, ref)
    looked_at(server, ref, somebody)
    return ref


def looked_at(server: Server, ref: str, somebody: dict[str, Any]) -> None:
    position = server.case(ref, "head.palu")["position"]
    for value in (somebody["name"], somebody["nik"], somebody["phone"]):
        page = server.call("GET", "/cases", "head.palu", params={"q": value, "at_least": position}).json()
        assert page["items"] == []
    for person in ("head.palu", "coord.sulteng", "auditor"):
        server.call("GET", "/cases", person, params={"region": "72"})
        server.call("GET", "/inbox", person, params={"at_least": position})
        server.history(ref, person)


def test_nothing_personal_lies_anywhere_before_an_erasure_and_after_it(server: Server, everywhere: Everywhere) -> None:
    facts = with_somebody()
    somebody = facts["members"][PLACE]
    personal = somebody["name"], somebody["nik"], somebody["phone"]
    with everywhere.listening():
        ref = led_to_the_city(server, facts)
        told = replay(server, ref)
        found = {name for name, _ in everywhere.with_(facts["group"])}
        assert any(re.fullmatch("[0-9A-F]{24}", name) for name in found), "what is not personal is found in the WAL"
        assert any(re.fullmatch("[0-9]+", name) for name in found), "and in tables: the search works"
        assert re.search(rb"LPUSH.*project|selaras\.nudged", b"\n".join(everywhere.traffic)), "the broker is heard"
        assert everywhere.with_(*personal) == []
        before, tag = server.case(ref, "leader.palu"), server.tag(ref, "leader.palu")
        assert before["facts"]["members"][PLACE] == somebody

        erase(server, everywhere, ref)

        after = server.case(ref, "leader.palu")
        assert after["facts"]["members"][PLACE] == {**somebody, **ERASED}
        others = [number for number in range(10) if number != PLACE]
        assert [after["facts"]["members"][n] for n in others] == [facts["members"][n] for n in others]
        assert (after["state"], after["version"], after["position"]) == (
            before["state"],
            before["version"],
            before["position"],
        )
        assert server.tag(ref, "leader.palu") == tag, "what deciders saw is still what they saw"
        assert replay(server, ref) == told
        looked_at(server, ref, somebody)
        assert everywhere.with_(*personal) == []


def test_a_group_with_an_erased_member_is_told_so_and_replaces_them(server: Server, everywhere: Everywhere) -> None:
    ref = server.open("leader.palu", with_somebody())
    for kind in ("proposal", "domicile"):
        server.document(ref, kind, "leader.palu")
    assert server.codes(ref, "submit", "leader.palu") == set()
    erase(server, everywhere, ref)
    assert server.codes(ref, "submit", "leader.palu") == {"erased"}
    refused = server.act(ref, "submit", "leader.palu", 422)
    assert {refusal["code"] for refusal in refused["refusals"]} == {"erased"}
    assert all(refusal["id"] and refusal["en"] and refusal["how"] for refusal in refused["refusals"])

    members = server.case(ref, "leader.palu")["facts"]["members"]
    server.change(ref, "leader.palu", {"members": [*members[:PLACE], member(5), *members[PLACE + 1 :]]})

    assert server.act(ref, "submit", "leader.palu")["state"] == "city_review"


def test_an_erased_member_leaves_during_mentoring_and_nobody_else_may_before(
    server: Server, everywhere: Everywhere
) -> None:
    ref = mentored(server)
    erase(server, everywhere, ref)
    server.document(ref, "member_change", "officer.palu")
    members = server.case(ref, "officer.palu")["facts"]["members"]
    assert members[PLACE]["name"] == "erased"
    refused = server.act(ref, "replace_member", "officer.palu", 422, facts={"members": [*members[:-1], member(11)]})
    assert {refusal["code"] for refusal in refused["refusals"]} == {"erased"}

    others = [*members[:PLACE], *members[PLACE + 1 :]]
    server.act(ref, "replace_member", "officer.palu", facts={"members": [*others, member(11)]})

    after = server.case(ref, "officer.palu")["facts"]["members"]
    assert after[:-1] == others
    assert after[-1]["name"] == "Anggota Contoh 11"
