"""The difference between two versions of terms, clause by clause, in both languages."""

from collections.abc import Callable

from msgspec import Struct

from workflow.domain.terms import Terms
from workflow.domain.terms_words import clauses
from workflow.domain.words import Text


class Difference(Struct, frozen=True, kw_only=True):
    """One clause that is not as it was."""

    pointer: str
    """Of its part of the terms; an item of a list is named by what it is about."""
    id: str
    en: str


def difference(before: Terms, after: Terms, name_of: Callable[[str], str]) -> tuple[Difference, ...]:
    """Every clause that was added, changed or removed, in the order of the terms; `name_of` names a region."""
    old, new = clauses(before, name_of), clauses(after, name_of)
    found = []
    for pointer in dict.fromkeys((*old, *new)):
        one, other = old.get(pointer), new.get(pointer)
        if one == other:
            continue
        if one is None:
            assert other is not None
            said = _said(other.label, Text("ditambahkan, ", "added, "), other.says)
        elif other is None:
            said = _said(one.label, Text("dihapus, semula ", "removed, it was "), one.says)
        else:
            said = _said(
                other.label,
                Text(f"semula {one.says.id}, menjadi ", f"was {one.says.en}, becomes "),
                other.says,
            )
        found.append(Difference(pointer=pointer, id=said.id, en=said.en))
    return tuple(found)


def _said(label: Text, how: Text, says: Text) -> Text:
    return Text(f"{label.id}: {how.id}{says.id}", f"{label.en}: {how.en}{says.en}")
