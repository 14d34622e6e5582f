"""Conditions on a case's facts: what guards see, and which guards and eligibility bounds are not met."""

from collections.abc import Collection, Mapping
from typing import Any

from workflow.domain import sentences
from workflow.domain.authority import Standing
from workflow.domain.bounds import Called, bounds, number
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Action, Definition, Dimension
from workflow.domain.dossier import counting
from workflow.domain.events import Facts
from workflow.domain.refusal import Refusal
from workflow.domain.regions import covers
from workflow.domain.words import Text


def environment(
    definition: Definition,
    case: Case,
    context: Context,
    facts: Facts,
    standing: Standing | None,
    *,
    outcomes: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    answers: Mapping[str, Mapping[str, bool]] | None = None,
) -> dict[str, Any]:
    """The names that guards see; personal values are open in it, so it never leaves memory.

    `counts` and `answers` are those of another round, where a decision of that round is judged.
    """
    counts = case.counts if counts is None else counts
    answers = case.answers if answers is None else answers
    today = local_date(context.at, definition.calendar.zone)
    year = case.period_year or today.year
    codes = str(facts.get("region", "")).split(".")
    city = ".".join(codes[:2]) if len(codes) > 1 else ""
    values: dict[str, Any] = {
        "facts": context.opened(facts),
        "documents": {kind: len(counting(definition, case, kind)) for kind in definition.documents},
        "counts": {
            **{name: counts.get(name, 0) for name in definition.actions},
            "total": {name: case.totals.get(name, 0) for name in definition.actions},
        },
        "checklist": {
            rule.name: {item.key: answers.get(rule.name, {}).get(item.key, False) for item in rule.items}
            for rule in definition.checklists.values()
        },
        "today": today.isoformat(),
        "case": {"ref": case.ref, "round": case.round},
        "region": {
            "province": codes[0],
            "city": city,
            "district": ".".join(codes[:3]) if len(codes) > 2 else "",
        },
        "period": {"year": year},
        "programme": {"id": definition.id, "version": definition.version},
        "outcomes": dict(outcomes or {}),
    }
    if standing is not None:
        values["actor"] = {"role": standing.role, "office": standing.office or "", "region": standing.region}
    return values


class Asked:
    """One evaluation of a definition's expressions over one environment, which tells erased values apart."""

    def __init__(self, definition: Definition, values: Mapping[str, Any], erased: frozenset[str]) -> None:
        self.definition, self.values, self._erased = definition, values, erased

    def erased(self, source: str) -> bool:
        """True where the expression reads a field of which a value is erased: it cannot be judged."""
        return bool(self._erased and self._erased & self.definition.guards.fields_read(source))

    def on_outcomes(self, source: str) -> bool:
        """True where the expression reads what only the command can bring."""
        return "outcomes" in self.definition.guards.variables_read(source)

    def value(self, source: str) -> Any:
        return self.definition.guards.evaluate(source, self.values)

    def holds(self, source: str) -> bool:
        """True where a condition can be judged and is met."""
        return not self.erased(source) and self.value(source) is True


def unmet(asked: Asked, action: Action, with_outcomes: bool, called: Called) -> list[Refusal]:
    """The eligibility bounds and guards of an action that are not met.

    Without outcomes, conditions on them are left to the command that brings them.
    """
    found: list[Refusal] = []
    for dimension in asked.definition.eligibility.values():
        if action.name in dimension.at and (with_outcomes or not asked.on_outcomes(dimension.value)):
            if asked.erased(dimension.value):
                found.append(sentences.erased(dimension.say))
            elif (why := _out_of_bounds(asked, dimension, called)) is not None:
                found.append(sentences.ineligible(dimension, bounds(dimension, called), why))
    for guard in action.when:
        if not with_outcomes and asked.on_outcomes(guard.if_):
            continue
        if asked.erased(guard.if_):
            found.append(sentences.erased(guard.say))
            continue
        value = asked.value(guard.if_)
        if value is not True:
            found.append(sentences.unmet_guard(guard, value.why if isinstance(value, Missing) else None))
    return found


def _out_of_bounds(asked: Asked, rule: Dimension, called: Called) -> Text | None:
    """What does not fit, without personal values; None where all of it does."""
    value = asked.value(rule.value)
    if isinstance(value, Missing):
        return Text("ada nilai yang kurang", "a value is missing")
    values = list(value) if rule.each else [value]
    out = [v for v in values if not fits(rule, v)]
    if not out:
        return None
    if rule.each:
        return Text(f"{len(out)} dari {len(values)} tidak sesuai", f"{len(out)} of {len(values)} do not fit")
    if asked.definition.guards.fields_read(rule.value) & personal_fields(asked.definition.facts.schema):
        return Text("nilainya tidak sesuai", "the value does not fit")
    it = number(value) if _number(value) else called(rule, [str(value)])[0]
    return Text(f"sekarang {it.id}", f"it is {it.en}")


def fits(rule: Dimension, value: Any) -> bool:
    """True where a value lies within a dimension's bounds."""
    return (
        (rule.min is None or (_number(value) and value >= rule.min))
        and (rule.max is None or (_number(value) and value <= rule.max))
        and (rule.in_ is None or value in rule.in_)
        and (rule.under is None or (isinstance(value, str) and any(covers(code, value) for code in rule.under)))
    )


def all_fit(rule: Dimension, values: Collection[Any]) -> bool:
    """True where every value lies within a dimension's bounds."""
    if values and rule.in_ is None and rule.under is None and set(map(type, values)) == {int}:
        return fits(rule, min(values)) and fits(rule, max(values))
    return all(fits(rule, value) for value in values)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def personal_fields(schema: Any) -> frozenset[str]:
    """Names of the fields that a facts schema marks as personal, at any depth."""
    if not isinstance(schema, dict):
        return frozenset()
    found = personal_fields(schema.get("items"))
    for name, part in schema.get("properties", {}).items():
        found |= personal_fields(part)
        if isinstance(part, dict) and part.get("x-personal"):
            found |= {name}
    return found
