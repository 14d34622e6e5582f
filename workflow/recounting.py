"""What follows for open deadlines when an agency's day off is declared or withdrawn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError

from workflow.asks import RecountAsk
from workflow.domain.days_off import DayOffDeclared, DayOffWithdrawn, Declared
from workflow.domain.events import Recorded
from workflow.domain.words import Text
from workflow.projections import positions
from workflow.projections.deadlines import Deadlines, reached_by
from workflow.reactions import Order

if TYPE_CHECKING:
    from workflow.engine import Engine


class Recounting:
    """A reaction: each open deadline that a declared or withdrawn day may touch is counted anew."""

    name = "days_off"

    def react(self, engine: "Engine", event: Recorded) -> Iterator[Order]:
        """One order for each case of the region with a deadline beyond the day.

        Who decides later has seen the day: a decision names the version of the days that it stands on.
        """
        body = event.body
        if not isinstance(body, DayOffDeclared | DayOffWithdrawn):
            return
        day = next(one for one in engine.days_off.current().declared if one.number == body.number)
        with engine.pool.connection() as connection:
            here = positions.place(connection, Deadlines.name)
            if here is None or here.position < event.position:
                raise OperationalError("the read model of deadlines is behind")
            refs = reached_by(connection, day.region, day.date, _programmes(engine, day.agency))
        say = _say(body, day)
        for ref in refs:
            yield Order(ref, RecountAsk(version=event.version, why=f"day_off/{day.number}", say=say), ref)


def _programmes(engine: "Engine", agency: str | None) -> list[str]:
    """The programmes of which some version is the agency's."""
    return [
        one.programme
        for one in engine.registry.programmes()
        if agency is None or any(engine.registry.definition(hash).owner == agency for hash in one.versions.values())
    ]


def _say(body: DayOffDeclared | DayOffWithdrawn, day: Declared) -> Text:
    if isinstance(body, DayOffDeclared):
        return day.say
    basis = body.legal_basis
    return Text(f"dicabut: {day.reason.id} ({basis})", f"withdrawn: {day.reason.en} ({basis})")
