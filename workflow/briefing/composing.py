"""Composes a briefing: where we stand, what is not in tune, and what each side can do, a page at most."""

from collections.abc import Iterator
from itertools import groupby

from msgspec import structs

from workflow.briefing.gathering import Gathered
from workflow.briefing.left_out import left_out, told_alignments
from workflow.briefing.parts import Briefing, Line, Places, Side, number
from workflow.domain.alignments import Alignment
from workflow.domain.findings.about import Names, about
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import POTENTIAL, UNITS, Finding
from workflow.domain.findings.finding_rules import free
from workflow.domain.findings.sentences import HOW, deed_of, said
from workflow.domain.titles import agency_title
from workflow.projections.outcome_figures import Survival
from workflow.regions import regions

MOST_LINES = 10
"""Findings told on the page; how many more there are is said."""
PRESSING = ("conflict", "double", "over-committed", "breach", "stale", "idle")
"""Kinds that a meeting can settle at once; they are told before what merely touches."""
PLACES = {"quota": "kuota", "held": "dipegang", "used": "terpakai", "waiting": "menunggu", "free": "kosong"}
MOST_DEEDS = 4
"""What is proposed to one side."""
NO_SUM = ("conflict", "stale")
"""Kinds whose figure names something and counts nothing."""
STANDINGS = {
    "negotiated": "sedang dirundingkan",
    "in_force": "berlaku",
    "suspended": "ditangguhkan",
    "ended": "sudah berakhir",
}
UNITS_ID = {
    "groups": "kelompok",
    "potentials": "potensi",
    "clauses": "ketentuan",
    "persons": "orang",
    "places": "tempat",
    "version": "versi",
    "cases": "perkara",
}


def compose(found: Gathered, before: Gathered | None = None) -> Briefing:
    """The briefing of what was gathered; `before`: as it stood at the meeting with which it is compared."""
    pressing = tuple(one for one in found.findings if one.kind in PRESSING)
    others = tuple(
        one for one in found.findings if one.kind not in PRESSING and not one.dimension.startswith(POTENTIAL)
    )
    told = (*_findings(found, pressing), *_potentials(found), *_findings(found, others))
    # What touches nobody today comes last.
    lines = sorted(told, key=lambda line: line.figure == 0)
    return Briefing(
        region=found.region,
        name=_place(found.region),
        period=found.picture.period,
        position=found.position,
        moment=found.moment,
        address=found.address("/harmonisation/briefing"),
        left_out=left_out(found),
        places=tuple(_places(found)),
        standing=(*_outcomes(found), *_alignments(found)),
        out_of_tune=tuple(lines[:MOST_LINES]),
        more=max(len(lines) - MOST_LINES, 0),
        sides=tuple(_sides(found)),
        since=None if before is None else before.as_of,
        changed=() if before is None else tuple(_changed(before, found)),
    )


def rupiah(value: int) -> str:
    return f"Rp{number(value)}"


# --- where we stand -----------------------------------------------------------------------------------------------


def _places(found: Gathered) -> Iterator[Places]:
    for programme, cells in groupby(found.cells, key=lambda cell: cell[0]):
        areas = [region for _, region in cells]

        def total(kind: str, programme: str = programme, areas: list[str] = areas) -> int:
            figures, period = found.picture.figures, found.picture.period
            return sum(figures.get(Key(kind, programme, "", region, period), 0) for region in areas)

        left = [one for region in areas if (one := free(found.picture, programme, region)) is not None]
        yield Places(
            programme=programme,
            title=_title(found, programme),
            quota=total("quota") if left else None,
            held=total("held"),
            used=total("used"),
            waiting=total("waiting"),
            free=sum(left) if left else None,
            groups=total("groups"),
            address=found.address("/harmonisation"),
        )


def _outcomes(found: Gathered) -> Iterator[Line]:
    told, address = found.outcomes, found.address("/outcomes", period=None)
    yield Line(
        say=f"{number(told.groups)} kelompok sudah berjalan dan dihitung sekali; {number(told.reporting)} melaporkan",
        figure=told.groups,
        address=address,
    )
    if not told.reporting:
        return
    cost = f", {rupiah(told.cost_per_job)} bantuan untuk setiap lapangan kerja" if told.cost_per_job else ""
    yield Line(
        say=f"{number(told.workers_now)} orang bekerja, dari {number(told.workers_start)} di awal dan sasaran"
        f" {number(told.workers_target)}: {number(told.jobs)} lapangan kerja{cost}",
        figure=told.jobs,
        address=address,
    )
    six, twelve = told.survival_6, told.survival_12
    yield Line(
        say=f"{number(told.entrepreneurs)} wirausaha baru; masih bekerja setelah 6 bulan {_survived(six)},"
        f" setelah 12 bulan {_survived(twelve)}",
        figure=told.entrepreneurs,
        address=address,
    )


def _survived(told: Survival) -> str:
    unknown = f" ({number(told.unknown)} tanpa laporan)" if told.unknown else ""
    return f"{number(told.working)} dari {number(told.old_enough)} kelompok{unknown}"


def _alignments(found: Gathered) -> Iterator[Line]:
    for ref in told_alignments(found):
        yield Line(
            say=_alignment(found, found.picture.world.alignments[ref]),
            figure=None,
            address=found.address(f"/cases/{ref}", region=None, period=None),
        )


def _alignment(found: Gathered, alignment: Alignment) -> str:
    between = " dan ".join(_title(found, party.programme) for party in alignment.terms.parties)
    where = ", ".join(_place(region) for region in alignment.terms.regions)
    why = f" ({alignment.reason})" if alignment.standing == "suspended" and alignment.reason else ""
    return f"Penyelarasan {between} untuk {where} {STANDINGS[alignment.standing]}{why}"


# --- what is not in tune ------------------------------------------------------------------------------------------


def _findings(found: Gathered, findings: tuple[Finding, ...]) -> Iterator[Line]:
    for _, together in _alike(found, findings):
        sentence = said(
            together[0],
            _names(found),
            region=_where(together),
            figure=number(together[0].figure if together[0].kind in NO_SUM else _figure(together)),
            transferable=number(sum(one.transferable or 0 for one in together)),
        )
        yield Line(say=sentence.id, figure=_figure(together), address=_address(found, together))


def _names(found: Gathered) -> Names:
    return Names(world=found.picture.world, place=_place, agencies=found.agencies)


def _alike(
    found: Gathered, findings: tuple[Finding, ...]
) -> list[tuple[tuple[str, tuple[str, ...], str, str], list[Finding]]]:
    """Findings that differ in their region alone, in the order of kinds and then the largest first."""
    order, names = list(UNITS), _names(found)

    def same(one: Finding) -> tuple[str, tuple[str, ...], str, str]:
        # What is added up under a ceiling may differ from region to region.
        return one.kind, one.parties, one.dimension, about(one, names).id

    alike = [(key, list(together)) for key, together in groupby(sorted(findings, key=same), key=same)]
    return sorted(alike, key=lambda one: (order.index(one[0][0]), -_figure(one[1]), one[0]))


def _figure(together: list[Finding]) -> int:
    """What findings of a kind come to: their sum where nobody is in two of them, else how many findings there are."""
    if not _add_up(together):
        return len(together)
    return sum(one.figure for one in together)


def _add_up(together: list[Finding]) -> bool:
    """True where findings differ in their region alone, so that no group or place is counted in two."""
    return together[0].kind not in NO_SUM and len({(one.parties, one.dimension) for one in together}) == 1


def _where(together: list[Finding]) -> str:
    areas = list(dict.fromkeys(one.region for one in together))
    if len(areas) == 1:
        return _place(areas[0])
    most = max(together, key=lambda one: one.figure)
    told = (
        "" if not _add_up(together) or not most.figure else f" (terbanyak {_place(most.region)}: {number(most.figure)})"
    )
    return f"{len(areas)} wilayah{told}"


def _address(found: Gathered, together: list[Finding]) -> str:
    (first, *more) = together
    if more or first.kind in NO_SUM:
        return found.address("/harmonisation")
    return found.address(f"/findings/{first.id}/cases", region=first.region)


def _potentials(found: Gathered) -> Iterator[Line]:
    for potential, groups in sorted(found.unnamed, key=lambda one: (-one[1], one[0].region, one[0].key)):
        yield Line(
            say=f"Potensi unggulan {potential.title.id} di {_place(potential.region)} tidak disebut program mana pun;"
            f" {number(groups)} kelompok mengusahakannya",
            figure=groups,
            address=found.address("/potentials", region=potential.region, period=None),
        )


# --- what has changed ---------------------------------------------------------------------------------------------


def _changed(before: Gathered, found: Gathered) -> Iterator[Line]:
    """Places that are others now, findings that are gone, and those that came."""
    then = {one.programme: one for one in _places(before)}
    for places in _places(found):
        old = then.get(places.programme)
        said = [
            f"{word} {_or_none(was)} menjadi {_or_none(now)}"
            for name, word in PLACES.items()
            if (was := getattr(old, name, None)) != (now := getattr(places, name))
        ]
        if said:
            yield Line(say=f"{places.title}: {', '.join(said)}", figure=None, address=places.address)
    known, standing = ({one.id for one in these.findings} for these in (before, found))
    for word, these, others in (("Selesai", before, standing), ("Baru", found, known)):
        differing = tuple(one for one in these.findings if one.id not in others)
        for line in _findings(these, differing):
            yield structs.replace(line, say=f"{word}: {line.say}")


def _or_none(value: int | None) -> str:
    return "–" if value is None else number(value)


# --- what each side can do ----------------------------------------------------------------------------------------


def _sides(found: Gathered) -> Iterator[Side]:
    parties = dict.fromkeys(programme for one in found.findings for programme in one.parties)
    for programme in sorted(parties.keys() & found.definitions.keys()):
        deeds: dict[str, list[Finding]] = {}
        for (_, named, *_), together in _alike(found, found.findings):
            if programme in named:
                deeds.setdefault(deed_of(together[0]), []).extend(together)
        # What touches nobody today comes last.
        ordered = sorted(deeds.items(), key=lambda deed: not any(one.figure for one in deed[1]))
        lines = [
            Line(
                say=f"{HOW[kind].id}: {_counted(together)}",
                figure=_figure(together),
                address=_address(found, together),
            )
            for kind, together in ordered
        ]
        definition = found.definitions[programme]
        yield Side(
            programme=programme,
            title=definition.title.id,
            agency=definition.owner,
            agency_title=agency_title(found.agencies, definition.owner).id,
            lines=tuple(lines[:MOST_DEEDS]),
        )


def _counted(together: list[Finding]) -> str:
    first = together[0]
    if not _add_up(together):
        return f"{len(together)} temuan di {_where(together)}"
    said = f"{number(_figure(together))} {UNITS_ID[first.unit]} di {_where(together)}"
    if first.kind == "idle":
        usable = sum(one.transferable or 0 for one in together)
        return f"{said}, {number(usable)} dapat dipakai hari ini"
    return said


def _title(found: Gathered, programme: str) -> str:
    definition = found.definitions.get(programme)
    return definition.title.id if definition else programme


def _place(region: str) -> str:
    return regions().name(region) if region else "Indonesia"
