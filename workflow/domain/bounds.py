"""The bounds of a dimension in words, with titles for the keys in them."""

from collections.abc import Callable, Iterable

from workflow.domain.definition.model import Dimension
from workflow.domain.words import Text, in_words

Called = Callable[[Dimension, Iterable[str]], tuple[Text, ...]]
"""What values that a dimension bounds are called, in their order: a region, a leading potential, a programme."""


def by_key(rule: Dimension, values: Iterable[str]) -> tuple[Text, ...]:
    """Values as the definition writes them."""
    return tuple(Text(value, value) for value in values)


def bounds(rule: Dimension, called: Called) -> Text:
    """All bounds of a dimension."""
    least, most = (None if bound is None else number(bound) for bound in (rule.min, rule.max))
    parts = []
    if least is not None and most is not None:
        parts.append(Text(f"{least.id} sampai {most.id}", f"{least.en} to {most.en}"))
    elif least is not None:
        parts.append(Text(f"paling sedikit {least.id}", f"at least {least.en}"))
    elif most is not None:
        parts.append(Text(f"paling banyak {most.id}", f"at most {most.en}"))
    for keys, id, en in ((rule.in_, "salah satu dari", "one of"), (rule.under, "di bawah", "under")):
        if keys is not None:
            names = in_words(called(rule, keys))
            parts.append(Text(f"{id} {names.id}", f"{en} {names.en}"))
    return in_words(parts)


def number(value: int) -> Text:
    """A whole number as each language groups its digits."""
    grouped = f"{value:,}"
    return Text(grouped.replace(",", "."), grouped)
