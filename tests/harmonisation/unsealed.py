"""Facts of tests that seal nothing."""

from collections.abc import Sequence

from workflow.domain.events import Facts
from workflow.projections.judging import Opened, Sealed
from workflow.store.shapes import Shape


class Unsealed:
    """Opens facts that are plain as they are stored."""

    def opened(self, stored: Facts, shape: Shape, case: str) -> Opened:
        return stored, frozenset()

    def ahead(self, cases: Sequence[Sealed]) -> None:
        """Nothing has to be read."""
