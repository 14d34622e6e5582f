"""A definition's file as plain values that know where they stand."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct


class Place(Struct, frozen=True):
    """Line and column, from 1; 0 where the text is not at hand."""

    line: int = 0
    column: int = 0


class Node(Struct, frozen=True):
    """A value: text, integer, truth value, None, a list of nodes, or a map of names to nodes."""

    value: str | int | bool | list["Node"] | dict[str, "Node"] | None
    place: Place = Place()
    keys: dict[str, Place] = {}
    """Of a map: where each of its names stands."""


def plain(node: Node) -> Any:
    """The value without its places."""
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [plain(value) for value in node.value]
    return node.value


def locate(node: Node, path: Sequence[str | int]) -> Place:
    """Place of the value at a path, or of the nearest value above it; of a map's entry its name."""
    place = node.place
    for step in path:
        if isinstance(node.value, dict) and step in node.value:
            place, node = node.keys.get(str(step), node.place), node.value[str(step)]
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            place = node.place
        else:
            break
    return place
