"""Merge patches: the examples of RFC 7396, and the law that a difference applied gives the other side."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.domain.merge import diff, merge, touched

EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

leaves = st.integers(-5, 5) | st.booleans() | st.text(max_size=3)
facts = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner)),
)


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_as_the_rfc_shows(target, patch, result):
    assert merge(target, patch) == result


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(facts, facts)
def test_a_difference_applied_gives_the_other_side(before, after):
    patch = diff(before, after)
    assert merge(before, patch) == after
    assert (patch == {}) == (diff(after, before) == {})


def test_true_is_not_one():
    assert diff({"a": 1}, {"a": True}) == {"a": True}


def test_what_a_patch_touches():
    assert set(touched({"plan": {"tools": 1}, "group": None})) == {("plan", "tools"), ("group",)}
