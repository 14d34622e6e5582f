"""The map: which columns of another system's log are the case, its facts, and the steps of a definition."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from workflow.domain.definition.findings import nearest
from workflow.domain.definition.model import Definition
from workflow.domain.definition.tree import Node, locate, plain
from workflow.history.broken import BadMap
from workflow.yaml_text import BadText, parse

MOST_BYTES = 256 * 1024


class CaseMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    """Column that names the case."""
    opened: str | None = None
    """Column of the moment at which it was opened; without one, its first step's."""
    region: str = ""
    """Kemendagri code of cases whose facts have none; empty: the whole nation."""
    facts: dict[str, str] = {}
    """Field of the facts to column."""
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

    @property
    def of_case(self) -> tuple[str, ...]:
        """Columns that say the same in every row of a case."""
        named = (self.case.opened, self.case.deadline, *self.case.facts.values())
        return tuple(dict.fromkeys(column for column in named if column))

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that are filled in every row."""
        named = (self.case.id, self.event.at, self.event.actor, self.event.action, self.event.id)
        return tuple(dict.fromkeys(column for column in named if column))

    @property
    def columns(self) -> tuple[str, ...]:
        office = (self.event.office,) if self.event.office else ()
        return tuple(dict.fromkeys((*self.needed, *office, *self.of_case)))


def read_map(path: Path) -> HistoryMap:
    """Read a map strictly. Raises BadMap."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise BadMap(f"{path.name}: a map has at most {MOST_BYTES // 1024} KiB")
        tree = parse(raw.decode("utf-8-sig"))
    except OSError as error:
        raise BadMap(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadMap(f"{path.name}: is not UTF-8") from None
    except BadText as error:
        raise BadMap(f"{path.name}:{error.place.line}:{error.place.column}: {error.message}") from None
    try:
        read = msgspec.convert(plain(tree), HistoryMap)
    except msgspec.ValidationError as error:
        raise BadMap(f"{path.name}:{_place(tree, str(error))}: {error}") from None
    try:
        ZoneInfo(read.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMap(f"{path.name}:{_place(tree, '`$.zone`')}: there is no time zone {read.zone!r}") from None
    if read.history != 1:
        raise BadMap(f"{path.name}:{_place(tree, '`$.history`')}: {read.history} is not known; this version reads 1")
    if not read.source.strip():
        raise BadMap(f"{path.name}:{_place(tree, '`$.source`')}: the other system needs a name")
    return read


def check_map(how: HistoryMap, definition: Definition) -> None:
    """Raises BadMap for names that the definition does not have."""
    fields = definition.facts.schema.get("properties", {})
    wrong = [
        f"event.actions: {there!r} leads to {ours!r}, which is no action{nearest(ours, definition.actions)}"
        for there, ours in how.event.actions.items()
        if ours not in definition.actions
    ]
    wrong += [
        f"case.facts: there is no field {name!r}{nearest(name, fields)}"
        for name in how.case.facts
        if name not in fields
    ]
    if wrong:
        raise BadMap(f"the map does not fit {definition.id} version {definition.version}: " + "; ".join(wrong))


def _place(tree: Node, message: str) -> str:
    """Line and column of what a message is about; a field that is unknown stands under the path that is named."""
    path = re.search(r"`\$\.?([^`]*)`$", message)
    unknown = re.search(r"unknown field `([^`]*)`", message)
    names = [*filter(None, (path[1] if path else "").split(".")), *([unknown[1]] if unknown else [])]
    place = locate(tree, names)
    return f"{place.line}:{place.column}"
