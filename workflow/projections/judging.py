"""Judges groups by programmes' dimensions, over what those read of their facts, opened in memory."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

from psycopg_pool import ConnectionPool

from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Definition
from workflow.domain.events import CaseOpened, Facts, Recorded
from workflow.domain.findings.clauses import World
from workflow.domain.findings.comparing import ordered
from workflow.domain.findings.figures import Group
from workflow.domain.findings.verdicts import judge
from workflow.domain.mapping import Pair, mapped, pairs_of
from workflow.domain.merge import merge, value_at
from workflow.facts import schema_of
from workflow.projections.projection import DefinitionOf
from workflow.store.shapes import Shape
from workflow.store.vault import Damaged, Vault

Opened = tuple[Mapping[str, Any], frozenset[str]]
"""Facts as guards see them, and the names of fields with an erased value."""
Sealed = tuple[Facts, Shape]
"""Stored facts, and what of them to open."""


class Opener(Protocol):
    """Opens what of cases' facts is judged."""

    def opened(self, stored: Facts, shape: Shape, case: str) -> Opened:
        """Facts of one case. Raises Damaged."""

    def ahead(self, cases: Sequence[Sealed]) -> None:
        """Make ready for facts that are opened next, all at once. Raises Damaged."""


class VaultOpener:
    """Opens sealed facts; the vault is looked for when there is first something sealed."""

    def __init__(self, pool: ConnectionPool, master_key: bytes) -> None:
        self._vault = lru_cache(lambda: Vault(pool, master_key))

    def opened(self, stored: Facts, shape: Shape, case: str) -> Opened:
        return self._vault().guarded(stored, shape, case)

    def ahead(self, cases: Sequence[Sealed]) -> None:
        if cases:
            self._vault().ahead(cases)


class Judges:
    """Judges by the programmes in force; one for each batch of events."""

    def __init__(self, definition_of: DefinitionOf, opener: Opener) -> None:
        self._definition_of, self._opener = definition_of, opener

    def ahead(self, openings: Iterable[Recorded], programmes: Iterable[Definition]) -> None:
        """Make ready for the facts with which these cases were opened, which are judged next."""
        programmes = tuple(programmes)
        sealed = list[Sealed]()
        for event in openings:
            if isinstance(event.body, CaseOpened) and event.definition is not None:
                own = self._definition_of(event.definition)
                shape = _to_open(own, programmes, (), with_keys=event.imported is not None)
                if shape is not None:
                    sealed.append((event.body.facts, shape))
        # Where one of them is damaged, each is opened on its own and that one is told apart.
        with suppress(Damaged):
            self._opener.ahead(sealed)

    def judge(self, group: Group, programmes: Iterable[Definition], agreed: World | None = None) -> None:
        """Set a group's verdicts by these programmes, and keep those by others; nothing of its facts is kept.

        `agreed`: the alignments whose terms say which facts of its programme are which of another's.
        """
        own = self._definition_of(group.definition)
        programmes = tuple(programmes)
        pairs = {one.id: pairs_to(group, one.id, agreed) for one in programmes if agreed and one.id != own.id}
        sources = tuple(path for found in pairs.values() for path, _ in found)
        shape = _to_open(own, programmes, sources, with_keys=group.imported)
        facts, erased = self._open(group, shape)
        codes = str(group.facts.get("region", "")).split(".")
        environment = {
            "facts": facts,
            "today": group.day,
            "region": {
                "province": codes[0],
                "city": ".".join(codes[:2]) if len(codes) > 1 else "",
                "district": ".".join(codes[:3]) if len(codes) > 2 else "",
            },
            "period": {"year": group.year},
        }
        known: dict[str, Any] = {}
        for definition in programmes:
            if found := pairs.get(definition.id):
                theirs = {**environment, "facts": as_theirs(facts, definition, found)}
                group.verdicts[definition.id] = judge(definition, theirs, erased)
            else:
                group.verdicts[definition.id] = judge(definition, environment, erased, known)
        if group.imported:
            group.persons = tuple(dict.fromkeys(key for one in self._persons(own, environment) for key in one))

    def _open(self, group: Group, shape: Shape | None) -> Opened:
        if shape is None:
            return group.facts, frozenset()
        try:
            return self._opener.opened(group.facts, shape, group.ref)
        except Damaged:
            # What cannot be opened can't be judged; the case itself says so to who reads it.
            return without(group.facts, shape), frozenset()

    def _persons(self, own: Definition, environment: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
        """The keys that an imported case would hold: no claim was checked when it was brought in."""
        for rule in own.claims.values():
            if rule.kind == "unique":
                value = own.guards.evaluate(rule.key, environment)
                if not isinstance(value, Missing):
                    yield tuple(f"{rule.scope}:{key}" for key in value)


@lru_cache(maxsize=1024)
def _to_open(
    own: Definition, programmes: tuple[Definition, ...], sources: tuple[str, ...], *, with_keys: bool
) -> Shape | None:
    """The personal values of a case that its verdicts need, `sources` being the paths of mapped facts.

    `with_keys`: those too from which the keys of its persons are made.
    """
    keys = [rule.key for rule in own.claims.values() if rule.kind == "unique"] if with_keys else []
    fields = frozenset[str]().union(
        *(one.guards.fields_read(rule.value) for one in programmes for rule in one.eligibility.values()),
        *(own.guards.fields_read(key) for key in keys),
        (path.split(".")[-1] for path in sources),
    )
    return narrowed(schema_of(own).shape, fields)


def as_theirs(facts: Mapping[str, Any], definition: Definition, pairs: Iterable[Pair]) -> Facts:
    """Facts as another programme asks for them. Where the mapped one is missing, what is named alike is no answer."""
    theirs = mapped(facts, None, definition.facts.schema, pairs)
    for source, target in pairs:
        if value_at(facts, tuple(source.split("."))) is None:
            gone: Any = None
            for name in reversed(target.split(".")):
                gone = {name: gone}
            theirs = merge(theirs, gone)
    return theirs


def pairs_to(group: Group, other: str, agreed: World) -> tuple[Pair, ...]:
    """Which facts of a group are which of another programme's, by the terms in force between the two."""
    a, b = ordered(group.programme, other)
    found: list[Pair] = []
    for alignment in agreed.aligned(a, b, group.region, group.year):
        side = alignment.terms.side_of(other)
        found += pairs_of(alignment.terms, side) if side is not None else ()
    return tuple(found)


def narrowed(shape: Shape, fields: frozenset[str]) -> Shape | None:
    """The part of a shape that holds the named personal fields; None where none of them is personal."""
    inner = {name: found for name, one in shape.fields.items() if (found := _named(name, one, fields)) is not None}
    items = narrowed(shape.items, fields) if shape.items is not None else None
    if not inner and items is None:
        return None
    return Shape(person=shape.person, fields=inner, items=items)


def _named(name: str, shape: Shape, fields: frozenset[str]) -> Shape | None:
    if shape.personal:
        return shape if name in fields else None
    return narrowed(shape, fields)


def without(facts: Any, shape: Shape | None) -> Any:
    """Facts without the personal values of a shape."""
    if shape is None:
        return facts
    if isinstance(facts, list):
        return [without(one, shape.items) for one in facts]
    if not isinstance(facts, dict):
        return facts
    return {
        name: without(value, shape.fields.get(name))
        for name, value in facts.items()
        if name not in shape.fields or not shape.fields[name].personal
    }
