"""From rows to cases: grouped, put in order of time, checked whole before anything is stored."""

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from workflow.domain.definition.findings import nearest
from workflow.domain.definition.model import Definition
from workflow.history.broken import Problem
from workflow.history.map import HistoryMap
from workflow.history.rows import Row

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LONGEST = 200
"""Characters of a name: of a case, a person, an office, a step."""
NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
NO_TIME = "{!r} is no ISO 8601 time; write it as 2011-10-11T13:45:40+02:00"
TRUTH = {"true": True, "false": False}


class Step(Struct, frozen=True):
    row: int
    at: datetime
    """UTC."""
    actor: str
    office: str | None
    action: str


class PastCase(Struct, frozen=True):
    """A case of another system: its name there, its facts in plain form, its steps in order of time."""

    id: str
    opened: datetime
    """UTC; no later than the first step."""
    facts: dict[str, Any]
    deadline: datetime | None
    steps: tuple[Step, ...]

    def fingerprint(self, secret: bytes) -> str:
        """Names all of the case that is stored: the same again is the same import, wherever its rows stand.

        Keyed, for facts may hold personal values.
        """
        steps = [(step.at, step.actor, step.office, step.action) for step in self.steps]
        said = msgspec.json.encode((self.id, self.opened, self.facts, steps), order="sorted")
        return hmac.digest(secret, b"history\n" + said, "sha256").hex()


def read_cases(
    rows: Iterable[Row], how: HistoryMap, definition: Definition, now: datetime
) -> tuple[tuple[PastCase, ...], tuple[Problem, ...]]:
    """All cases of a file in order of opening, and every problem found. With a problem, nothing should be stored."""
    reader = _Reader(how, definition, now)
    for number, values in rows:
        reader.add(number, values)
    return reader.finished()


class _Gathered(Struct):
    row: int
    """The case's first."""
    said: dict[str, str]
    """Of the columns that say the same in every row."""
    steps: list[Step]


class _Reader:
    def __init__(self, how: HistoryMap, definition: Definition, now: datetime) -> None:
        self._how, self._now, self._zone = how, now, ZoneInfo(how.zone)
        self._types = {
            field: schema.get("type")
            for field, schema in definition.facts.schema.get("properties", {}).items()
            if isinstance(schema, dict)
        }
        self._cases: dict[str, _Gathered] = {}
        self._ids: dict[str, int] = {}
        self._columns: set[str] = set()
        self._problems: list[Problem] = []

    def add(self, number: int, values: dict[str, str]) -> None:
        how = self._how
        self._columns.update(values)
        names = {column: values.get(column, "") for column in (*how.needed, *filter(None, (how.event.office,)))}
        sound = [self._is_name(number, column, text, column in how.needed) for column, text in names.items()]
        if not all(sound):
            return
        if how.event.id:
            first = self._ids.setdefault(names[how.event.id], number)
            if first != number:
                self._wrong(number, how.event.id, f"{names[how.event.id]!r} stands in row {first} already; remove one")
        said = {column: values.get(column, "") for column in how.of_case}
        case = self._cases.setdefault(names[how.case.id], _Gathered(number, said, []))
        for column, text in said.items():
            if text != case.said[column]:
                self._wrong(number, column, f"differs from what row {case.row} says of the same case")
        action, at = self._action(number, names[how.event.action]), self._moment(number, how.event.at, values)
        if action is not None and at is not None:
            office = names[how.event.office] if how.event.office else ""
            case.steps.append(Step(number, at, names[how.event.actor], office or None, action))

    def finished(self) -> tuple[tuple[PastCase, ...], tuple[Problem, ...]]:
        absent = [column for column in self._how.columns if column not in self._columns]
        if absent:
            say = "the map names this column, and the file has none of that name"
            missing = (Problem(1, column, say + nearest(column, self._columns)) for column in absent)
            return (), tuple(missing)
        cases = [self._case(name, case) for name, case in self._cases.items() if case.steps]
        return tuple(sorted(cases, key=lambda case: (case.opened, case.id))), tuple(self._problems)

    # --- a row ------------------------------------------------------------------------------------------------

    def _wrong(self, row: int, column: str, say: str) -> None:
        self._problems.append(Problem(row, column, say))

    def _is_name(self, row: int, column: str, text: str, needed: bool) -> bool:
        if needed and not text.strip():
            self._wrong(row, column, "is empty, and every row needs it")
        elif len(text) > LONGEST:
            self._wrong(row, column, f"has {len(text)} characters where a name has at most {LONGEST}")
        elif NO_NAME.search(text):
            self._wrong(row, column, "has control characters in it, or half a surrogate pair; remove them")
        else:
            return True
        return False

    def _action(self, row: int, named: str) -> str | None:
        found = self._how.event.actions.get(named)
        if found is None:
            near = nearest(named, self._how.event.actions)
            say = f"{named!r} is not among the map's actions{near}" + ("" if near else "; add it to the map")
            self._wrong(row, self._how.event.action, say)
        return found

    def _moment(self, row: int, column: str, values: dict[str, str], ahead: bool = False) -> datetime | None:
        """The time in a column, UTC; None where there is none or it is wrong. `ahead`: it may lie in the future."""
        text = values.get(column, "")
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
            at = (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            self._wrong(row, column, NO_TIME.format(text[:40]))
            return None
        if at < EARLIEST or (at > self._now and not ahead):
            self._wrong(row, column, f"{text!r} is not in the past, or before {EARLIEST.year}; is the date right?")
            return None
        return at

    # --- a case -----------------------------------------------------------------------------------------------

    def _case(self, name: str, case: _Gathered) -> PastCase:
        how = self._how.case
        steps = sorted(case.steps, key=lambda step: (step.at, step.row))
        opened = self._moment(case.row, how.opened, case.said) if how.opened else None
        deadline = self._moment(case.row, how.deadline, case.said, ahead=True) if how.deadline else None
        facts = {field: self._fact(case.row, field, column, case.said[column]) for field, column in how.facts.items()}
        return PastCase(
            id=name,
            # A case cannot have been worked on before it was opened, whatever a wrong clock wrote.
            opened=min(opened or steps[0].at, steps[0].at),
            facts={field: value for field, value in facts.items() if value != ""},
            deadline=deadline,
            steps=tuple(steps),
        )

    def _fact(self, row: int, field: str, column: str, text: str) -> str | int | bool:
        """The value as the definition's schema types it; what it says beyond that is checked with all facts."""
        match self._types.get(field):
            case "integer" if text:
                if re.fullmatch(r"[-+]?[0-9]{1,18}", text):
                    return int(text)
                self._wrong(row, column, f"{text[:40]!r} is no whole number")
                return ""
            case "boolean" if text:
                if text.lower() not in TRUTH:
                    self._wrong(row, column, f"{text[:40]!r} is neither true nor false")
                return TRUTH.get(text.lower(), "")
        return text
