"""Places that terms promise, beside the quotas that the programmes' own orders set there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow.domain.regions import covers
from workflow.domain.terms import Places, Terms


class Order(NamedTuple):
    """What sets the quota of a city or regency for a year; transfers under terms change nothing of it."""

    places: int
    legal_basis: str


Orders = Mapping[tuple[str, int], Mapping[str, Order]]
"""(programme, year) to region to the order that was given last."""


class Promised(NamedTuple):
    """A clause that promises more than there is."""

    number: int
    """Of the clause in `quota.places`, from 0."""
    clause: Places
    programme: str
    year: int
    quota: int


def ordered_there(orders: Orders, programme: str, region: str, year: int) -> Mapping[str, Order]:
    """Region to order: of the region itself, of those below it, or of the city or regency that it lies in."""
    known = orders.get((programme, year), {})
    if region in known:
        return {region: known[region]}
    return {code: one for code, one in known.items() if covers(region, code) or covers(code, region)}


def beyond(terms: Terms, orders: Orders, years: Iterable[int]) -> Iterator[Promised]:
    """Clauses that promise more than the quota of their region; of a year for which none is set nothing is known."""
    sides = {"a": terms.parties[0].programme, "b": terms.parties[1].programme}
    clauses = list(enumerate(terms.quota.places))
    for year in years if clauses else ():
        for index, clause in clauses:
            there = ordered_there(orders, sides[clause.side], clause.region, year)
            quota = sum(one.places for one in there.values())
            if there and clause.places > quota:
                yield Promised(index, clause, sides[clause.side], year, quota)
