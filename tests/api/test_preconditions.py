"""If-Match and Idempotency-Key as the RFCs write them."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from api import preconditions
from api.problems import Problem


def request(**headers: str) -> Request:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(EnvironBuilder(method="POST", headers=sent).get_environ())


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ('"a"', {"a"}),
        ('"a", "b"', {"a", "b"}),
        ('W/"a"', set()),
        ('W/"a", "b"', {"b"}),
        ('"with,comma"', {"with,comma"}),
        ('""', {""}),
    ],
)
def test_strong_tags_are_compared_and_weak_ones_never_match(sent: str, tags: set[str]):
    assert preconditions.if_match(request(If_Match=sent), "required") == tags


def test_a_star_means_whatever_is_there():
    assert preconditions.if_match(request(If_Match="*"), "required") is None


@pytest.mark.parametrize("sent", ["abc", '"a', '"a" b', '*, "a"', '"a" ' + " " * 3000 + "x"])
def test_an_unreadable_tag_is_400(sent: str):
    with pytest.raises(Problem) as caught:
        preconditions.if_match(request(If_Match=sent), "required")
    assert (caught.value.kind, caught.value.values["name"]) == ("header", "If-Match")


@pytest.mark.parametrize("read", [preconditions.if_match, preconditions.idempotency_key])
def test_a_missing_header_is_asked_for_only_where_it_is_needed(read):
    assert read(request(), "honoured") is None
    with pytest.raises(Problem) as caught:
        read(request(), "required")
    assert caught.value.kind == "precondition"


def test_a_key_is_the_same_with_and_without_quotes():
    assert preconditions.idempotency_key(request(Idempotency_Key="k-1"), "required") == "k-1"
    assert preconditions.idempotency_key(request(Idempotency_Key='"k-1"'), "required") == "k-1"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 256, '"'])
def test_an_unreadable_key_is_400(sent: str):
    with pytest.raises(Problem) as caught:
        preconditions.idempotency_key(request(Idempotency_Key=sent), "required")
    assert caught.value.kind == "header"


def test_a_fingerprint_tells_requests_apart_and_needs_the_secret():
    def name(secret: bytes, method: str, path: str, *parts: bytes) -> str:
        made = preconditions.Fingerprint(secret, method, path)
        for part in parts:
            made.add(part)
        return made.name()

    one = name(b"s", "POST", "/cases", b"{}")
    assert one == name(b"s", "POST", "/cases", b"{", b"}")
    others = {
        name(b"t", "POST", "/cases", b"{}"),
        name(b"s", "PUT", "/cases", b"{}"),
        name(b"s", "POST", "/case", b"{}"),
        name(b"s", "POST", "/cases", b"{} "),
    }
    assert len(others | {one}) == 5
