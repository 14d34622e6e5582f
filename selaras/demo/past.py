"""Moments of the demo's past: days ago as office hours in Palu, all within one year of places."""

from copy import copy
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Makassar")
LONGEST = 225.0
"""Days that the oldest group's life takes."""
YOUNG = 20
"""Days of a new year in which the demo still tells last year's story, as of that year's last day."""
BETWEEN = timedelta(minutes=7)
OPENS, HOURS = time(8), 7 * 60
"""When an office opens, and the minutes until it begins its last piece of work."""


class Past:
    """Days ago, seen from `now` (UTC). In a young year the groups' lives are drawn together, so that it holds them."""

    def __init__(self, now: datetime) -> None:
        age = _day_of_year(now)
        self.now = now - timedelta(days=age + 1) if age < YOUNG else now
        """The moment that the demo tells of; what has come due since is the clock's."""
        self.year = self.now.astimezone(ZONE).year
        """For which all groups claim their places."""
        self._pace = min(1.0, (_day_of_year(self.now) - 3) / LONGEST)
        self.to_scale = self._pace == 1
        """Whether a day is a day, so that what lapses after weeks has lapsed."""
        self.day = timedelta(days=self._pace)
        """How long a day of the groups' lives takes."""

    def in_days(self) -> "Past":
        """The same past for what is not tied to a year of places: a day is a day."""
        other = copy(self)
        other._pace, other.to_scale, other.day = 1.0, True, timedelta(days=1)
        return other

    def moment(self, ago: float, salt: int) -> datetime:
        """About so many days ago, on a working day and in office hours; never after now. `salt` spreads the hours."""
        then = self.now - self.day * ago
        if not self.to_scale:
            return then
        day = then.astimezone(ZONE)
        local = datetime.combine(day.date(), OPENS, ZONE) + timedelta(minutes=salt * 37 % HOURS)
        local -= timedelta(days=max(0, local.weekday() - 4))
        return min(local.astimezone(UTC), self.now - BETWEEN * 20)

    def after(self, before: datetime, ago: float | None, salt: int) -> datetime:
        """The next moment of a life: so many days ago, or some minutes after the one before."""
        soon = min(before + BETWEEN * self._pace, self.now)
        return soon if ago is None else max(soon, self.moment(ago, salt))


def _day_of_year(moment: datetime) -> int:
    """Of the day that it is in Palu, counted from 0."""
    return moment.astimezone(ZONE).timetuple().tm_yday - 1
