"""YAML 1.2 without its traps: a text becomes a tree of texts, whole numbers, truth values, lists and maps."""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent
from ruamel.yaml.scanner import Scanner

from workflow.domain.definition.facts_schema import LARGEST
from workflow.domain.definition.tree import Node, Place

DEEPEST = 40
MOST_VALUES = 20_000

TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NOTHING = ("", "~", "null", "Null", "NULL")
WHOLE = re.compile(r"[-+]?[0-9]{1,20}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,20}")
FRACTION = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?[0-9]+"
)

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class BadText(Exception):
    """A text that is refused: where, by which rule, and a sentence."""

    def __init__(self, place: Place, rule: str, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.rule = rule
        self.message = message


def parse(text: str) -> Node:
    """The tree of the one document in a text; raises BadText."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _StrictScanner
    yaml.allow_duplicate_keys = False
    try:
        return _Builder(yaml.parse(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadText(_place(mark), "syntax", str(error.problem or error.context or "not YAML")) from None
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise BadText(Place(line, 1), "syntax", f"not YAML: {str(error).splitlines()[0]}") from None
    except (ValueError, AssertionError, IndexError, UnicodeError):
        raise BadText(Place(1, 1), "syntax", "not YAML") from None


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)


class _StrictScanner(Scanner):
    """Refuses what a definition may not have at the first sign of it, before anything is built."""

    def _refuse(self, rule: str, message: str) -> None:
        raise BadText(_place(self.reader.get_mark()), rule, message)

    def fetch_flow_collection_start(self, *given: Any, **named: Any) -> None:
        if self.flow_level + len(self.indents) >= DEEPEST:
            self._refuse("depth", f"nested more than {DEEPEST} deep")
        super().fetch_flow_collection_start(*given, **named)

    def add_indent(self, column: int) -> bool:
        if len(self.indents) >= DEEPEST:
            self._refuse("depth", f"nested more than {DEEPEST} deep")
        return bool(super().add_indent(column))

    def fetch_anchor(self) -> None:
        self._refuse("anchor", "anchors (&) are not allowed: write the value out")

    def fetch_alias(self) -> None:
        self._refuse("alias", "aliases (*) are not allowed: write the value out")

    def fetch_tag(self) -> None:
        self._refuse("tag", "tags (!) are not allowed: put a text in quotes")

    def fetch_directive(self) -> None:
        self._refuse("directive", "directives (%) are not allowed: definitions are YAML 1.2")


class _Builder:
    """Events to nodes, with the depth and the number of values bounded."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.values = 0

    def document(self) -> Node:
        next(self.events)
        first = next(self.events)
        if type(first).__name__ != "DocumentStartEvent":
            raise BadText(Place(1, 1), "syntax", "the file is empty")
        node = self._node(next(self.events), 0)
        next(self.events)
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            raise BadText(_place(after.start_mark), "syntax", "a file holds one document")
        return node

    def _node(self, event: Any, deep: int) -> Node:
        place = _place(event.start_mark)
        self.values += 1
        if self.values > MOST_VALUES:
            raise BadText(place, "size", f"a definition has at most {MOST_VALUES} values")
        if deep > DEEPEST:
            raise BadText(place, "depth", f"nested more than {DEEPEST} deep")
        if isinstance(event, ScalarEvent):
            return Node(_scalar(event, place), place)
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), SequenceEndEvent):
                items.append(self._node(inner, deep + 1))
            return Node(items, place)
        if isinstance(event, MappingStartEvent):
            return self._map(place, deep)
        raise BadText(place, "syntax", "a value is missing here")

    def _map(self, place: Place, deep: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            at = _place(event.start_mark)
            name = self._node(event, deep + 1).value
            if not isinstance(name, str):
                raise BadText(at, "type", "a key must be text: put it in quotes")
            if name in entries:
                raise BadText(
                    at, "repeated-key", f"the key `{name[:80]}` stands here twice, first in line {keys[name].line}"
                )
            entries[name] = self._node(next(self.events), deep + 1)
            keys[name] = at
        return Node(entries, place, keys)


def _scalar(event: Any, place: Place) -> str | int | bool | None:
    """A plain scalar by the YAML 1.2 core schema; a quoted one is text."""
    value = str(event.value)
    if UNPRINTABLE.search(value):
        raise BadText(place, "syntax", "text with control characters or half a surrogate pair is not allowed")
    if event.style or not event.implicit[0]:
        return value
    if value in NOTHING:
        return None
    if value in TRUTH:
        return TRUTH[value]
    if WHOLE.fullmatch(value):
        number = int(value, 0) if value[:2] in ("0o", "0x") else int(value)
        if abs(number) > LARGEST:
            raise BadText(place, "type", f"a whole number is at most {LARGEST}; put a text in quotes")
        return number
    if FRACTION.fullmatch(value):
        raise BadText(place, "type", f"`{value[:80]}` is a fraction, which is not allowed; put a text in quotes")
    return value
