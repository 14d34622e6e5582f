"""Whether a group's facts pass a programme's dimensions: only the verdict is kept, never a value."""

from collections.abc import Mapping
from typing import Any, Literal

from workflow.domain.conditions import all_fit, fits
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Definition, Dimension

Verdict = Literal["pass", "fail", "missing", "erased"]
Verdicts = dict[str, Verdict]
"""Dimension to verdict."""
SHARED = frozenset({"facts", "today", "region", "period"})
"""Names that mean the same to every programme, so that one value serves all."""


def judge(
    definition: Definition,
    environment: Mapping[str, Any],
    erased: frozenset[str] = frozenset(),
    known: dict[str, Any] | None = None,
) -> Verdicts:
    """The verdict on each dimension of a programme over opened facts.

    `environment`: `facts`, `today`, `region`, `period` as guards see them. `erased`: names of fields with an erased
    value. `known` keeps values by their expression for further programmes over the same environment.
    """
    values = {**environment, "programme": {"id": definition.id, "version": definition.version}}
    return {
        name: _verdict(definition, rule, values, erased, {} if known is None else known)
        for name, rule in definition.eligibility.items()
    }


def _verdict(
    definition: Definition, rule: Dimension, values: Mapping[str, Any], erased: frozenset[str], known: dict[str, Any]
) -> Verdict:
    guards = definition.guards
    if erased and erased & guards.fields_read(rule.value):
        return "erased"
    if rule.value in known:
        value = known[rule.value]
    else:
        facts = values["facts"]
        # Handing over all facts would cost more than working it out.
        read = {name: facts[name] for name in guards.facts_read(rule.value) if name in facts}
        value = guards.evaluate(rule.value, {**values, "facts": read})
        if guards.variables_read(rule.value) <= SHARED:
            known[rule.value] = value
    if isinstance(value, Missing):
        return "missing"
    return "pass" if (all_fit(rule, value) if rule.each else fits(rule, value)) else "fail"


def passes(verdicts: Verdicts) -> bool:
    return set(verdicts.values()) == {"pass"}


def fails(verdicts: Verdicts) -> bool:
    return "fail" in verdicts.values()
