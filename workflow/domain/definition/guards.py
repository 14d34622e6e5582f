"""CEL expressions of a definition: compiled once against a typed environment, evaluated in memory."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Missing(Struct, frozen=True):
    """An expression that raised or met a missing value: it counts as not satisfied, and this says why."""

    why: str


class Guards:
    """The compiled expressions of one definition, by their source text."""

    def evaluate(self, source: str, values: Mapping[str, Any]) -> Any:
        """The value of an expression, or `Missing`. `values` are the names of the environment in docs/definitions.md."""
        raise KeyError(source)

    def fields_read(self, source: str) -> frozenset[str]:
        """Names of facts' fields that the expression reads, at any depth, as in {"members", "born"}."""
        raise KeyError(source)
