"""The sweep: each thing that is due happens once, on its day, whoever sweeps and however often."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from selaras.cli import group as command_line
from selaras.processes import until
from tests.clock.sweepers import sweeping, swept
from tests.clock.town import MINDED, Town, morning, night
from workflow.asks import ActionAsk
from workflow.domain.refusal import Refused
from workflow.projections.rebuilding import rebuild
from workflow.settings import Settings

MONDAY = date(2026, 3, 2)
BUSY = 200
"""Seconds that a process may take to begin on a machine with other work."""


def test_a_deadline_is_warned_of_and_passed_on_its_days(town: Town) -> None:
    ref = town.proposed(morning(MONDAY))  # five working days, warned of two earlier
    assert town.sweep(night(MONDAY + timedelta(days=3)) - timedelta(seconds=1)) == []
    (warned,) = town.sweep(night(MONDAY + timedelta(days=3)))
    assert (warned.ref, warned.what, warned.state) == (ref, "warn", "city_review")
    assert town.sweep(night(MONDAY + timedelta(days=7)) - timedelta(seconds=1)) == []
    (passed,) = town.sweep(night(MONDAY + timedelta(days=7)))
    assert (passed.what, passed.due) == ("pass", night(MONDAY + timedelta(days=7)))
    assert town.sweep(night(MONDAY + timedelta(days=400))) == []
    assert [name for name, _ in town.happened(ref)] == ["DeadlineWarned", "DeadlinePassed"]


def test_what_was_missed_is_made_up_for_in_one_sweep(town: Town) -> None:
    ref = town.proposed(morning(MONDAY))
    assert [one.what for one in town.sweep(night(MONDAY + timedelta(days=90)))] == ["warn", "pass"]
    assert [name for name, _ in town.happened(ref)] == ["DeadlineWarned", "DeadlinePassed"]


def test_a_lapsed_draft_frees_its_claims(town: Town) -> None:
    ref = town.proposed(morning(MONDAY))
    town.ask(ref, "head.palu", morning(MONDAY), ActionAsk(action="send_back", reason="Proposal belum lengkap"))
    held = town.engine.casework.case(ref)[0].held
    keys = tuple(key for name, found in held.items() if name != "city_quota" for key in found)
    assert set(town.engine.log.holders(keys)) == set(keys)
    town.sweep(night(MONDAY + timedelta(days=60)))
    case, _ = town.engine.casework.case(ref)
    assert (case.state, case.held, town.engine.log.holders(keys)) == ("lapsed", {}, {})
    with pytest.raises(Refused):
        town.submitted(ref, morning(MONDAY + timedelta(days=61)))


def test_an_inquiry_is_reminded_of_and_lapses_and_the_clock_goes_on(town: Town) -> None:
    ref = town.asked(town.proposed(morning(MONDAY)), morning(MONDAY))
    town.sweep(night(MONDAY + timedelta(days=60)))
    assert [name for name, _ in town.happened(ref)] == ["DeadlineWarned", "InquiryLapsed"]
    case, _ = town.engine.casework.case(ref)
    assert case.due is not None
    assert case.due > night(MONDAY + timedelta(days=60))
    town.sweep(case.due)
    assert [name for name, _ in town.happened(ref)] == [
        "DeadlineWarned",
        "InquiryLapsed",
        "DeadlineWarned",
        "DeadlinePassed",
    ]


def test_a_clock_set_back_or_forward_does_no_more_than_is_due_then(town: Town) -> None:
    ref = town.proposed(morning(MONDAY))
    town.sweep(night(MONDAY + timedelta(days=3)))
    assert town.sweep(night(MONDAY + timedelta(days=2))) == []  # set back by a day
    town.sweep(night(MONDAY + timedelta(days=3 + 365)))  # forward by a year
    assert town.sweep(night(MONDAY + timedelta(days=4))) == []
    assert [name for name, _ in town.happened(ref)] == ["DeadlineWarned", "DeadlinePassed"]
    # What people do after the clock is right again is judged by the right time.
    town.withdrawn(ref, morning(MONDAY + timedelta(days=5)))
    assert town.sweep(night(MONDAY + timedelta(days=800))) == []


def test_the_moment_is_the_databases_own(town: Town) -> None:
    now = datetime.now(UTC)
    due, coming = town.proposed(now - timedelta(days=40)), town.proposed(now)
    assert {one.ref for one in town.sweep()} == {due}
    assert town.happened(coming) == []


def test_one_cases_trouble_is_not_the_others(town: Town) -> None:
    broken, whole = town.proposed(morning(MONDAY)), town.proposed(morning(MONDAY))
    town.sweep(morning(MONDAY))
    with town.engine.pool.connection() as connection:
        connection.execute("UPDATE read_deadlines.deadlines SET ref = 'TKM-0000-2026-999999' WHERE ref = %s", [broken])
    assert {one.ref for one in town.sweep(night(MONDAY + timedelta(days=30)))} == {whole}
    rebuild(town.models.runner, "deadlines")
    assert {one.ref for one in town.sweep(night(MONDAY + timedelta(days=30)))} == {broken}


def test_built_anew_nothing_happens_again(town: Town) -> None:
    refs = [town.proposed(morning(MONDAY)), town.asked(town.proposed(morning(MONDAY)), morning(MONDAY))]
    moment = night(MONDAY + timedelta(days=60))
    town.sweep(moment)
    before = town.engine.log.head()
    assert town.sweep(moment) == []
    kept = _rows(town)
    rebuild(town.models.runner, "deadlines")
    assert _rows(town) == kept
    assert town.sweep(moment) == []
    assert town.engine.log.head() == before
    assert {row[0] for row in kept} == set(refs)


def _rows(town: Town) -> list[tuple[object, ...]]:
    with town.engine.pool.connection() as connection:
        return connection.execute("SELECT * FROM read_deadlines.deadlines ORDER BY ref, number").fetchall()


def test_ten_sweeps_from_four_processes_do_each_thing_once(town: Town, settings: Settings) -> None:
    refs = [town.proposed(morning(MONDAY)) for _ in range(12)]
    drafts = [town.drafted(morning(MONDAY)) for _ in range(6)]
    asked = [town.asked(town.proposed(morning(MONDAY)), morning(MONDAY)) for _ in range(6)]
    moment = night(MONDAY + timedelta(days=60))
    done = swept(settings, moment, processes=4, times=10)
    expected = [(ref, name) for ref in refs for name in ("DeadlinePassed", "DeadlineWarned")]
    expected += [(ref, name) for ref in drafts for name in ("DeadlineWarned", "ProposalLapsed")]
    expected += [(ref, name) for ref in asked for name in ("DeadlineWarned", "InquiryLapsed")]
    assert town.minded() == sorted(expected)
    assert len(done) == len(expected)


def test_sweepers_killed_in_the_midst_leave_nothing_undone_and_nothing_done_twice(
    town: Town, settings: Settings
) -> None:
    refs = [town.proposed(morning(MONDAY)) for _ in range(40)]
    moment = night(MONDAY + timedelta(days=60))
    for _ in range(3):
        begun = town.engine.log.head()
        sweeper = sweeping(settings, moment, times=10)
        assert until(lambda begun=begun: town.engine.log.head() > begun or _all_minded(town, refs), seconds=BUSY)
        sweeper.kill()
        sweeper.join(timeout=30)
    town.sweep(moment)
    # Rows that a killed sweep had claimed are free again once its connection is gone.
    assert until(lambda: not town.sweep(moment) and _all_minded(town, refs), seconds=BUSY)
    assert town.minded() == sorted((ref, name) for ref in refs for name in ("DeadlinePassed", "DeadlineWarned"))


def _all_minded(town: Town, refs: list[str]) -> bool:
    return {ref for ref, name in town.minded() if name == "DeadlinePassed"} == set(refs)


def test_tick_tells_what_it_did_and_only_where_time_may_be_moved(
    town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = town.proposed(morning(MONDAY))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BROKER_URL", settings.broker_url)
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SELARAS_MASTER_KEY", settings.master_key.hex())
    monkeypatch.setenv("DEMO", "0")
    tick = ["tick", "--now", "2026-03-10T00:00:00+08:00"]
    refused = CliRunner().invoke(command_line, tick)
    assert (refused.exit_code, town.happened(ref)) == (1, [])
    monkeypatch.setenv("DEMO", "1")
    told = CliRunner().invoke(command_line, tick)
    assert told.exit_code == 0, told.output
    assert f"{ref}  " in told.output
    assert "warned of the deadline → city_review" in told.output
    assert "passed the deadline → city_review" in told.output
    assert "2 deadlines minded" in told.output
    assert CliRunner().invoke(command_line, tick).output == "nothing is due\n"
    assert CliRunner().invoke(command_line, ["tick", "--now", "tomorrow"]).exit_code == 2
    assert {name for name, _ in town.happened(ref)} <= set(MINDED)
