"""Workers, beat and broker are killed while notices go out as letters and messages to phones, and events as webhooks.

`python -m tests.failure.delivery_under_fire [NOTICES] [KILLS] [WIPES] [CRASHES]`: besides, the broker is wiped and the
database crashes. Every notice is made once and arrives on both channels, the gateway's receipts say so of each message,
every event arrives at each subscription in order, and repeats carry their first name and stay under one in a hundred.
"""

import json
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from threading import Event
from time import monotonic

import psutil
import redis

from selaras.demo.people import BASIS, PALU
from tests.failure.arrivals import Letters, Messages, Pushed, repeats
from tests.failure.clients import Notes
from tests.failure.deciding import load
from tests.failure.due import Due
from tests.failure.killing import victims
from tests.journeys.client import Server
from tests.journeys.conftest import running
from tests.notices import mailbox, phones
from tests.notices.mailbox import Sink
from tests.notices.phones import Phones
from tests.webhooks.receiver import Receiver
from workers.nudge import redis_url
from workflow.delivery.preferences import Preference
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.engine import Engine
from workflow.settings import Settings

PEOPLE = ("officer.palu", "officer2.palu", *(f"officer{number}.palu" for number in range(3, 11)))
"""Each of them is told of each group that proposes, by mail and phone."""
NUMBERS = {person: f"+62812{number:08}" for number, person in enumerate(PEOPLE)}
SUBSCRIBED = (None, "GroupProposed")
"""What each subscription wants: all events, or one."""
TARGETS = {"workers": "app:app worker", "beat": "app:app beat", "broker": "valkey-server"}
AHEAD = 400
"""Notices that may wait to go out; then the clients wait: a slow machine is to deliver as much as it makes."""
ALIVE_WITHIN = 180.0
"""Seconds for every channel to bring something after a failure."""
SILENT_FOR = 150.0
"""Seconds without any arrival after which no more is expected: a dead worker's lease has to run out first."""
REPEATED = 0.01
"""Less than this part of all that arrived may come again."""


class Fire:
    """One run against a system of its own, whose mail, messages and webhooks come to us."""

    def __init__(
        self, server: Server, folder: Path, launcher: int, sink: Sink, phones: Phones, receivers: list[Receiver]
    ) -> None:
        self._server, self._folder, self._launcher = server, folder, psutil.Process(launcher)
        notes = json.loads((folder / "run.json").read_text())
        self._broker, self.due = notes["broker_url"], Due(notes["database_url"])
        self._all_choose_both()
        self.letters, self.messages = Letters(sink), Messages(phones)
        self.delivered: set[str] = set()
        self.pushed = [self._subscribed(receiver, event) for receiver, event in zip(receivers, SUBSCRIBED, strict=True)]
        self._gate = Event()
        self.kills, self.wipes, self.crashes, self.acknowledged = Counter[str](), 0, 0, 0

    def run(self, wanted: int, kills: int, wipes: int, crashes: int, patient: bool = True) -> list[str]:
        """Spread all strikes over so many notices, each once what was hit before works again; all faults.

        `patient`: what a dead worker took is waited for; else its lease is ended.
        """
        many = ((kills, self._kill), (wipes, self._wipe), (crashes, self._crash))
        strikes = sorted(
            [((n + 1) / (number + 1), strike) for number, strike in many for n in range(number)], key=itemgetter(0)
        )
        notes = Notes()
        with load(self._server, self._folder, notes, assignments=1, gate=self._gate) as found:
            for share, strike in strikes:
                self._until_made(share * wanted)
                self._until_arriving()
                strike()
            self._until_made(wanted)
        self.acknowledged = len(notes.acknowledged)
        return [*found, *self._missing(patient), *self._faults()]

    def repeated(self) -> list[str]:
        """Channels on which too much came again."""
        counted = {"mail": self.letters.names, "phones": self.messages.names, "webhooks": self._all_pushed()}
        return [
            f"{channel}: {repeats(names)} of {len(names)} came again"
            for channel, names in counted.items()
            if repeats(names) >= REPEATED * len(names)
        ]

    def told(self) -> list[str]:
        """What was counted, for people."""
        mail, messages, hooks = self.letters.names, self.messages.names, self._all_pushed()
        return [
            f"killed {dict(self.kills)}, broker wiped {self.wipes} times, database crashed {self.crashes} times;"
            f" {self.acknowledged} decisions acknowledged",
            f"mail: {len(mail)} notices arrived as {mail.total()} letters, {repeats(mail)} came again",
            f"phones: {len(messages)} notices arrived as {messages.total()} messages, {repeats(messages)} came again;"
            f" receipts say of {len(self.delivered)} that they were delivered",
            f"webhooks: {len(hooks)} events arrived at {len(self.pushed)} subscriptions as {hooks.total()} messages,"
            f" {repeats(hooks)} came again",
        ]

    def _all_pushed(self) -> Counter[str]:
        return Counter(
            {f"{number}/{name}": n for number, one in enumerate(self.pushed) for name, n in one.names.items()}
        )

    def _all_choose_both(self) -> None:
        now = datetime.now(UTC)
        with Engine.open(Settings.from_environment({"DATA_DIR": str(self._folder)})) as engine:
            for person in PEOPLE:
                if person not in engine.directory.current().people:
                    engine.directory.handle(RegisterPerson(person=person), by="seed")
                    post = Appoint(
                        person=person, role="city_officer", office=PALU, since=date(2024, 1, 1), legal_basis=BASIS
                    )
                    engine.directory.handle(post, by="seed")
                wish = Preference(channels=("mail", "phone"), address=f"{person}@people.example", phone=NUMBERS[person])
                engine.preferences.put(person, wish, now)

    def _subscribed(self, receiver: Receiver, event: str | None) -> Pushed:
        wish = {"url": receiver.url, "programmes": ["tkm-kelompok"], "after": self.due.after}
        if event:
            wish["events"] = [event]
        made = self._server.call("POST", "/webhooks", "integrator", 201, json=wish).json()
        return Pushed(receiver, made["id"], made["secret"])

    def _until_made(self, wanted: float) -> None:
        while self._made() < wanted:
            self._look()
            Event().wait(0.2)

    def _made(self) -> int:
        return len(self.due.proposals()) * len(PEOPLE)

    def _until_arriving(self) -> None:
        """A kill while nothing works hits nothing: wait until every channel brings something again."""
        end, before = monotonic() + ALIVE_WITHIN, self._look()
        while not all(now > then for now, then in zip(self._look(), before, strict=True)):
            if monotonic() > end:
                logs = (f"{log.name}: {log.read_text()[-3000:]}" for log in sorted(self._folder.glob("logs/*.log")))
                since = f"{before} letters, messages and events, now {self._look()}; {self.due.waiting()}"
                raise TimeoutError("\n".join([f"nothing arrives any more: {since}", *self.told(), *logs]))
            Event().wait(0.1)

    def _look(self) -> tuple[int, int, int]:
        letters, messages = self.letters.look(), self.messages.look()
        if self._made() - min(letters, messages) < AHEAD:
            self._gate.set()
        else:
            self._gate.clear()
        return letters, messages, sum(one.look() for one in self.pushed)

    def _missing(self, patient: bool) -> list[str]:
        """Wait for all that is due; what did not come, and what came though it was not due."""
        seen, end = self._look(), monotonic() + SILENT_FOR
        while found := self._not_alike():
            if (now := self._look()) != seen:
                seen, end = now, monotonic() + SILENT_FOR
            elif not patient:
                self.due.leases_run_out()
            if monotonic() > end:
                return [*map(str, self.due.waiting()), *found]
            Event().wait(1)
        return []

    def _not_alike(self) -> list[str]:
        self._look()
        letters = {name.strip("<>").partition("@")[0] for name in self.letters.names}
        messages = set(self.messages.names)
        found: list[str] = []
        for channel, came in (("mail", letters), ("phone", messages)):
            due = self.due.notices(channel)
            found += [f"{channel}: {name} never arrived" for name in due - came]
            found += [f"{channel}: {name} is no notice" for name in came - due]
        self.delivered = self.due.delivered()
        found += [f"phone: of {name} no receipt was taken" for name in messages - self.delivered]
        for event, one in zip(SUBSCRIBED, self.pushed, strict=True):
            events = self.due.events(event)
            found += [f"event {position} never arrived" for position in events - one.names.keys()]
            found += [f"event {position} was not asked for" for position in one.names.keys() - events]
        return found

    def _faults(self) -> list[str]:
        """What was made or told wrongly, by the log and by what stands in the letters themselves."""
        mailed = {(person, ref) for person, subject in self.letters.told for ref in subject.split()}
        messaged = {(number, word) for number, text in self.messages.told for word in text.split()}
        silent = [
            f"{person} was not told of {ref}"
            for ref in self.due.proposals().values()
            for person in PEOPLE
            if (person, ref) not in mailed or (NUMBERS[person], ref) not in messaged
        ]
        told = [fault for one in (self.letters, self.messages, *self.pushed) for fault in one.faults()]
        return [*self.due.notices_made_wrongly(PEOPLE), *silent, *told]

    def _kill(self) -> None:
        target = list(TARGETS)[self.kills.total() % len(TARGETS)]
        self.kills[target] += 1
        for process in victims(self._launcher, TARGETS[target]):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _wipe(self) -> None:
        self.wipes += 1
        try:
            redis.Redis.from_url(redis_url(self._broker)).flushall()
        except redis.RedisError:
            # It has just been killed, which wipes it as well.
            return

    def _crash(self) -> None:
        self.crashes += 1
        # The postmaster alone: what it started has to notice by itself.
        victims(self._launcher, "bin/postgres")[0].kill()


def burn(
    place: Path, wanted: int, kills: int, wipes: int, crashes: int, patient: bool = True
) -> tuple[Fire, list[str]]:
    """One run in a folder; what was counted, and all faults."""
    folder = place / "run"
    folder.mkdir()
    with ExitStack() as open:
        sink = open.enter_context(mailbox.serving(place / "sink"))
        gateway = open.enter_context(phones.serving(place / "phones"))
        gateway.behaves("202;insist delivered")
        receivers = [Receiver() for _ in SUBSCRIBED]
        for receiver in receivers:
            open.callback(receiver.close)
        relay = {"SMTP_URL": f"smtp-plain://127.0.0.1:{sink.port}", "MAIL_FROM": "selaras@agency.example"}
        way = {"GATEWAY_URL": gateway.url, "GATEWAY_SECRET": phones.SECRET, "GATEWAY_PER_SECOND": "100"}
        inner = dict.fromkeys(("GATEWAY_NETWORKS", "WEBHOOK_NETWORKS"), "127.0.0.0/8")
        server, launcher = open.enter_context(running(folder, **inner, **relay, **way))
        fire = Fire(server, folder, launcher, sink, gateway, receivers)
        return fire, fire.run(wanted, kills, wipes, crashes, patient)


def main(*numbers: int) -> int:
    began = monotonic()
    with tempfile.TemporaryDirectory() as place:
        fire, found = burn(Path(place), *numbers)
    found += fire.repeated()
    for line in [*fire.told(), *found[:20]]:
        print(line)
    print(f"{monotonic() - began:.0f} s:", "all made once, all arrived" if not found else f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[1:5]]
    sys.exit(main(*(numbers + [10_000, 30, 5, 5][len(numbers) :])))
