"""Which running cases are bound by which alignments: whom to tell when one is suspended, resumed or ended."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from workflow.domain.events import ActionTaken, Binding, Recorded
from workflow.domain.rebound import CaseRebound
from workflow.projections.projection import Projection


class Bound(Projection):
    """One row for each alignment that binds a case, until the case ends."""

    name = "bound"
    version = 1
    tables = """
    CREATE TABLE bound (
        ref       text COLLATE "C" NOT NULL,
        alignment text COLLATE "C" NOT NULL,
        PRIMARY KEY (ref, alignment)
    );
    """
    indexes = "CREATE INDEX bound_alignment ON bound (alignment, ref);"

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        after: dict[str, tuple[Binding, ...]] = {}
        for event in events:
            if (binds := _binds(event)) is not None:
                after[event.stream.removeprefix("case/")] = binds
        if not after:
            return
        connection.execute("DELETE FROM bound WHERE ref = ANY(%s)", [list(after)])
        rows = [(ref, binding.alignment) for ref, binds in after.items() for binding in binds]
        refs, alignments = [ref for ref, _ in rows], [alignment for _, alignment in rows]
        connection.execute("INSERT INTO bound SELECT * FROM unnest(%s::text[], %s::text[])", [refs, alignments])


def _binds(event: Recorded) -> tuple[Binding, ...] | None:
    """What binds the case from an event on; None where that stays as it is."""
    move = getattr(event.body, "move", None)
    if move is not None and move.ended:
        return ()
    if isinstance(event.body, CaseRebound):
        return event.body.binds
    if isinstance(event.body, ActionTaken) and event.body.binds:
        return event.body.binds
    return None
