"""Holds an import against a count of its file: every case and step, replay, lists, waits, deadlines."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.history.counting import Counted
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken
from workflow.domain.evolve import fold
from workflow.engine import Engine
from workflow.history.map import HistoryMap

Ask = Callable[[str], tuple[dict[str, Any], str | None]]
"""A path below /api/v1 → the reply's body and the path of the next page."""


def pages(ask: Ask, path: str | None) -> Iterator[dict[str, Any]]:
    """The items of a list, page after page."""
    while path:
        body, path = ask(path)
        yield from body["items"]


def prove(counted: Counted, engine: Engine, definition: Definition, how: HistoryMap, ask: Ask) -> Iterator[str]:
    """One line for each thing that holds; raises AssertionError at the first that does not."""
    listed = {item["ref"]: item for item in pages(ask, f"/cases?imported=true&programme={definition.id}&limit=200")}
    assert len(listed) == len(counted.steps), (len(listed), len(counted.steps))
    assert {item["imported"] for item in listed.values()} == {how.source}
    yield f"the list of cases, filtered by imported, holds {len(listed)} cases"

    names: dict[str, str] = {}
    steps = 0
    for ref in listed:
        names[ref] = _check_case(counted, engine, how, ref)
        steps += len(counted.steps[names[ref]])
    assert len(set(names.values())) == len(counted.steps)
    yield f"{len(names)} histories hold {steps} steps, each with the time, person, office and order of the file"
    yield "each history folds; as of its last position and of every moment it stands as its events left it"

    found = [
        (item["waited"], names[item["ref"]]) for item in ask("/cases?imported=true&sort=-waited&limit=10")[0]["items"]
    ]
    longest = counted.longest(len(found))
    assert [wait for wait, _ in found] == [wait for wait, _ in longest], (found, longest)
    assert all(counted.waited(name) == wait for wait, name in found)
    yield "the ten longest waits: " + ", ".join(f"{name} {wait / 86400:.1f} days" for wait, name in found)
    assert all(item["waited"] == counted.waited(names[ref]) for ref, item in listed.items())
    yield "the longest wait of every case is as counted"

    assert all(datetime.fromisoformat(item["due"]) == counted.due[names[ref]] for ref, item in listed.items())
    top = ", ".join(f"{days:+} days: {number}" for days, number in counted.differences.most_common(8))
    yield f"every deadline is as counted; against the file's own: {top}; {len(counted.differences)} differences in all"

    first = next(iter(names))
    told = list(pages(ask, f"/cases/{first}/history?limit=2"))
    assert len(told) == len(counted.steps[names[first]]) + 1
    assert {item["imported"]["source"] for item in told} == {how.source}
    assert {item.get("acted_as", "imported") for item in told} == {"imported"}
    assert ask(f"/cases/{first}")[0]["imported_from"] == how.source
    then = ask(f"/cases/{first}?as_of={told[1]['position']}")[0]
    assert (then["version"], then["imported_from"]) == (2, how.source)
    searched = {item["ref"] for item in pages(ask, f"/cases?q={names[first]}&limit=200")}
    assert first in searched
    assert len(searched) == sum(name.startswith(names[first]) for name in names.values())
    yield "history, as-of and search over HTTP show it as imported, by the name that it has in the file"


def _check_case(counted: Counted, engine: Engine, how: HistoryMap, ref: str) -> str:
    history = engine.casework.history(ref)
    marks = [event.imported for event in history]
    assert all(mark is not None for mark in marks)
    (name,) = {mark.case for mark in marks if mark}
    expected = [(at, how.event.actions[what], who, office) for at, what, who, office in counted.steps[name]]
    stored = [(e.at, e.body.action, e.actor, e.office) for e in history if isinstance(e.body, ActionTaken)]
    assert stored == expected, name
    assert {e.body.role for e in history if isinstance(e.body, ActionTaken)} == {"imported"}
    assert history[0].at == counted.opened[name], name
    case = fold(history)
    assert (case.version, case.imported_from, case.done_by, case.held) == (len(history), how.source, {}, {})
    assert engine.casework.case(ref)[0] == case == engine.casework.as_of(ref, history[-1].position)
    for number, event in enumerate(history, start=1):
        # Of steps at the same moment, as of it all have happened.
        last = max(e.version for e in history if e.at == event.at)
        if number == last:
            assert engine.casework.as_of(ref, event.at) == fold(history[:number]), (name, number)
    return name
