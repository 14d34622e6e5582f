"""What the keys in bounds are called: regions, leading potentials and programmes, as they are titled now."""

from collections.abc import Iterable

from workflow.domain.definition.model import Dimension
from workflow.domain.potentials import FACT
from workflow.domain.words import Text
from workflow.potentials import PotentialsApp
from workflow.regions import regions
from workflow.registry import RegistryApp


class Titles:
    """Safe to share between threads."""

    def __init__(self, registry: RegistryApp, potentials: PotentialsApp) -> None:
        self._registry, self._potentials = registry, potentials

    def called(self, rule: Dimension, values: Iterable[str]) -> tuple[Text, ...]:
        """The titles of values that a dimension bounds; a value itself where nothing known has one."""
        if rule.under is not None:
            return tuple(Text(name, name) for name in map(regions().name, values))
        known = self._potentials_titled() if rule.value == FACT else self._programmes_titled()
        return tuple(known.get(value, Text(value, value)) for value in values)

    def _potentials_titled(self) -> dict[str, Text]:
        return {one.key: one.title for one in self._potentials.current().of("")}

    def _programmes_titled(self) -> dict[str, Text]:
        current = ((one.programme, one.current_hash) for one in self._registry.programmes())
        return {name: self._registry.definition(hash).title for name, hash in current if hash is not None}
