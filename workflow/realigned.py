"""The reaction that brings running cases level with an alignment that was suspended, resumed, ended or amended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError

from workflow.asks import RealignAsk
from workflow.domain.alignments import AlignmentChanged
from workflow.domain.events import Recorded
from workflow.projections.bound import Bound
from workflow.projections.cases import Cases
from workflow.projections.projection import Projection
from workflow.projections.runner import NotCaughtUp, Runner
from workflow.reactions import Order
from workflow.regions import regions

if TYPE_CHECKING:
    from workflow.engine import Engine

PATIENCE = 10.0
"""Seconds in which the read model that knows the cases is brought level."""
BOUND = "SELECT ref FROM read_bound.bound WHERE alignment = %s ORDER BY ref"
REACHED = """
SELECT c.ref FROM read_cases.cases c
WHERE NOT c.ended AND c.programme = ANY(%(programmes)s)
  AND EXISTS (SELECT 1 FROM unnest(%(regions)s::text[]) r WHERE c.region = r OR starts_with(c.region, r || '.'))
ORDER BY c.ref
"""


class Realigning:
    """A suspended alignment stops the clocks of the cases that it binds; terms that say so bind later cases anew."""

    name = "realigning"

    def react(self, engine: "Engine", event: Recorded) -> Iterable[Order]:
        body = event.body
        if not isinstance(body, AlignmentChanged) or body.standing == "negotiated":
            return
        refs = set(_refs(engine, Bound(), event.position, BOUND, (body.ref,)))
        if body.standing == "in_force" and body.terms.running.later == "rebind":
            reach = {
                "programmes": [party.programme for party in body.terms.parties],
                "regions": _codes(body.terms.regions),
            }
            refs |= set(_refs(engine, Cases(), event.position, REACHED, reach))
        for ref in sorted(refs):
            yield Order(ref, RealignAsk(), ref)


def _codes(named: Iterable[str]) -> list[str]:
    """The regions that terms name, and those that took the place of one that is used no more."""
    succeeded = regions().succeeded
    return [new for code in named for new in (succeeded[code].successors if code in succeeded else (code,))]


def _refs(engine: "Engine", model: Projection, position: int, query: str, values: object) -> list[str]:
    """Cases by a read model that is level with a position."""
    runner = Runner(engine.pool, engine.log, (model,))
    runner.prepare()
    try:
        runner.wait_for(model.name, position, PATIENCE)
    except NotCaughtUp as error:
        raise OperationalError(f"{model.name} is not level yet") from error
    with engine.pool.connection() as connection:
        return [ref for (ref,) in connection.execute(query, values)]  # type: ignore[call-overload]
