"""What arrived on the wire, counted apart from the engine: letters by Message-ID, messages and webhooks by their id."""

import json
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import SMTP
from itertools import pairwise
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

from tests.notices.mailbox import Sink
from tests.notices.phones import Phones
from tests.webhooks.receiver import Came, Receiver


class Letters:
    """Reads a mail server's folder as it fills."""

    def __init__(self, sink: Sink) -> None:
        self._sink, self._read = sink, 0
        self.names = Counter[str]()
        """Message-ID to how often it came."""
        self.told: dict[tuple[str, str], set[str]] = {}
        """Recipient and subject to the Message-IDs that said it: of a group that proposes once, one."""

    def look(self) -> int:
        """Read what came since the last look; how many letters there are by now."""
        for file in unread(self._sink.folder, self._read, "eml"):
            with file.open("rb") as opened:
                self._note(BytesHeaderParser(policy=SMTP).parse(opened))
            self._read += 1
        return self._read

    def _note(self, letter: Message) -> None:
        name = str(letter["Message-ID"])
        self.names[name] += 1
        self.told.setdefault((str(letter["To"]).partition("@")[0], str(letter["Subject"])), set()).add(name)

    def faults(self) -> list[str]:
        return [f"{told} was told under {len(names)} names" for told, names in self.told.items() if len(names) > 1]


class Messages:
    """Reads a gateway's folder as it fills; what came unsigned is not in it."""

    def __init__(self, phones: Phones) -> None:
        self._phones, self._read = phones, 0
        self.names = Counter[str]()
        """Id to how often it came."""
        self.told: dict[tuple[str, str], set[str]] = {}
        """Number and text to the ids that said it: of a group that proposes once, one."""

    def look(self) -> int:
        """Read what came since the last look; how many messages there are by now."""
        for file in unread(self._phones.folder, self._read, "json"):
            message = json.loads(file.read_text())["message"]
            self.names[message["id"]] += 1
            self.told.setdefault((message["to"], message["text"]), set()).add(message["id"])
            self._read += 1
        return self._read

    def faults(self) -> list[str]:
        return [f"{told} was told under {len(ids)} ids" for told, ids in self.told.items() if len(ids) > 1]


def unread(folder: Path, read: int, kind: str) -> Iterator[Path]:
    """The numbered files after so many, in order."""
    while (file := folder / f"{read + 1}.{kind}").exists():
        yield file
        read += 1


class Pushed:
    """One subscription's receiver; every message is judged by the reference library while it is fresh."""

    def __init__(self, receiver: Receiver, id: str, secret: str) -> None:
        self._receiver, self._id, self._reference = receiver, id, Webhook(secret)
        self._read = 0
        self.names = Counter[int]()
        """Position to how often it came, the first arrivals in order."""
        self.subjects: dict[int, str] = {}
        self._wrong: list[str] = []

    def look(self) -> int:
        """Judge what came since the last look; how many messages there are by now."""
        for came in self._receiver.came[self._read :]:
            self._note(came)
            self._read += 1
        return self._read

    def _note(self, came: Came) -> None:
        try:
            self._reference.verify(came.body, came.headers)
        except WebhookVerificationError as error:
            self._wrong.append(f"{came.id}: {error}")
        event = came.event
        position = int(event["data"]["position"])
        if came.id != f"{self._id}.{position}":
            self._wrong.append(f"position {position} came as {came.id}")
        self.names[position] += 1
        self.subjects[position] = event["subject"]

    def faults(self) -> list[str]:
        """Wrong signatures and names, and first arrivals that overtook an earlier event of their case."""
        cases: dict[str, list[int]] = {}
        for position in self.names:
            cases.setdefault(self.subjects[position], []).append(position)
        overtaken = [
            f"{ref}: {later} came before {earlier}"
            for ref, positions in cases.items()
            for later, earlier in pairwise(positions)
            if earlier < later
        ]
        return [*self._wrong, *overtaken]


def repeats(names: Counter[str] | Counter[int]) -> int:
    """How many arrivals brought nothing new."""
    return names.total() - len(names)
