"""Reads states, actions and eligibility of a definition."""

from collections.abc import Iterable
from typing import Literal

from workflow.domain.definition.entries import EVENT, Entry, spelled
from workflow.domain.definition.facts_schema import check_schema
from workflow.domain.definition.model import OPTIONAL, Action, Clock, Dimension, Guard, Outcome, Panel, Queue, State
from workflow.domain.definition.parts import PATH
from workflow.domain.words import Text

MOST_DAYS = 3660


def read_state(name: str, entry: Entry) -> State:
    found = entry.record("phase", "title end keeps clock queue")
    return State(
        name=name,
        title=found["title"].words() if "title" in found else None,
        phase=found["phase"].name() if "phase" in found else "",
        end="end" in found and found["end"].truth(),
        keeps=found["keeps"].texts() if "keeps" in found else (),
        clock=_clock(found["clock"]) if "clock" in found else None,
        queue=_queue(found["queue"]) if "queue" in found else None,
    )


def _clock(entry: Entry) -> Clock | None:
    found = entry.record("due unit then", "warn")
    due = found["due"].integer(1, MOST_DAYS) if "due" in found else 1
    warn = found["warn"].integer(1, MOST_DAYS) if "warn" in found else None
    if warn is not None and warn >= due and found["due"].node.value == due:
        found["warn"].error("clock", f"the warning must come before the deadline: `warn` is below {due}")
    unit: Literal["working", "calendar"] = "working"
    if "unit" in found and found["unit"].choice("working", "calendar") == "calendar":
        unit = "calendar"
    then = found.get("then")
    if then is None:
        return None
    if then.is_map and "escalate" in dict(then.entries()):
        role = then.record("escalate")["escalate"].name()
        return Clock(due=due, unit=unit, warn=warn, escalate=role)
    ends = then.record("to event")
    to = ends["to"].name() if "to" in ends else None
    return Clock(due=due, unit=unit, warn=warn, to=to, event=ends["event"].text(EVENT) if "event" in ends else None)


def _queue(entry: Entry) -> Queue:
    found = entry.record("for then else")
    other = found["else"].record("to event") if "else" in found else {}
    return Queue(
        for_=found["for"].name() if "for" in found else "",
        then=found["then"].name() if "then" in found else "",
        else_to=other["to"].name() if "to" in other else "",
        else_event=other["event"].text(EVENT) if "event" in other else "",
    )


def read_action(name: str, entry: Entry) -> Action:
    found = entry.record(
        "event from to",
        "by title panel documents checklist when claims letter assigns amends outcomes reason once returns"
        " despite_inquiry",
    )
    if entry.is_map and ("by" in found) == ("panel" in found):
        entry.error("missing-key", f"action `{name}` needs either `by` or `panel`")
    from_ = found["from"].texts() if "from" in found else ()

    def names(key: str) -> tuple[str, ...]:
        return found[key].texts() if key in found else ()

    def name_of(key: str) -> str | None:
        return found[key].name() if key in found else None

    return Action(
        name=name,
        title=found["title"].words() if "title" in found else spelled(name),
        event=found["event"].text(EVENT) if "event" in found else "",
        from_=from_,
        to=_to(found["to"], from_) if "to" in found else {},
        by=_by(found["by"], from_) if "by" in found else dict.fromkeys(from_, ()),
        documents=names("documents"),
        checklist=name_of("checklist"),
        when=_guards(found["when"]) if "when" in found else (),
        claims=names("claims"),
        letter=name_of("letter"),
        assigns=name_of("assigns"),
        amends=found["amends"].texts(PATH) if "amends" in found else (),
        outcomes=tuple(_outcomes(found["outcomes"])) if "outcomes" in found else (),
        panel=_panel(found["panel"]) if "panel" in found else None,
        reason_required="reason" in found and found["reason"].choice("required") == "required",
        once="once" in found and found["once"].truth(),
        returns="returns" in found and found["returns"].truth(),
        despite_inquiry="despite_inquiry" in found and found["despite_inquiry"].truth(),
    )


def _to(entry: Entry, from_: tuple[str, ...]) -> dict[str, str]:
    if not entry.is_map:
        return dict.fromkeys(from_, entry.name())
    found = {state: inner.name() for state, inner in entry.named()}
    _each_state(entry, found, from_)
    return found


def _by(entry: Entry, from_: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if not entry.is_map:
        return dict.fromkeys(from_, entry.texts())
    found = {state: inner.texts() for state, inner in entry.named()}
    _each_state(entry, found, from_)
    return found


def _each_state(entry: Entry, found: Iterable[str], from_: tuple[str, ...]) -> None:
    for state in from_:
        if state not in found:
            entry.error("missing-key", f"`{entry.path[-1]}` says nothing for the state `{state}` of `from`")
    for state in found:
        if state not in from_:
            entry.error("unknown-key", f"`{entry.path[-1]}` names `{state}`, which is not in `from`")


def _guards(entry: Entry) -> tuple[Guard, ...]:
    found = []
    for name, inner in entry.named():
        parts = inner.record("if say")
        if "if" in parts and "say" in parts:
            found.append(Guard(name=name, if_=parts["if"].text(), say=parts["say"].words()))
    return tuple(found)


def _outcomes(entry: Entry) -> Iterable[Outcome]:
    for name, inner in entry.named():
        check_schema(inner, also=OPTIONAL)
        schema = inner.plain() if inner.is_map else {}
        if schema.get("type") not in ("integer", "string", "boolean"):
            inner.error("schema", f"the outcome `{name}` needs `type`: integer, string or boolean")
        yield Outcome(name=name, schema=schema)


def _panel(entry: Entry) -> Panel:
    found = entry.record("role seats quorum on_refusal")
    return Panel(
        role=found["role"].name() if "role" in found else "",
        seats=found["seats"].integer(1, 99) if "seats" in found else 1,
        quorum=found["quorum"].integer(1, 99) if "quorum" in found else 1,
        on_refusal=found["on_refusal"].name() if "on_refusal" in found else "",
    )


def read_eligibility(entry: Entry) -> dict[str, Dimension]:
    found = entry.record("dimensions", "at")
    default = found["at"].texts() if "at" in found else ()
    dimensions = {}
    for name, inner in found["dimensions"].named() if "dimensions" in found else ():
        dimensions[name] = _dimension(name, inner, default)
    return dimensions


def _dimension(name: str, entry: Entry, default: tuple[str, ...]) -> Dimension:
    found = entry.record("say", "value each min max in under at")
    if entry.is_map and ("value" in found) == ("each" in found):
        entry.error("missing-key", f"dimension `{name}` needs either `value` or `each`")
    kinds = [bound for bound in (("min", "max"), ("in",), ("under",)) if any(key in found for key in bound)]
    if entry.is_map and len(kinds) != 1:
        entry.error("dimension", f"dimension `{name}` has one kind of bounds: `min` and `max`, `in`, or `under`")
    least, most = (found[key].integer(-(2**53), 2**53) if key in found else None for key in ("min", "max"))
    if least is not None and most is not None and least > most:
        found["min"].error("dimension", "`min` is above `max`: nobody would fit")
    at = found["at"].texts() if "at" in found else default
    if entry.is_map and not at:
        entry.error("missing-key", f"dimension `{name}` guards no action: say `at` here or for all dimensions")
    key = "each" if "each" in found else "value"
    return Dimension(
        name=name,
        value=found[key].text() if key in found else "",
        each="each" in found,
        min=least,
        max=most,
        in_=found["in"].texts(None) if "in" in found else None,
        under=found["under"].texts(None) if "under" in found else None,
        at=at,
        say=found["say"].words() if "say" in found else Text(name, name),
    )
