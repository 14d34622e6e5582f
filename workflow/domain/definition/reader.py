"""Builds a definition from the tree of its file, or says everything that keeps it from being one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from workflow.domain.definition.actions import read_action, read_eligibility, read_state
from workflow.domain.definition.alignment import read_alignment
from workflow.domain.definition.checks import check
from workflow.domain.definition.entries import SLUG, Entry, spelled
from workflow.domain.definition.environment import environment
from workflow.domain.definition.expressions import compile_all
from workflow.domain.definition.findings import Finding, Report
from workflow.domain.definition.guards import Guards
from workflow.domain.definition.model import MONEY, Action, Benefit, Definition, State
from workflow.domain.definition.parts import (
    read_calendar,
    read_carry,
    read_checklist,
    read_claim,
    read_document,
    read_facts,
    read_inquiry,
    read_letter,
    read_notice,
    read_role,
    read_separation,
    read_supersedes,
)
from workflow.domain.definition.schemas import Schema
from workflow.domain.definition.tree import Node

FORMAT = 1
MOST_PAID = 10**12
"""IDR that a group gets of a benefit, as far as a definition may say."""
REQUIRED = "casework id version title owner calendar roles facts states start actions"
OPTIONAL = (
    "supersedes eligibility benefits documents checklists inquiry separation carry claims letters notify alignment"
)

Read = TypeVar("Read")


def build(
    tree: Node, file: str, canonical: bytes, digest: str, proving: bool = True
) -> tuple[Definition, tuple[Finding, ...]]:
    """The definition, compiled and proved, with its warnings; raises BadDefinition with everything that is wrong.

    `canonical` is the RFC 8785 form of the tree's plain value, `digest` its SHA-256 in hex. Without `proving` it is
    read and compiled alone: the checks may have become stricter since it was proved.
    """
    report = Report(file, tree, proving)
    root = Entry(tree, (), report)
    found = root.record(REQUIRED, OPTIONAL)
    report.stop_on_errors()
    definition = _definition(found, canonical, digest)
    report.stop_on_errors()
    definition = replace(definition, guards=Guards(_environment(definition)))
    if proving:
        check(definition, report)
    else:
        compile_all(definition, report)
    report.stop_on_errors()
    return definition, report.findings


def _definition(found: dict[str, Entry], canonical: bytes, digest: str) -> Definition:
    found["casework"].integer(FORMAT, FORMAT)
    states = _named(found, "states", read_state)
    actions = _named(found, "actions", read_action)
    start = found["start"].name()
    states = _in_order_of_life(states, actions, start)
    place = {state: i for i, state in enumerate(states)}
    ordered = sorted(actions, key=lambda name: (_first(actions[name], place), name))
    separations = [read_separation(entry) for entry in _items(found, "separation")]
    return Definition(
        id=found["id"].text(SLUG, longest=64),
        version=found["version"].integer(1, 1_000_000),
        hash=digest,
        canonical=canonical,
        title=found["title"].words(),
        owner=found["owner"].text(SLUG, longest=64),
        supersedes=read_supersedes(found["supersedes"]) if "supersedes" in found else None,
        calendar=read_calendar(found["calendar"]),
        roles=_named(found, "roles", read_role),
        facts=read_facts(found["facts"]),
        eligibility=read_eligibility(found["eligibility"]) if "eligibility" in found else {},
        benefits=_named(found, "benefits", _benefit),
        documents=_named(found, "documents", read_document),
        checklists=_named(found, "checklists", read_checklist),
        states=states,
        start=start,
        actions={name: actions[name] for name in ordered},
        inquiry=read_inquiry(found["inquiry"]) if "inquiry" in found else None,
        separation=tuple(rule for rule in separations if rule is not None),
        carry=_named(found, "carry", read_carry),
        claims=_named(found, "claims", read_claim),
        letters=_named(found, "letters", read_letter),
        notify=tuple(read_notice(entry) for entry in _items(found, "notify")),
        guards=Guards(),
        alignment=read_alignment(found["alignment"]) if "alignment" in found else None,
    )


def _environment(definition: Definition) -> dict[str, Schema]:
    return environment(
        facts=definition.facts.schema,
        documents=definition.documents,
        actions=definition.actions,
        checklists={name: [item.key for item in one.items] for name, one in definition.checklists.items()},
        outcomes={o.name: o.schema for action in definition.actions.values() for o in action.outcomes},
    )


def _first(action: Action, place: dict[str, int]) -> int:
    return min((place.get(state, len(place)) for state in action.from_), default=len(place))


def _named(found: dict[str, Entry], key: str, read: Callable[[str, Entry], Read]) -> dict[str, Read]:
    return {name: read(name, entry) for name, entry in found[key].named()} if key in found else {}


def _items(found: dict[str, Entry], key: str) -> tuple[Entry, ...]:
    return found[key].items() if key in found else ()


def _benefit(name: str, entry: Entry) -> Benefit:
    found = entry.record("payer unit", "title max")
    payer, unit = (found[key].text() if key in found else "" for key in ("payer", "unit"))
    most = found["max"].integer(1, MOST_PAID) if "max" in found else None
    if most is not None and unit != MONEY:
        found["max"].error("benefit", f"`max` of `{name}` is in rupiah, and its unit is `{unit}`; only {MONEY} has one")
    title = found["title"].words() if "title" in found else spelled(name)
    return Benefit(title=title, payer=payer, unit=unit, max=most)


def _in_order_of_life(states: dict[str, State], actions: dict[str, Action], start: str) -> dict[str, State]:
    """States as a case meets them, from the start; a property of the content, not of the order in the file."""
    order = [start] if start in states else []
    for state in order:
        for action in sorted(actions):
            target = actions[action].to.get(state, state)
            if target in states and target not in order:
                order.append(target)
    rest = [state for state in states if state not in order]
    ends = [state for state in order if states[state].end]
    return {state: states[state] for state in (*(s for s in order if s not in ends), *rest, *ends)}
