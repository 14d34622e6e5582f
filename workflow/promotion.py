"""The reaction that gives places: whatever may have freed one, the earliest who waits for it is taken up."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow.asks import PromoteAsk
from workflow.domain.events import Recorded
from workflow.domain.places import counter_of, freed
from workflow.domain.registry import PlacesTransferred, QuotaSet
from workflow.reactions import Order

if TYPE_CHECKING:
    from workflow.engine import Engine


class Promotion:
    """Asks for one after the other until nobody waits or no place is free; the domain judges each."""

    name = "promotion"

    def react(self, engine: "Engine", event: Recorded) -> Iterable[Order]:
        """Orders for every counter of which an event freed a place, or whose queue it changed."""
        for counter in _touched(engine, event):
            asked = None
            # Looked at again after each order: whoever was taken up, or sent back, no longer waits.
            while (waiting := engine.log.waiting(counter)) and waiting[0] != asked:
                asked = waiting[0]
                yield Order(asked, PromoteAsk(), f"{counter}/{asked}")


def _touched(engine: "Engine", event: Recorded) -> Iterator[str]:
    """Keys of the counters whose queue may move on."""
    body = event.body
    if isinstance(body, QuotaSet | PlacesTransferred):
        yield from _of_region(engine, event.stream.removeprefix("programme/"), body.region, body.year)
        return
    yield from freed(event)


def _of_region(engine: "Engine", programme: str, region: str, year: int) -> Iterator[str]:
    """The counters that a quota limits, by all versions under which a case may wait."""
    known = engine.registry.current(programme)
    hashes = known.versions.values() if known else ()
    keys = (counter_of(engine.registry.definition(hash), region, year) for hash in hashes)
    yield from dict.fromkeys(key for key in keys if key is not None)
