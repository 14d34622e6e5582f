"""The demo: people, offices, programmes, places and groups, all made by ordinary commands; none of it is real."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.engine import Engine


def load(
    engine: "Engine",
    now: datetime | None = None,
    *,
    few: bool = False,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Load the demo as of `now` (UTC; None: this moment); how many groups there are. Done again it changes nothing.

    `few`: some thirty groups of one programme instead of all. `told` hears (steps done, steps in all).
    """
    # Late, for the launcher names the demo's people without loading the engine.
    from selaras.demo import loading

    return loading.load(engine, now, few=few, told=told)
