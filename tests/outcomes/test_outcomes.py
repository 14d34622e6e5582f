"""Outcomes against a slow count, at every position; and what a group, a job and survival mean."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from tests.projections.histories import Journal
from workflow.domain.events import Recorded
from workflow.projections.outcome_figures import Figure, figure
from workflow.projections.outcome_lists import NONE_NAMED, OutcomeLists, Scope
from workflow.projections.outcomes import Outcomes
from workflow.projections.rebuilding import rebuild
from workflow.projections.runner import Runner

from .telling import START, Told, definition_of, logged, slow_count

PALU, PROVINCE = Scope(region="72.71"), Scope(region="72")
TEN = [f"person{number}" for number in range(10)]


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database_url, min_size=1, max_size=4, kwargs={"autocommit": True}, open=True) as opened:
        yield opened


class Counting:
    """A log, the read model over it, and what it answers."""

    def __init__(self, pool: ConnectionPool, batch: int = 500) -> None:
        self.pool, self.journal = pool, Journal(pool)
        self.runner = Runner(pool, self.journal, (Outcomes(definition_of),), batch=batch)
        self.runner.prepare()
        self.lists = OutcomeLists(pool)

    def tell(self, *events: Recorded) -> "Counting":
        self.journal.append(events)
        self.runner.catch_up("outcomes")
        return self

    def figure(self, scope: Scope = PROVINCE, when: object = None, day: date | None = None) -> Figure:
        counted = self.lists.counted(scope, when)  # type: ignore[arg-type]
        return figure(counted.groups, day or counted.moment.date())


def told(found: Figure) -> dict[str, int]:
    return {
        "groups": found.groups,
        "reporting": found.reporting,
        "start": found.workers_start,
        "now": found.workers_now,
        "target": found.workers_target,
        "grant": found.grant,
        "entrepreneurs": found.entrepreneurs,
    }


# --- what is counted ----------------------------------------------------------------------------------------------


def test_jobs_are_workers_now_less_workers_at_the_start(pool: ConnectionPool):
    found = Counting(pool).tell(*logged(Told("A", TEN).begun().report(4).report(7, entrepreneurs=2))).figure()
    assert (found.workers_start, found.workers_now, found.workers_target, found.jobs) == (2, 7, 8, 5)
    assert (found.entrepreneurs, found.grant, found.cost_per_job) == (2, 20_000_000, 4_000_000)


def test_a_group_without_a_report_began_but_counts_no_workers(pool: ConnectionPool):
    found = Counting(pool).tell(*logged(Told("A", TEN).begun(), Told("B", ["x"]).taken("submit"))).figure()
    assert told(found) == {**dict.fromkeys(told(found), 0), "groups": 1}
    assert found.cost_per_job is None


def test_a_group_in_two_programmes_is_counted_once(pool: ConnectionPool):
    first = Told("A", TEN).begun().report(4)
    second = Told("B", [*TEN[:6], "new1", "new2"], "program-kota", start=START + timedelta(days=90)).begun().report(9)
    counting = Counting(pool).tell(*logged(first, second))
    both = counting.figure()
    assert (both.groups, both.workers_start, both.workers_now, both.grant) == (1, 2, 9, 40_000_000)
    alone = counting.figure(Scope(programme="tkm-kelompok"))
    assert (alone.groups, alone.workers_now, alone.grant) == (1, 4, 20_000_000)


def test_a_few_shared_people_do_not_make_two_groups_one(pool: ConnectionPool):
    first, second = Told("A", TEN).begun(), Told("B", [*TEN[:3], *"uvwxyz"], "program-kota").begun()
    assert Counting(pool).tell(*logged(first, second)).figure().groups == 2


def test_figures_are_narrowed_by_region_potential_and_year(pool: ConnectionPool):
    ours = Told("A", TEN).begun(60).report(5)
    theirs = Told("B", ["x"], region="72.10.01", potential=None, start=START - timedelta(days=200)).begun().report(3)
    counting = Counting(pool).tell(*logged(ours, theirs))
    assert counting.figure(PALU).workers_now == 5
    assert counting.figure(Scope(region="72.7")).groups == 0
    assert counting.figure(Scope(potential="rotan")).workers_now == 5
    assert counting.figure(Scope(potential=NONE_NAMED)).workers_now == 3
    assert counting.figure(Scope(period=2026)).workers_now == 5
    assert counting.figure(Scope(period=2025)).workers_now == 3


def test_the_plan_counts_as_it_stood_when_asked(pool: ConnectionPool):
    group = Told("A", TEN).patched({"plan": {"workers_now": 5}}).begun().report(6)
    assert Counting(pool).tell(*logged(group)).figure().jobs == 1


# --- survival -----------------------------------------------------------------------------------------------------


def survived(pool: ConnectionPool, *groups: Told, day: date) -> tuple[int, int, int, int]:
    found = Counting(pool).tell(*logged(*groups)).figure(day=day).survival_6
    return found.old_enough, found.working, found.stopped, found.unknown


def test_survival_asks_the_first_report_after_six_months(pool: ConnectionPool):
    working = Told("A", ["a"]).begun().report(4, 100).report(3, 90).report(0, 60)
    stopped = Told("B", ["b"]).begun().report(4, 100).report(0, 90)
    gave_up = Told("C", ["c"]).begun().report(0, 60)
    silent = Told("D", ["d"]).begun().report(4, 60)
    young = Told("E", ["e"], start=START + timedelta(days=300)).begun().report(4, 60)
    assert survived(pool, working, stopped, gave_up, silent, young, day=date(2026, 9, 1)) == (4, 1, 2, 1)


def test_a_group_is_old_enough_on_the_day_that_completes_the_months(pool: ConnectionPool):
    group = Told("A", ["a"]).begun(27)
    assert group.at.date() == date(2025, 12, 31)
    counting = Counting(pool).tell(*logged(group))
    assert counting.figure(day=date(2026, 6, 30)).survival_6.old_enough == 0
    assert counting.figure(day=date(2026, 7, 1)).survival_6.old_enough == 1
    assert counting.figure(day=date(2026, 12, 31)).survival_12.old_enough == 1


# --- as it stood --------------------------------------------------------------------------------------------------


def test_figures_stand_as_they_stood(pool: ConnectionPool):
    group = Told("A", TEN).begun().report(4).report(7)
    counting = Counting(pool).tell(*logged(group))
    first, second = (counting.figure(when=position) for position in (6, 7))
    assert (first.workers_now, second.workers_now) == (4, 7)
    assert counting.figure(when=group.at - timedelta(seconds=1)) == first
    assert counting.figure(when=group.at) == second
    assert counting.figure(when=0).groups == 0


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    groups = []
    for number in range(draw(st.integers(1, 5))):
        people = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
        programme = draw(st.sampled_from(["tkm-kelompok", "program-kota"]))
        start = START + timedelta(days=draw(st.integers(0, 200)))
        group = Told(f"C{number}", people, programme, draw(st.sampled_from(["72.71.06", "72.10.01"])), start=start)
        if draw(st.booleans()):
            region = draw(st.sampled_from(["72.71.03", "72.10.09"]))
            group.patched({"plan": {"workers_now": draw(st.integers(0, 5))}}, region)
        if draw(st.integers(0, 4)):
            group.begun(draw(st.integers(1, 40)))
            for workers in draw(st.lists(st.integers(0, 9), max_size=3)):
                group.report(workers, 30, **({"entrepreneurs": workers // 2} if workers % 2 else {}))
        groups.append(group)
    left, woven = [list(group.events) for group in groups], []
    while any(left):
        woven.append(draw(st.sampled_from([events for events in left if events])).pop(0))
    return woven


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(logs(), st.integers(1, 9))
def test_every_figure_is_what_a_slow_count_finds_at_any_position(
    pool: ConnectionPool, events: list[Recorded], batch: int
):
    with pool.connection() as connection:
        connection.execute("DROP SCHEMA IF EXISTS read_outcomes CASCADE")
        connection.execute("DROP TABLE IF EXISTS projections, journal")
    counting = Counting(pool, batch).tell(*events)
    log = counting.journal.select(0, 1000)
    for position in range(len(log) + 1):
        for region in ("72", "72.10"):
            found = counting.figure(Scope(region=region), position)
            assert told(found) == slow_count(log[:position], region)


def test_built_anew_it_is_the_same(pool: ConnectionPool):
    first = Told("A", TEN).begun().report(4)
    second = Told("B", TEN, "program-kota", start=START + timedelta(days=90)).begun().report(9)
    counting = Counting(pool, batch=3).tell(*logged(first, second))
    before = counting.lists.counted(PROVINCE)
    rebuild(counting.runner, "outcomes")
    assert counting.lists.counted(PROVINCE) == before
    assert before.groups[1].family == "A"
