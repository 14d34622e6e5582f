"""Rows of an XES log: one for each event, with its own attributes and those of its trace. Source: IEEE 1849-2016."""

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from workflow.history.broken import BadFile


def rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """The event's number from 1 and its texts: `KEY` for the event's attributes, `case:KEY` for the trace's.

    Raises BadFile, ParseError, DefusedXmlException.
    """
    number, log, depth = 0, None, 0
    with file:
        for happening, element in iterparse(file, events=("start", "end")):
            depth += 1 if happening == "start" else -1
            if log is None:
                log = element
                if _tag(log) != "log":
                    raise BadFile(f"is no XES log: it begins with <{_tag(log)[:40]}> where <log> is expected")
            if happening == "start" or depth != 1:
                continue
            if _tag(element) == "event":
                raise BadFile("has an event outside of a trace, so that its case is not known")
            if _tag(element) == "trace":
                of_case = {f"case:{key}": value for key, value in _attributes(element, number + 1).items()}
                events = [inner for inner in element if _tag(inner) == "event"]
                if not events:
                    raise BadFile(f"has a trace without an event after event {number}; remove it")
                for event in events:
                    number += 1
                    yield number, {**of_case, **_attributes(event, number)}
            # Of what was read nothing is kept.
            log.clear()


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _attributes(element: Element, number: int) -> dict[str, str]:
    """Key to value of the attributes here; lists and containers have none, and what stands within is not read."""
    found: dict[str, str] = {}
    for child in element:
        key, value = child.get("key"), child.get("value")
        if key is None or value is None or _tag(child) in ("event", "list", "container"):
            continue
        if key in found:
            raise BadFile(f"event {number} (or its trace) has the attribute {key!r} twice")
        found[key] = value
    return found
