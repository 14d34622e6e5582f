"""Routes as an application: each programme open in a group's region, asked what it would say to the group."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from workflow.contexts import Contexts
from workflow.domain import routes
from workflow.domain.alignments import Alignment
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.mapping import Pair, mapped, pairs_of
from workflow.domain.routes import Route, Step
from workflow.registry import RegistryApp

TRIED = "-"
"""Stands for the reference of a case that nobody opened."""


class Way(Struct, frozen=True, kw_only=True):
    """What a case has for another programme."""

    facts: dict[str, Any]
    """Plain, in the other's shape."""
    alignment: Alignment | None
    steps: tuple[Step, ...]


class Routes:
    """Safe to share between threads."""

    def __init__(self, contexts: Contexts, registry: RegistryApp) -> None:
        self._contexts, self._registry = contexts, registry

    def of_case(self, case: Case, definition: Definition, at: datetime | None = None) -> list[Route]:
        """The other programmes open in a case's region, as its applicant would find them now, by name."""
        moment = at or datetime.now(UTC)
        found = []
        for other in self.open(case.region):
            if other.id == definition.id:
                continue
            context, _ = self._contexts.context(
                other, self._contexts.tried(other, case.ref), case.applicant, moment, case.region, fresh=True
            )
            way = self.way(case, definition, other, context)
            documents = routes.fitting(case, definition, other)
            group = routes.tried(other, case.ref, case.applicant, case.region, way.facts, moment, documents)
            found.append(routes.route(other, group, context, way.alignment, way.steps))
        return found

    def of_facts(self, facts: dict[str, Any], region: str, who: str, at: datetime | None = None) -> list[Route]:
        """The programmes open in a region, as a group of these facts would find them now, by name.

        Nothing is stored; facts may be in the shape of any of the programmes.
        """
        moment = at or datetime.now(UTC)
        found = []
        for other in self.open(region):
            tried = self._contexts.tried(other, TRIED)
            context, _ = self._contexts.context(other, tried, who, moment, region, fresh=True)
            pairs = _any_pairs(other, region, context)
            shaped = mapped({**facts, "region": region}, None, other.facts.schema, pairs)
            group = routes.tried(other, TRIED, who, region, shaped, moment)
            found.append(routes.route(other, group, context))
        return found

    def way(self, case: Case, own: Definition, other: Definition, context: Context) -> Way:
        """What a case has for another programme under the terms that are in force between the two."""
        alignment = routes.between(case, other, context)
        side = alignment.terms.side_of(other.id) if alignment else None
        pairs = pairs_of(alignment.terms, side) if alignment and side else ()
        plain = self._contexts.facts(own, case.ref).plain(case.facts)
        facts = mapped(plain, own.facts.schema, other.facts.schema, pairs)
        return Way(facts=facts, alignment=alignment, steps=routes.recognised(case, other, alignment, context))

    def open(self, region: str) -> Iterator[Definition]:
        """The current definitions of the programmes that take groups of a region, by name."""
        for programme in sorted(self._registry.programmes(), key=lambda one: one.programme):
            if programme.current is None:
                continue
            definition = self._registry.definition(programme.versions[programme.current])
            if routes.is_open(definition, region):
                yield definition


def _any_pairs(definition: Definition, region: str, context: Context) -> list[Pair]:
    """The pairs of all terms in force that lead to a programme: nobody says whose shape the facts have."""
    found: list[Pair] = []
    for alignment in routes.agreed(definition, region, context):
        side = alignment.terms.side_of(definition.id)
        found += pairs_of(alignment.terms, side) if side else ()
    return found
