"""JSON Merge Patch (RFC 7396): applying one, making one, and what one touches."""

from collections.abc import Iterator
from typing import Any

Patch = dict[str, Any]


def merge(target: Any, patch: Any) -> Any:
    """The target after the patch; neither is changed. Source: RFC 7396 section 2."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def diff(before: Patch, after: Patch) -> Patch:
    """The smallest patch for which `merge(before, patch) == after`; `after` has no null in its objects."""
    if before is after:
        return {}
    patch: Patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if name in before and same(old, value):
            continue
        patch[name] = diff(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return patch


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not 1."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def touched(patch: Patch, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths that a patch sets or removes, each as its names from the root."""
    for name, value in patch.items():
        path = (*prefix, name)
        if isinstance(value, dict) and value:
            yield from touched(value, path)
        else:
            yield path


def value_at(facts: Any, path: tuple[str, ...]) -> Any:
    """The value at a path of object names; None where there is none."""
    for name in path:
        if not isinstance(facts, dict) or name not in facts:
            return None
        facts = facts[name]
    return facts
