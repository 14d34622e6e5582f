"""What terms may not say although their shape fits: each error with its pointer, in both languages.

Source: docs/harmonisation.md. What a check must know besides the terms is passed in.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from workflow.domain.bounds import Called, by_key
from workflow.domain.context import FactsError, TermsAsked
from workflow.domain.definition.findings import nearest
from workflow.domain.definition.model import Definition
from workflow.domain.promised import Order, beyond
from workflow.domain.regions import Regions, covers
from workflow.domain.sentences import listed, on_day
from workflow.domain.terms import Side, Terms, years_of
from workflow.domain.terms_sides import check_sides, error
from workflow.domain.terms_words import rupiah

__all__ = ["Known", "Published", "check_terms"]

SIDES: tuple[Side, Side] = ("a", "b")


class Published(Struct, frozen=True):
    """A programme's definition at the version that terms name, and the version that is current."""

    definition: Definition | None
    """None: this version was never published."""
    current: int | None
    """None: there is no such programme."""
    orders: Mapping[tuple[str, int], Order] = {}
    """(region, year) to what sets the programme's places there."""


class Known(Struct, frozen=True, kw_only=True):
    regions: Regions
    published: Callable[[str, int], Published]
    """(programme, version) → what the registry says."""
    agencies: Callable[[], Collection[str]] = frozenset
    """Those that have an office."""
    called: Called = by_key


def check_terms(terms: Terms, asked: TermsAsked, known: Known, at: str = "/terms") -> tuple[FactsError, ...]:
    """Everything wrong with terms; `at`: the pointer to the terms in the facts."""
    found = [*_regions(terms, asked.region, known.regions), *_dates(terms), *_sums(terms), *_agencies(terms)]
    found += _recipients(terms, known)
    found += _promises(terms, asked, known)
    definitions, errors = _definitions(terms, known)
    found += errors
    if len(definitions) == len(SIDES):
        found += check_sides(terms, definitions[0], definitions[1], known.called)
    return tuple(FactsError(f"{at}{one.pointer}", one.say) for one in found)


def _regions(terms: Terms, case_region: str, regions: Regions) -> Iterator[FactsError]:
    for i, code in enumerate(terms.regions):
        pointer = f"/regions/{i}"
        yield from _region(code, pointer, regions)
        if regions.exists(code) and not covers(case_region, code):
            yield error(
                pointer,
                f"Wilayah {code} tidak berada di bawah wilayah berkas, {case_region}; buka berkas di wilayah yang "
                "membawahi semuanya",
                f"Region {code} does not lie under the case's own, {case_region}; open the case in a region that all "
                "of them lie under",
            )
        if any(other != code and covers(other, code) for other in terms.regions):
            yield error(
                pointer,
                f"Wilayah {code} sudah termasuk wilayah lain dalam daftar ini; hapus salah satunya",
                f"Region {code} lies under another one of this list; remove one of them",
            )
    for i, places in enumerate(terms.quota.places):
        pointer = f"/quota/places/{i}/region"
        yield from _region(places.region, pointer, regions)
        if not any(covers(one, places.region) for one in terms.regions):
            yield error(
                pointer,
                f"Wilayah {places.region} tidak berada di bawah wilayah ketentuan: {listed(terms.regions)}",
                f"Region {places.region} does not lie under the terms' regions: {listed(terms.regions)}",
            )


def _region(code: str, pointer: str, regions: Regions) -> Iterator[FactsError]:
    if regions.exists(code):
        return
    former = regions.succeeded.get(code)
    if former is None:
        yield error(
            pointer,
            f"Tidak ada wilayah {code}; pakai kode Kemendagri provinsi, kabupaten/kota atau kecamatan",
            f"There is no region {code}; use the Kemendagri code of a province, regency, city or district",
        )
        return
    day = on_day(former.since)
    named = listed(f"{new} {regions.name(new)}" for new in former.successors)
    yield error(
        pointer,
        f"Kode {code} ({former.name}) tidak dipakai lagi sejak {day.id} ({former.legal_basis}); pakai {named}",
        f"The code {code} ({former.name}) is used no more since {day.en} ({former.legal_basis}); use {named}",
    )


def _dates(terms: Terms) -> Iterator[FactsError]:
    if terms.until < terms.since:
        yield error(
            "/until",
            f"Berakhir {on_day(terms.until).id}, sebelum dimulai {on_day(terms.since).id}; periksa kedua tanggal",
            f"It ends on {on_day(terms.until).en}, before it begins on {on_day(terms.since).en}; check both dates",
        )
        return
    transfer = terms.quota.transfer
    inner: tuple[tuple[str, date | None], ...] = (
        ("/quota/transfer/until", transfer.until if transfer else None),
        ("/quota/idle_after", terms.quota.idle_after),
    )
    for pointer, day in inner:
        if day is not None and not terms.since <= day <= terms.until:
            yield error(
                pointer,
                f"{on_day(day).id} di luar masa berlaku, {on_day(terms.since).id} sampai {on_day(terms.until).id}",
                f"{on_day(day).en} lies outside the terms' own dates, {on_day(terms.since).en} to "
                f"{on_day(terms.until).en}",
            )


def _sums(terms: Terms) -> Iterator[FactsError]:
    quota, budget = terms.quota, terms.budget
    yield from _twice("/quota/places", (f"{p.region}, {p.side}" for p in quota.places))
    yield from _twice("/budget/items", (one.item for one in budget.items))
    places = sum(one.places for one in quota.places)
    if quota.transfer is not None and quota.transfer.cap > places:
        yield error(
            "/quota/transfer/cap",
            f"{quota.transfer.cap} tempat boleh dialihkan, padahal semuanya hanya {places}; turunkan batasnya",
            f"{quota.transfer.cap} places may be transferred, and there are {places} altogether; lower the cap",
        )
    for i, one in enumerate(budget.items):
        if one.cap > one.total:
            yield error(
                f"/budget/items/{i}/cap",
                f"Batas per kelompok {rupiah(one.cap)} lebih besar dari seluruh anggarannya, {rupiah(one.total)}",
                f"The cap a group, {rupiah(one.cap)}, is above the item's total, {rupiah(one.total)}",
            )
    caps = sum(one.cap for one in budget.items)
    if budget.ceiling is not None and caps > budget.ceiling:
        yield error(
            "/budget/ceiling",
            f"Jumlah batas per kelompok {rupiah(caps)} melampaui pagu {rupiah(budget.ceiling)}; ubah salah satunya",
            f"The caps a group add up to {rupiah(caps)}, above the ceiling {rupiah(budget.ceiling)}; change one",
        )


def _promises(terms: Terms, asked: TermsAsked, known: Known) -> Iterator[FactsError]:
    """Places beyond a quota that is set, but for what was promised already and for years that are over."""
    orders: dict[tuple[str, int], dict[str, Order]] = {}
    for party in terms.parties if terms.quota.places else ():
        for (region, year), order in known.published(party.programme, party.version).orders.items():
            orders.setdefault((party.programme, year), {})[region] = order
    years = (year for year in reversed(years_of(terms)) if year >= asked.day.year)
    # Of several years the first is told.
    before = {(one.region, one.side): one.places for one in asked.before.quota.places} if asked.before else {}
    told = {
        promised.number: promised
        for promised in beyond(terms, orders, years)
        if promised.clause.places > before.get((promised.clause.region, promised.clause.side), 0)
    }
    for number, clause, programme, year, quota in told.values():
        yield error(
            f"/quota/places/{number}/places",
            f"{clause.places} tempat dijanjikan di {clause.region}, padahal kuota {programme} tahun {year} di sana "
            f"{quota}; turunkan, atau minta kuota dinaikkan lebih dahulu",
            f"{clause.places} places are promised in {clause.region}, and the quota of {programme} for {year} has "
            f"{quota} there; lower them, or have the quota raised first",
        )


def _twice(pointer: str, names: Iterable[str]) -> Iterator[FactsError]:
    given = list(names)
    for name in (name for name, count in Counter(given).items() if count > 1):
        last = len(given) - 1 - given[::-1].index(name)
        yield error(
            f"{pointer}/{last}",
            f"{name} tercantum dua kali; sisakan satu",
            f"{name} stands here twice; keep one",
        )


def _agencies(terms: Terms) -> Iterator[FactsError]:
    a, b = terms.parties
    if a.programme == b.programme:
        yield error(
            "/parties/1/programme",
            f"Kedua pihak menyebut program yang sama, {a.programme}; penyelarasan butuh dua program",
            f"Both parties name the same programme, {a.programme}; an alignment takes two",
        )
    agencies = (a.agency, b.agency)
    paying = [(f"/budget/items/{i}/payer", one.payer) for i, one in enumerate(terms.budget.items)]
    if terms.mentoring is not None:
        paying.append(("/mentoring/provider", terms.mentoring.provider))
    for pointer, agency in paying:
        if agency not in agencies:
            yield error(
                pointer,
                f"{agency} bukan instansi salah satu pihak: {listed(agencies)}",
                f"{agency} is no party's agency: {listed(agencies)}",
            )
    if terms.persons.rule == "after" and terms.persons.months is None:
        yield error(
            "/persons/months",
            "Sebutkan berapa bulan sejak keanggotaan lain berakhir",
            "Say how many months after the other membership ended",
        )
    if terms.persons.rule != "after" and terms.persons.months is not None:
        yield error(
            "/persons/months",
            f"Aturan {terms.persons.rule} tidak mengenal bulan; hapus months atau pakai after",
            f"The rule {terms.persons.rule} knows no months; remove them or use after",
        )


def _recipients(terms: Terms, known: Known) -> Iterator[FactsError]:
    yield from _twice("/data", (f"{one.event}, {one.recipient}" for one in terms.data))
    named = [(f"/data/{i}/recipient", one.recipient) for i, one in enumerate(terms.data)]
    if terms.mentoring is not None:
        named += [(f"/mentoring/reports_to/{i}", one) for i, one in enumerate(terms.mentoring.reports_to)]
    if not named:
        return
    agencies = {*(party.agency for party in terms.parties), *known.agencies()}
    for pointer, agency in named:
        if agency not in agencies:
            near = nearest(agency, agencies)
            yield error(
                pointer,
                f"Tidak ada instansi {agency}; instansi dikenal setelah kantornya dibuka",
                f"There is no agency {agency}{near}; an agency is known once an office of it is opened",
            )


def _definitions(terms: Terms, known: Known) -> tuple[list[Definition], list[FactsError]]:
    """The two definitions as far as they are there, and what is wrong with how the terms name them."""
    definitions, errors = [], []
    for i, party in enumerate(terms.parties):
        published = known.published(party.programme, party.version)
        if published.definition is None:
            errors.append(_unpublished(f"/parties/{i}", party.programme, party.version, published.current))
            continue
        definitions.append(published.definition)
        owner = published.definition.owner
        if published.current != party.version:
            errors.append(
                error(
                    f"/parties/{i}/version",
                    f"{party.programme} versi {party.version} sudah digantikan versi {published.current}; "
                    "periksa ketentuan dan sebut versi itu",
                    f"{party.programme} version {party.version} was superseded by version {published.current}; "
                    "look the terms over and name that one",
                )
            )
        if owner != party.agency:
            errors.append(
                error(
                    f"/parties/{i}/agency",
                    f"{party.programme} milik {owner}, bukan {party.agency}",
                    f"{party.programme} belongs to {owner}, not to {party.agency}",
                )
            )
    return definitions, errors


def _unpublished(pointer: str, programme: str, version: int, current: int | None) -> FactsError:
    if current is None:
        return error(
            f"{pointer}/programme",
            f"Tidak ada program {programme} yang diterbitkan; lihat GET /programmes",
            f"There is no published programme {programme}; see GET /programmes",
        )
    return error(
        f"{pointer}/version",
        f"{programme} versi {version} tidak pernah diterbitkan; yang berlaku versi {current}",
        f"{programme} version {version} was never published; the current one is version {current}",
    )
