"""Routes as an application: each programme open in a group's region, asked what it would say to the group."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from workflow.contexts import Contexts
from workflow.domain import routes
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.mapping import Pair, mapped, pairs_of
from workflow.domain.routes import Route
from workflow.registry import RegistryApp

TRIED = "-"
"""Stands for the reference of a case that nobody opened."""


class Routes:
    """Safe to share between threads."""

    def __init__(self, contexts: Contexts, registry: RegistryApp) -> None:
        self._contexts, self._registry = contexts, registry

    def of_case(self, case: Case, definition: Definition, at: datetime | None = None) -> list[Route]:
        """The other programmes open in a case's region, as its applicant would find them now, by name."""
        moment = at or datetime.now(UTC)
        own = self._contexts.facts(definition, case.ref)
        plain = own.plain(case.facts)
        found = []
        for other in self._open(case.region):
            if other.id == definition.id:
                continue
            tried = self._contexts.tried(other, case.ref)
            context, _ = self._contexts.context(other, tried, case.applicant, moment, fresh=True)
            alignment = routes.between(case, other.id, context, definition.calendar.zone)
            side = alignment.terms.side_of(other.id) if alignment else None
            pairs = pairs_of(alignment.terms, side) if alignment and side else ()
            facts = mapped(plain, definition.facts.schema, other.facts.schema, pairs)
            documents = routes.fitting(case, definition, other)
            group = routes.tried(other, case.ref, case.applicant, case.region, facts, moment, documents)
            steps = routes.recognised(case, other, alignment, context)
            found.append(routes.route(other, group, context, alignment, steps))
        return found

    def of_facts(self, facts: dict[str, Any], region: str, who: str, at: datetime | None = None) -> list[Route]:
        """The programmes open in a region, as a group of these facts would find them now, by name.

        Nothing is stored; facts may be in the shape of any of the programmes.
        """
        moment = at or datetime.now(UTC)
        found = []
        for other in self._open(region):
            tried = self._contexts.tried(other, TRIED)
            context, _ = self._contexts.context(other, tried, who, moment, fresh=True)
            pairs = _any_pairs(other, region, context)
            shaped = mapped({**facts, "region": region}, None, other.facts.schema, pairs)
            group = routes.tried(other, TRIED, who, region, shaped, moment)
            found.append(routes.route(other, group, context))
        return found

    def _open(self, region: str) -> Iterator[Definition]:
        for programme in sorted(self._registry.programmes(), key=lambda one: one.programme):
            if programme.current is None:
                continue
            definition = self._registry.definition(programme.versions[programme.current])
            if routes.is_open(definition, region):
                yield definition


def _any_pairs(definition: Definition, region: str, context: Context) -> list[Pair]:
    """The pairs of all terms in force that lead to a programme: nobody says whose shape the facts have."""
    found: list[Pair] = []
    today = local_date(context.at, definition.calendar.zone)
    for alignment in context.alignments.touching(definition.id, region, today):
        side = alignment.terms.side_of(definition.id)
        if side is not None and alignment.standing == "in_force":
            found += pairs_of(alignment.terms, side)
    return found
