"""The moment of a position: the day by which everything is judged that was as of it."""

from datetime import datetime

from workflow.projections.ahead import Log
from workflow.projections.outcome_lists import OutcomeLists


def moment_of(position: int, log: Log, outcomes: OutcomeLists) -> datetime:
    """The latest moment known at a position, UTC: an event may be told later than it happened.

    The read model of outcomes must have reached it.
    """
    return max([outcomes.latest(position), *(event.at for event in log.select(position - 1, 1) if position)])
