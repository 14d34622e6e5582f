"""Days that agencies do not work beside the holidays: declared and withdrawn with their legal basis, or why not.

A day is an agency's in a region: it counts for no deadline of that agency's programmes there. The holidays as they were
adopted stand in the same stream, so that one version names all days that a decision counted with.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from workflow.domain.events import Kind, Recorded
from workflow.domain.holidays import Holiday, HolidaysAdopted, hash_of, is_news
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.regions import covers
from workflow.domain.words import Text

STREAM = "days_off"
Holidays = tuple[HolidaysAdopted, ...]
YEARS = range(2000, 2101)
MOST = 400
"""Days in one order: more than a year has."""


class DayOffDeclared(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    agency: str | None = None
    """Whose programmes it concerns, as their definitions name their owner; None: every agency's."""
    region: str = ""
    """Kemendagri code under which it holds; empty: the whole nation."""
    date: date
    reason: Text
    legal_basis: str


class DayOffWithdrawn(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    legal_basis: str
    reason: Text | None = None
    """Why it was a mistake, where the day had begun."""


DAY_OFF_KINDS: tuple[type[Kind], ...] = (DayOffDeclared, DayOffWithdrawn)


class OwnDay(Struct, frozen=True, kw_only=True):
    date: date
    reason: Text


class DeclareDays(Struct, frozen=True, kw_only=True):
    """All of them, or none."""

    agency: Annotated[str | None, Meta(description="As its programmes name their owner; null: every agency's")] = None
    region: Annotated[str, Meta(description="Kemendagri code under which it holds; empty: the whole nation")] = ""
    legal_basis: str
    days: Annotated[list[OwnDay], Meta(min_length=1, max_length=MOST)]


class AdoptHolidays(Struct, frozen=True, kw_only=True):
    """All holidays of a country's year, as a decree has them."""

    country: str
    year: int
    legal_basis: str
    days: tuple[Holiday, ...]


class WithdrawDay(Struct, frozen=True, kw_only=True):
    legal_basis: str
    reason: Annotated[Text | None, Meta(description="Why it was a mistake; needed once the day has begun")] = None


class Declared(Struct, frozen=True, kw_only=True):
    """One day as it was declared, and until when it held."""

    number: int
    agency: str | None
    region: str
    date: date
    reason: Text
    legal_basis: str
    at: datetime
    by: str
    version: int
    """Of the stream, at its declaration."""
    withdrawn: int | None = None
    """Version of the stream at its withdrawal."""

    @property
    def say(self) -> Text:
        """The reason as a deadline gives it: with the decree."""
        return Text(f"{self.reason.id} ({self.legal_basis})", f"{self.reason.en} ({self.legal_basis})")

    def concerns(self, owner: str, region: str) -> bool:
        return self.agency in (None, owner) and covers(self.region, region)

    def held(self, version: int) -> bool:
        return self.version <= version and (self.withdrawn is None or version < self.withdrawn)


class Adopted(Struct, frozen=True, kw_only=True):
    """One list of holidays as it was adopted."""

    list: HolidaysAdopted
    at: datetime
    by: str
    version: int


class DaysOff(Struct, frozen=True, kw_only=True):
    """All that were ever declared or adopted, at one version of their stream."""

    version: int = 0
    declared: tuple[Declared, ...] = ()
    adopted: tuple[Adopted, ...] = ()
    moments: tuple[datetime, ...] = ()
    """Of each version in turn."""

    def of(self, owner: str, region: str, version: int | None = None) -> tuple[tuple[date, Text], ...]:
        """The days of an agency's programmes in a region with their reasons, now or as of a version, by date."""
        now = self.version if version is None else version
        found = [one for one in self.declared if one.held(now) and one.concerns(owner, region)]
        return tuple((one.date, one.say) for one in sorted(found, key=lambda one: (one.date, one.number)))

    def standing(self) -> tuple[Declared, ...]:
        """Those that hold now, by date."""
        return tuple(sorted((d for d in self.declared if d.held(self.version)), key=lambda d: (d.date, d.number)))

    def lists(self, country: str | None, years: range = YEARS, version: int | None = None) -> tuple[Adopted, ...]:
        """The holidays of a country that hold for these years, now or as of a version, by year.

        Before the first list of a year was adopted it held already: that one is what the package brought then.
        """
        now = self.version if version is None else version
        held: dict[int, Adopted] = {}
        for one in self.adopted:
            year = one.list.year
            if one.list.country == country and year in years and (year not in held or one.version <= now):
                held[year] = one
        return tuple(held[year] for year in sorted(held))

    def holidays(self, country: str | None, years: range = YEARS, version: int | None = None) -> Holidays:
        """Their lists alone, as calendars are made from them."""
        return tuple(one.list for one in self.lists(country, years, version))

    def version_at(self, moment: datetime) -> int:
        """How far the stream had come at a moment."""
        return max((version for version, at in enumerate(self.moments, start=1) if at <= moment), default=0)


def fold(events: Iterable[Recorded], days: DaysOff) -> DaysOff:
    """The days after more events, in order."""
    version, known = days.version, {one.number: one for one in days.declared}
    adopted, moments = list(days.adopted), list(days.moments)
    for event in events:
        version = event.version
        moments.append(event.at)
        match event.body:
            case DayOffDeclared() as e:
                known[e.number] = Declared(
                    number=e.number,
                    agency=e.agency,
                    region=e.region,
                    date=e.date,
                    reason=e.reason,
                    legal_basis=e.legal_basis,
                    at=event.at,
                    by=event.actor,
                    version=event.version,
                )
            case DayOffWithdrawn() as e:
                known[e.number] = replace(known[e.number], withdrawn=event.version)
            case HolidaysAdopted() as e:
                adopted.append(Adopted(list=e, at=event.at, by=event.actor, version=event.version))
    return DaysOff(version=version, declared=tuple(known.values()), adopted=tuple(adopted), moments=tuple(moments))


def declare(days: DaysOff, order: DeclareDays) -> tuple[Kind, ...]:
    """The events of days declared. Raises Refused with every reason."""
    reasons = stated(order.legal_basis, "legal_basis")
    if order.agency is not None:
        reasons += stated(order.agency, "agency")
    if order.region and not all(part.isdigit() for part in order.region.split(".")):
        reasons.append(why("day_off.region", "region", region=order.region[:20]))
    known = {(one.date, one.agency, one.region): one.number for one in days.standing()}
    seen: dict[date, int] = {}
    for index, day in enumerate(order.days):
        reasons += _unfit(day, f"days.{index}")
        if day.date in seen:
            reasons.append(why("day_off.twice", f"days.{index}.date", date=day.date, first=seen[day.date] + 1))
        seen.setdefault(day.date, index)
        number = known.get((day.date, order.agency, order.region))
        if number is not None:
            reasons.append(why("day_off.declared", f"days.{index}.date", date=day.date, number=number))
    if reasons:
        raise Refused(tuple(reasons))
    first = len(days.declared) + 1
    return tuple(
        DayOffDeclared(
            number=first + index,
            agency=order.agency,
            region=order.region,
            date=day.date,
            reason=day.reason,
            legal_basis=order.legal_basis,
        )
        for index, day in enumerate(order.days)
    )


def withdraw(days: DaysOff, order: WithdrawDay, number: int, today: date) -> tuple[Kind, ...]:
    """The event of a day that is worked after all, or was worked: then with the reason. Raises Refused."""
    reasons = stated(order.legal_basis, "legal_basis")
    if order.reason is not None:
        reasons += [*stated(order.reason.id, "reason.id"), *stated(order.reason.en, "reason.en")]
    found = next((one for one in days.standing() if one.number == number), None)
    if found is None:
        reasons.append(why("day_off.unknown", "number", number=number))
    elif found.date <= today and order.reason is None:
        reasons.append(why("day_off.begun", "reason", date=found.date))
    if reasons:
        raise Refused(tuple(reasons))
    return (DayOffWithdrawn(number=number, legal_basis=order.legal_basis, reason=order.reason),)


def bring(days: DaysOff, lists: Iterable[HolidaysAdopted]) -> tuple[Kind, ...]:
    """The events that adopt what the installed package brings. Raises Unchanged where nothing of it is new."""
    held = {(one.list.country, one.list.year): one.list for one in days.adopted}
    new = tuple(one for one in lists if is_news(held.get((one.country, one.year)), one))
    if not new:
        raise Unchanged
    return new


def adopt(days: DaysOff, order: AdoptHolidays) -> tuple[Kind, ...]:
    """The event that adopts a decree's list. Raises Refused with every reason, Unchanged where it holds already."""
    if reasons := stated(order.legal_basis, "legal_basis"):
        raise Refused(tuple(reasons))
    held = days.holidays(order.country, range(order.year, order.year + 1))
    listed = tuple(sorted(order.days, key=lambda day: (day.category, day.date)))
    new = HolidaysAdopted(
        country=order.country,
        year=order.year,
        legal_basis=order.legal_basis,
        days=listed,
        sha256=hash_of(order.country, order.year, listed),
    )
    if held == (new,):
        raise Unchanged
    return (new,)


def _unfit(day: OwnDay, field: str) -> list[Refusal]:
    found = [*stated(day.reason.id, f"{field}.reason.id"), *stated(day.reason.en, f"{field}.reason.en")]
    if day.date.year not in YEARS:
        found.append(why("quota.year", f"{field}.date", year=day.date.year))
    return found
