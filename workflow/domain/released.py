"""Data released to another agency under terms: which fields, to whom, until when, and its deletion; no values."""

from datetime import date, datetime

from msgspec import Struct

from workflow.domain.events import Kind


class DataReleased(Kind, frozen=True, kw_only=True, tag=True):
    alignment: str
    """Reference of the alignment's case."""
    terms: str
    """Hash of the terms whose clause it follows."""
    event: str
    """The definition's name of what happened."""
    stands_on: int
    """Position of that event: the values are those that the case had with it."""
    recipient: str
    """Agency."""
    fields: tuple[str, ...]
    """Paths in the facts, as `plan.tools` or `members.name`."""
    purpose: str
    legal_basis: str
    keep_until: date
    """The last day on which the recipient may keep it, inclusive."""


class DeletionConfirmed(Kind, frozen=True, kw_only=True, tag=True):
    release: int
    """Position of the release whose data the recipient has deleted."""


RELEASE_KINDS: tuple[type[Kind], ...] = (DataReleased, DeletionConfirmed)


class Release(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One release as it stands."""

    position: int
    """Names it."""
    alignment: str
    terms: str
    event: str
    stands_on: int
    recipient: str
    fields: tuple[str, ...]
    keep_until: date
    deleted: datetime | None = None
    """When the recipient confirmed that it is deleted."""
