"""The map: which columns of another system's log are the case, its facts, and the steps of a definition."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class BadMap(Exception):
    """The map cannot be used; the message says where and why."""


class CaseMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    """Column that names the case."""
    opened: str | None = None
    """Column of the moment at which it was opened; without one, its first step's."""
    region: str = ""
    """Kemendagri code of all cases; empty: none."""
    facts: dict[str, str] = {}
    """Field of the facts to column."""
    integers: tuple[str, ...] = ()
    """Fields whose text is a whole number."""
    deadline: str | None = None
    """Column of the other system's own deadline, compared with our calendar's."""


class EventMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: str
    actor: str
    action: str
    """Column that names the step."""
    actions: dict[str, str]
    """The step's name there to our action."""
    id: str | None = None
    """Column that is different in every row, where there is one; a repeat is an error."""
    office: str | None = None


class HistoryMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    history: int
    """Version of this format: 1."""
    source: str
    """The other system's name, shown wherever its events are."""
    programme: str
    version: int
    """Version of the programme's definition."""
    case: CaseMap
    event: EventMap
    zone: str = "UTC"
    """Zone of times without an offset."""


def read_map(path: Path) -> HistoryMap:
    """Read a map strictly. Raises BadMap."""
    try:
        tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        read = msgspec.convert(tree, HistoryMap)
        ZoneInfo(read.zone)
    except (OSError, YAMLError, ZoneInfoNotFoundError, ValueError) as error:
        raise BadMap(f"{path.name}: {error}") from error
    if read.history != 1:
        raise BadMap(f"{path.name}: history: {read.history} is not known; this version reads 1")
    return read
