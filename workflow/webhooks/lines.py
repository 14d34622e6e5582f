"""Signs messages and sends them to one subscription's address, which is judged for each turn anew."""

import time
from collections.abc import Sequence
from datetime import datetime

from workflow.domain.words import Text
from workflow.webhooks import addresses, signing
from workflow.webhooks.sending import Answer, Line


class Stopped(Exception):
    """Nothing more is sent until the owner says so; `why` is told to them."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.why = Text(indonesian, english)


class Lines:
    """Used by one thread, for one turn. `began`: when, by the database's clock, for no sender's own is believed."""

    def __init__(
        self, id: str, url: str, began: datetime, secrets: Sequence[bytes], networks: Sequence[addresses.Network]
    ) -> None:
        self._id, self._url, self._secrets, self._networks = id, url, secrets, networks
        self._ahead = began.timestamp() - time.monotonic()
        self._line: Line | None = None

    def send(self, message: str, body: bytes) -> Answer:
        """Raises Stopped where nothing is sent to the address as it is now; never for what the receiver does."""
        if self._line is None:
            try:
                self._line = Line(addresses.judged(self._url, self._networks))
            except addresses.Refused as refused:
                raise Stopped(refused.say.id, refused.say.en) from None
            except OSError as error:
                return Answer(None, f"its name is not known now: {type(error).__name__}")
        signed = signing.headers(f"{self._id}.{message}", int(self._ahead + time.monotonic()), body, self._secrets)
        return self._line.post(body, {"Content-Type": "application/cloudevents+json", **signed})

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
