"""Facts by the paths of their fields, through objects and lists: `plan.tools`, `members.name`."""

from collections.abc import Iterable
from typing import Any

from workflow.domain.definition.schemas import Schema, items, properties
from workflow.domain.events import Facts

Tree = dict[str, Any]
"""Field to the tree of what is wanted below it; None: all of it."""


def field_within(schema: Schema, path: str) -> Schema | None:
    """The schema of the field that a path names; None where there is none."""
    found: Any = schema
    for name in path.split("."):
        while (item := items(found)) is not None:
            found = item
        found = (properties(found) or {}).get(name)
        if found is None:
            return None
    return dict(found)


def picked(facts: Facts, fields: Iterable[str]) -> Facts:
    """The facts with these fields and no others, in the form in which they are; what is not there is left out."""
    tree: Tree = {}
    # The shorter path first: a field that is wanted whole stays so.
    for path in sorted(set(fields), key=lambda path: path.count(".")):
        _plant(tree, path.split("."))
    return dict(_pick(facts, tree))


def _plant(tree: Tree, path: list[str]) -> None:
    for name in path[:-1]:
        below = tree.setdefault(name, {})
        if below is None:
            return
        tree = below
    tree[path[-1]] = None


def _pick(value: Any, tree: Tree | None) -> Any:
    if tree is None:
        return value
    if isinstance(value, list):
        return [_pick(item, tree) for item in value]
    return {name: _pick(value[name], below) for name, below in tree.items() if name in value}
