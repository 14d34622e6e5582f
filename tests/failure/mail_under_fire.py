"""Workers, beat and broker are killed, and the broker is wiped, while notices become letters.

`python -m tests.failure.mail_under_fire [NOTICES] [KILLS] [WIPES]`; every notice has to arrive, and none is made twice.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from threading import Event
from time import monotonic

import psutil
import psycopg
import redis

from tests.failure.clients import Notes
from tests.failure.deciding import load
from tests.journeys.client import Server
from tests.journeys.conftest import running
from tests.notices.mailbox import Sink, serving
from workers.nudge import redis_url

PEOPLE = ("officer.palu", "officer2.palu")
TARGETS = ("worker", "beat", "valkey-server")
ARRIVED_WITHIN = 600.0
"""Seconds for the last letter: a dead worker's lease has to run out first."""


class Fire:
    """One run against a system of its own, whose mail goes to `sink`."""

    def __init__(self, server: Server, folder: Path, launcher: int, sink: Sink) -> None:
        self._server, self._folder, self._launcher, self._sink = server, folder, psutil.Process(launcher), sink
        notes = json.loads((folder / "run.json").read_text())
        self._database, self._broker = notes["database_url"], notes["broker_url"]
        self.kills, self.wipes = Counter[str](), 0

    def run(self, wanted: int, kills: int, wipes: int) -> list[str]:
        """Spread kills and wipes over so many notices; what does not fit afterwards."""
        for person in PEOPLE:
            wish = {"channels": ["mail"], "address": f"{person}@people.example"}
            self._server.call("PUT", "/me/preferences", person, json=wish)
        due = sorted(
            [(wanted * (n + 1) / (kills + 1), "kill") for n in range(kills)]
            + [(wanted * (n + 1) / (wipes + 1), "wipe") for n in range(wipes)]
        )
        with load(self._server, self._folder, Notes(), assignments=0) as found:
            while (made := len(self._made("GroupProposed"))) < wanted or due:
                while due and due[0][0] <= made:
                    self._kill() if due.pop(0)[1] == "kill" else self._wipe()
                Event().wait(0.2)
        end = monotonic() + ARRIVED_WITHIN
        while (missing := set(self._made()) - set(self.arrived())) and monotonic() < end:
            Event().wait(0.5)
        strange = set(self.arrived()) - set(self._made())
        return [*found, *(f"{name} never arrived" for name in missing), *(f"{name} is no notice" for name in strange)]

    def _made(self, event: str | None = None) -> list[str]:
        """The names of what these people were to be told since they chose mail; the demo's deadlines are among it."""
        with psycopg.connect(self._database) as connection:
            rows = connection.execute(
                "SELECT id FROM read_notices.notices n JOIN preferences p USING (person)"
                " WHERE n.at >= p.since AND 'mail' = ANY(p.channels) AND (%s::text IS NULL OR event = %s)",
                [event, event],
            )
            return [name for (name,) in rows]

    def arrived(self) -> list[str]:
        """The names under which letters came, repeats too."""
        return [str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in self._sink.letters]

    def _kill(self) -> None:
        target = TARGETS[sum(self.kills.values()) % len(TARGETS)]
        self.kills[target] += 1
        for process in self._launcher.children(recursive=True):
            try:
                if target in process.cmdline() or target in process.name():
                    process.kill()
            except psutil.Error:
                continue

    def _wipe(self) -> None:
        try:
            redis.Redis.from_url(redis_url(self._broker)).flushall()
            self.wipes += 1
        except redis.RedisError:
            # It has just been killed, which wipes it as well.
            self.wipes += 1


def main(wanted: int, kills: int, wipes: int) -> int:
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "sink") as sink:
        relay = {"SMTP_URL": f"smtp-plain://127.0.0.1:{sink.port}", "MAIL_FROM": "selaras@agency.example"}
        folder = Path(place) / "run"
        folder.mkdir()
        with running(folder, **relay) as (server, launcher):
            fire = Fire(server, folder, launcher, sink)
            found = fire.run(wanted, kills, wipes)
        names = fire.arrived()
    repeats = len(names) - len(set(names))
    print(f"killed {dict(fire.kills)}, wiped {fire.wipes} times: {len(set(names))} letters, {repeats} came again")
    for line in found[:20]:
        print(line)
    print("every notice arrived, under one name each" if not found else f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[1:4]]
    sys.exit(main(*(numbers + [10_000, 30, 5][len(numbers) :])))
