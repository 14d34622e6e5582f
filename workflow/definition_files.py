"""Definitions from files: strict YAML 1.2 with places, canonical JSON and its hash."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import rfc8785

from workflow.domain.definition.findings import BadDefinition, Finding, nearest
from workflow.domain.definition.model import Definition
from workflow.domain.definition.reader import build
from workflow.domain.definition.tree import Node, Place, locate, plain
from workflow.texts import ENDING, MOST_TEXTS, Texts, faults, named_texts, texts_beside
from workflow.yaml_text import BadText, parse

__all__ = ["BadDefinition", "Finding", "check_file", "read_definition", "read_published"]

MOST_BYTES = 256 * 1024
"""Of a definition's file; the largest shipped one has 20 thousand."""


def read_definition(text: str, name: str, texts: Texts | None = None) -> Definition:
    """The definition in a YAML text; `name` stands for the file in findings. Raises BadDefinition.

    `texts`, where given, are all that go with it: those that it names must be there and hold.
    """
    return _read(text, name, texts)[0]


def check_file(path: Path) -> tuple[Definition | None, tuple[Finding, ...]]:
    """A file's definition, None where it has errors, and all that is wrong with it, warnings included."""
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        return None, (_finding(name, Place(1, 1), "file", f"cannot be read: {error.strerror}"),)
    try:
        return _read(raw.decode("utf-8-sig"), name, texts_beside(path))
    except UnicodeDecodeError:
        rule, message = ("size", _too_large()) if len(raw) > MOST_BYTES else ("encoding", "the file is not UTF-8")
        return None, (_finding(name, Place(1, 1), rule, message),)
    except BadDefinition as error:
        return None, error.findings


def read_published(text: str, name: str) -> Definition:
    """The definition in a YAML text that was proved when it was published: what is checked may be stricter by now.

    Raises BadDefinition where it cannot be read at all.
    """
    return _built(_tree(text, name), name, proving=False)[0]


def _read(text: str, name: str, texts: Texts | None) -> tuple[Definition, tuple[Finding, ...]]:
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise BadDefinition((_finding(name, Place(1, 1), "size", _too_large()),))
    tree = _tree(text, name)
    definition, findings = _built(tree, name, proving=True)
    outside = (*_outside(definition, name, tree), *(() if texts is None else _texts(definition, name, tree, texts)))
    if outside:
        raise BadDefinition(tuple(sorted((*findings, *outside))))
    return definition, findings


def _built(tree: Node, name: str, proving: bool) -> tuple[Definition, tuple[Finding, ...]]:
    canonical = rfc8785.dumps(plain(tree))
    return build(tree, name, canonical, hashlib.sha256(canonical).hexdigest(), proving)


def _tree(text: str, name: str) -> Node:
    try:
        return parse(text)
    except BadText as error:
        raise BadDefinition((_finding(name, error.place, error.rule, error.message),)) from None


def _too_large() -> str:
    return f"a definition has at most {MOST_BYTES // 1024} KiB"


def _finding(file: str, place: Place, rule: str, message: str) -> Finding:
    return Finding(file, place.line, place.column, rule, "error", message)


def _texts(definition: Definition, name: str, tree: Node, texts: Texts) -> Iterator[Finding]:
    """Letters and messages that are named and not there, and what is wrong with those that are."""
    if len(texts) > MOST_TEXTS:
        yield _finding(name, Place(1, 1), "texts", f"a definition has at most {MOST_TEXTS} texts beside it")
        return
    for path, template, key in named_texts(definition):
        if key not in texts:
            message = f"there is no text `{key}{ENDING}` beside the definition{nearest(key, texts)}"
            yield _finding(name, locate(tree, path), "template", f"`{template}`: {message}")
    for key, source in texts.items():
        for line, message in faults(key, source):
            yield _finding(str(Path(name).parent / f"{key}{ENDING}"), Place(line, 1), "template", message)


def _outside(definition: Definition, name: str, tree: Node) -> Iterator[Finding]:
    """What only the surroundings know: whether the schema can be used, time zones and holidays."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    import holidays

    from workflow.facts import BadFactsSchema, Unsealable, schema_of

    try:
        schema_of(definition)
    except (BadFactsSchema, Unsealable) as error:
        yield _finding(name, locate(tree, ("facts", "schema")), "schema", f"facts cannot be kept by it: {error}")
    calendar = definition.calendar
    try:
        ZoneInfo(calendar.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        place = locate(tree, ("calendar", "zone"))
        yield _finding(name, place, "calendar", f"there is no time zone `{calendar.zone}`")
    if calendar.country is None:
        return
    place = locate(tree, ("calendar", "holidays"))
    try:
        holidays.country_holidays(calendar.country, years=2026, categories=calendar.categories)
    except (NotImplementedError, ValueError):
        known = (
            "known categories of holidays" if calendar.country in holidays.list_supported_countries() else "holidays"
        )
        yield _finding(name, place, "calendar", f"there are no {known} for `{calendar.country}` as given here")
