"""A value of a definition's file being read: asked for what it should be, it reports what it is not."""

import re
from collections.abc import Iterator
from typing import Any

from workflow.domain.definition.findings import Report, nearest
from workflow.domain.definition.tree import Node, Place, plain
from workflow.domain.words import Text

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
EVENT = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MOST_ENTRIES = 200
"""Of one map: the checks compare entries with each other."""
LONGEST_TEXT = 2000
"""Characters."""


class Entry:
    """A node, its path in the file, and the report; each reading method gives a stand-in where the value is wrong."""

    def __init__(self, node: Node, path: tuple[str | int, ...], report: Report, place: Place | None = None) -> None:
        self.node = node
        self.path = path
        self.report = report
        self.place = place or node.place

    def error(self, rule: str, message: str) -> None:
        self.report.error_at(rule, self.place, message)

    def _wrong(self, wanted: str) -> None:
        self.error("type", f"{self._called} must be {wanted}")

    @property
    def _called(self) -> str:
        return "`" + ".".join(map(str, self.path)) + "`" if self.path else "the file"

    def record(self, required: str, optional: str = "") -> dict[str, "Entry"]:
        """The entries of a map whose names are fixed; unknown and absent ones are reported."""
        needed = required.split()
        known = needed + optional.split()
        found = {}
        entries = dict(self.entries())
        for name, entry in entries.items():
            if name not in known:
                self.report.error_at(
                    "unknown-key", entry.place, f"{self._called} has no key `{name}`{nearest(name, known)}"
                )
            else:
                found[name] = entry
        if isinstance(self.node.value, dict):
            for name in needed:
                if name not in entries:
                    self.error("missing-key", f"{self._called} needs the key `{name}`")
        return found

    def entries(self) -> Iterator[tuple[str, "Entry"]]:
        """The entries of a map in order of their names, which is the order of the canonical form."""
        if not isinstance(self.node.value, dict):
            self._wrong("a map")
            return
        if len(self.node.value) > MOST_ENTRIES:
            self.error("size", f"{self._called} has more than {MOST_ENTRIES} entries")
            return
        for name in sorted(self.node.value, key=lambda key: key.encode("utf-16-be")):
            yield name, Entry(self.node.value[name], (*self.path, name), self.report, self.node.keys.get(name))

    def named(self, pattern: re.Pattern[str] = NAME) -> Iterator[tuple[str, "Entry"]]:
        """The entries of a map whose names the author chooses."""
        for name, entry in self.entries():
            if pattern.fullmatch(name):
                yield name, entry
            else:
                entry.error("name", f"`{name}` is no name: small letters, digits and _, a letter first, at most 64")

    def items(self) -> tuple["Entry", ...]:
        if not isinstance(self.node.value, list):
            self._wrong("a list")
            return ()
        return tuple(Entry(node, (*self.path, i), self.report) for i, node in enumerate(self.node.value))

    def text(self, pattern: re.Pattern[str] | None = None, longest: int = LONGEST_TEXT) -> str:
        value = self.node.value
        if not isinstance(value, str):
            self._wrong("text" + (" (put it in quotes)" if isinstance(value, int | bool) else ""))
            return ""
        if not value.strip():
            self.error("type", f"{self._called} is empty")
        elif len(value) > longest:
            self.error("type", f"{self._called} has more than {longest} characters")
        elif pattern and not pattern.fullmatch(value):
            self.error("name", f"{self._called}: `{value}` does not fit {pattern.pattern}")
        return value

    def name(self) -> str:
        return self.text(NAME)

    def integer(self, least: int, most: int) -> int:
        value = self.node.value
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong("a whole number")
            return least
        if not least <= value <= most:
            self.error("type", f"{self._called} must be from {least} to {most}")
        return value

    def truth(self) -> bool:
        if not isinstance(self.node.value, bool):
            self._wrong("true or false")
        return self.node.value is True

    def choice(self, *options: str) -> str:
        if self.node.value not in options:
            near = nearest(self.node.value, options) if isinstance(self.node.value, str) else ""
            self.error("type", f"{self._called} must be {' or '.join(f'`{option}`' for option in options)}{near}")
            return options[0]
        return str(self.node.value)

    def words(self) -> Text:
        """A sentence in both languages."""
        found = self.record("id en")
        return Text(*(found[language].text() if language in found else "" for language in ("id", "en")))

    def texts(self, pattern: re.Pattern[str] | None = NAME, least: int = 1) -> tuple[str, ...]:
        """A list of texts, none twice; by default of names, and not empty."""
        entries = self.items()
        if len(entries) < least and isinstance(self.node.value, list):
            self.error("type", f"{self._called} must not be empty")
        values = [entry.text(pattern) for entry in entries]
        seen: set[str] = set()
        for entry, value in zip(entries, values, strict=True):
            if value and value in seen:
                entry.error("repeated", f"{self._called} names `{value}` twice")
            seen.add(value)
        return tuple(values)

    def plain(self) -> Any:
        return plain(self.node)

    @property
    def is_map(self) -> bool:
        return isinstance(self.node.value, dict)


def spelled(name: str) -> Text:
    """Words for a part that has none of its own."""
    words = name.replace("_", " ").capitalize()
    return Text(words, words)
