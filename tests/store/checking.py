"""Judges a log from outside: reads only the clients' journals, what a follower saw, and the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Event, Thread

import msgspec
import psycopg

from tests.store.writing import LIMIT, Line

EVENTS = "SELECT position, stream, version, command, body FROM events ORDER BY position"


class Follower:
    """Reads by position as a read model does, never looking back."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._ended = Event()
        self.seen: list[int] = []
        self._thread = Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        query = "SELECT notification_id FROM stored_events WHERE notification_id > %s ORDER BY 1 LIMIT 100"
        with psycopg.connect(self._url, autocommit=True, application_name="follower") as connection:
            while True:
                last_look = self._ended.is_set()
                rows = connection.execute(query, [self.seen[-1] if self.seen else 0]).fetchall()
                self.seen += [position for (position,) in rows]
                if last_look and not rows:
                    return

    def end(self) -> list[int]:
        """What was seen, once it has seen the end."""
        self._ended.set()
        self._thread.join()
        return self.seen


def journal(paths: Iterable[Path]) -> list[Line]:
    """All whole lines; a killed writer may leave a torn one."""
    lines = []
    for path in paths:
        for text in path.read_bytes().split(b"\n")[:-1]:
            lines.append(msgspec.json.decode(text, type=Line))
    return lines


def faults(database_url: str, lines: Sequence[Line], seen: Sequence[int]) -> list[str]:
    """All that does not hold; empty for a log that kept every promise."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        events = connection.execute(EVENTS).fetchall()
        commands = dict(connection.execute("SELECT split_part(key, chr(31), 2), position FROM commands").fetchall())
        claims = dict(connection.execute("SELECT key, holder FROM claims").fetchall())
        used = dict(connection.execute("SELECT DISTINCT ON (key) key, used FROM ledger ORDER BY key, position DESC"))
    positions = [event[0] for event in events]
    return [
        *_order(positions, seen),
        *_versions(events),
        *_acknowledged(events, commands, lines),
        *_claims(events, claims, used),
        *[f"{line.key} failed: {line.why}" for line in lines if line.what == "failed"],
    ]


def _order(positions: Sequence[int], seen: Sequence[int]) -> Iterable[str]:
    if positions != list(range(1, len(positions) + 1)):
        yield "positions are not dense from 1"
    if list(seen) != list(positions):
        yield f"a follower by position passed {len(set(positions) - set(seen))} events"


def _versions(events: Sequence[tuple]) -> Iterable[str]:
    present: Counter[str] = Counter()
    for position, stream, version, _, _ in events:
        present[stream] += 1
        if version != present[stream]:
            yield f"{stream} has version {version} at position {position}, not {present[stream]}"


def _acknowledged(events: Sequence[tuple], commands: dict[str, int], lines: Sequence[Line]) -> Iterable[str]:
    stored: dict[str, list[int]] = {}
    for position, _, _, key, _ in events:
        stored.setdefault(key, []).append(position)
    asked = {line.key: line.events for line in lines if line.what == "asks"}
    for key, where in stored.items():
        if where != list(range(where[0], where[0] + asked.get(key, 0))):
            yield f"{key} stands at {where}, asked for {asked.get(key)} events"
        if commands.get(key) != where[-1]:
            yield f"{key} is noted at {commands.get(key)}, stands at {where}"
    for line in lines:
        if line.what == "stored" and (line.key not in stored or stored[line.key][-1] != line.position):
            yield f"{line.key} was acknowledged at {line.position}, stands at {stored.get(line.key)}"
        if line.what == "refused" and line.key in stored:
            yield f"{line.key} was refused ({line.why}) and is stored"
    for key in commands.keys() - stored.keys():
        yield f"{key} is noted and not stored"


def _claims(events: Sequence[tuple], claims: dict[str, str], used: dict[str, int]) -> Iterable[str]:
    held: dict[str, str] = {}
    count: Counter[str] = Counter()
    for position, _, _, _, body in events:
        for key, holder, taken in sorted(body["patch"].get("claims", []), key=lambda c: c[2]):
            if taken and held.get(key, holder) != holder:
                yield f"{key} was held by {held[key]} and taken by {holder} at {position}"
            if taken:
                held[key] = holder
            elif held.get(key) == holder:
                del held[key]
        for key, delta in body["patch"].get("counters", []):
            count[key] += delta
            if delta > 0 and count[key] > LIMIT:
                yield f"{key} went past its limit at {position}"
    if held != claims:
        yield "the claims held are not those that the events took"
    if +count != +Counter(used):
        yield "the counters are not what the events add up to"
