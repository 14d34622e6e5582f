"""Where a list goes on: a place in its order that only the list itself can name."""

import base64
import hashlib
import hmac
from typing import Any

import msgspec

MAC = 16
"""Bytes of the seal."""
LONGEST = 2000


class BadCursor(Exception):
    """A cursor that this list did not give out for this question."""


class Cursors:
    """Seals and reads cursors. Made with a secret of its own, derived from the master key."""

    def __init__(self, master_key: bytes) -> None:
        self._key = hmac.digest(master_key, b"selaras cursors", hashlib.sha256)

    def write(self, question: Any, place: tuple[str, ...]) -> str:
        """`question`: what was asked (list, reader, filters, order); the cursor holds for that only."""
        body = msgspec.json.encode(place)
        return base64.urlsafe_b64encode(self._seal(question, body) + body).rstrip(b"=").decode()

    def read(self, question: Any, cursor: str) -> tuple[str, ...]:
        """The place that `write` was given. Raises BadCursor."""
        try:
            if len(cursor) > LONGEST:
                raise BadCursor
            raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            if not hmac.compare_digest(raw[:MAC], self._seal(question, raw[MAC:])):
                raise BadCursor
            return msgspec.json.decode(raw[MAC:], type=tuple[str, ...])
        except (ValueError, msgspec.MsgspecError):
            raise BadCursor from None

    def _seal(self, question: Any, body: bytes) -> bytes:
        asked = msgspec.json.encode(question, order="sorted")
        return hmac.digest(self._key, len(asked).to_bytes(8, "big") + asked + body, hashlib.sha256)[:MAC]
