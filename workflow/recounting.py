"""What follows for open deadlines when a day off is declared or withdrawn, or a year's holidays are adopted anew."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError
from msgspec import Struct

from workflow.asks import RecountAsk
from workflow.domain.days_off import DayOffDeclared, DayOffWithdrawn, DaysOff, Declared
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.holidays import HolidaysAdopted
from workflow.domain.words import Text
from workflow.projections import positions
from workflow.projections.deadlines import Deadlines, reached_by
from workflow.reactions import Order

if TYPE_CHECKING:
    from workflow.engine import Engine


class Recounting:
    """A reaction: each open deadline that changed days may touch is counted anew."""

    name = "days_off"

    def react(self, engine: "Engine", event: Recorded) -> Iterator[Order]:
        """One order for each case of the region with a deadline beyond the first day that changes.

        Who decides later has seen the days: a decision names the version of the days that it stands on.
        """
        if not isinstance(event.body, DayOffDeclared | DayOffWithdrawn | HolidaysAdopted):
            return
        change = _change(event.body, engine.days_off.current(), event.version)
        if change is None:
            return
        with engine.pool.connection() as connection:
            here = positions.place(connection, Deadlines.name)
            if here is None or here.position < event.position:
                raise OperationalError("the read model of deadlines is behind")
            refs = reached_by(connection, change.region, change.first, _programmes(engine, change))
        for ref in refs:
            yield Order(ref, RecountAsk(version=event.version, why=change.why, say=change.say), ref)


class _Change(Struct, frozen=True, kw_only=True):
    """Days that count otherwise from now on: the first of them, and for whom."""

    first: date
    region: str = ""
    agency: str | None = None
    country: str | None = None
    why: str
    say: Text

    def concerns(self, definition: Definition) -> bool:
        if self.country is not None:
            return definition.calendar.country == self.country
        return self.agency in (None, definition.owner)


def _change(body: DayOffDeclared | DayOffWithdrawn | HolidaysAdopted, days: DaysOff, version: int) -> _Change | None:
    """None where every day counts as it did."""
    if isinstance(body, HolidaysAdopted):
        year = range(body.year, body.year + 1)
        (before,) = days.holidays(body.country, year, version - 1)
        changed = before.kept ^ body.kept
        if not changed:
            return None
        first, _ = min(changed)
        return _Change(first=first, country=body.country, why=f"holidays/{body.country}/{body.year}", say=body.say)
    day = next(one for one in days.declared if one.number == body.number)
    return _Change(
        first=day.date, region=day.region, agency=day.agency, why=f"day_off/{day.number}", say=_say(body, day)
    )


def _programmes(engine: "Engine", change: _Change) -> list[str]:
    """The programmes of which some version is concerned."""
    return [
        one.programme
        for one in engine.registry.programmes()
        if any(change.concerns(engine.registry.definition(hash)) for hash in one.versions.values())
    ]


def _say(body: DayOffDeclared | DayOffWithdrawn, day: Declared) -> Text:
    if isinstance(body, DayOffDeclared):
        return day.say
    basis, mistake = body.legal_basis, body.reason
    because = Text(f"; {mistake.id}", f"; {mistake.en}") if mistake else Text("", "")
    return Text(f"dicabut: {day.reason.id} ({basis}){because.id}", f"withdrawn: {day.reason.en} ({basis}){because.en}")
