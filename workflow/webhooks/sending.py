"""One HTTP call to a judged address: bounded in time and in what is read, no redirect followed."""

import contextlib
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPException

import urllib3
from msgspec import Struct
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

from workflow.delivery.cutting import cut_after
from workflow.webhooks.addresses import Target

PATIENCE = 10.0
"""Seconds for a call as a whole, from connecting to the end of what is read."""
CONNECT = 3.0
READ = 4096
"""Bytes of an answer that are read; a longer one ends the connection."""
LONGEST_REST = 3600.0
"""Seconds that a receiver may ask us to wait."""


class Answer(Struct, frozen=True):
    """What came back; `status` None: nothing did, and `why` says so."""

    status: int | None
    why: str
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver says that it wants no more, for ever."""
        return self.status == 410

    @property
    def of_the_message(self) -> bool:
        """True where the receiver is well and takes issue with this message: others may still be taken."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in (408, 425, 429)

    @property
    def well(self) -> bool:
        """True where the receiver itself is not in trouble: it took the message, or refuses this one."""
        return self.taken or self.gone or self.of_the_message


class Line:
    """A connection to one receiver, kept open from one call to the next."""

    def __init__(self, target: Target, patience: float = PATIENCE) -> None:
        self._target, self._patience = target, patience
        self._connection: HTTPConnection | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one message. Never raises for what the receiver does."""
        end = time.monotonic() + self._patience
        kept = self._connection is not None
        try:
            return self._post(body, headers, end)
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            self.close()
            if kept and isinstance(error, ConnectionError):
                # A line that was left open may have been closed by the other side meanwhile: that is no failure.
                return self.post(body, headers)
            return Answer(None, _told(error, time.monotonic() >= end))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes, headers: Mapping[str, str], end: float) -> Answer:
        connection = self._connection or self._connect()
        self._connection = connection
        with cut_after(end - time.monotonic(), lambda: connection.sock):
            connection.request(
                "POST", self._target.path, body=body, headers={"Host": self._host, **headers}, preload_content=False
            )
            answer = connection.getresponse()
            whole = self._read(answer)
        if not whole or answer.headers.get("Connection", "").lower() == "close":
            self.close()
        status = int(answer.status)
        return Answer(status, _meaning(status), _retry_after(answer.headers.get("Retry-After")))

    @staticmethod
    def _read(answer: BaseHTTPResponse) -> bool:
        """Read the answer away, so that the line can be used again; False where it is too long or ends half-way."""
        with contextlib.suppress(urllib3.exceptions.HTTPError, HTTPException, OSError):
            return len(answer.read(READ + 1, decode_content=False)) <= READ
        return False

    @property
    def _host(self) -> str:
        host = f"[{self._target.host}]" if ":" in self._target.host else self._target.host
        usual = 443 if self._target.secure else 80
        return host if self._target.port == usual else f"{host}:{self._target.port}"

    def _connect(self) -> HTTPConnection:
        target = self._target
        if target.secure:
            connection: HTTPConnection = HTTPSConnection(
                target.ip,
                target.port,
                timeout=CONNECT,
                server_hostname=target.host,
                assert_hostname=target.host,
                ssl_context=ssl.create_default_context(),
            )
        else:
            connection = HTTPConnection(target.ip, target.port, timeout=CONNECT)
        connection.connect()
        connection.timeout = self._patience
        return connection


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return f"{status}: a redirect, which is never followed"
    return str(status)


def _retry_after(value: str | None) -> float | None:
    if value is None or not value.strip().isdigit():
        return None
    return min(float(value), LONGEST_REST)


def _told(error: Exception, late: bool) -> str:
    """A line for the operator; never what the receiver wrote."""
    return f"no answer within {PATIENCE:g} s" if late else f"no answer: {type(error).__name__}"
