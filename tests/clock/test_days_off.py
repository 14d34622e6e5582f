"""An agency's day off, from its decree to the deadlines that it moves, over the real log."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from selaras.cli import group as command_line
from tests.clock.town import Town, days
from workflow.domain.days_off import DeclareDays, OwnDay, WithdrawDay
from workflow.domain.events import DeadlineMoved
from workflow.domain.refusal import Refused
from workflow.domain.words import Text
from workflow.holiday_files import BadHolidays, read_decree, read_holidays
from workflow.projections.models import ReadModels
from workflow.reactions_known import reacting

NOW = datetime.now(UTC)
OWNER = "kementerian-koperasi"


def next_workday(town: Town, ref: str) -> date:
    """A day that counts towards the case's deadline and is still to come."""
    return counted(town, ref)[-1]


def counted(town: Town, ref: str) -> list[date]:
    """The days that count towards the deadline of the case's state."""
    case, definition = town.engine.casework.case(ref)
    (state,) = (one for one in town.engine.reading.deadlines(case, definition) if one.of == "state")
    return [day.date for day in state.days if day.counted]


def off(day: date, region: str = "72.71", agency: str | None = OWNER) -> DeclareDays:
    own = [OwnDay(date=day, reason=Text("HUT kota", "City's day"))]
    return DeclareDays(agency=agency, region=region, legal_basis="SK Wali Kota 1/2026", days=own)


def follow(town: Town) -> None:
    """Let everything that follows the log come level, twice: what moved is read as well."""
    engine = town.engine
    models = ReadModels(
        engine.pool, engine.log, engine.registry.definition, engine.settings.master_key, reacting(engine)
    )
    reached = -1
    while reached != (reached := engine.log.head()):
        for name in models.runner.projections:
            models.runner.catch_up(name)


def moves(town: Town, ref: str) -> list[DeadlineMoved]:
    return [event.body for event in town.history(ref) if isinstance(event.body, DeadlineMoved)]


def test_a_holiday_added_mid_case(town: Town) -> None:
    ref, lapsed = town.proposed(NOW), town.drafted(NOW - timedelta(days=100))
    late = town.proposed(NOW - timedelta(days=40))
    town.sweep()
    day, before = next_workday(town, ref), town.engine.casework.case(ref)[0].due
    town.engine.days_off.declare(off(day), by="admin")
    follow(town)
    (moved,) = moves(town, ref)
    assert moved.due is not None
    assert moved.due > before
    assert moved.say.en == "City's day (SK Wali Kota 1/2026)"
    # Told once, whoever follows the log again; passed deadlines stay.
    follow(town)
    assert (len(moves(town, ref)), moves(town, late), moves(town, lapsed)) == (1, [], [])
    case, definition = town.engine.casework.case(ref)
    (state,) = town.engine.reading.deadlines(case, definition)
    told = {one.date: one.reason for one in state.days}
    assert told[day] == Text("HUT kota (SK Wali Kota 1/2026)", "City's day (SK Wali Kota 1/2026)")
    assert sum(one.counted for one in state.days) == 5
    # The deadline acts once, at its later moment.
    assert [one.what for one in town.sweep(before) if one.ref == ref] == ["warn"]
    assert [one.what for one in town.sweep(moved.due) if one.ref == ref] == ["pass"]


def test_it_moves_what_is_its_own_alone(town: Town) -> None:
    ref = town.proposed(NOW)
    day = next_workday(town, ref)
    town.engine.days_off.declare(off(day, region="72.10"), by="admin")
    town.engine.days_off.declare(off(day, agency="pemerintah-kota-palu"), by="admin")
    follow(town)
    assert moves(town, ref) == []
    town.engine.days_off.declare(off(day, region="72", agency=None), by="admin")
    follow(town)
    assert len(moves(town, ref)) == 1


def test_a_withdrawn_day_moves_it_back(town: Town) -> None:
    ref = town.proposed(NOW)
    before, day = town.engine.casework.case(ref)[0].due, next_workday(town, ref)
    town.engine.days_off.declare(off(day), by="admin")
    follow(town)
    town.engine.days_off.withdraw(1, WithdrawDay(legal_basis="SK 2/2026"), by="admin", at=NOW)
    follow(town)
    assert [move.why for move in moves(town, ref)] == ["day_off/1", "day_off/1"]
    assert town.engine.casework.case(ref)[0].due == before


def test_a_day_that_is_over_is_withdrawn_as_a_mistake_and_passed_deadlines_stay(town: Town) -> None:
    begun = NOW - timedelta(days=40)
    over = next(day for day in days((begun + timedelta(days=1)).date(), 3) if day.weekday() < 5)
    town.engine.days_off.declare(off(over), by="admin", at=begun)
    late, ref = town.proposed(begun), town.proposed(NOW - timedelta(days=4))
    town.sweep()
    before, worked = town.engine.casework.case(ref)[0].due, counted(town, ref)[0]
    town.engine.days_off.declare(off(worked), by="admin")
    follow(town)
    with pytest.raises(Refused, match=r"day_off\.begun"):
        town.engine.days_off.withdraw(1, WithdrawDay(legal_basis="SK 2/2026"), by="admin", at=NOW)
    mistake = WithdrawDay(legal_basis="SK 2/2026", reason=Text("salah tanggal", "wrong date"))
    for number in (1, 2):
        town.engine.days_off.withdraw(number, mistake, by="admin", at=NOW)
    follow(town)
    there, back = moves(town, ref)
    assert there.due is not None
    assert there.due > before
    assert back.due == before
    assert back.say.en == "withdrawn: City's day (SK 2/2026); wrong date"
    assert (town.happened(late)[-1][0], moves(town, late)) == ("DeadlinePassed", [])


def test_who_is_opened_after_the_decree_counts_with_it_at_once(town: Town) -> None:
    first = town.proposed(NOW)
    town.engine.days_off.declare(off(next_workday(town, first)), by="admin")
    second = town.proposed(NOW)
    follow(town)
    cases = [town.engine.casework.case(ref)[0] for ref in (first, second)]
    assert cases[0].due == cases[1].due
    assert (len(moves(town, first)), moves(town, second)) == (1, [])


# --- holiday files --------------------------------------------------------------------------------------------------

HEADER = "date,reason_id,reason_en\n"


def test_a_file_is_read_day_by_day() -> None:
    days = read_holidays(HEADER + '2026-09-27,"HUT kota, ke-48",City\'s day\n\n2026-11-27,Pilkada,Election\n')
    assert [(day.date.isoformat(), day.reason.id) for day in days] == [
        ("2026-09-27", "HUT kota, ke-48"),
        ("2026-11-27", "Pilkada"),
    ]


def test_a_decree_is_read_with_its_categories_and_faults() -> None:
    header = "date,category,reason_id,reason_en\n"
    (day,) = read_decree(
        header + "2027-03-09,government,Cuti Bersama,Collective leave\n", 2027, ("public", "government")
    )
    assert (day.date, day.category, day.reason.en) == (date(2027, 3, 9), "government", "Collective leave")
    with pytest.raises(BadHolidays) as bad:
        read_decree(header + "2027-03-09,school,a,b\n2026-03-09,public,a,b\n2027-03-09,public\n", 2027, ("public",))
    assert [f"{fault.line}: {fault.en}" for fault in bad.value.faults] == [
        "2: the category must be one of public",
        "3: 2026-03-09 is not in 2027",
        "4: 2 columns instead of 4",
    ]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (HEADER + "2026-09-27,a,b\n2026-10-01,c,d\n2026-09-27,e,f\n", ["4: 2026-09-27 stands in line 2 already"]),
        (HEADER + "27-09-2026,a,b\n2026-02-30,a,b\n", ["2: '27-09-2026' is no date", "3: '2026-02-30' is no date"]),
        (HEADER + "2026-09-27,a\n2026-09-28,a,\n", ["2: 2 columns instead of 3", "3: the reason is needed in both"]),
        ("day,why\n", ["1: the header must read date,reason_id,reason_en"]),
        ("", ["1: the header must read date,reason_id,reason_en"]),
        (HEADER, ["1: there is no day in it"]),
        (HEADER + '2026-09-27,"a,b\n', ["2: not readable"]),
    ],
)
def test_each_fault_of_a_file_is_named_by_its_line(text: str, faults: list[str]) -> None:
    with pytest.raises(BadHolidays) as bad:
        read_holidays(text)
    told = [f"{fault.line}: {fault.en}" for fault in bad.value.faults]
    assert len(told) == len(faults)
    assert all(line.startswith(fault) for line, fault in zip(told, faults, strict=True)), told
    assert all(fault.id for fault in bad.value.faults)


@pytest.mark.usefixtures("commanding")
def test_the_command_declares_all_of_a_file_or_nothing(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(HEADER + "2030-09-27,HUT kota,City's day\n2030-09-27,HUT kota,City's day\n")
    load = ["day-off", "load", str(file), "--region", "72.71", "--legal-basis", "SK 1/2030"]
    refused = CliRunner().invoke(command_line, load)
    assert refused.exit_code == 1
    assert f"{file}:3: 2030-09-27 stands in line 2 already" in refused.output
    assert town.engine.days_off.current().declared == ()
    file.write_text(HEADER + "2030-09-27,HUT kota,City's day\n2030-09-28,Lagi,Again\n")
    assert CliRunner().invoke(command_line, load).exit_code == 0
    again = CliRunner().invoke(command_line, load)
    assert (again.exit_code, "day_off.declared: 2030-09-27 is declared already" in again.output) == (1, True)
    listed = CliRunner().invoke(command_line, ["day-off", "list"])
    assert "1  2030-09-27  72.71    every agency" in listed.output
    withdrawn = CliRunner().invoke(command_line, ["day-off", "withdraw", "1", "--legal-basis", "SK 2/2030"])
    assert withdrawn.exit_code == 0
    one = ["day-off", "declare", "2030-09-27", "--reason-id", "HUT", "--reason-en", "Day", "--legal-basis", "SK 3/2030"]
    assert CliRunner().invoke(command_line, one).exit_code == 0
    assert [day.number for day in town.engine.days_off.current().standing()] == [3, 2]
