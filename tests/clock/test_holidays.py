"""A year's holidays, from the package or a decree to the deadlines that they move, over the real log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from selaras.cli import group as command_line
from tests.clock.test_days_off import follow, moves, next_workday, off
from tests.clock.town import Town, morning
from workflow.adopting import adopt_holidays
from workflow.calendars import brought
from workflow.contexts import years_around
from workflow.domain.holidays import Holiday, HolidaysAdopted, hash_of
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.settings import Settings

NOW = datetime.now(UTC)
YEARS = years_around(NOW)
EID = Text("Hari Raya Idul Fitri", "Eid al-Fitr")


def with_day(day: date, edition: str) -> HolidaysAdopted:
    """The package's list of a year as a later edition has it, with a day more and all decreed."""
    known = brought("ID", day.year)
    days = (*known.days, Holiday(date=day, category="government", reason=EID))
    return HolidaysAdopted(
        country="ID", year=day.year, edition=edition, days=days, sha256=hash_of("ID", day.year, days)
    )


def lists(engine: Engine) -> list[tuple[str, int, str | None]]:
    return [(one.list.country, one.list.year, one.list.edition) for one in engine.days_off.current().adopted]


def test_the_years_in_use_are_adopted_once_by_however_many_processes(town: Town, settings: Settings) -> None:
    with Engine(settings, pool_size=2) as one, Engine(settings, pool_size=2) as other, ThreadPoolExecutor(6) as crew:
        for _ in crew.map(lambda engine: adopt_holidays(engine, NOW), [one, other, town.engine] * 4):
            pass
    edition = brought("ID", NOW.year).edition
    assert sorted(lists(town.engine)) == [("ID", year, edition) for year in YEARS]
    assert {one.by for one in town.engine.days_off.current().adopted} == {"system"}


def test_a_newer_list_moves_open_deadlines_once_and_leaves_passed_ones(town: Town) -> None:
    adopt_holidays(town.engine, NOW)
    ref, late = town.proposed(NOW), town.proposed(NOW - timedelta(days=40))
    town.sweep()
    day, before = next_workday(town, ref), town.engine.casework.case(ref)[0].due
    newer = with_day(day, "999.1")
    town.engine.days_off.bring([newer], at=NOW)
    follow(town)
    follow(town)
    (moved,) = moves(town, ref)
    assert (moved.why, moved.say) == (f"holidays/ID/{day.year}", newer.say)
    assert moved.due is not None
    assert moved.due > before
    assert moves(town, late) == []
    case, definition = town.engine.casework.case(ref)
    (state,) = town.engine.reading.deadlines(case, definition)
    assert {one.date: one.reason for one in state.days}[day] == EID
    assert sum(one.counted for one in state.days) == 5
    # The servers that are not brought up to date yet change nothing back.
    adopt_holidays(town.engine, NOW)
    assert town.engine.days_off.current().holidays("ID", range(day.year, day.year + 1)) == (newer,)
    # A day off that is declared afterwards finds the deadline where it is.
    town.engine.days_off.declare(off(next_workday(town, ref)), by="admin")
    follow(town)
    assert len(moves(town, ref)) == 2


def test_a_passed_deadline_is_told_with_the_days_that_held_when_it_passed(town: Town) -> None:
    adopt_holidays(town.engine, NOW - timedelta(days=60))
    ref = town.proposed(NOW - timedelta(days=40))
    town.sweep()
    case, definition = town.engine.casework.case(ref)
    told = town.engine.reading.deadlines(case, definition)
    counted = [day.date for day in told[0].days if day.counted]
    town.engine.days_off.bring([with_day(counted[0], "999.1")], at=datetime.now(UTC) + timedelta(minutes=1))
    assert town.engine.reading.deadlines(case, definition) == told
    # What is asked afterwards is due by the days that hold now.
    town.asked(ref, datetime.now(UTC))
    case, definition = town.engine.casework.case(ref)
    state, answer = town.engine.reading.deadlines(case, definition)
    assert state == told[0]
    ahead = [day.date for day in answer.days if day.counted][-1]
    assert ahead > NOW.date()
    town.engine.days_off.bring([with_day(ahead, "999.2")], at=datetime.now(UTC))
    state, answer = town.engine.reading.deadlines(case, definition)
    assert state == told[0]
    assert {day.date: day.reason for day in answer.days}[ahead] == EID


def test_lengths_of_steps_are_counted_by_the_lists_known_then(town: Town) -> None:
    monday = date(2026, 9, 7)
    town.engine.days_off.bring([with_day(monday + timedelta(days=2), "999.1")], at=morning(monday))
    ref = town.withdrawn(town.proposed(morning(monday)), morning(monday + timedelta(days=3)))
    town.models.runner.catch_up("stays")
    with town.engine.pool.connection() as connection:
        found = connection.execute(
            "SELECT days FROM read_stays.stays WHERE ref = %s AND state = 'city_review'", [ref]
        ).fetchall()
    assert found == [(2,)]


@pytest.mark.parametrize("year", [YEARS[0], YEARS[-1]])
def test_calendars_are_those_of_the_package_until_another_list_is_adopted(town: Town, year: int) -> None:
    adopt_holidays(town.engine, NOW)
    (held,) = town.engine.days_off.current().holidays("ID", range(year, year + 1))
    assert held == brought("ID", year)


# --- a decree -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("commanding")
def test_a_decree_takes_the_place_of_the_package_and_moves_open_deadlines(town: Town, tmp_path: Path) -> None:
    ref = town.proposed(NOW)
    day = next_workday(town, ref)
    file = tmp_path / "days.csv"

    def adopt() -> Result:
        return CliRunner().invoke(
            command_line, ["holidays", "adopt", str(day.year), str(file), "--legal-basis", "SKB 1/2026"]
        )

    rows = [f"{one.date},{one.category},{one.reason.id},{one.reason.en}" for one in brought("ID", day.year).days]
    file.write_text("\n".join(["date,category,reason_id,reason_en", *rows, f"{day},school,Libur,Holiday"]))
    refused = adopt()
    assert (refused.exit_code, f"{len(rows) + 2}: the category must be one of" in refused.output) == (1, True)
    file.write_text("\n".join(["date,category,reason_id,reason_en", *rows, f"{day},government,Cuti,Leave"]))
    assert f"adopted {len(rows) + 1} holiday(s) of {day.year} for ID" in adopt().output
    assert "nothing to change" in adopt().output
    follow(town)
    (moved,) = moves(town, ref)
    assert moved.say == Text(f"hari libur {day.year} (SKB 1/2026)", f"holidays of {day.year} (SKB 1/2026)")
    told = CliRunner().invoke(command_line, ["replay", ref]).output
    assert f"reason: holidays of {day.year} (SKB 1/2026)" in told
    # Whatever later editions bring, the decree stands.
    town.engine.days_off.bring([with_day(day + timedelta(days=1), "999.1")], at=NOW)
    (held,) = town.engine.days_off.current().lists("ID", range(day.year, day.year + 1))
    assert (held.list.legal_basis, held.by) == ("SKB 1/2026", "operator")
    listed = CliRunner().invoke(command_line, ["holidays", "list"]).output.splitlines()
    assert listed[0].startswith(f"ID {day.year}  {len(rows) + 1:>3} days  SKB 1/2026  sha256:")
