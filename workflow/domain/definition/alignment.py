"""The key `alignment`: that a programme's cases are alignments, where their terms stand, what each state means."""

from collections.abc import Iterator

from msgspec import inspect

from workflow.domain.definition.entries import Entry
from workflow.domain.definition.findings import Report, nearest
from workflow.domain.definition.model import SYSTEM, AlignmentRule, Definition
from workflow.domain.definition.parts import PATH
from workflow.domain.definition.schemas import Schema, items, json_type, properties
from workflow.domain.terms import Terms

Path = tuple[str | int, ...]
SIDES = ("a", "b")


def read_alignment(entry: Entry) -> AlignmentRule | None:
    found = entry.record("terms in_force suspended ended signs")
    if len(found) < 5:
        return None
    return AlignmentRule(
        terms=found["terms"].text(PATH),
        in_force=found["in_force"].texts(),
        suspended=found["suspended"].texts(least=0),
        ended=found["ended"].texts(),
        signs={action: inner.choice(*SIDES) for action, inner in found["signs"].named()},  # type: ignore[misc]
    )


def check_alignment(definition: Definition, report: Report) -> None:
    """Every name stands for something, each end and only an end is `ended`, both sides sign, facts hold the terms."""
    rule = definition.alignment
    if rule is None:
        return
    _states(definition, rule, report)
    for action, side in rule.signs.items():
        path: Path = ("alignment", "signs", action)
        taken = definition.actions.get(action)
        if taken is None:
            report.error("unknown-name", path, f"there is no action `{action}`{nearest(action, definition.actions)}")
        elif taken.panel is not None or any(SYSTEM in roles for roles in taken.by.values()):
            report.error("alignment", path, f"`{action}` signs for party {side}: people in office take it, one by one")
    for wanted in SIDES:
        if wanted not in rule.signs.values():
            report.error("alignment", ("alignment", "signs"), f"no action signs for party {wanted}")
    root, _, field = rule.terms.partition(".")
    fields = properties(definition.facts.schema) or {}
    if root != "facts" or field not in fields:
        message = f"there is no field `{rule.terms}` of facts{nearest(field, fields)}"
        report.error("unknown-name", ("alignment", "terms"), message)
        return
    for message in _unlike(inspect.type_info(Terms), fields[field], rule.terms):
        report.error("alignment", ("alignment", "terms"), message)


def _states(definition: Definition, rule: AlignmentRule, report: Report) -> None:
    seen: dict[str, str] = {}
    for key in ("in_force", "suspended", "ended"):
        for i, state in enumerate(getattr(rule, key)):
            path: Path = ("alignment", key, i)
            if state not in definition.states:
                report.error("unknown-name", path, f"there is no state `{state}`{nearest(state, definition.states)}")
                continue
            if state in seen:
                report.error("alignment", path, f"`{state}` is `{seen[state]}` already")
            seen[state] = key
            if definition.states[state].end != (key == "ended"):
                report.error("alignment", path, f"`ended` lists the states with `end: true`, and `{state}` is not so")
    for state in definition.states.values():
        if state.end and state.name not in rule.ended:
            report.error("alignment", ("alignment", "ended"), f"`{state.name}` is an end and missing here")


def _unlike(wanted: inspect.Type, schema: Schema | None, at: str) -> Iterator[str]:
    """Where a facts schema lets through what terms cannot hold, or keeps out what they need."""
    schema = schema or {}
    match wanted:
        case inspect.StructType():
            yield from _unlike_fields(wanted, schema, at)
        case inspect.VarTupleType():
            yield from _unlike_list(wanted.item_type, schema, at)
        case inspect.TupleType():
            yield from _unlike_list(wanted.item_types[0], schema, at)
            if (schema.get("minItems"), schema.get("maxItems")) != (len(wanted.item_types),) * 2:
                yield f"`{at}` needs exactly {len(wanted.item_types)} items"
        case inspect.UnionType():
            yield from _unlike(next(one for one in wanted.types if not isinstance(one, inspect.NoneType)), schema, at)
        case inspect.LiteralType():
            if not set(schema.get("enum", [object()])) <= set(wanted.values):
                yield f"`{at}` needs an `enum` of {', '.join(map(str, wanted.values))}"
        case inspect.IntType():
            if json_type(schema) != "integer":
                yield f"`{at}` is a whole number"
        case inspect.DateType():
            if (json_type(schema), schema.get("format")) != ("string", "date"):
                yield f"`{at}` is a text with `format: date`"
        case inspect.StrType():
            if json_type(schema) != "string":
                yield f"`{at}` is a text"


def _unlike_fields(wanted: inspect.StructType, schema: Schema, at: str) -> Iterator[str]:
    fields = properties(schema)
    if fields is None:
        yield f"`{at}` is an object"
        return
    known = {field.encode_name: field for field in wanted.fields}
    for name in fields.keys() - known.keys():
        yield f"terms have no `{at}.{name}`{nearest(name, known)}"
    for name, field in known.items():
        if name not in fields:
            if field.required:
                yield f"terms need `{at}.{name}`"
            continue
        if field.required and name not in schema.get("required", ()):
            yield f"terms need `{at}.{name}`: put it in `required`"
        yield from _unlike(field.type, fields[name], f"{at}.{name}")


def _unlike_list(wanted: inspect.Type, schema: Schema, at: str) -> Iterator[str]:
    if json_type(schema) != "array":
        yield f"`{at}` is a list"
        return
    yield from _unlike(wanted, items(schema), f"{at}[]")
