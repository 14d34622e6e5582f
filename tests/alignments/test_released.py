"""Released data as systems read it: the recipient has the values that were agreed on, for as long as was agreed."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from psycopg import sql

from selaras.demo import people
from tests.alignments.paper import data
from tests.alignments.table import REASON, Table
from tests.webhooks.receiver import Receiver, status
from workflow.asks import DeletionAsk
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.engine import Engine
from workflow.feed import FeedReader, reaches_of
from workflow.projections.feed import Feed
from workflow.projections.models import ReadModels
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting
from workflow.releasing import Releasing
from workflow.settings import Settings
from workflow.webhooks.pushing import ASKED, Pusher
from workflow.webhooks.subscriptions import Subscriptions

SYSTEMS = {"system.palu": people.PALU, "system.sigi": people.SIGI}
OF_SIGI = data(recipient="pemerintah-kabupaten-sigi")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, webhook_networks="127.0.0.0/8")


class Systems:
    """What the systems of agencies read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        for person, office in SYSTEMS.items():
            engine.directory.handle(RegisterPerson(person=person), by="seed")
            post = Appoint(
                person=person, role="integrator", office=office, since=date(2024, 1, 1), legal_basis=people.BASIS
            )
            engine.directory.handle(post, by="seed")
        self.models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        self.reactions = Runner(engine.pool, engine.log, reacting(engine), first_pause=0)
        self.reactions.prepare()

    def catch_up(self) -> None:
        self.reactions.catch_up(Releasing.name)
        self.models.runner.catch_up(Feed.name)

    def read(self, who: str) -> list[dict[str, Any]]:
        self.catch_up()
        directory = self.engine.directory.current()
        reaches = reaches_of(directory, self.engine.registry, who, datetime.now(UTC))
        found = FeedReader(self.engine.pool, self.engine.released).after(0, reaches, 1000)
        return [json.loads(bytes(item)) for item in found.items]

    def released(self, who: str, ref: str) -> dict[str, Any]:
        """What a system reads of the one release of a case."""
        (one,) = (
            event
            for event in self.read(who)
            if event["type"] == "selaras.case.DataReleased" and event["subject"] == ref
        )
        return dict(one["data"]["released"])


@pytest.fixture
def systems(engine: Engine) -> Systems:
    return Systems(engine)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def names(table: Table, ref: str) -> list[str]:
    """The members' names, opened."""
    case, definition = table.engine.casework.case(ref)
    return [str(one["name"]) for one in table.engine.reading.case(case, definition, "open", "x")["facts"]["members"]]


def test_the_recipient_has_the_fields_of_the_clause_and_no_others(table: Table, systems: Systems) -> None:
    ref = table.in_force(data())
    group = table.recommended()
    told = systems.released("system.palu", group)
    assert told["facts"] == {
        "group": table.case(group).facts["group"],
        "plan": {"workers_now": 2},
        "members": [{"name": name} for name in names(table, group)],
    }
    assert (told["alignment"], told["recipient"], told["terms"]) == (ref, "pemerintah-kota-palu", table.hash(ref))
    assert told["fields"] == ["group", "plan.workers_now", "members.name"]
    assert date.fromisoformat(told["keep_until"]) > date.today()


def test_whoever_else_reads_the_case_reads_that_it_was_released_and_no_value(table: Table, systems: Systems) -> None:
    table.in_force(OF_SIGI)
    group = table.recommended()
    assert systems.released("system.sigi", group)["facts"]["members"][0] == {"name": names(table, group)[0]}
    for who in ("integrator", "system.palu"):
        told = systems.released(who, group)
        assert told["recipient"] == "pemerintah-kabupaten-sigi"
        assert "facts" not in told
        assert names(table, group)[0] not in json.dumps(systems.read(who))


def test_a_recipient_learns_nothing_of_the_case_but_what_is_released(table: Table, systems: Systems) -> None:
    table.in_force(OF_SIGI)
    group = table.recommended()
    assert [event["data"]["event"] for event in systems.read("system.sigi") if event["subject"] == group] == [
        "DataReleased"
    ]


def test_values_are_those_of_the_event_whatever_changed_since(table: Table, systems: Systems) -> None:
    table.in_force(data())
    group = table.recommended()
    systems.catch_up()
    table.take(group, "send_back", "coord.sulteng", reason=REASON)
    table.edit(group, {"plan": {"workers_now": 7}}, "leader.palu")
    assert table.case(group).facts["plan"]["workers_now"] == 7
    assert systems.released("system.palu", group)["facts"]["plan"] == {"workers_now": 2}


def test_an_erased_person_reads_erased(table: Table, systems: Systems) -> None:
    table.in_force(data())
    group = table.recommended()
    before = systems.released("system.palu", group)["facts"]["members"]
    person = table.case(group).facts["members"][0]["name"].split(":")[1]
    table.engine.vault.erase(person, "Permintaan sendiri (contoh)", "admin")
    assert systems.released("system.palu", group)["facts"]["members"] == [{"name": "erased"}, *before[1:]]


def test_a_suspended_or_ended_alignment_withholds_what_it_released(table: Table, systems: Systems) -> None:
    ref = table.in_force(data())
    group = table.recommended()
    systems.catch_up()
    table.suspend(ref)
    told = systems.released("system.palu", group)
    assert told["withheld"] == "not_in_force"
    assert "facts" not in told
    table.resume(ref)
    assert systems.released("system.palu", group)["facts"]["plan"] == {"workers_now": 2}
    table.suspend(ref)
    table.end(ref)
    assert systems.released("system.palu", group)["withheld"] == "not_in_force"


@pytest.mark.parametrize(("ago", "withheld"), [(40, None), (70, "expired")])
def test_after_the_last_day_the_values_are_withheld(
    table: Table, systems: Systems, ago: int, withheld: str | None
) -> None:
    table.in_force(data())
    group = table.recommended()
    happened = table.engine.casework.history(group)[-1]
    (order,) = Releasing().react(table.engine, happened)
    moment = datetime.now(UTC) - timedelta(days=ago)
    key = f"{Releasing.name}/{happened.position}/{group}"
    table.ask(group, order.ask, "system", key=key, at=moment)
    told = systems.released("system.palu", group)
    assert told.get("withheld") == withheld
    assert ("facts" in told) == (withheld is None)


def test_what_the_recipient_deleted_it_is_not_given_again(table: Table, systems: Systems) -> None:
    table.in_force(data())
    group = table.recommended()
    systems.catch_up()
    (release,) = table.case(group).releases
    table.ask(group, DeletionAsk(release=release.position), "system.palu")
    assert systems.released("system.palu", group)["withheld"] == "deleted"
    last = systems.read("system.palu")[-1]
    assert (last["type"], last["data"]["release"]) == ("selaras.case.DeletionConfirmed", release.position)


def test_a_webhook_brings_the_values_and_nothing_at_rest_holds_them(
    table: Table, systems: Systems, receiver: Receiver
) -> None:
    engine = table.engine
    table.in_force(data())
    hooks = Subscriptions(engine.pool, engine.settings.master_key)
    hook, _ = hooks.add("system.palu", receiver.url, after=engine.log.head(), events=["DataReleased"])
    receiver.answers = [status(422)] * ASKED
    group = table.recommended()
    systems.catch_up()
    pusher = Pusher(engine)
    for _ in range(ASKED):
        while pusher.push(30):
            pass
        with engine.pool.connection() as connection:
            connection.execute("UPDATE webhooks SET next_at = now()")
    assert hooks.go_on("system.palu", hook.id, after=0)
    while pusher.push(30):
        pass
    member = names(table, group)[0]
    bodies = [came.event["data"]["released"]["facts"] for came in receiver.came]
    assert len(bodies) == ASKED + 1
    assert all(facts == bodies[0] for facts in bodies)
    assert bodies[0]["members"][0] == {"name": member}
    assert len({came.id for came in receiver.came}) == 1
    assert at_rest(engine, member) == []
    assert "dead_letters" in at_rest(engine, group), "the search finds what is there"


def at_rest(engine: Engine, text: str) -> list[str]:
    """The tables in which a text stands."""
    with engine.pool.connection() as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        query = "SELECT 1 FROM {} t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1"
        found = []
        for schema, name in tables:
            hexed = f"%{text.encode().hex()}%"
            if connection.execute(sql.SQL(query).format(sql.Identifier(schema, name)), [f"%{text}%", hexed]).fetchone():
                found.append(name)
    return found
