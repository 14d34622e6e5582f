"""The master key: what is derived from it, how other keys are wrapped under it, and proof that it is the right one."""

import hmac
import os
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH = 32
NONCE = 12


class WrongMasterKey(Exception):
    """The master key is not the one that this database was made with; the message says how to mend it."""

    def __init__(self) -> None:
        super().__init__(
            "the master key is not the one that sealed this database: set SELARAS_MASTER_KEY to the key it was made"
            " with, or restore master.key in the data folder; nothing was changed"
        )


class MasterKey:
    """Derives a key for each purpose (HKDF, RFC 5869); the master key itself encrypts nothing."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for anything but 32 bytes."""
        if len(key) != LENGTH:
            raise ValueError(f"the master key has {len(key)} bytes where {LENGTH} are needed")
        self._key = key

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        return HKDF(hashes.SHA256(), LENGTH, salt=None, info=f"selaras/1/{purpose}".encode()).derive(self._key)

    @cached_property
    def proof(self) -> bytes:
        """Tells two master keys apart and nothing more."""
        return self.derived("proof")

    @cached_property
    def _persons(self) -> bytes:
        return self.derived("person")

    @cached_property
    def _contents(self) -> bytes:
        return self.derived("content")

    @cached_property
    def _wrapping(self) -> AESGCM:
        return AESGCM(self.derived("wrapping"))

    def person(self, nik: str) -> str:
        """The keyed digest that names a person, 32 hex digits. Without the key, trying all NIKs tells nothing."""
        return hmac.digest(self._persons, nik.encode(), sha256).hex()[:32]

    def content_key(self, plain_sha256: bytes) -> bytes:
        """The key of a document: the same bytes have the same key, whose guesser must hold the master key."""
        return hmac.digest(self._contents, plain_sha256, sha256)

    def wrap(self, key: bytes, name: str) -> bytes:
        """A key, encrypted and bound to what it is the key of."""
        nonce = os.urandom(NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, name.encode())

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Raises WrongMasterKey where it was wrapped under another, or for something else."""
        try:
            return self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], name.encode())
        except InvalidTag:
            raise WrongMasterKey from None
