"""Terms in words: each clause by a key that stays the same over versions, what it is called and what it says."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from workflow.domain.definition.model import Definition
from workflow.domain.sentences import on_day
from workflow.domain.terms import DataClause, DimensionRule, Mentoring, Recognised, Side, Terms, Transfer
from workflow.domain.titles import (
    action_title,
    agency_title,
    benefit_title,
    event_title,
    fact_title,
    quoted,
    role_title,
)
from workflow.domain.words import Text, in_words

RULES = {
    "exclusive": Text("hanya satu program sekaligus", "one programme at a time"),
    "after": Text("setelah keanggotaan lain berakhir", "after the other membership ended"),
    "cumulative": Text("boleh di kedua program", "both programmes at once"),
    "keep": Text("tetap pada ketentuannya", "left as they are"),
    "rebind": Text("diikat kembali", "bound anew"),
}
BOTH_BOUNDS = Text("keduanya sekaligus", "both together")
NO_REPORTS = Text("tanpa laporan kepada instansi lain", "no reports to other agencies")
UNKNOWN_BOUNDS = Text("yang tidak dikenal", "that nobody knows")
SIDES: tuple[Side, Side] = ("a", "b")


class Clause(NamedTuple):
    """What one clause is called, and what it says."""

    label: Text
    says: tuple[Text, ...]
    """Part by part, as many in every version: of two versions only those are told that differ."""


class Names(Struct, frozen=True, kw_only=True):
    """Where the words of one version of terms come from."""

    parties: tuple[Definition | None, Definition | None]
    """What the first and the second party's programme is by the version that the terms name; None: never published."""
    region: Callable[[str], str]
    """Region's code to its name."""
    agencies: Mapping[str, Text] = {}
    """Agency to what it is called."""

    @property
    def known(self) -> tuple[Definition, ...]:
        return tuple(one for one in self.parties if one is not None)

    def agency(self, agency: str) -> Text:
        return agency_title(self.agencies, agency)

    def of(self, side: Side) -> tuple[Definition, ...]:
        one = self.parties[SIDES.index(side)]
        return () if one is None else (one,)


def rupiah(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")


def clauses(terms: Terms, names: Names) -> dict[str, Clause]:
    """Every clause by the pointer of its part, lists by what their items are about."""
    told = Telling(terms, names).clauses()
    return {pointer: Clause(label, (says,) if isinstance(says, Text) else says) for pointer, label, says in told}


Told = Iterator[tuple[str, Text, Text | tuple[Text, ...]]]


class Telling:
    """Terms being told."""

    def __init__(self, terms: Terms, names: Names) -> None:
        self._terms, self._names = terms, names

    def clauses(self) -> Told:
        terms = self._terms
        yield from self._parties()
        for code in terms.regions:
            yield f"/regions/{code}", Text("Wilayah", "Region"), self._region(code)
        yield "/since", Text("Mulai berlaku", "In force from"), on_day(terms.since)
        yield "/until", Text("Berlaku sampai", "In force until"), on_day(terms.until)
        basis = terms.legal_basis
        yield "/legal_basis", Text("Dasar hukum", "Legal basis"), _same(basis.title)
        paper = Text("Naskah dasar hukum", "Document of the legal basis")
        yield "/legal_basis/sha256", paper, _same(f"SHA-256 {basis.sha256[:12]}…")
        yield from self._eligibility()
        yield "/persons", Text("Orang di kedua program", "A person in both programmes"), self._persons()
        yield from self._quota()
        yield from self._budget()
        if terms.mentoring is not None:
            yield "/mentoring", Text("Pendampingan", "Mentoring"), self._mentoring(terms.mentoring)
        for one in terms.data:
            recipient, event = self._names.agency(one.recipient), event_title(self._names.known, one.event)
            label = Text(f"Data bagi {recipient.id} pada {event.id}", f"Data for {recipient.en} at {event.en}")
            yield f"/data/{one.event}/{one.recipient}", label, self._data(one)
        yield from self._running()

    def _programme(self, side: Side) -> Text:
        party = self._terms.parties[SIDES.index(side)]
        return next((one.title for one in self._names.of(side)), _same(party.programme))

    def _region(self, code: str) -> Text:
        return _same(self._names.region(code))

    def _parties(self) -> Told:
        labels = (Text("Pihak pertama", "The first party"), Text("Pihak kedua", "The second party"))
        for i, (side, label, party) in enumerate(zip(SIDES, labels, self._terms.parties, strict=True)):
            title, agency = self._programme(side), self._names.agency(party.agency)
            says = Text(
                f"{title.id} versi {party.version} dari {agency.id}",
                f"{title.en}, version {party.version}, of {agency.en}",
            )
            yield f"/parties/{i}", label, says

    def _eligibility(self) -> Told:
        part, names, a, b = self._terms.eligibility, self._names, self._programme("a"), self._programme("b")
        for pair in part.facts:
            own, theirs = fact_title(names.of("a"), pair.a), fact_title(names.of("b"), pair.b)
            label = Text(f"Padanan data {own.id} dari {a.id}", f"Counterpart of {own.en} in {a.en}")
            says = Text(f"{theirs.id} dari {b.id}", f"{theirs.en} in {b.en}")
            yield f"/eligibility/facts/{pair.a}", label, says
        for rule in part.dimensions:
            yield f"/eligibility/dimensions/{rule.dimension}", self._bounds(rule), self._agreed(rule)
        for one in part.recognised:
            yield f"/eligibility/recognised/{one.side}/{one.action}/{one.counts_as}", *self._recognised(one)

    def _bounds(self, rule: DimensionRule) -> Text:
        """What the two programmes ask of a group, each in its own words."""
        parties = [one for one in self._names.known if rule.dimension in one.eligibility]
        said = dict.fromkeys(one.eligibility[rule.dimension].say for one in parties) or {UNKNOWN_BOUNDS: None}
        return Text(
            "Syarat " + " dan ".join(f"“{one.id}”" for one in said),
            "The bound " + " and ".join(f"“{one.en}”" for one in said),
        )

    def _agreed(self, rule: DimensionRule) -> Text:
        if rule.rule == "intersection":
            return BOTH_BOUNDS
        title = self._programme(rule.rule)
        return Text(f"menurut {title.id}", f"as {title.en} asks")

    def _recognised(self, one: Recognised) -> tuple[Text, tuple[Text, ...]]:
        other: Side = "b" if one.side == "a" else "a"
        its, others = self._programme(one.side), self._programme(other)
        step = action_title(self._names.of(one.side), one.action)
        counts_as = action_title(self._names.of(other), one.counts_as)
        return (
            Text(f"Pengakuan “{step.id}” dari {its.id}", f"Recognition of “{step.en}” of {its.en}"),
            (
                Text(f"sebagai “{counts_as.id}” pada {others.id}", f"as “{counts_as.en}” of {others.en}"),
                Text(f"selama {one.days} hari", f"for {_many(one.days, 'day')}"),
            ),
        )

    def _persons(self) -> Text:
        rule, months = self._terms.persons.rule, self._terms.persons.months
        says = RULES[rule]
        return (
            says
            if months is None or rule != "after"
            else Text(f"{months} bulan {says.id}", f"{_many(months, 'month')} {says.en}")
        )

    def _quota(self) -> Told:
        part = self._terms.quota
        for one in part.places:
            title, region = self._programme(one.side), self._region(one.region)
            label = Text(f"Tempat {title.id} di {region.id}", f"Places of {title.en} in {region.en}")
            yield f"/quota/places/{one.region}/{one.side}", label, _same(str(one.places))
        if part.transfer is not None:
            yield "/quota/transfer", Text("Pengalihan tempat", "Transfer of places"), self._transfer(part.transfer)
        if part.idle_after is not None:
            label = Text("Tempat kosong dianggap menganggur setelah", "Free places count as idle after")
            yield "/quota/idle_after", label, on_day(part.idle_after)

    def _transfer(self, part: Transfer) -> tuple[Text, ...]:
        day, role = on_day(part.until), role_title(self._names.known, part.approved_by)
        return (
            Text(f"paling banyak {part.cap} tempat", f"at most {_many(part.cap, 'place')}"),
            Text(f"sampai {day.id}", f"until {day.en}"),
            Text(f"disetujui {role.id}", f"approved by: {role.en}"),
        )

    def _budget(self) -> Told:
        part = self._terms.budget
        for one in part.items:
            benefit, payer = benefit_title(self._names.known, one.item), self._names.agency(one.payer)
            cap, total = rupiah(one.cap), rupiah(one.total)
            says = (
                Text(f"oleh {payer.id}", f"by {payer.en}"),
                Text(f"paling banyak {cap} per kelompok", f"at most {cap} a group"),
                Text(f"seluruhnya {total}", f"altogether {total}"),
                Text(f"dari {one.source}", f"from {one.source}"),
            )
            label = Text(f"Pembiayaan {benefit.id}", f"Payment of {benefit.en}")
            yield f"/budget/items/{one.item}", label, says
        if part.ceiling is not None:
            label = Text("Pagu per kelompok dari kedua program", "Ceiling for a group from both programmes")
            yield "/budget/ceiling", label, _same(rupiah(part.ceiling))

    def _mentoring(self, part: Mentoring) -> tuple[Text, ...]:
        provider, readers = self._names.agency(part.provider), in_words(map(self._names.agency, part.reports_to))
        most, least = part.groups_per_mentor, part.visits_per_month
        return (
            Text(f"oleh {provider.id}", f"by {provider.en}"),
            Text(f"paling banyak {most} kelompok per pendamping", f"at most {_many(most, 'group')} a mentor"),
            Text(f"paling sedikit {least} kunjungan sebulan", f"at least {_many(least, 'visit')} a month"),
            Text(f"laporan kepada {readers.id}", f"reports to {readers.en}") if part.reports_to else NO_REPORTS,
        )

    def _data(self, one: DataClause) -> tuple[Text, ...]:
        giving = [party for party in self._names.known if party.owner != one.recipient]
        fields = in_words(fact_title(giving, path) for path in one.fields)
        months = one.retention_months
        return (
            fields,
            Text(f"untuk {one.purpose}", f"for {one.purpose}"),
            Text(f"dasar hukum {one.legal_basis}", f"legal basis {one.legal_basis}"),
            Text(f"disimpan paling lama {months} bulan", f"kept for at most {_many(months, 'month')}"),
        )

    def _running(self) -> Told:
        running, names = self._terms.running, self._names
        both = action_title(names.known, running.binds_at)
        yield "/running/binds_at", Text("Mengikat perkara pada", "Binds a case at"), quoted(both)
        for side in SIDES:
            own = getattr(running.by_side, side)
            if own is not None:
                title = self._programme(side)
                label = Text(f"Mengikat perkara {title.id} pada", f"Binds a case of {title.en} at")
                yield f"/running/by_side/{side}", label, quoted(action_title(names.of(side), own))
        later = Text("Perkara yang sudah melewatinya", "Cases that are past it")
        yield "/running/later", later, RULES[running.later]


def _same(said: str) -> Text:
    return Text(said, said)


def _many(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
