"""What a group can get from both programmes of an alignment, added up, beside the ceiling of its terms."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workflow.domain.alignments import Alignment
from workflow.domain.definition.model import Definition
from workflow.domain.terms import Terms


class Amount(NamedTuple):
    """One benefit of a group, as it was added up."""

    item: str
    programme: str
    """Whose definition says it; empty for an item of the terms."""
    rupiah: int


def amounts(terms: Terms, definitions: Mapping[str, Definition]) -> tuple[Amount, ...]:
    """Each item of the terms once, with its cap; each other benefit of either programme with the `max` that it says."""
    agreed = [Amount(one.item, "", one.cap) for one in terms.budget.items]
    settled = {one.item for one in terms.budget.items}
    sides = (definitions[one.programme] for one in terms.parties if one.programme in definitions)
    others = [
        Amount(name, definition.id, benefit.max)
        for definition in sides
        for name, benefit in definition.benefits.items()
        if name not in settled and benefit.max is not None
    ]
    return (*agreed, *others)


def together(terms: Terms, definitions: Mapping[str, Definition]) -> int:
    """IDR."""
    return sum(one.rupiah for one in amounts(terms, definitions))


def exceeds(terms: Terms, definitions: Mapping[str, Definition]) -> bool:
    ceiling = terms.budget.ceiling
    return ceiling is not None and together(terms, definitions) > ceiling


def exceeding(agreed: Iterable[Alignment], definitions: Mapping[str, Definition]) -> tuple[Alignment, ...]:
    """Those by whose terms a group could get more than their ceiling."""
    return tuple(one for one in agreed if exceeds(one.terms, definitions))
