"""A year over the whole demo by daily sweeps, each deadline accounted for by an accountant of its own."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner

from selaras.cli import group as command_line
from tests.clock.sweepers import swept
from tests.demo import accountant
from tests.demo.accountant import Accountant, midnights
from tests.demo.conftest import NOW
from tests.demo.deadlines_set import deadlines_set, how_many
from workflow.domain.days_off import DeclareDays, OwnDay
from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import DeadlinePassed, DeadlineWarned, InquiryLapsed, Recorded
from workflow.domain.refusal import Refused
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.reactions import Order
from workflow.reactions_known import REACTIONS
from workflow.sweep import sweep

MINDED = (DeadlineWarned, DeadlinePassed, InquiryLapsed)
DAYS = 366
CLOSED = date(2026, 12, 7)
"""A day on which Central Sulawesi's offices are closed, declared when the year is three days old."""


def test_every_deadline_of_a_year_is_warned_of_and_passed_once_each_on_its_day(own: Engine) -> None:
    sweeps = [NOW + timedelta(days=day) for day in range(DAYS + 1)]
    runner = models(own).runner
    follow(own, 0, NOW)
    for day, moment in enumerate(sweeps):
        head = own.log.head()
        sweep(own, runner, moment)
        if day == 3:
            own.days_off.declare(closed(), by="admin", at=moment)
            runner.catch_up("deadlines")
        follow(own, head, moment)
        if day in (4, DAYS):
            level = own.log.head()
            follow(own, 0, moment, named="later/")
            assert own.log.head() == level, "a reaction that begins at the log's first event acts on what is over"
    fates = account(own, sweeps)
    assert set(fates) == {
        accountant.PASSED,
        accountant.LAPSED,
        accountant.ANSWERED,
        accountant.STOOD,
        accountant.MOVED,
        accountant.LEFT,
    }
    assert (fates.total() > 1_900, fates[accountant.PASSED] > 350, fates[accountant.MOVED] > 30) == (True, True, True)


def test_the_same_moment_swept_ten_times_by_four_processes_after_a_tick(
    own: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(own, 0, NOW)
    settings = own.settings
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BROKER_URL", settings.broker_url)
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SELARAS_MASTER_KEY", settings.master_key.hex())
    monkeypatch.setenv("DEMO", "1")
    week, later = NOW + timedelta(days=7), NOW + timedelta(days=30)
    ticked = CliRunner().invoke(command_line, ["tick", "--now", week.isoformat()])
    done = swept(settings, later, processes=4, times=10)
    assert len(done) > 100
    head = own.log.head()
    minded = [e for e in own.log.select(0, head) if isinstance(e.body, MINDED) and e.at in (week, later)]
    assert ticked.output.endswith(f"\n{len(minded) - len(done)} deadlines minded\n")
    account(own, [week, later])
    assert sweep(own, models(own).runner, later) == []
    assert own.log.head() == head


def test_the_first_sweeps_after_the_load_find_only_what_is_due_that_day(own: Engine) -> None:
    runner = models(own).runner
    assert sweep(own, runner, NOW) == []
    (midnight,) = midnights(NOW, NOW + timedelta(days=1))
    done = sweep(own, runner, midnight)
    assert done
    assert {one.due for one in done if one.what != "warn"} == {midnight}


def account(engine: Engine, sweeps: list[datetime]) -> Counter[str]:
    """What became of the deadlines: each has exactly one fate, and nothing was warned of or passed beside them.

    `sweeps`: those since the demo was there; in its own past there was one each midnight.
    """
    events = engine.log.select(0, 1_000_000)
    began = min(event.at for event in events if event.stream.startswith("case/"))
    known = deadlines_set(events, lambda event: engine.registry.definition(event.definition or ""))
    assert len(known) == how_many(events)
    judge = Accountant(events, [*midnights(began, NOW), *sweeps]).judge
    fates = Counter(judge(one) for one in known)
    assert sum(one.warned is not None for one in known) == kinds(events)[DeadlineWarned]
    assert fates[accountant.PASSED] + fates[accountant.AGAIN] == kinds(events)[DeadlinePassed]
    return fates


def kinds(events: list[Recorded]) -> Counter[type]:
    return Counter(type(event.body) for event in events)


def closed() -> DeclareDays:
    own = [OwnDay(date=CLOSED, reason=Text("HUT provinsi (contoh)", "Province's day (example)"))]
    return DeclareDays(region="72", legal_basis="SK Contoh 7/2026", days=own)


def models(engine: Engine) -> ReadModels:
    return ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)


def follow(engine: Engine, after: int, at: datetime, *, named: str = "") -> None:
    """What the workers ask because of what happened, as of a moment that need not be now.

    `named`: before the reactions' names, as if they were others of which nothing was asked yet.
    """
    while events := engine.log.select(after, 1000):
        after = events[-1].position
        for event in events:
            for reaction in REACTIONS:
                for order in reaction.react(engine, event):
                    assert isinstance(order, Order)
                    key = f"{named}{reaction.name}/{event.position}/{order.suffix}"
                    try:
                        engine.casework.handle(order.ref, order.ask, SYSTEM, key=key, cause=event.position, at=at)
                    except Refused:
                        continue
