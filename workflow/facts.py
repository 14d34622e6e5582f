"""The facts of one case: checked, sealed, opened for guards, shown to readers."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from workflow.domain.context import FactsError
from workflow.domain.definition.model import Definition
from workflow.domain.events import Facts
from workflow.domain.kbli import UNLISTED, Classes
from workflow.domain.merge import same
from workflow.facts_schema import BadFactsSchema, FactsSchema
from workflow.store.shapes import Pointer, Shape, Unsealable
from workflow.store.vault import ERASED, Erased, Vault, erased_fields, owners

__all__ = ["BadFactsSchema", "CaseFacts", "FactsSchema", "TriedFacts", "Unsealable", "schema_of"]


@lru_cache(maxsize=256)
def schema_of(definition: Definition, classes: Classes = UNLISTED) -> FactsSchema:
    """The compiled schema of a definition, made once. Raises BadFactsSchema, Unsealable."""
    return FactsSchema(definition.facts, classes)


class CaseFacts:
    """What `Context` and the command path need of a case's facts.

    Made anew for each command: it remembers what it last opened for as long as it lives.
    """

    def __init__(
        self, vault: Vault, definition: Definition, ref: str, classes: Callable[[], Classes] = lambda: UNLISTED
    ) -> None:
        """`classes`: the classes of business as they stand when facts are judged; asked for where a field is one."""
        self._vault, self._definition, self.ref, self._classes = vault, definition, ref, classes
        self._schema = schema_of(definition)
        self._last: tuple[Facts, dict[str, Any]] | None = None

    def facts_errors(self, stored: Facts, draft: bool) -> tuple[FactsError, ...]:
        """What does not fit the schema; draft: only `draft_requires` must be there. Erased values count as fitting."""
        return self._errors(self.plain(stored), draft)

    def opened(self, stored: Facts) -> dict[str, Any]:
        """Opened values for guards: a NIK as its digest, values of an erased person left out."""
        return self._vault.for_guards(self.plain(stored), self._schema.shape)

    def erased_fields(self, stored: Facts) -> frozenset[str]:
        """Names of personal fields of which at least one value is erased."""
        return erased_fields(self.plain(stored), self._schema.shape)

    def plain(self, stored: Facts) -> dict[str, Any]:
        """Opened values for merging a patch into, `Erased` in place of an erased one."""
        if self._last is None or self._last[0] is not stored:
            self._last = (stored, self._vault.plain(stored, self._schema.shape, self.ref))
        return self._last[1]

    def plain_errors(
        self, plain: Mapping[str, Any], draft: bool, previous: Facts | None = None
    ) -> tuple[FactsError, ...]:
        """What is wrong with plain facts; `previous`: the stored facts that they follow."""
        return self._errors(self._restored(plain, previous), draft)

    def seal(self, plain: Mapping[str, Any], previous: Facts | None = None) -> Facts:
        """Plain facts without errors in stored form. An erased person sent back as shown keeps what was stored."""
        return self._vault.seal(self._restored(plain, previous), self._schema.shape, self.ref)

    def owners(self, stored: Facts) -> Iterator[tuple[Pointer, str]]:
        """Each person in the facts: where, and the digest by which claims know them. Raises Damaged."""
        return owners(stored, self._schema.shape)

    def show(self, stored: Facts, *, reveal: bool) -> dict[str, Any]:
        """For readers: personal values opened, or hidden where they may not see them; `erased` for erased ones."""
        if reveal:
            return self._vault.open(stored, self._schema.shape, self.ref, reveal_nik=True)
        return self._vault.hidden(stored, self._schema.shape)

    def _errors(self, plain: Mapping[str, Any], draft: bool) -> tuple[FactsError, ...]:
        schema = schema_of(self._definition, self._classes()) if self._schema.has_classes else self._schema
        return schema.errors(plain, draft, self._vault.person)

    def _restored(self, plain: Mapping[str, Any], previous: Facts | None) -> Mapping[str, Any]:
        if not previous:
            return plain
        return dict(_restored(plain, self.plain(previous), self._schema.shape))


class TriedFacts(CaseFacts):
    """Facts that are only tried out: plain as they are, never sealed, never stored."""

    def plain(self, stored: Facts) -> dict[str, Any]:
        return stored


def _restored(value: Any, before: Any, shape: Shape | None) -> Any:
    """The value with `erased`, as readers are shown it, replaced by the erased value that stood there before."""
    if shape is None:
        return value
    if shape.personal:
        return before if value == ERASED and isinstance(before, Erased) else value
    if isinstance(value, dict):
        old = before if isinstance(before, dict) else {}
        return {name: _restored(item, old.get(name), shape.fields.get(name)) for name, item in value.items()}
    if isinstance(value, list) and shape.items is not None:
        left = [item for item in before if _has_erased(item, shape.items)] if isinstance(before, list) else []
        return [_restored(item, _taken(item, left, shape.items), shape.items) for item in value]
    return value


def _taken(item: Any, left: list[Any], shape: Shape) -> Any:
    """The erased item that this one was, taken out of those left: the one that is the same but for what is erased."""
    if not left or not _says_erased(item, shape):
        return None
    alike = (number for number, old in enumerate(left) if same(_open_part(item, shape), _open_part(old, shape)))
    return left.pop(next(alike, 0))


def _says_erased(value: Any, shape: Shape | None) -> bool:
    if shape is None or isinstance(value, list):
        return False
    if shape.personal:
        return bool(value == ERASED)
    return isinstance(value, dict) and any(_says_erased(item, shape.fields.get(name)) for name, item in value.items())


def _has_erased(value: Any, shape: Shape | None) -> bool:
    if shape is None:
        return False
    if shape.personal:
        return isinstance(value, Erased)
    return isinstance(value, dict) and any(_has_erased(item, shape.fields.get(name)) for name, item in value.items())


def _open_part(value: Any, shape: Shape | None) -> Any:
    """The value without what is personal."""
    if shape is None or not isinstance(value, dict):
        return None if shape is not None and shape.personal else value
    return {name: _open_part(item, shape.fields.get(name)) for name, item in value.items()}
