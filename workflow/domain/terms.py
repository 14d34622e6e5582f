"""The terms of an alignment: what two programmes agree on, a closed shape, named by the hash of its canonical form.

Source: docs/harmonisation.md. `a` and `b` are the two parties in their order.
"""

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

from workflow.domain.dossier import digest
from workflow.domain.regions import covers

Side = Literal["a", "b"]
LONGEST = 10
"""Years for which terms are looked at: an end date that was meant as "for ever" is not spelled out."""


class Clause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every part of the terms is: a frozen value without unknown fields."""


class Party(Clause, frozen=True, kw_only=True):
    programme: str
    version: int
    """Of the programme's definition, as it was when the terms were written."""
    agency: str
    """Who pays and answers for it, as `owner` of the definition."""


class LegalBasis(Clause, frozen=True, kw_only=True):
    title: str
    sha256: str
    """Of the document as stored."""


class FactPair(Clause, frozen=True, kw_only=True):
    """One fact in both programmes: paths as `plan.tools`, without `facts.`."""

    a: str
    b: str


class DimensionRule(Clause, frozen=True, kw_only=True):
    dimension: str
    rule: Literal["a", "b", "intersection"]


class Recognised(Clause, frozen=True, kw_only=True):
    """A step taken in one programme counts as a step of the other, for so many days."""

    side: Side
    """Whose step it is."""
    action: str
    counts_as: str
    """The action of the other side."""
    days: int


class Eligibility(Clause, frozen=True, kw_only=True):
    facts: tuple[FactPair, ...] = ()
    dimensions: tuple[DimensionRule, ...] = ()
    recognised: tuple[Recognised, ...] = ()


class Persons(Clause, frozen=True, kw_only=True):
    rule: Literal["exclusive", "after", "cumulative"]
    months: int | None = None
    """For `after`: full months since the membership in the other programme ended."""


class Places(Clause, frozen=True, kw_only=True):
    region: str
    side: Side
    places: int


class Transfer(Clause, frozen=True, kw_only=True):
    cap: int
    """Places that may be transferred under these terms altogether."""
    until: date
    """The last day, inclusive."""
    approved_by: str
    """The role whose holder over both regions approves a transfer."""


class Quota(Clause, frozen=True, kw_only=True):
    places: tuple[Places, ...] = ()
    transfer: Transfer | None = None
    idle_after: date | None = None
    """From this day on, free places are shown as idle."""


class BudgetItem(Clause, frozen=True, kw_only=True):
    item: str
    """A benefit of the definitions, as `tools`."""
    payer: str
    """The agency of one of the parties."""
    cap: int
    """IDR a group."""
    total: int
    """IDR altogether."""
    source: str


class Budget(Clause, frozen=True, kw_only=True):
    items: tuple[BudgetItem, ...] = ()
    ceiling: int | None = None
    """IDR a group from both programmes together."""


class Mentoring(Clause, frozen=True, kw_only=True):
    provider: str
    """The agency of one of the parties."""
    groups_per_mentor: int
    visits_per_month: int
    reports_to: tuple[str, ...] = ()
    """Agencies."""


class DataClause(Clause, frozen=True, kw_only=True):
    fields: tuple[str, ...]
    event: str
    recipient: str
    purpose: str
    legal_basis: str
    retention_months: int


class BySide(Clause, frozen=True, kw_only=True):
    """An action of each programme; None: the one that both have."""

    a: str | None = None
    b: str | None = None


class Running(Clause, frozen=True, kw_only=True):
    binds_at: str = "recommend"
    """The action at which the terms bind a case."""
    by_side: BySide = BySide()
    """That of a programme which calls it otherwise, or binds at another step."""
    later: Literal["keep", "rebind"] = "keep"
    """What becomes of cases that are past it when the terms come into force."""


class Terms(Clause, frozen=True, kw_only=True):
    parties: tuple[Party, Party]
    regions: tuple[str, ...]
    since: date
    until: date
    """Inclusive."""
    legal_basis: LegalBasis
    eligibility: Eligibility = Eligibility()
    persons: Persons
    quota: Quota = Quota()
    budget: Budget = Budget()
    mentoring: Mentoring | None = None
    data: tuple[DataClause, ...] = ()
    running: Running = Running()

    def side_of(self, programme: str) -> Side | None:
        """`a` or `b`; None where the programme is no party."""
        for side, party in zip(("a", "b"), self.parties, strict=True):
            if party.programme == programme:
                return side  # type: ignore[return-value]
        return None

    def binds_at(self, programme: str) -> str:
        """The action at which a case of one of the programmes is bound."""
        side = self.side_of(programme)
        return (getattr(self.running.by_side, side) if side else None) or self.running.binds_at

    def reaches(self, region: str, day: date) -> bool:
        """True where a region lies under one of the terms' and the day within their dates."""
        return self.since <= day <= self.until and any(covers(one, region) for one in self.regions)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form (RFC 8785), hex: what is left at its default is left out of it."""
        return digest(plain(self))


def years_of(terms: Terms) -> range:
    """The years in which terms hold."""
    return range(terms.since.year, min(terms.until.year, terms.since.year + LONGEST) + 1)


def plain(terms: Terms) -> dict[str, Any]:
    """Terms as facts hold them, without what is equal to its default."""
    # `omit_defaults` asks whether a value *is* its default, and a text that was read is never the one in the code.
    return {name: _plain(value) for name, value in _told(terms)}


def _told(clause: Struct) -> list[tuple[str, Any]]:
    values = ((field.name, getattr(clause, field.name), field.default) for field in msgspec.structs.fields(clause))
    return [(name, value) for name, value, default in values if value != default]


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return {name: _plain(part) for name, part in _told(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read_terms(stored: Any) -> Terms:
    """Terms from facts. Raises msgspec.ValidationError where they are not whole."""
    return msgspec.convert(stored, Terms)
