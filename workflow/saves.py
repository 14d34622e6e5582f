"""What a decision becomes in the store: events with their envelope, claims and counters, the reads it stands on."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from workflow.domain.alignments import STREAM as ALIGNMENTS
from workflow.domain.case import Case
from workflow.domain.decide import Decided
from workflow.domain.events import ClaimChange, Kind, Recorded
from workflow.store import turns
from workflow.store.log import ClaimWrite, CommandKey, CounterWrite, Write


def case_stream(ref: str) -> str:
    return f"case/{ref}"


def write_of(
    ref: str,
    case: Case | None,
    decided: Sequence[Decided],
    at: datetime,
    definition: str,
    command: CommandKey | None,
    reads: Sequence[tuple[str, int]],
    cause: int | None = None,
    ahead: Kind | None = None,
) -> Write:
    """One save: all of it is stored, or none. `ahead`: what it means for the stream of all alignments, which it reads.

    That stands before the case's own events, for the last position of a save is that of its case.
    """
    version = case.version if case else 0
    events = tuple(
        Recorded(
            stream=case_stream(ref),
            version=version + number,
            at=at,
            actor=one.actor,
            office=one.office,
            on_behalf_of=one.on_behalf_of,
            command=command.key if command else None,
            cause=cause,
            definition=definition,
            body=one.body,
        )
        for number, one in enumerate(decided, start=1)
    )
    if ahead is not None:
        version = dict(reads)[ALIGNMENTS] + 1
        events = (replace(events[0], stream=ALIGNMENTS, version=version, definition=None, body=ahead), *events)
    changes = [change for event in events for change in getattr(getattr(event.body, "move", None), "claims", ())]
    return Write(
        events=events, command=command, claims=_claims(ref, changes), counters=_counters(changes), reads=tuple(reads)
    )


def both(first: Write, second: Write) -> Write:
    """Two saves of one command as one: releases come before takes, so that a key can be handed on."""
    return Write(
        events=(*first.events, *second.events),
        command=second.command,
        claims=(*first.claims, *second.claims),
        counters=(*first.counters, *second.counters),
        reads=(*first.reads, *second.reads),
    )


def _claims(ref: str, changes: Sequence[ClaimChange]) -> tuple[ClaimWrite, ...]:
    last = {c.key if c.kind == "unique" else turns.turn(c.key, ref): c for c in changes if c.kind != "counter"}
    return tuple(ClaimWrite(key=key, holder=ref, taken=c.taken, seen=c.seen) for key, c in last.items())


def _counters(changes: Sequence[ClaimChange]) -> tuple[CounterWrite, ...]:
    sums: dict[str, int] = {}
    limits: dict[str, int | None] = {}
    for change in changes:
        if change.kind == "unique":
            continue
        key = change.key if change.kind == "counter" else turns.queue(change.key)
        sums[key] = sums.get(key, 0) + (1 if change.taken else -1)
        if change.kind == "counter" and change.taken:
            limits[key] = change.limit
    moved = [CounterWrite(key=k, delta=n, limit=limits.get(k) if n > 0 else None) for k, n in sums.items() if n]
    # Nobody who waits is passed, also by a decision that had not heard of them; whoever waited themselves has been
    # found to be the first, and stays so.
    passing = [c.key for c in moved if c.delta > 0 and c.key in limits and turns.queue(c.key) not in sums]
    return (*moved, *(CounterWrite(key=turns.queue(key), delta=0, limit=0) for key in passing))
