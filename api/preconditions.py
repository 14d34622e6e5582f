"""If-Match and Idempotency-Key (RFC 9110 section 13.1.1; draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import hmac
import re
from typing import Literal

from flask import Request

from api.problems import Problem

Need = Literal["required", "honoured", "none"]

TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
KEY = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,255}")


def if_match(request: Request, need: Need) -> frozenset[str] | None:
    """The tags that the caller saw; None: any state will do (`*`, or not sent). Raises Problem 428, 400."""
    sent = request.headers.get("If-Match")
    if sent is None:
        if need == "required":
            raise Problem("precondition", name="If-Match")
        return None
    return tags(sent)


def tags(sent: str) -> frozenset[str] | None:
    """The strong tags in the value of an If-Match; None for `*`.

    Weak tags never match a write, so they are left out. Raises Problem 400.
    """
    if sent.strip() == "*":
        return None
    found = TAG.findall(sent)
    if not found or TAG.sub("", sent).strip(" \t,"):
        raise Problem("header", name="If-Match")
    return frozenset(tag for weak, tag in found if not weak)


def idempotency_key(request: Request, need: Need) -> str | None:
    """The key, with or without the quotes of a structured field. Raises Problem 428, 400."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        if need == "required":
            raise Problem("precondition", name="Idempotency-Key")
        return None
    key = sent.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not KEY.fullmatch(key):
        raise Problem("header", name="Idempotency-Key")
    return key


class Fingerprint:
    """Names a request, so that a key used for another one is found. Keyed, for a body may hold personal values."""

    def __init__(self, secret: bytes, method: str, path: str) -> None:
        self._sum = hmac.new(secret, f"request\n{method}\n{path}\n".encode("utf-8", "surrogateescape"), hashlib.sha256)

    def add(self, part: bytes) -> None:
        self._sum.update(part)

    def name(self) -> str:
        return self._sum.hexdigest()


def etag(tag: str) -> str:
    return f'"{tag}"'
