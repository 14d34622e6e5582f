"""Data that terms share: released once when its event happens, to whom, what, until when; and its deletion."""

from datetime import date, timedelta

import pytest

from tests.alignments.paper import CITY, MINISTRY, data
from tests.alignments.table import Table
from workflow.asks import DeletionAsk, ReleaseAsk
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.domain.events import Recorded
from workflow.domain.refusal import Refused
from workflow.domain.released import DataReleased, DeletionConfirmed
from workflow.engine import Engine
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting

FIELDS = ("group", "plan.workers_now", "members.name")
SYSTEM_OF_CITY = "system.palu"


@pytest.fixture
def runner(engine: Engine) -> Runner:
    made = Runner(engine.pool, engine.log, reacting(engine), first_pause=0)
    made.prepare()
    return made


@pytest.fixture(autouse=True)
def system(engine: Engine) -> None:
    """A system of the city's."""
    engine.directory.handle(RegisterPerson(person=SYSTEM_OF_CITY), by="seed")
    post = Appoint(
        person=SYSTEM_OF_CITY, role="integrator", office="dinas-koperasi-palu", since=date(2024, 1, 1), legal_basis="SK"
    )
    engine.directory.handle(post, by="seed")


def releases(table: Table, ref: str) -> list[Recorded]:
    return [event for event in table.engine.casework.history(ref) if isinstance(event.body, DataReleased)]


def happened(table: Table, ref: str, name: str) -> Recorded:
    events = table.engine.casework.history(ref)
    return next(event for event in events if getattr(event.body, "event", None) == name)


def test_the_event_that_a_clause_names_releases_its_fields_to_the_recipient(table: Table, runner: Runner) -> None:
    ref = table.in_force(data())
    group = table.recommended()
    runner.catch_up("releasing")
    (event,) = releases(table, group)
    recommended = happened(table, group, "CityRecommended").position
    body = event.body
    assert isinstance(body, DataReleased)
    assert (event.actor, event.cause, body.stands_on) == ("system", recommended, recommended)
    assert (body.alignment, body.terms, body.event) == (ref, table.hash(ref), "CityRecommended")
    assert (body.recipient, body.fields) == (CITY, FIELDS)
    assert body.purpose == "Pendataan calon wirausaha (contoh)"
    assert timedelta(days=57) < body.keep_until - date.today() < timedelta(days=63)
    assert [one.position for one in table.case(group).releases] == [event.position]


def test_read_again_from_the_beginning_nothing_is_released_twice(table: Table, runner: Runner) -> None:
    table.in_force(data())
    group = table.recommended()
    runner.catch_up("releasing")
    with table.engine.pool.connection() as connection:
        connection.execute("UPDATE projections SET position = 0 WHERE name = 'releasing'")
    runner.catch_up("releasing")
    assert len(releases(table, group)) == 1


def test_before_after_and_without_terms_nothing_is_released(table: Table, runner: Runner) -> None:
    before = table.recommended()
    ref = table.in_force(data())
    other = table.ready()
    runner.catch_up("releasing")
    assert releases(table, before) == releases(table, other) == []
    table.suspend(ref)
    table.take(other, "recommend", "head.palu")
    runner.catch_up("releasing")
    table.resume(ref)
    runner.catch_up("releasing")
    assert releases(table, other) == []
    table.suspend(ref)
    table.end(ref)
    ended = table.recommended()
    runner.catch_up("releasing")
    assert releases(table, ended) == []


def test_what_was_suspended_before_the_engine_came_is_not_released(table: Table, runner: Runner) -> None:
    ref = table.in_force(data())
    group = table.recommended()
    table.suspend(ref)
    runner.catch_up("releasing")
    assert releases(table, group) == []


def test_a_case_shares_under_the_terms_that_bind_it_and_not_yet_bound_under_those_in_force(
    table: Table, runner: Runner
) -> None:
    ref = table.in_force(data(event="ProvinceCoordinated"))
    bound, old = table.recommended(), table.hash(ref)
    table.amended(ref, data(event="ProvinceCoordinated", fields=["group"]))
    unbound = table.ready()
    table.amended(ref, data(event="GroupProposed", fields=["sector"]))
    proposed = table.ready()
    for group in (bound, unbound):
        if group == unbound:
            table.take(group, "recommend", "head.palu")
        table.paper(group, "coordination", by="coord.sulteng")
        table.take(group, "agree", "coord.sulteng")
    runner.catch_up("releasing")
    (kept,) = (event.body for event in releases(table, bound))
    assert isinstance(kept, DataReleased)
    assert (kept.terms, kept.fields) == (old, FIELDS)
    assert releases(table, unbound) == []
    (early,) = (event.body for event in releases(table, proposed))
    assert isinstance(early, DataReleased)
    assert (early.event, early.fields, early.terms) == ("GroupProposed", ("sector",), table.hash(ref))


def test_a_case_that_was_past_the_binding_action_stays_outside(table: Table, runner: Runner) -> None:
    later = table.recommended()
    table.in_force(data(event="ProvinceCoordinated"))
    table.paper(later, "coordination", by="coord.sulteng")
    table.take(later, "agree", "coord.sulteng")
    runner.catch_up("releasing")
    assert releases(table, later) == []


def test_an_agency_is_not_told_of_its_own_programme_s_cases(table: Table, runner: Runner) -> None:
    table.in_force(data(recipient=MINISTRY))
    group = table.recommended()
    runner.catch_up("releasing")
    assert releases(table, group) == []


def test_the_recipient_says_once_that_it_is_deleted_and_nobody_else_can(table: Table, runner: Runner) -> None:
    table.in_force(data())
    group = table.recommended()
    runner.catch_up("releasing")
    (release,) = table.case(group).releases
    for who in ("integrator", "head.palu", "leader.palu", "system"):
        with pytest.raises(Refused):
            table.ask(group, DeletionAsk(release=release.position), who)
    with pytest.raises(Refused):
        table.ask(group, DeletionAsk(release=release.position - 1), SYSTEM_OF_CITY)
    assert table.case(group).releases[0].deleted is None
    assert table.ask(group, DeletionAsk(release=release.position), SYSTEM_OF_CITY).changed
    assert not table.ask(group, DeletionAsk(release=release.position), SYSTEM_OF_CITY).changed
    last = table.engine.casework.history(group)[-1]
    assert last.body == DeletionConfirmed(release=release.position)
    assert (last.actor, last.office) == (SYSTEM_OF_CITY, "dinas-koperasi-palu")
    assert table.case(group).releases[0].deleted == last.at


def test_nobody_but_the_engine_releases(table: Table) -> None:
    group = table.ready()
    with pytest.raises(Refused):
        table.ask(group, ReleaseAsk(shared=(), stands_on=1), "head.palu")


def test_no_value_is_in_the_log_with_a_release(table: Table, runner: Runner) -> None:
    table.in_force(data())
    group = table.recommended()
    runner.catch_up("releasing")
    opened = table.engine.casework.case(group)[0].facts["group"]
    with table.engine.pool.connection() as connection:
        rows = connection.execute("SELECT body::text FROM events WHERE kind LIKE 'DataReleased%'").fetchall()
    assert rows
    assert all(opened not in row[0] and "sealed:" not in row[0] for row in rows)
