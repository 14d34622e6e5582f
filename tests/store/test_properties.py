"""Laws of claims, counters, keys and versions: whatever the batches and whoever comes first, one model explains all."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.store.building import event, leave, place, release, save, take
from workflow.store.log import (
    ClaimHeld,
    ClaimWrite,
    CommandKey,
    CounterFull,
    CounterWrite,
    KeyUsed,
    Log,
    ReadMoved,
    Reason,
    Rejected,
    VersionMoved,
    Write,
)

_worlds = count(1)
"""Every example has names of its own, so that all share one database."""
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

STREAMS, CLAIMS, COUNTERS, KEYS = "ABC", "xyz", "qr", "klm"


class Wish(Struct):
    """A save in the terms of a world: which streams, how far ahead or behind, which claims."""

    stream: str
    events: int
    drift: int
    read: tuple[str, int] | None
    key: str | None
    takes: frozenset[str]
    releases: frozenset[str]
    counter: tuple[str, int] | None


wishes = st.builds(
    Wish,
    stream=st.sampled_from(STREAMS),
    events=st.integers(1, 2),
    drift=st.sampled_from([0, 0, 0, 0, 0, -1, 1]),
    read=st.none() | st.tuples(st.sampled_from(STREAMS), st.sampled_from([0, 0, 0, 1, -1])),
    key=st.none() | st.sampled_from(KEYS),
    takes=st.frozensets(st.sampled_from(CLAIMS), max_size=2),
    releases=st.frozensets(st.sampled_from(CLAIMS), max_size=1),
    counter=st.none() | st.tuples(st.sampled_from(COUNTERS), st.sampled_from([1, 1, 1, -1, 0])),
)

LIMIT = 2


class World:
    """The plain model: what is stored, and all that refuses a save."""

    def __init__(self, start: int) -> None:
        self.name = f"w{next(_worlds)}/"
        self.position = start
        self.versions: dict[str, int] = {}
        self.holders: dict[str, str] = {}
        self.used: dict[str, int] = {}
        self.keys: dict[str, int] = {}

    def write(self, wish: Wish) -> Write:
        stream = self.name + wish.stream
        base = max(self.versions.get(stream, 0) + wish.drift, 0)
        claims = [take(self.name + key, stream) for key in sorted(wish.takes)]
        claims += [release(self.name + key, stream) for key in sorted(wish.releases - wish.takes)]
        counters: tuple[CounterWrite, ...] = ()
        if wish.counter:
            key, delta = self.name + wish.counter[0], wish.counter[1]
            if delta > 0:
                counters = (place(key, LIMIT),)
            elif delta == 0:
                counters = (CounterWrite(key, 0, LIMIT - 1),)
            elif self.used.get(key):
                counters = (leave(key),)
        reads: tuple[tuple[str, int], ...] = ()
        if wish.read and self.name + wish.read[0] != stream:
            other = self.name + wish.read[0]
            reads = ((other, max(self.versions.get(other, 0) + wish.read[1], 0)),)
        command = CommandKey("officer", self.name + wish.key, "r") if wish.key else None
        events = [event(stream, base + n) for n in range(1, wish.events + 1)]
        return save(*events, command=command, reads=reads, claims=tuple(claims), counters=counters)

    def judge(self, write: Write) -> int | tuple[Reason, ...]:
        """What the log must answer; the save is applied where nothing refuses it."""
        if write.command and write.command.key in self.keys:
            return (KeyUsed(self.keys[write.command.key], "r"),)
        first = write.events[0]
        reasons: list[Reason] = []
        if (present := self.versions.get(first.stream, 0)) != first.version - 1:
            reasons.append(VersionMoved(first.stream, present))
        for stream, version in write.reads:
            if (present := self.versions.get(stream, 0)) != version:
                reasons.append(ReadMoved(stream, present))
        for claim in write.claims:
            if claim.taken and self.holders.get(claim.key, claim.holder) != claim.holder:
                reasons.append(ClaimHeld(claim.key, self.holders[claim.key]))
        for counter in write.counters:
            used = self.used.get(counter.key, 0)
            if counter.limit is not None and used + counter.delta > counter.limit:
                reasons.append(CounterFull(counter.key, used, counter.limit))
        return tuple(reasons) or self.apply(write)

    def apply(self, write: Write) -> int:
        self.position += len(write.events)
        self.versions[write.events[-1].stream] = write.events[-1].version
        for claim in write.claims:
            if claim.taken:
                self.holders[claim.key] = claim.holder
            elif self.holders.get(claim.key) == claim.holder:
                del self.holders[claim.key]
        for counter in write.counters:
            self.used[counter.key] = self.used.get(counter.key, 0) + counter.delta
        if write.command:
            self.keys[write.command.key] = self.position
        return self.position

    def is_as(self, log: Log) -> None:
        """The tables say what the model says."""
        assert log.head() == self.position
        assert log.holders([self.name + key for key in CLAIMS]) == self.holders
        for counter in COUNTERS:
            assert log.used(self.name + counter) == self.used.get(self.name + counter, 0)
        for stream in STREAMS:
            assert len(log.read(self.name + stream)) == self.versions.get(self.name + stream, 0)


@given(batches=st.lists(st.lists(wishes, min_size=1, max_size=6), min_size=1, max_size=5))
@few
def test_a_batch_answers_as_if_its_saves_had_come_one_by_one(log: Log, batches: list[list[Wish]]) -> None:
    world = World(log.head())
    for batch in batches:
        writes, expected = [], []
        for wish in batch:
            # Each is written for the world as the ones before it leave it, so that batches depend on themselves.
            writes.append(world.write(wish))
            expected.append(world.judge(writes[-1]))
        outcomes = log.append_many(writes)
        assert [o if isinstance(o, int) else o.reasons for o in outcomes] == expected
    world.is_as(log)


@given(threads=st.lists(st.lists(wishes, min_size=1, max_size=5), min_size=2, max_size=5))
@few
def test_any_interleaving_is_explained_by_the_order_of_positions(log: Log, threads: list[list[Wish]]) -> None:
    world = World(log.head())
    stored: list[tuple[int, Write]] = []
    ask: list[list[Write]] = []
    for number, wishes_ in enumerate(threads):
        # Streams of their own, claims and counters in common: only those, and keys, can refuse.
        versions: dict[str, int] = {}
        ask.append([])
        for wish in wishes_:
            stream = f"{world.name}{wish.stream}{number}"
            version = versions[stream] = versions.get(stream, 0) + 1
            claims = tuple(ClaimWrite(world.name + key, stream, True) for key in sorted(wish.takes))
            counters = (place(world.name + wish.counter[0], LIMIT),) if wish.counter else ()
            command = CommandKey("officer", world.name + wish.key, "r") if wish.key else None
            ask[-1].append(save(event(stream, version), command=command, claims=claims, counters=counters))

    def client(writes: list[Write]) -> None:
        for write in writes:
            try:
                stored.append((log.append(write), write))
            except Rejected as rejected:
                # Whoever refuses is there: what is taken here is never given back.
                for reason in rejected.reasons:
                    if isinstance(reason, ClaimHeld):
                        assert log.holders([reason.key]) == {reason.key: reason.holder}
                    elif isinstance(reason, CounterFull):
                        assert reason.used == reason.limit == log.used(reason.key)
                    elif isinstance(reason, KeyUsed):
                        assert log.select(reason.position - 1, 1)
                    else:
                        raise
                return

    with ThreadPoolExecutor(len(ask)) as pool:
        list(pool.map(client, ask))
    for position, write in sorted(stored, key=lambda one: one[0]):
        assert world.judge(write) == position
    assert log.head() == world.position
    assert log.holders([world.name + key for key in CLAIMS]) == world.holders
    assert all(log.used(world.name + key) == world.used.get(world.name + key, 0) <= LIMIT for key in COUNTERS)
