"""What the clauses of a finding say in words: bounds, who pays, and the rule on persons; numbers and dates speak."""

from collections.abc import Iterable
from functools import partial

from workflow.domain.bounds import bounds
from workflow.domain.definition.model import Dimension
from workflow.domain.findings.about import Names
from workflow.domain.findings.parts import ClausePart
from workflow.domain.potentials import FACT
from workflow.domain.terms_words import RULES
from workflow.domain.titles import agency_title
from workflow.domain.words import Text

BOUND, PAYER, PERSONS = "eligibility.", ".payer", "persons.rule"


def in_words(clause: ClausePart, names: Names) -> Text | None:
    """What a clause says, by the titles of what it names; None where it names nothing that has one."""
    if clause.path == PERSONS:
        return RULES.get(clause.says)
    if clause.path.endswith(PAYER):
        return agency_title(names.agencies, clause.says)
    definition = names.definitions.get(clause.of)
    rule = definition.eligibility.get(clause.path.removeprefix(BOUND)) if definition is not None else None
    return None if rule is None or not clause.path.startswith(BOUND) else bounds(rule, partial(_called, names))


def _called(names: Names, rule: Dimension, values: Iterable[str]) -> tuple[Text, ...]:
    """What values in bounds are called, by the names of a finding."""
    if rule.under is not None:
        return tuple(Text(name, name) for name in map(names.place, values))
    if rule.value == FACT:
        known = {one.key: one.title for one in names.potentials}
        return tuple(known.get(value, Text(value, value)) for value in values)
    return tuple(map(names.programme, values))
