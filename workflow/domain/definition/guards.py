"""CEL expressions of a definition: compiled once against a typed environment, evaluated in memory."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from cel_expr_python import cel
from msgspec import Struct

from workflow.domain.definition.ages import age
from workflow.domain.definition.celtree import strict, tree_of
from workflow.domain.definition.reading import BadExpression, Path, Reading
from workflow.domain.definition.schemas import Schema, cel_type, objects, properties

LONGEST = 4000
"""Characters of an expression."""
COUNTED = {"documents": 0, "counts": 0, "checklist": False}
"""Variables whose absent entries have a value: nothing supplied, never taken, not answered."""


class Missing(Struct, frozen=True):
    """An expression that raised or met a missing value: it counts as not satisfied, and this says why."""

    why: str


class Compiled(Struct, frozen=True):
    expression: Any
    type: str
    """CEL's name of the result's type, as in BOOL or LIST<STRING>."""
    fields: frozenset[str]
    named: frozenset[Path]
    required: frozenset[Path]
    """Paths that must have a value: read, and not tested with `has()`."""
    roots: frozenset[str]
    """Variables that the expression reads."""
    facts: frozenset[str]
    """Facts that it reads, by their names at the top."""


class Guards:
    """The compiled expressions of one definition, by their source text."""

    def __init__(self, variables: Mapping[str, Schema] | None = None) -> None:
        """`variables`: the names of the environment, each with the JSON Schema of its value."""
        self.variables = dict(variables or {})
        self._compiled: dict[str, Compiled] = {}
        declared = {name: cel_type(schema) for name, schema in self.variables.items()}
        self._env = cel.NewEnv(variables=declared, functions=[_age()])
        self._getters = _Getters(self.variables)
        self._typed = cel.NewEnv(variables=declared, functions=[_age(), *self._getters.declarations])
        self._counted = {name: _blank(self.variables[name], COUNTED[name]) for name in COUNTED & declared.keys()}

    def add(self, source: str) -> None:
        """Compile an expression; raises BadExpression where it does not fit the environment."""
        if source in self._compiled:
            return
        if len(source) > LONGEST:
            raise BadExpression(f"an expression has at most {LONGEST} characters")
        serialized = self._compile(self._env, source).serialize()
        reading = Reading(tree_of(serialized), self.variables)
        inserts = self._getters.inserts(reading, source)
        typed = self._compile(self._typed, _insert(source, inserts), inserts)
        excused = {path for path in reading.named if any(path[: len(test)] == test for test in reading.tested)}
        self._compiled[source] = Compiled(
            self._env.deserialize(strict(serialized)),
            typed.return_type().name(),
            frozenset(reading.fields),
            frozenset(reading.named | reading.tested),
            frozenset(path for path in reading.named - excused if path[0] not in self._counted),
            frozenset(path[0] for path in reading.named | reading.tested),
            frozenset(path[1] for path in reading.named | reading.tested if path[0] == "facts" and len(path) > 1),
        )

    def __contains__(self, source: str) -> bool:
        """True for an expression that compiled."""
        return source in self._compiled

    def _compile(self, env: Any, source: str, inserts: Mapping[int, str] | None = None) -> Any:
        """`inserts` are already in the source; a fault is told by its offset in the text without them."""
        try:
            return env.compile(source)
        except RuntimeError as error:
            raise self._explained(str(error), source, inserts or {}) from None

    def _explained(self, error: str, source: str, inserts: Mapping[int, str]) -> BadExpression:
        if "recursion" in error:
            return BadExpression("the expression is nested too deeply")
        found = re.search(r"<input>:(\d+):(\d+): ([^\n]*)", error)
        if found is None:
            return BadExpression(error.splitlines()[0])
        message = re.sub(r" \(in container ''\)| expecting \{.*", "", found[3])
        undeclared = re.match(r"undeclared reference to '(\w+)", message)
        if undeclared and (near := get_close_matches(undeclared[1], self.variables, n=1)):
            message += f"; did you mean `{near[0]}`?"
        lines = source.split("\n")
        at = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + max(int(found[2]) - 1, 0)
        for dot in sorted(inserts):
            if dot < at:
                at = max(dot, at - len(inserts[dot]))
        return BadExpression(message, at)

    def evaluate(self, source: str, values: Mapping[str, Any]) -> Any:
        """The value of an expression, or `Missing`.

        `values` are the names of the environment in docs/definitions.md, nested: {"facts": {…}, "counts": {"total":
        {…}}, "today": "2026-11-25", …}. Absent documents and counts are 0, absent checklist answers false.
        Raises KeyError for an expression that the definition does not have.
        """
        compiled = self._compiled[source]
        given = {
            name: _overlay(self._counted[name], values.get(name)) if name in self._counted else values[name]
            for name in compiled.roots
            if name in self._counted or name in values
        }
        for path in compiled.required:
            if _absent(path, given):
                return Missing(f"{'.'.join(path)} is missing")
        try:
            value = compiled.expression.eval(data=given)
            if value.type() in (cel.Type.ERROR, cel.Type.UNKNOWN):
                return Missing(_why(str(value.value())))
            return value.plain_value()
        except (RuntimeError, TypeError, ValueError, OverflowError) as error:
            return Missing(_why(str(error)))

    def fields_read(self, source: str) -> frozenset[str]:
        """Names of facts' fields that the expression reads, at any depth, as in {"members", "born"}."""
        return self._compiled[source].fields

    def names(self, source: str) -> frozenset[str]:
        """Paths from the environment that the expression reads or tests, as in {"facts.members", "counts.submit"}."""
        return frozenset(".".join(path) for path in self._compiled[source].named)

    def variables_read(self, source: str) -> frozenset[str]:
        """Names of the environment that the expression reads or tests, as in {"facts", "today"}."""
        return self._compiled[source].roots

    def facts_read(self, source: str) -> frozenset[str]:
        """Names of the facts that it reads or tests, at the top, as in {"members", "plan"}."""
        return self._compiled[source].facts

    def type_of(self, source: str) -> str:
        """CEL's name of the result's type: BOOL, INT, STRING, LIST<STRING>, …"""
        return self._compiled[source].type


class _Getters:
    """A typed function for every field of every object, so that CEL checks the types inside lists too."""

    def __init__(self, variables: Mapping[str, Schema]) -> None:
        self._numbers: dict[int, int] = {}
        self.declarations = []
        for schema in variables.values():
            for shape in objects(schema):
                number = self._numbers.setdefault(id(shape), len(self._numbers))
                for field, inner in (properties(shape) or {}).items():
                    if field.isidentifier() and field.isascii():
                        self.declarations.append(_getter(f"{field}_{number}", inner))

    def inserts(self, reading: Reading, source: str) -> dict[int, str]:
        """What to put behind the fields in the source, by offset: `m.born` becomes `m.born_3()`."""
        found = {}
        for access in reading.accesses:
            written = re.compile(r"\.\s*" + re.escape(access.field)).match(source, access.at)
            if written is None:
                raise BadExpression(f"`{access.field}` must follow its dot", access.at)
            found[written.end()] = f"_{self._numbers[id(access.of)]}()"
        return found


def _getter(name: str, schema: Schema) -> cel.FunctionDecl:
    receiver = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    overload = cel.Overload(name, return_type=cel_type(schema), parameters=[receiver], is_member=True)
    return cel.FunctionDecl(name, [overload])


def _age() -> cel.FunctionDecl:
    text = cel.Type.STRING
    return cel.FunctionDecl(
        "age", [cel.Overload("age_string_string", return_type=cel.Type.INT, parameters=[text, text], impl=age)]
    )


def _insert(source: str, inserts: Mapping[int, str]) -> str:
    for offset in sorted(inserts, reverse=True):
        source = source[:offset] + inserts[offset] + source[offset:]
    return source


def _blank(schema: Schema, value: int | bool) -> Any:
    fields = properties(schema)
    return value if fields is None else {name: _blank(inner, value) for name, inner in fields.items()}


def _overlay(blank: Any, given: Any) -> Any:
    if not isinstance(blank, dict) or not isinstance(given, Mapping):
        return blank if given is None else given
    return {name: _overlay(value, given.get(name)) for name, value in blank.items()}


def _absent(path: Path, values: Mapping[str, Any]) -> bool:
    found: Any = values
    for name in path:
        if not isinstance(found, Mapping) or found.get(name) is None:
            return True
        found = found[name]
    return False


def _why(error: str) -> str:
    """A reason that repeats no value."""
    if key := re.search(r'Key not found in map : "(\w+)"', error):
        return f"{key[1]} is missing"
    if "budget" in error:
        return "the expression takes too many steps"
    return "the expression cannot be worked out from these values"
