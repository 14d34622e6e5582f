"""What terms say of the two programmes, held against their definitions: facts, dimensions, steps, benefits, roles."""

from collections.abc import Iterable, Iterator
from typing import Any

from workflow.domain.bounds import Called, bounds
from workflow.domain.context import FactsError
from workflow.domain.definition.dangling import own_events
from workflow.domain.definition.findings import nearest
from workflow.domain.definition.model import Definition, Dimension
from workflow.domain.definition.schemas import Schema, items, json_type, properties
from workflow.domain.fields import field_within
from workflow.domain.regions import covers
from workflow.domain.sentences import listed
from workflow.domain.terms import Terms
from workflow.domain.words import Text


def error(pointer: str, id: str, en: str) -> FactsError:
    return FactsError(pointer, Text(id, en))


def check_sides(terms: Terms, a: Definition, b: Definition, called: Called) -> Iterator[FactsError]:
    """What the terms name in either programme and is not there, or is there in another way."""
    yield from _facts(terms, a, b)
    yield from _dimensions(terms, a, b, called)
    yield from _recognised(terms, a, b)
    yield from _data(terms, a, b)
    for i, one in enumerate(terms.budget.items):
        known = [*a.benefits, *b.benefits]
        if one.item not in known:
            yield _unknown(f"/budget/items/{i}/item", Text("manfaat", "benefit"), one.item, known)
    if terms.quota.transfer is not None and terms.quota.transfer.approved_by not in (*a.roles, *b.roles):
        yield _unknown(
            "/quota/transfer/approved_by",
            Text("peran", "role"),
            terms.quota.transfer.approved_by,
            [*a.roles, *b.roles],
        )
    yield from _binding(terms, a, b)


def _binding(terms: Terms, a: Definition, b: Definition) -> Iterator[FactsError]:
    """Where a case of a party would never be bound, for its programme has no such action."""
    running = terms.running
    for side, definition in (("a", a), ("b", b)):
        name = getattr(running.by_side, side)
        if name is not None and name not in definition.actions:
            yield _unknown(f"/running/by_side/{side}", _of(definition), name, definition.actions)
    both = running.binds_at
    unsaid = [(side, one) for side, one in (("a", a), ("b", b)) if getattr(running.by_side, side) is None]
    lacking = [(side, one) for side, one in unsaid if both not in one.actions]
    if lacking and len(lacking) == len(unsaid):
        yield _unknown(
            "/running/binds_at", Text("tindakan", "action"), both, [k for _, d in lacking for k in d.actions]
        )
        return
    for side, one in lacking:
        near, have = nearest(both, one.actions), listed(one.actions)
        yield error(
            f"/running/by_side/{side}",
            f"{one.id} tidak punya tindakan {both}; sebutkan tindakannya sendiri di sini, salah satu dari {have}",
            f"{one.id} has no action {both}{near}; name its own here, one of {have}",
        )


def _of(definition: Definition) -> Text:
    return Text(f"tindakan {definition.id}", f"action of {definition.id}")


def _unknown(pointer: str, kind: Text, name: str, known: Iterable[str]) -> FactsError:
    have = list(dict.fromkeys(known))
    near = nearest(name, have)
    return error(
        pointer,
        f"Tidak ada {kind.id} {name}; yang ada: {listed(have)}",
        f"There is no {kind.en} {name}{near}; there are: {listed(have)}",
    )


def _facts(terms: Terms, a: Definition, b: Definition) -> Iterator[FactsError]:
    for i, pair in enumerate(terms.eligibility.facts):
        found: list[Schema] = []
        for side, path, definition in (("a", pair.a, a), ("b", pair.b, b)):
            schema = field_at(definition.facts.schema, path)
            if schema is None:
                yield _no_fact(f"/eligibility/facts/{i}/{side}", path, definition)
            else:
                found.append(schema)
        if len(found) == 2 and _kind(found[0]) != _kind(found[1]):
            one, other = (_kind(schema) for schema in found)
            yield error(
                f"/eligibility/facts/{i}",
                f"{pair.a} berjenis {one}, {pair.b} berjenis {other}; hanya jenis yang sama dapat dipadankan",
                f"{pair.a} is {one}, {pair.b} is {other}; only facts of one type can be mapped",
            )


def _no_fact(pointer: str, path: str, definition: Definition) -> FactsError:
    return error(
        pointer,
        f"Data {path} tidak ada dalam {definition.id} versi {definition.version}",
        f"There is no fact {path} in {definition.id} version {definition.version}",
    )


def field_at(schema: Schema, path: str) -> Schema | None:
    """The schema of the fact that a path as `plan.tools` names, through objects; None where there is none."""
    found: Any = schema
    for name in path.split("."):
        found = (properties(found) or {}).get(name)
        if found is None:
            return None
    return dict(found)


def _kind(schema: Schema) -> str:
    """A type that two facts share or not: with its format and unit, a list with that of its items."""
    kind = json_type(schema) or "-"
    inner = items(schema)
    words = [kind, *(str(schema[key]) for key in ("format", "x-unit") if key in schema)]
    return " ".join(words) + (f" of {_kind(inner)}" if inner is not None else "")


def _dimensions(terms: Terms, a: Definition, b: Definition, called: Called) -> Iterator[FactsError]:
    seen = set()
    for i, rule in enumerate(terms.eligibility.dimensions):
        pointer = f"/eligibility/dimensions/{i}"
        if rule.dimension in seen:
            yield error(
                pointer,
                f"Syarat {rule.dimension} tercantum dua kali; sisakan satu",
                f"The dimension {rule.dimension} stands here twice; keep one",
            )
        seen.add(rule.dimension)
        missing = [one for one in (a, b) if rule.dimension not in one.eligibility]
        for definition in missing:
            yield error(
                f"{pointer}/dimension",
                f"Syarat {rule.dimension} tidak ada dalam {definition.id}; yang ada: {listed(definition.eligibility)}",
                f"{definition.id} has no dimension {rule.dimension}; it has: {listed(definition.eligibility)}",
            )
        if missing:
            continue
        one, other = a.eligibility[rule.dimension], b.eligibility[rule.dimension]
        if rule.rule == "intersection" and _apart(one, other):
            first, second = bounds(one, called), bounds(other, called)
            yield error(
                pointer,
                f"Irisan syarat {rule.dimension} kosong: {first.id} dan {second.id}; tidak ada yang memenuhi keduanya",
                f"The intersection of {rule.dimension} is empty: {first.en} and {second.en}; nobody fits both",
            )
        agreed = {"a": (one,), "b": (other,), "intersection": (one, other)}[rule.rule]
        for dimension in agreed:
            if dimension.value == "facts.region" and dimension.under and not _meet(dimension.under, terms.regions):
                wanted = bounds(dimension, called)
                yield error(
                    pointer,
                    f"Tidak ada wilayah ketentuan ({listed(terms.regions)}) yang memenuhi {wanted.id}",
                    f"No region of the terms ({listed(terms.regions)}) fits {wanted.en}",
                )


def _apart(one: Dimension, other: Dimension) -> bool:
    """True where no value lies within the bounds of both; bounds of different kinds have nothing in common."""
    if one.in_ is not None or other.in_ is not None:
        return not set(one.in_ or ()) & set(other.in_ or ())
    if one.under is not None or other.under is not None:
        return not _meet(one.under or (), other.under or ())
    least = max((low for low in (one.min, other.min) if low is not None), default=None)
    most = min((high for high in (one.max, other.max) if high is not None), default=None)
    return least is not None and most is not None and least > most


def _meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """True where a region lies under one of both lists."""
    codes = tuple(others)
    return any(covers(one, other) or covers(other, one) for one in some for other in codes)


def _recognised(terms: Terms, a: Definition, b: Definition) -> Iterator[FactsError]:
    for i, one in enumerate(terms.eligibility.recognised):
        its, others = (a, b) if one.side == "a" else (b, a)
        for field, name, definition in (("action", one.action, its), ("counts_as", one.counts_as, others)):
            if name not in definition.actions:
                yield error(
                    f"/eligibility/recognised/{i}/{field}",
                    f"{definition.id} tidak punya tindakan {name}; yang ada: {listed(definition.actions)}",
                    f"{definition.id} has no action {name}; it has: {listed(definition.actions)}",
                )


def _data(terms: Terms, a: Definition, b: Definition) -> Iterator[FactsError]:
    for i, one in enumerate(terms.data):
        events = {side.id: [event for _, event in own_events(side)] for side in (a, b)}
        whose = [side for side in (a, b) if one.event in events[side.id]]
        if not whose:
            yield _unknown(f"/data/{i}/event", Text("peristiwa", "event"), one.event, [*events[a.id], *events[b.id]])
        givers = [side for side in whose if side.owner != one.recipient]
        if whose and not givers:
            yield error(
                f"/data/{i}/recipient",
                f"{one.event} adalah peristiwa program {one.recipient} sendiri; sebut instansi lain",
                f"{one.event} is an event of {one.recipient}'s own programme; name another agency",
            )
        for side in givers:
            for j, path in enumerate(one.fields):
                if field_within(side.facts.schema, path) is None:
                    yield _no_fact(f"/data/{i}/fields/{j}", path, side)
