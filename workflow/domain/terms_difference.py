"""The difference between two versions of terms, clause by clause, in both languages."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from workflow.domain.terms import Terms
from workflow.domain.terms_words import Names, clauses
from workflow.domain.words import Text


class Difference(Struct, frozen=True, kw_only=True):
    """One clause that is not as it was."""

    pointer: str
    """Of its part of the terms; an item of a list is named by what it is about."""
    id: str
    en: str


def difference(before: Terms, after: Terms, names_of: Callable[[Terms], Names]) -> tuple[Difference, ...]:
    """Every clause that was added, changed or removed, in the order of the terms, each version in its own words."""
    old, new = clauses(before, names_of(before)), clauses(after, names_of(after))
    found = []
    for pointer in dict.fromkeys((*old, *new)):
        one, other = old.get(pointer), new.get(pointer)
        if one is None:
            assert other is not None
            said = _said(other.label, Text("ditambahkan, ", "added, "), other.says)
        elif other is None:
            said = _said(one.label, Text("dihapus, semula ", "removed, it was "), one.says)
        else:
            # A label differs alone where a party's programme does, and the clause on that party says so.
            parts = [pair for pair in zip(one.says, other.says, strict=True) if pair[0] != pair[1]]
            if not parts:
                continue
            was, becomes = (_joined(says) for says in zip(*parts, strict=True))
            said = _said(other.label, Text(f"semula {was.id}, menjadi ", f"was {was.en}, becomes "), (becomes,))
        found.append(Difference(pointer=pointer, id=said.id, en=said.en))
    return tuple(found)


def _said(label: Text, how: Text, says: Iterable[Text]) -> Text:
    said = _joined(says)
    return Text(f"{label.id}: {how.id}{said.id}", f"{label.en}: {how.en}{said.en}")


def _joined(says: Iterable[Text]) -> Text:
    parts = tuple(says)
    return Text(", ".join(one.id for one in parts), ", ".join(one.en for one in parts))
