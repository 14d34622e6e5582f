"""A year's holidays as they are adopted: which list takes another's place, and where open deadlines end by it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.story import Story, ask, later, proposed
from tests.domain.test_days_off import SAY
from tests.domain.world import World
from workflow.calendars import calendar_for
from workflow.domain import days_off
from workflow.domain.calendar import Calendar, end_of, local_date
from workflow.domain.commands import Recount
from workflow.domain.days_off import DayOffDeclared, DaysOff
from workflow.domain.definition.model import CalendarRule
from workflow.domain.events import Kind, Recorded
from workflow.domain.holidays import Holiday, HolidaysAdopted, hash_of
from workflow.domain.refusal import Unchanged
from workflow.domain.words import Text

YEARS = (2026, 2027)
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def listed(*dates: date, edition: str | None = "0.109", estimated: bool = True, year: int = 2026) -> HolidaysAdopted:
    days = tuple(Holiday(date=day, category="public", reason=Text("libur", "holiday")) for day in sorted(dates))
    return HolidaysAdopted(
        country="ID",
        year=year,
        edition=edition,
        legal_basis=None if edition else "SKB 1/2026",
        estimated=estimated,
        days=days,
        sha256=hash_of("ID", year, days),
    )


def known(*kinds: Kind) -> DaysOff:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return days_off.fold(
        (
            Recorded(stream=days_off.STREAM, version=n, at=at + timedelta(days=n), actor="system", body=kind)
            for n, kind in enumerate(kinds, start=1)
        ),
        DaysOff(),
    )


class ListedWorld(World):
    """Its days off are those of a stream of adopted lists and declared days, whose holidays are of no package."""

    def __init__(self) -> None:
        super().__init__()
        self.days = known(*(listed(year=year) for year in YEARS))

    def say(self, kind: Kind) -> int:
        version = self.days.version + 1
        said = Recorded(stream=days_off.STREAM, version=version, at=self.now, actor="admin", body=kind)
        self.days = days_off.fold((said,), self.days)
        return version

    @property
    def calendar(self) -> Calendar:
        return self.calendar_at(self.days.version)

    def calendar_at(self, version: int) -> Calendar:
        rule = CalendarRule(
            zone="Asia/Makassar", week=self.definition.calendar.week, country="ID", categories=("public",)
        )
        own = self.days.of(self.definition.owner, "72.71", version)
        return calendar_for(rule, YEARS[0], YEARS[-1], own, self.days.holidays("ID", version=version))


def recount(story: Story, kind: Kind) -> Story:
    version = story.world.say(kind)  # type: ignore[attr-defined]
    return story.when(ask("system", Recount(version=version, why="holidays/ID/2026", say=SAY)))


# --- which list holds -----------------------------------------------------------------------------------------------


def test_the_first_list_of_a_year_is_adopted_and_the_same_again_changes_nothing():
    assert days_off.bring(DaysOff(), [listed(MONDAY)]) == (listed(MONDAY),)
    with pytest.raises(Unchanged):
        days_off.bring(known(listed(MONDAY)), [listed(MONDAY, edition="0.110")])


@pytest.mark.parametrize(
    ("held", "brought", "news"),
    [
        (listed(MONDAY), listed(FRIDAY, edition="0.110"), True),
        (listed(MONDAY), listed(MONDAY, edition="0.110", estimated=False), True),  # decreed as it was estimated
        (listed(MONDAY, edition="0.9"), listed(FRIDAY, edition="0.10"), True),
        (listed(MONDAY, edition="0.110"), listed(FRIDAY, edition="0.109"), False),  # of a server not brought up to date
        (listed(MONDAY), listed(FRIDAY), False),
        (listed(MONDAY, edition=None), listed(FRIDAY, edition="0.110"), False),  # a decree is above the package
    ],
)
def test_what_is_newer_takes_the_place_of_the_older(held: HolidaysAdopted, brought: HolidaysAdopted, news: bool):
    if news:
        assert days_off.bring(known(held), [brought]) == (brought,)
    else:
        with pytest.raises(Unchanged):
            days_off.bring(known(held), [brought])


def test_each_version_has_the_list_that_held_then():
    days = known(listed(MONDAY), listed(FRIDAY, edition="0.110"))
    versions = [
        [sorted(day for day, _ in one.kept) for one in days.holidays("ID", version=version)] for version in (0, 1, 2)
    ]
    assert versions == [[[MONDAY]], [[MONDAY]], [[FRIDAY]]], "before the first list it held already"
    assert days.holidays("NL") == days.holidays(None) == days.holidays("ID", range(2027, 2028)) == ()
    assert [days.version_at(datetime(2026, 1, n, tzinfo=UTC)) for n in (1, 2, 3, 30)] == [0, 1, 2, 2]


def test_categories_of_a_list_count_where_the_definition_says_so():
    day = Holiday(date=FRIDAY, category="government", reason=Text("cuti bersama", "collective leave"))
    adopted = HolidaysAdopted(country="ID", year=2026, legal_basis="SKB 1/2026", days=(day,), sha256="")
    for categories, off in ((("public", "government"), {FRIDAY}), ((), set())):
        rule = CalendarRule(zone="Asia/Makassar", week=(0, 1, 2, 3, 4), country="ID", categories=categories)
        assert calendar_for(rule, 2026, 2026, adopted=[adopted]).days_off.keys() == off


# --- open deadlines -------------------------------------------------------------------------------------------------


def test_a_decreed_day_moves_the_open_deadline_and_a_day_off_declared_then_moves_it_on():
    story = Story(world=ListedWorld()).given(proposed())  # Monday the 23rd; due when Monday the 30th ends
    recount(story, listed(FRIDAY, edition="0.110")).then("DeadlineMoved")
    assert story.case.due == datetime(2026, 12, 1, 16, tzinfo=UTC)
    own = DayOffDeclared(number=1, date=date(2026, 11, 26), reason=SAY, legal_basis="SK 1/2026")
    recount(story, own).then("DeadlineMoved")
    assert story.case.due == datetime(2026, 12, 2, 16, tzinfo=UTC)


def test_a_list_whose_days_count_as_they_did_moves_nothing():
    story = Story(world=ListedWorld()).given(proposed())
    recount(story, listed(edition="0.110", estimated=False)).then_unchanged()


def test_nobody_is_late_because_of_what_was_put_right_afterwards():
    story = Story(world=ListedWorld())
    story.world.say(listed(FRIDAY, edition="0.110"))  # type: ignore[attr-defined]
    story.given(proposed(), later(days=7, hours=20))  # due when Tuesday the 1st ends; the Tuesday has begun
    due = story.case.due
    recount(story, listed(edition="0.111")).then_unchanged()
    assert story.case.due == due


SOME = st.dates(date(2026, 11, 20), date(2027, 1, 20))


def _said(dates: set[date], edition: int, year: int, own: bool) -> Kind:
    if own and dates:
        return DayOffDeclared(number=edition, date=min(dates), reason=SAY, legal_basis="SK 1/2026")
    return listed(*(day for day in dates if day.year == year), edition=f"0.{edition}", year=year)


@settings(max_examples=80, deadline=None)
@given(
    before=st.integers(0, 5),
    changes=st.lists(st.tuples(st.sets(SOME, max_size=8), st.sampled_from(YEARS), st.booleans()), max_size=6),
    at_once=st.booleans(),
)
def test_open_deadlines_end_when_a_slow_count_by_the_lists_that_hold_says_so(before, changes, at_once):
    kinds = [_said(dates, 110 + n, year, own) for n, (dates, year, own) in enumerate(changes)]
    world = ListedWorld()
    for kind in kinds[:before]:
        world.say(kind)
    story = Story(world=world).given(proposed())
    if at_once:  # all stand in the log before the first is counted
        versions = [world.say(kind) for kind in kinds[before:]]
        for version in versions:
            story.when(ask("system", Recount(version=version, why="holidays/ID/2026", say=SAY)))
            assert story.refused is None
    else:
        for kind in kinds[before:]:
            assert recount(story, kind).refused is None
    held = {year: set[date]() for year in YEARS}
    own = set()
    for kind in kinds:
        if isinstance(kind, HolidaysAdopted):
            held[kind.year] = {day.date for day in kind.days}
        else:
            own.add(kind.date)
    off = own.union(*held.values())
    zone, left = "Asia/Makassar", story.world.definition.states[story.state].clock.due
    day = local_date(story.case.entered, zone)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    assert story.case.due == end_of(day, zone)
