"""Signatures by which a receiver knows that a message is ours. Source: Standard Webhooks 1.0."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256
from secrets import token_bytes

PREFIX = "whsec_"
LENGTH = 32
"""Bytes of a secret; the standard wants 24 to 64."""


def new_secret() -> bytes:
    return token_bytes(LENGTH)


def shown(secret: bytes) -> str:
    """A secret as its owner keeps it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(id: str, timestamp: int, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The three headers; while a secret is being replaced, both sign. `timestamp`: seconds since 1970, of the try."""
    signed = f"{id}.{timestamp}.".encode() + body
    made = (base64.b64encode(hmac.digest(secret, signed, sha256)).decode() for secret in secrets)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in made),
    }
