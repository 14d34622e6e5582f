"""Days that a decree may still change are marked as estimated, in a deadline that lies years ahead."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from tests.casework.test_two_servers import LEADER, opened, supplied
from workflow.asks import ActionAsk, InquiryAsk
from workflow.engine import Engine

PALU = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize("year", [2027, 2031])
def test_holidays_of_a_year_that_is_not_decreed_are_marked(here: Engine, year: int) -> None:
    ref = opened(here)
    supplied(here, ref)
    here.casework.handle(ref, ActionAsk(action="submit"), LEADER)
    named = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="en_US")
    eid = min(day for day, name in named.items() if name.startswith("Eid al-Fitr"))
    asked = InquiryAsk(to="group_leader", question="Di mana lokasi usaha?")
    before = datetime.combine(eid - timedelta(days=4), time(10), PALU)
    here.casework.handle(ref, asked, "officer.palu", at=before)
    case, definition = here.casework.case(ref)
    inquiry = next(one for one in here.reading.deadlines(case, definition) if one.of == "inquiry")
    spanned = {day.date: day for day in inquiry.days}
    # One estimate makes the whole year one: collective leave may still be moved.
    estimated = any("(estimated)" in name for name in named.values())
    marked = {day: told.estimated for day, told in spanned.items() if not told.counted and day != min(spanned)}
    weekdays = {day for day in named if day in spanned and day.weekday() < 5}
    assert weekdays
    assert marked == {day: estimated and day in weekdays for day in marked}
    assert weekdays <= set(marked)
