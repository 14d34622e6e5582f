"""Indonesia's holidays and collective leave with their names, and an agency's own days."""

from datetime import date

import pytest

from workflow.calendars import NoSuchHolidays, calendar_for
from workflow.domain.calendar import counted_between
from workflow.domain.definition.model import CalendarRule
from workflow.domain.words import Text

WEEK = (0, 1, 2, 3, 4)
PALU = CalendarRule(zone="Asia/Makassar", week=WEEK, country="ID", categories=("public", "government"))


def test_a_holiday_has_its_name_in_both_languages() -> None:
    day = calendar_for(PALU, 2026, 2026).days_off[date(2026, 8, 17)]
    assert day.reason == Text("Hari Kemerdekaan Republik Indonesia", "Independence Day")
    assert not day.estimated


def test_collective_leave_counts_where_the_definition_says_so() -> None:
    eve = date(2026, 12, 24)
    assert calendar_for(PALU, 2026, 2026).days_off[eve].reason.id == "Cuti Bersama Hari Raya Natal"
    public = CalendarRule(zone="Asia/Makassar", week=WEEK, country="ID", categories=("public",))
    assert eve not in calendar_for(public, 2026, 2026).days_off


def test_a_year_without_a_decree_is_marked_as_estimated() -> None:
    calendar = calendar_for(PALU, 2026, 2027)
    by_year = {day.year: set[bool]() for day in calendar.days_off}
    for day, off in calendar.days_off.items():
        by_year[day.year].add(off.estimated)
        assert "(" not in off.reason.id + off.reason.en
    assert by_year == {2026: {False}, 2027: {True}}


def test_only_the_years_asked_for() -> None:
    assert {day.year for day in calendar_for(PALU, 2025, 2027).days_off} == {2025, 2026, 2027}


def test_an_agency_adds_its_own_days() -> None:
    election = (date(2026, 12, 9), Text("Pemilihan kepala daerah", "Regional election"))
    both = (date(2026, 12, 25), Text("Kantor tutup", "Office closed"))
    calendar = calendar_for(PALU, 2026, 2026, [election, both])
    assert calendar.days_off[date(2026, 12, 9)].reason.en == "Regional election"
    assert calendar.days_off[date(2026, 12, 25)].reason.en == "Christmas Day; Office closed"


def test_working_days_over_eid_and_its_leave() -> None:
    calendar = calendar_for(PALU, 2026, 2026)
    assert counted_between(calendar, "working", date(2026, 3, 17), date(2026, 3, 26)) == 2


def test_no_country_has_only_its_week() -> None:
    bare = CalendarRule(zone="Asia/Makassar", week=WEEK)
    assert calendar_for(bare, 2026, 2026).days_off == {}


def test_another_country_keeps_english_names_in_both() -> None:
    dutch = CalendarRule(zone="Europe/Amsterdam", week=WEEK, country="NL", categories=("public",))
    assert calendar_for(dutch, 2011, 2011).days_off[date(2011, 4, 30)].reason.en == "Queen's Day"


def test_the_same_calendar_is_made_once() -> None:
    assert calendar_for(PALU, 2026, 2027) is calendar_for(PALU, 2026, 2027)


@pytest.mark.parametrize("changed", [{"country": "XX"}, {"categories": ("school",)}])
def test_unknown_holidays_are_named(changed: dict[str, object]) -> None:
    rule = CalendarRule(**{"zone": "Asia/Makassar", "week": WEEK, "country": "ID", **changed})  # type: ignore[arg-type]
    with pytest.raises(NoSuchHolidays):
        calendar_for(rule, 2026, 2026)
