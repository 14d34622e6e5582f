"""Level with the log: two at once, at least, and events that cannot be applied."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg_pool import ConnectionPool

from workflow.projections.following import Follower
from workflow.projections.models import ReadModels
from workflow.projections.projection import Projection
from workflow.projections.runner import ATTEMPTS, BeyondHead, NoSuchProjection, NotCaughtUp, Runner

from .histories import History, Journal, reviewed


class Tally(Projection):
    """Counts events by stream, and chokes on the streams that it is told to choke on."""

    name = "tally"
    version = 1
    tables = "CREATE TABLE tally (stream text PRIMARY KEY, events integer NOT NULL)"
    indexes = ""

    def __init__(self) -> None:
        self.poison: set[str] = set()

    def apply(self, connection, events):
        for event in events:
            if event.stream in self.poison:
                raise ValueError("this event cannot be")
            connection.execute(
                "INSERT INTO tally VALUES (%s, 1) ON CONFLICT (stream) DO UPDATE SET events = tally.events + 1",
                [event.stream],
            )


class Steady(Tally):
    name = "steady"


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def runner(pool: ConnectionPool, journal: Journal, tally: Tally) -> Runner:
    made = Runner(pool, journal, [tally, Steady()], batch=7, first_pause=0.001)
    made.prepare()
    return made


def counted(pool: ConnectionPool, name: str = "tally") -> int:
    with pool.connection() as connection:
        return connection.execute(f"SELECT coalesce(sum(events), 0) FROM read_{name}.tally").fetchone()[0]


def many(journal: Journal, cases: int, prefix: str = "A") -> int:
    return journal.append(event for number in range(cases) for event in reviewed(f"{prefix}{number}").events)


def test_it_goes_on_from_where_it_stood(runner, journal, pool):
    head = many(journal, 10)
    assert runner.catch_up("tally") == head == counted(pool)
    head = many(journal, 10, "B")
    assert runner.catch_up("tally") == head == counted(pool)


def test_no_step_waits_for_the_disk_and_the_connection_goes_back_as_it_was(pool, journal):
    asked = "SELECT current_setting('synchronous_commit')"

    seen = set()

    class Noting(Tally):
        def apply(self, connection, events):
            seen.add(connection.execute(asked).fetchone()[0])

    runner = Runner(pool, journal, [Noting()])
    runner.prepare()
    many(journal, 2)
    runner.catch_up("tally")
    with pool.connection() as connection:
        assert (seen, connection.execute(asked).fetchone()[0]) == ({"off"}, "on")


def test_many_runners_at_once_apply_every_event_once(pool, journal, tally):
    runners = [Runner(pool, journal, [tally], batch=3) for _ in range(6)]
    runners[0].prepare()
    with ThreadPoolExecutor(12) as threads:
        work = [threads.submit(many, journal, 5, f"C{n}") for n in range(6)]
        work += [threads.submit(runner.catch_up, "tally") for runner in runners]
        for done in work:
            done.result()
    assert runners[0].catch_up("tally") == journal.head() == counted(pool)


def test_a_nudge_that_bounced_off_is_not_lost(runner, journal, pool, tally):
    """Another process holds the lock while an event arrives: it looks at the head again after letting go."""
    at_work, go_on = threading.Event(), threading.Event()
    plain = tally.apply

    def slow(connection, events):
        plain(connection, events)
        at_work.set()
        go_on.wait(10)

    tally.apply = slow
    many(journal, 1)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(runner.catch_up, "tally")
        at_work.wait(10)
        head = many(journal, 1, "B")
        assert runner.catch_up("tally") == 0
        go_on.set()
        assert first.result() == head == counted(pool)


def test_a_poison_event_stops_its_own_read_model_alone(runner, journal, pool, tally):
    tally.poison.add("case/B0")
    good = many(journal, 4)
    head = many(journal, 1, "B")
    for _ in range(200):
        runner.catch_up("tally")
        if runner.place("tally").stopped_at:
            break
    here = runner.place("tally")
    assert (here.position, here.stopped_at, here.attempts) == (good, good + 1, ATTEMPTS)
    assert here.reason == "ValueError: this event cannot be"
    assert counted(pool) == good
    assert runner.catch_up("steady") == head


def test_a_stopped_read_model_spins_no_more_and_goes_on_when_told(runner, journal, pool, tally):
    test_a_poison_event_stops_its_own_read_model_alone(runner, journal, pool, tally)
    tally.poison.clear()
    assert runner.catch_up("tally") < journal.head()
    assert runner.resume("tally")
    assert not runner.resume("steady")
    assert runner.catch_up("tally") == journal.head() == counted(pool)
    here = runner.place("tally")
    assert (here.stopped_at, here.reason, here.attempts) == (None, None, 0)


def test_trouble_that_passes_stops_nothing(runner, journal, pool, tally):
    tally.poison.add("case/A1")
    many(journal, 3)
    runner.catch_up("tally")
    assert runner.place("tally").reason
    tally.poison.clear()
    assert runner.wait_for("tally", journal.head(), timeout=10) == counted(pool)
    assert runner.place("tally").reason is None


def test_a_reader_who_is_ahead_does_the_work(runner, journal, pool):
    head = many(journal, 3)
    assert runner.wait_for("tally", head - 1, timeout=5) >= head - 1
    assert runner.wait_for("tally", 0, timeout=0) >= 0


def test_beyond_the_head_is_a_misunderstanding(runner, journal):
    head = many(journal, 1)
    with pytest.raises(BeyondHead) as refused:
        runner.wait_for("tally", head + 1, timeout=5)
    assert refused.value.head == head


def test_a_reader_waits_for_another_who_is_at_it_but_not_for_ever(runner, journal, pool, tally):
    head = many(journal, 1)
    with pool.connection() as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('selaras projection'), hashtext('read_tally'))")
        with pytest.raises(NotCaughtUp) as late:
            runner.wait_for("tally", head, timeout=0.05)
    assert not late.value.stopped
    assert runner.wait_for("tally", head, timeout=5) == head


def test_a_stopped_read_model_says_so_to_readers(runner, journal, pool, tally):
    test_a_poison_event_stops_its_own_read_model_alone(runner, journal, pool, tally)
    with pytest.raises(NotCaughtUp) as stopped:
        runner.wait_for("tally", journal.head(), timeout=30)
    assert stopped.value.stopped


def test_an_unknown_name_is_said(runner):
    with pytest.raises(NoSuchProjection):
        runner.catch_up("nothing")


PAUSE = threading.Event()


@pytest.fixture
def follower(models: ReadModels) -> Iterator[Follower]:
    """At work in a thread of its own."""
    stop, one = threading.Event(), Follower(models.runner)
    thread = threading.Thread(target=one.run, args=[stop])
    thread.start()
    yield one
    stop.set()
    one.wake()
    thread.join(10)


def test_the_follower_needs_no_message(follower: Follower, journal: Journal):
    head = journal.append(History("A").events)
    follower.wake()
    while follower.runner.place("inbox").position < head:
        PAUSE.wait(0.01)


def test_what_rests_under_load_is_level_soon_after(follower: Follower, journal: Journal):
    for ref in "ABC":
        head = journal.append(History(ref).events)
        follower.look()
    while min(place.position for place in follower.runner.places()) < head:
        PAUSE.wait(0.01)


def test_many_who_prepare_at_once_make_one(pool, journal, tally):
    with ThreadPoolExecutor(6) as threads:
        for made in [threads.submit(Runner(pool, journal, [tally]).prepare) for _ in range(6)]:
            made.result()
