"""Terms in words: each clause by a key that stays the same over versions, what it is called and what it says."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from workflow.domain.sentences import listed, on_day
from workflow.domain.terms import Budget, Eligibility, Quota, Terms
from workflow.domain.words import Text

RULES = {
    "a": Text("menurut pihak pertama", "as the first party says"),
    "b": Text("menurut pihak kedua", "as the second party says"),
    "intersection": Text("yang memenuhi keduanya", "what fits both"),
    "exclusive": Text("hanya satu program sekaligus", "one programme at a time"),
    "after": Text("setelah keanggotaan lain berakhir", "after the other membership ended"),
    "cumulative": Text("boleh di kedua program", "both programmes at once"),
    "keep": Text("tetap pada ketentuannya", "stay as they are"),
    "rebind": Text("diikat kembali", "are bound anew"),
}


class Clause(NamedTuple):
    """What one clause is called, and what it says."""

    label: Text
    says: Text


def rupiah(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")


def clauses(terms: Terms, name_of: Callable[[str], str]) -> dict[str, Clause]:
    """Every clause by the pointer of its part, lists by what their items are about; `name_of` names a region."""
    found: dict[str, Clause] = {}
    for pointer, label, says in _clauses(terms, name_of):
        found[pointer] = Clause(label, says)
    return found


Told = Iterator[tuple[str, Text, Text]]


def _clauses(terms: Terms, name_of: Callable[[str], str]) -> Told:
    for i, (side, party) in enumerate(zip(("pertama", "kedua"), terms.parties, strict=True)):
        label = Text(f"Pihak {side}", f"The {'second' if i else 'first'} party")
        yield (
            f"/parties/{i}",
            label,
            Text(
                f"{party.programme} versi {party.version}, {party.agency}",
                f"{party.programme} version {party.version}, {party.agency}",
            ),
        )
    for code in terms.regions:
        yield f"/regions/{code}", Text("Wilayah", "Region"), _same(f"{code} {name_of(code)}")
    yield "/since", Text("Mulai berlaku", "In force from"), on_day(terms.since)
    yield "/until", Text("Berlaku sampai", "In force until"), on_day(terms.until)
    basis = terms.legal_basis
    yield "/legal_basis", Text("Dasar hukum", "Legal basis"), _same(f"{basis.title} ({basis.sha256[:12]}…)")
    yield from _eligibility(terms.eligibility)
    yield from _persons(terms)
    yield from _quota(terms.quota, name_of)
    yield from _budget(terms.budget)
    yield from _mentoring(terms)
    for one in terms.data:
        yield (
            f"/data/{one.event}/{one.recipient}",
            Text(f"Data bagi {one.recipient} pada {one.event}", f"Data for {one.recipient} at {one.event}"),
            Text(
                f"{listed(one.fields)}; untuk {one.purpose}; {one.legal_basis}; disimpan {one.retention_months} bulan",
                f"{listed(one.fields)}; for {one.purpose}; {one.legal_basis}; kept {one.retention_months} months",
            ),
        )
    binds_at = terms.running.binds_at
    yield "/running/binds_at", Text("Mengikat perkara pada", "Binds a case at"), _same(binds_at)
    for side, party in zip(("a", "b"), terms.parties, strict=True):
        own = getattr(terms.running.by_side, side)
        if own is not None:
            label = Text(f"Mengikat perkara {party.programme} pada", f"Binds a case of {party.programme} at")
            yield f"/running/by_side/{side}", label, _same(own)
    later = Text("Perkara yang sudah melewatinya", "Cases that are past it")
    yield "/running/later", later, RULES[terms.running.later]


def _same(said: str) -> Text:
    return Text(said, said)


def _eligibility(part: Eligibility) -> Told:
    for pair in part.facts:
        yield (
            f"/eligibility/facts/{pair.a}",
            Text(f"Padanan data {pair.a}", f"Counterpart of the fact {pair.a}"),
            _same(pair.b),
        )
    for rule in part.dimensions:
        name = rule.dimension
        yield f"/eligibility/dimensions/{name}", Text(f"Syarat {name}", f"Dimension {name}"), RULES[rule.rule]
    for one in part.recognised:
        yield (
            f"/eligibility/recognised/{one.side}/{one.action}/{one.counts_as}",
            Text(f"Pengakuan {one.action} pihak {one.side}", f"Recognition of {one.action} of party {one.side}"),
            Text(f"sebagai {one.counts_as}, {one.days} hari", f"as {one.counts_as}, for {one.days} days"),
        )


def _persons(terms: Terms) -> Told:
    says, months = RULES[terms.persons.rule], terms.persons.months
    if months is not None:
        says = Text(f"{months} bulan {says.id}", f"{months} months {says.en}")
    yield "/persons", Text("Orang di kedua program", "A person in both programmes"), says


def _quota(part: Quota, name_of: Callable[[str], str]) -> Told:
    for one in part.places:
        region = f"{one.region} {name_of(one.region)}"
        yield (
            f"/quota/places/{one.region}/{one.side}",
            Text(f"Tempat pihak {one.side} di {region}", f"Places of party {one.side} in {region}"),
            _same(str(one.places)),
        )
    if part.transfer is not None:
        last: date = part.transfer.until
        yield (
            "/quota/transfer",
            Text("Pengalihan tempat", "Transfer of places"),
            Text(
                f"paling banyak {part.transfer.cap} sampai {on_day(last).id}, disetujui {part.transfer.approved_by}",
                f"at most {part.transfer.cap} until {on_day(last).en}, approved by {part.transfer.approved_by}",
            ),
        )
    if part.idle_after is not None:
        yield "/quota/idle_after", Text("Tempat menganggur sejak", "Places count as idle from"), on_day(part.idle_after)


def _budget(part: Budget) -> Told:
    for one in part.items:
        cap, total = rupiah(one.cap), rupiah(one.total)
        yield (
            f"/budget/items/{one.item}",
            Text(f"Pembiayaan {one.item}", f"Payment of {one.item}"),
            Text(
                f"{one.payer}, {cap} per kelompok, seluruhnya {total}, {one.source}",
                f"{one.payer}, {cap} a group, {total} altogether, {one.source}",
            ),
        )
    if part.ceiling is not None:
        yield "/budget/ceiling", Text("Pagu per kelompok", "Ceiling for a group"), _same(rupiah(part.ceiling))


def _mentoring(terms: Terms) -> Told:
    part = terms.mentoring
    if part is not None:
        reports = listed(part.reports_to)
        yield (
            "/mentoring",
            Text("Pendampingan", "Mentoring"),
            Text(
                f"oleh {part.provider}, {part.groups_per_mentor} kelompok per pendamping, "
                f"{part.visits_per_month} kunjungan sebulan, laporan kepada {reports}",
                f"by {part.provider}, {part.groups_per_mentor} groups a mentor, "
                f"{part.visits_per_month} visits a month, reports to {reports}",
            ),
        )
