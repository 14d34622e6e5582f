"""Which fields an expression reads, compared with its variables' schemas: a misspelt one is found at any depth."""

from difflib import get_close_matches
from functools import reduce

from msgspec import Struct

from workflow.domain.definition.celtree import CALL, IDENT, LIST, LOOP, SELECT, Tree
from workflow.domain.definition.schemas import Schema, items, json_type, listing, objects, properties

Path = tuple[str, ...]


class BadExpression(Exception):
    """An expression that does not fit its environment, and where (offset in code points)."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class Access(Struct, frozen=True):
    """A field selected from an object: the offset of its dot, the object's schema, the field."""

    at: int
    of: Schema
    field: str


class Reading:
    """One walk over an expression's tree; what it found is in its attributes."""

    def __init__(self, tree: Tree, variables: dict[str, Schema]) -> None:
        self.variables = variables
        self.accesses: list[Access] = []
        self.named: set[Path] = set()
        """Paths from a variable that the expression reads, without those that `has()` tests."""
        self.tested: set[Path] = set()
        self._facts = {id(schema) for schema in objects(variables.get("facts"))}
        self.fields: set[str] = set()
        """Names of facts' fields."""
        self._walk(tree, {})

    def _walk(self, tree: Tree, scope: dict[str, Schema | None]) -> Schema | None:
        match tree.kind:
            case kind if kind == IDENT:
                if tree.name in scope:
                    return scope[tree.name]
                self.named.add((tree.name,))
                return self.variables.get(tree.name)
            case kind if kind == SELECT:
                return self._select(tree, scope)
            case kind if kind == CALL:
                return self._call(tree, scope)
            case kind if kind == LIST:
                shapes = [self._walk(part, scope) for part in tree.parts]
                return listing(reduce(_common, shapes) if shapes else None)
            case kind if kind == LOOP:
                return self._loop(tree, scope)
        for part in tree.parts:
            self._walk(part, scope)
        return None

    def _select(self, tree: Tree, scope: dict[str, Schema | None]) -> Schema | None:
        path = _path(tree, scope)
        shape = self._walk(tree.parts[0], scope)
        if path is not None:
            self.named.discard(path[:-1])
            (self.tested if tree.tests else self.named).add(path)
        found = self._field(shape, tree.name, tree.at)
        if shape is not None and not tree.tests:
            self.accesses.append(Access(tree.at, shape, tree.name))
        return found

    def _field(self, shape: Schema | None, name: str, at: int) -> Schema | None:
        fields = properties(shape)
        if fields is None or shape is None:
            raise BadExpression(f"`{name}` is read from a value whose fields are not known here", at)
        if name not in fields:
            near = get_close_matches(name, fields, n=1)
            raise BadExpression(f"there is no field `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""), at)
        if id(shape) in self._facts:
            self.fields.add(name)
        return fields[name]

    def _call(self, tree: Tree, scope: dict[str, Schema | None]) -> Schema | None:
        shapes = [self._walk(part, scope) for part in tree.parts]
        match tree.name:
            case "_[_]":
                key = tree.parts[1].text
                if properties(shapes[0]) is None:
                    return items(shapes[0])
                if key is None:
                    raise BadExpression("a field's name must stand there as a text", tree.at)
                return self._field(shapes[0], key, tree.at)
            case "_?_:_":
                return _common(shapes[1], shapes[2])
            case "_+_":
                return reduce(_common, shapes)
            case "size" | "@not_strictly_false":
                return None
        for shape in shapes:
            self._whole(shape)
        return None

    def _whole(self, shape: Schema | None) -> None:
        """An object that is compared as a whole has all of its fields read."""
        for inner in objects(shape):
            if id(inner) in self._facts:
                self.fields.update(properties(inner) or {})

    def _loop(self, tree: Tree, scope: dict[str, Schema | None]) -> Schema | None:
        over, start, condition, step, result = tree.parts
        shape = self._walk(over, scope)
        inner = {**scope, tree.name: items(shape), tree.accumulator: self._walk(start, scope)}
        self._walk(condition, inner)
        built = self._walk(step, inner)
        return self._walk(result, {**scope, tree.accumulator: built})


def _path(tree: Tree, scope: dict[str, Schema | None]) -> Path | None:
    """`facts.plan.tools` as its parts; None where it does not start at a variable of the environment."""
    if tree.kind == IDENT:
        return None if tree.name in scope else (tree.name,)
    if tree.kind == SELECT:
        operand = _path(tree.parts[0], scope)
        return (*operand, tree.name) if operand is not None else None
    return None


def _common(one: Schema | None, other: Schema | None) -> Schema | None:
    """What two values that may stand in the same place share; an empty list fits any list."""
    for first, second in ((one, other), (other, one)):
        if first == {"type": "array"} and second is not None and json_type(second) == "array":
            return second
    return one if one == other else None
