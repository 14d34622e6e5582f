"""What a decision on a transfer becomes in the store: one save over the streams of the transfer and both programmes."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from workflow.domain.events import Kind, Recorded
from workflow.domain.registry import PlacesTransferred, Programme, programme_stream
from workflow.domain.transferring import Grounds, Seat
from workflow.domain.transfers import Transfer
from workflow.store import turns
from workflow.store.log import CommandKey, CounterWrite, Write


class Plan(Struct, frozen=True):
    """What a decision comes to, and what it stands on."""

    events: tuple[tuple[str, int, Kind], ...]
    """Stream, its version before, and what is said there; the last one is the transfer's own."""
    seat: Seat | None
    """None for the engine."""
    counters: tuple[CounterWrite, ...] = ()
    reads: tuple[tuple[str, int], ...] = ()


def moves(
    asked: Transfer, programmes: Mapping[str, Programme], places: int, back: bool = False
) -> tuple[tuple[str, int, Kind], ...]:
    """The events on the programmes' streams: out on one side and in on the other."""
    order = asked.order
    out, into = (order.receiving, order.giving) if back else (order.giving, order.receiving)

    def said(direction: str) -> PlacesTransferred:
        side, other = (out, into) if direction == "out" else (into, out)
        return PlacesTransferred(
            transfer=asked.transfer,
            direction="out" if direction == "out" else "in",
            region=side.region,
            year=order.year,
            places=places,
            programme=other.programme,
            other_region=other.region,
            alignment=order.alignment,
            returned=back,
        )

    second = programmes[into.programme].version + (out.programme == into.programme)
    return (
        (programme_stream(out.programme), programmes[out.programme].version, said("out")),
        (programme_stream(into.programme), second, said("in")),
    )


def untouched(grounds: Grounds, places: int) -> tuple[CounterWrite, ...]:
    """The giving side's places are free still, and nobody has begun to wait for them."""
    counter = grounds.counters[0]
    assert counter is not None
    waiting = CounterWrite(key=turns.queue(counter), delta=0, limit=grounds.waiting)
    return CounterWrite(key=counter, delta=0, limit=(grounds.quota or 0) - places), waiting


def write_of(planned: Plan, by: str, command: CommandKey | None, at: datetime, cause: int | None) -> Write:
    """One save: all of it is stored, or none."""
    seat = planned.seat
    events = tuple(
        Recorded(
            stream=stream,
            version=version + 1,
            at=at,
            actor=by,
            office=seat.office if seat else None,
            on_behalf_of=seat.on_behalf_of if seat else None,
            command=command.key if command else None,
            cause=cause,
            body=body,
        )
        for stream, version, body in planned.events
    )
    own = {event.stream for event in events}
    reads = tuple((stream, version) for stream, version in planned.reads if stream not in own)
    return Write(events=events, command=command, counters=planned.counters, reads=reads)
