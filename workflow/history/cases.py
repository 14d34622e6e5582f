"""From rows to cases: grouped, put in order, checked whole before anything is stored."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from workflow.domain.definition.model import Definition
from workflow.history.map import HistoryMap
from workflow.history.rows import Row


class Problem(Struct, frozen=True):
    """What is wrong with a row, and the way out."""

    row: int
    column: str
    say: str


class Step(Struct, frozen=True):
    row: int
    at: datetime
    actor: str
    office: str | None
    action: str


class PastCase(Struct, frozen=True):
    """A case of another system: its name there, its facts in plain form, its steps in order of time."""

    id: str
    opened: datetime
    facts: dict[str, str | int]
    deadline: datetime | None
    steps: tuple[Step, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that the file says of the case: the same again is the same import."""
        return sha256(msgspec.json.encode(self)).hexdigest()


def read_cases(
    rows: Iterable[Row], how: HistoryMap, definition: Definition
) -> tuple[tuple[PastCase, ...], tuple[Problem, ...]]:
    """All cases of a file in order of opening, and every problem found. With a problem, nothing should be stored."""
    zone, problems = ZoneInfo(how.zone), list[Problem]()
    gathered: dict[str, tuple[dict[str, str], list[Step]]] = {}
    seen_ids: dict[str, int] = {}
    for number, values in rows:
        missing = [c for c in (how.case.id, how.event.at, how.event.actor, how.event.action) if not values.get(c)]
        if missing:
            problems.extend(Problem(number, column, "is empty or not in the file") for column in missing)
            continue
        if how.event.id:
            name = values.get(how.event.id, "")
            if name in seen_ids:
                problems.append(Problem(number, how.event.id, f"stands in row {seen_ids[name]} already"))
            seen_ids.setdefault(name, number)
        step = _step(number, values, how, definition, zone, problems)
        if step is not None:
            gathered.setdefault(values[how.case.id], (values, []))[1].append(step)
    cases = [_case(name, values, steps, how, zone, problems) for name, (values, steps) in gathered.items()]
    return tuple(sorted(cases, key=lambda case: (case.opened, case.id))), tuple(problems)


def _step(
    number: int,
    values: dict[str, str],
    how: HistoryMap,
    definition: Definition,
    zone: ZoneInfo,
    problems: list[Problem],
) -> Step | None:
    named = values[how.event.action]
    action = how.event.actions.get(named)
    at = _moment(values[how.event.at], zone)
    if action is None:
        near = get_close_matches(named, how.event.actions, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        problems.append(Problem(number, how.event.action, f"{named!r} is not in the map's actions{hint}"))
    elif action not in definition.actions:
        problems.append(Problem(number, how.event.action, f"the definition has no action {action!r}"))
    if at is None:
        problems.append(Problem(number, how.event.at, "is no ISO 8601 time"))
    if action not in definition.actions or at is None:
        return None
    office = values.get(how.event.office) if how.event.office else None
    return Step(number, at, values[how.event.actor], office or None, action or "")


def _case(
    name: str, values: dict[str, str], steps: list[Step], how: HistoryMap, zone: ZoneInfo, problems: list[Problem]
) -> PastCase:
    first = steps[0].row
    steps.sort(key=lambda step: (step.at, step.row))
    opened = steps[0].at
    if how.case.opened and values.get(how.case.opened):
        given = _moment(values[how.case.opened], zone)
        if given is None:
            problems.append(Problem(first, how.case.opened, "is no ISO 8601 time"))
        else:
            # A case cannot have been worked on before it was opened, whatever a wrong clock wrote.
            opened = min(given, opened)
    facts: dict[str, str | int] = {}
    for field, column in how.case.facts.items():
        text = values.get(column, "")
        if text and field in how.case.integers:
            if text.lstrip("-").isdigit():
                facts[field] = int(text)
            else:
                problems.append(Problem(first, column, "is no whole number"))
        elif text:
            facts[field] = text
    deadline = _moment(values.get(how.case.deadline, ""), zone) if how.case.deadline else None
    return PastCase(name, opened, facts, deadline, tuple(steps))


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
