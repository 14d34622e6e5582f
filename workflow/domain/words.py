"""A sentence in both languages of the programme."""

from msgspec import Struct


class Text(Struct, frozen=True):
    """Indonesian and English; both are always there."""

    id: str
    en: str
