"""Reads events that were stored in an older form: one step from each version of a kind to the next."""

from collections.abc import Callable, Mapping
from typing import Any

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(tag, stored version) to the step that leads to the version after it. A changed kind raises its `schema` and adds
its step here; nothing in the log is rewritten."""


class NoWayUp(Exception):
    """No step leads from a stored version of a kind to the present one."""


def upcast(tag: str, stored: int, wanted: int, body: Body, steps: Mapping[tuple[str, int], Upcaster]) -> Body:
    """The body in the present form. Raises NoWayUp, also for a version that only a newer program knows."""
    if stored > wanted:
        raise NoWayUp(f"{tag}/{stored} was stored by a newer program: this one knows {tag}/{wanted}")
    for version in range(stored, wanted):
        try:
            step = steps[tag, version]
        except KeyError:
            raise NoWayUp(f"{tag}/{version} cannot be read: no step leads from it to {tag}/{version + 1}") from None
        body = step(body)
    return body
