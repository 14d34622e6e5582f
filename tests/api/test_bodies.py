"""What a JSON body may hold, and how each fault is named: a pointer and a sentence in both languages."""

import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from api import bodies
from api.problems import Problem
from workflow.asks import ActionAsk, OpenAsk


def errors_of(problem: Problem) -> dict[str, str]:
    assert all(error.id and error.en for error in problem.errors)
    return {error.pointer: error.en for error in problem.errors}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":}',
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'"\xed\xa0\x80"',
        b'{"a": 1' + b"0" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_unreadable(body: bytes):
    with pytest.raises(Problem) as caught:
        bodies.parse(body)
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        (rb'{"facts": {"group": "a\u0000b"}}', "/facts/group", "NUL"),
        (rb'{"facts": {"members": [{"name": "x"}, {"name": "\ud800"}]}}', "/facts/members/1/name", "surrogate"),
        (rb'{"a\u0000": 1}', "", "NUL"),
        (b'{"n": 9007199254740993}', "/n", "2^53"),
        (b'{"n": 1e999}', "/n", "2^53"),
        (b'{"a/b~c": "\\u0000"}', "/a~1b~0c", "NUL"),
        (b'{"x": {"same": 1, "same": 2}}', "/x", "same comes twice"),
        (b"[" * 80 + b"]" * 80, "/0" * 64, "deeper"),
        (b"[" * 200_000 + b"]" * 200_000, "", "deeper"),
    ],
)
def test_what_no_field_may_hold_is_named_by_its_pointer(body: bytes, pointer: str, said: str):
    with pytest.raises(Problem) as caught:
        bodies.parse(body)
    assert caught.value.kind == "invalid"
    assert said in errors_of(caught.value)[pointer]


def test_every_fault_is_told_at_once():
    with pytest.raises(Problem) as caught:
        bodies.fit({"programme": 7, "fact": {}, "applicant": []}, OpenAsk)
    said = errors_of(caught.value)
    assert "has to be a text" in said["/programme"]
    assert "not known here" in said["/fact"]
    assert "is required" in said["/facts"]
    assert "/applicant" in said


class Bounded(Struct):
    limit: Annotated[int, Meta(ge=1, le=200)] | None = None
    title: Annotated[str, Meta(min_length=2, max_length=4)] = "ab"
    names: Annotated[list[str], Meta(max_length=1)] = []


@pytest.mark.parametrize(
    ("body", "in_id", "in_en"),
    [
        ({"limit": 500}, "limit paling banyak 200", "limit is at most 200"),
        ({"limit": 0}, "limit paling sedikit 1", "limit is at least 1"),
        ({"limit": "x"}, "limit harus bilangan bulat atau null", "limit has to be a whole number or null"),
        ({"title": "abcde"}, "title paling banyak 4 tanda", "title takes at most 4 characters"),
        ({"names": ["a", "b"]}, "names paling banyak 1 butir", "names takes at most 1 items"),
    ],
)
def test_a_bound_is_told_with_its_number(body: dict, in_id: str, in_en: str):
    with pytest.raises(Problem) as caught:
        bodies.fit(body, Bounded)
    (error,) = caught.value.errors
    assert (error.id, error.en) == (in_id, in_en)


def test_a_fault_inside_a_list_keeps_its_place():
    with pytest.raises(Problem) as caught:
        bodies.fit({"action": "send_back", "redo": ["recommend", 3]}, ActionAsk)
    assert list(errors_of(caught.value)) == ["/redo/1"]


def test_a_checklist_takes_only_true_and_false():
    assert bodies.truths({"members_met": True}) == {"members_met": True}
    with pytest.raises(Problem) as caught:
        bodies.truths({"members_met": "yes", "not_yet_served": 1})
    assert set(errors_of(caught.value)) == {"/members_met", "/not_yet_served"}


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def read_or_refused(raw: bytes) -> object:
    """What was read, or the kind of problem, which names every fault."""
    try:
        return bodies.parse(raw)
    except Problem as problem:
        errors_of(problem)
        return problem.kind if problem.kind == "unreadable" or problem.errors else None


@given(JSON)
def test_whatever_json_comes_is_read_or_refused_with_pointers(value: object):
    assert read_or_refused(json.dumps(value).encode()) in (value, "invalid")


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_read_or_refused(raw: bytes):
    assert read_or_refused(raw) is not None or raw.strip() == b"null"
