"""Facts against their definition's schema: full, or as a draft that may be incomplete; and what no schema can say."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import jsonschema_rs

from workflow import facts_says as says
from workflow.domain.context import FactsError
from workflow.domain.definition.model import FactsRule
from workflow.domain.dossier import LARGEST
from workflow.domain.kbli import UNLISTED, Classes
from workflow.facts_formats import disagree, is_nik, is_phone
from workflow.store.shapes import GONE, Shape, own_values, persons, shape_of, transformed
from workflow.store.vault import ERASED, HIDDEN, SEALED, Erased

MOST = 100
"""Errors told at once."""
DEEPEST = 50
BACKTRACKING = 100_000
"""Steps after which matching a pattern is given up, and the value counts as unfit."""
INCOMPLETE = ("required", "minItems", "minProperties", "contains", "minContains", "dependentRequired")
"""Keywords that a draft need not fulfil yet."""
BORN = "born"
"""Field of a person that the NIK must agree with."""


class BadFactsSchema(Exception):
    """A facts schema cannot be used; says why."""


class FactsSchema:
    """The compiled schema of one definition's facts. Safe to share between threads."""

    def __init__(self, rule: FactsRule, classes: Classes = UNLISTED) -> None:
        """`classes`: which codes of business are one. Raises BadFactsSchema, Unsealable."""
        self._classes = classes
        self.shape: Shape = shape_of(rule.schema)
        self.has_classes = _has_classes(rule.schema)
        """True where a field is a class of business."""
        self._full = _compiled(rule.schema, classes)
        self._draft = _compiled(_draft(rule.schema), classes)
        self._draft_requires = [tuple(path.removeprefix("facts.").split(".")) for path in rule.draft_requires]

    def errors(
        self, facts: Mapping[str, Any], draft: bool, person: Callable[[str], str] | None = None
    ) -> tuple[FactsError, ...]:
        """What is wrong with plain facts, at most `MOST` errors; erased values are taken as fitting.

        `person` gives the digest of a NIK, by which an erased member is told from others.
        """
        unusable = tuple(islice(_unusable(facts, self.shape, ()), MOST))
        if unusable:
            return unusable
        found = [*self._schema_errors(facts, draft), *_person_errors(facts, self.shape, person)]
        unique = {(error.pointer, error.say.id): error for error in found}
        return tuple(islice(unique.values(), MOST))

    def _schema_errors(self, facts: Mapping[str, Any], draft: bool) -> Iterator[FactsError]:
        erased: set[tuple[str | int, ...]] = set()
        for at, one, shape in persons(facts, self.shape):
            erased.update((*at, *within) for within, value in own_values(one, shape) if isinstance(value, Erased))
        if erased:
            facts = transformed(facts, self.shape, lambda value, *_: GONE if isinstance(value, Erased) else value)
        if draft:
            for path in self._draft_requires:
                if not _there(facts, path):
                    yield says.error(path, says.REQUIRED)
        for failed in islice((self._draft if draft else self._full).iter_errors(facts), MOST):
            place = tuple(failed.instance_path)
            missing = getattr(failed.kind, "property", None) if failed.kind.name == "required" else None
            if missing is None or (*place, missing) not in erased:
                yield from says.schema_errors(place, failed.kind, failed.instance, self._classes)


def _compiled(schema: dict[str, Any], classes: Classes) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator(
            schema,
            formats={"nik": is_nik, "phone": is_phone, "kbli": classes.has},
            validate_formats=True,
            ignore_unknown_formats=False,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKING),
            offline=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise BadFactsSchema(str(error).splitlines()[0]) from error


def _has_classes(schema: Any) -> bool:
    if isinstance(schema, dict):
        return schema.get("format") == "kbli" or any(map(_has_classes, schema.values()))
    return isinstance(schema, list) and any(map(_has_classes, schema))


def _draft(schema: Any) -> Any:
    """The schema without what makes facts complete; what stands under `if` and `not` is a condition and stays."""
    if not isinstance(schema, dict):
        return schema
    lax = {name: value for name, value in schema.items() if name not in INCOMPLETE}
    for name in ("items", "additionalProperties", "then", "else", "unevaluatedProperties", "unevaluatedItems"):
        if name in lax:
            lax[name] = _draft(lax[name])
    for name in ("properties", "patternProperties", "$defs", "dependentSchemas"):
        if isinstance(lax.get(name), dict):
            lax[name] = {key: _draft(value) for key, value in lax[name].items()}
    for name in ("allOf", "anyOf", "prefixItems"):
        if isinstance(lax.get(name), list):
            lax[name] = [_draft(value) for value in lax[name]]
    if isinstance(lax.get("oneOf"), list):
        # Incomplete facts may still fit several.
        lax["allOf"] = [*lax.get("allOf", []), {"anyOf": [_draft(value) for value in lax.pop("oneOf")]}]
    return lax


def _there(facts: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if not isinstance(facts, dict) or name not in facts:
            return False
        facts = facts[name]
    return facts is not None


def _unusable(value: Any, shape: Shape | None, at: tuple[str | int, ...]) -> Iterator[FactsError]:
    """What can be neither stored nor sealed, whatever the schema says."""
    if len(at) > DEEPEST:
        yield says.error(at[:3], says.TOO_DEEP)
    elif isinstance(value, str):
        if not _is_text(value):
            yield says.error(at, says.NOT_TEXT)
        elif SEALED.match(value):
            yield says.error(at, says.SEALED)
        elif value == HIDDEN or (value == ERASED and shape is not None and shape.personal):
            yield says.error(at, says.MASKED)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            yield says.error(at, says.TOO_LARGE)
    elif isinstance(value, float):
        yield says.error(at, says.NOT_WHOLE)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name.isascii() and "\0" not in name:
                yield from _unusable(item, shape.fields.get(name) if shape else None, (*at, name))
            else:
                yield says.error(at, says.NOT_NAME)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unusable(item, shape.items if shape else None, (*at, number))


def _is_text(value: str) -> bool:
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _person_errors(facts: Any, shape: Shape, person: Callable[[str], str] | None) -> Iterator[FactsError]:
    seen: set[tuple[tuple[str | int, ...], str]] = set()
    for at, one, form in persons(facts, shape):
        assert form.person is not None
        field, nik = form.person, one.get(form.person)
        lacks = nik is None or isinstance(nik, Erased)
        if lacks and any(not isinstance(value, Erased) for _, value in own_values(one, form)):
            yield says.error((*at, field), says.NIK_FIRST)
        if not isinstance(nik, str | Erased):
            continue
        if isinstance(nik, str) and form.fields[field].nik and disagree(nik, str(one.get(BORN))):
            yield says.error((*at, field), says.NOT_BORN)
        if at and isinstance(at[-1], int):
            identity = nik.person if isinstance(nik, Erased) else person(nik) if person else nik
            if (at[:-1], identity) in seen:
                yield says.error((*at, field), says.TWICE)
            seen.add((at[:-1], identity))
