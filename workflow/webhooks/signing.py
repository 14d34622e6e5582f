"""Signatures by which a receiver knows that a message is ours. Source: Standard Webhooks 1.0."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256
from secrets import token_bytes
from typing import Protocol

PREFIX = "whsec_"
LENGTH = 32
"""Bytes of a secret; the standard wants 24 to 64."""
SHORTEST, LONGEST = 24, 64
LONGEST_TIMESTAMP = 12
MOST_SIGNATURES = 8
"""That are looked at; a sender needs two while it replaces its secret."""
TOLERANCE = 300
"""Seconds by which a message's timestamp may differ from ours; the reference libraries have the same."""


class BadSignature(Exception):
    """A message is not signed as it has to be."""


class OutOfTime(BadSignature):
    """It is signed well, and too old or from the future: it may be somebody's copy."""


def new_secret() -> bytes:
    return token_bytes(LENGTH)


def shown(secret: bytes) -> str:
    """A secret as its owner keeps it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def read(text: str) -> bytes:
    """A secret from the form in which its owner keeps it. Raises ValueError, which does not repeat it."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("it has to be whsec_ and base64") from None
    if not SHORTEST <= len(secret) <= LONGEST:
        raise ValueError(f"it has {len(secret)} bytes where {SHORTEST} to {LONGEST} are needed")
    return secret


class Headers(Protocol):
    """Of a request, asked by name."""

    def get(self, name: str, default: str, /) -> str: ...


def check(headers: Headers, body: bytes, secrets: Sequence[bytes], now: float) -> None:
    """Judge a message that came, by any of the secrets. Raises BadSignature, OutOfTime."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [part.encode() for part in headers.get("webhook-signature", "").split()[:MOST_SIGNATURES]]
    if not id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > LONGEST_TIMESTAMP:
        raise BadSignature
    known = (_signature(secret, id, timestamp, body).encode() for secret in secrets)
    # All are compared, each in constant time: how long it takes tells nothing.
    if not sum(hmac.compare_digest(one, other) for one in known for other in given):
        raise BadSignature
    if abs(int(timestamp) - now) > TOLERANCE:
        raise OutOfTime


def headers(id: str, timestamp: int, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The three headers; while a secret is being replaced, both sign. `timestamp`: seconds since 1970, of the try."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, id, str(timestamp), body) for secret in secrets),
    }


def _signature(secret: bytes, id: str, timestamp: str, body: bytes) -> str:
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, sha256)).decode()
