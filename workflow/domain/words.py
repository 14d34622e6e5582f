"""A sentence in both languages of the programme."""

from collections.abc import Iterable

from msgspec import Struct


class Text(Struct, frozen=True):
    """Indonesian and English; both are always there."""

    id: str
    en: str


def in_words(texts: Iterable[Text], none: str = "-") -> Text:
    """Titles as a list in each language."""
    known = tuple(texts)
    return Text(*(", ".join(words) or none for words in ((one.id for one in known), (one.en for one in known))))
