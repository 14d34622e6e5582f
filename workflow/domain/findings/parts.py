"""What a finding is made of: the figures that open to cases, and the clauses that stand side by side."""

from collections.abc import Iterator

from msgspec import Struct

from workflow.domain.alignments import Alignment
from workflow.domain.definition.model import Definition, Dimension
from workflow.domain.findings.ceilings import amounts, exceeding
from workflow.domain.findings.clauses import World, promises
from workflow.domain.findings.comparing import shared_benefits, touch
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import DATA, POTENTIAL, Finding, Picture
from workflow.domain.findings.keeping import agreed as agreed_data
from workflow.domain.findings.keeping import kept_by
from workflow.domain.findings.presence import presence_of
from workflow.domain.findings.terms_conflicts import outlast
from workflow.domain.potentials import FACT
from workflow.domain.promised import ordered_there
from workflow.domain.windows import Window


class ClausePart(Struct, frozen=True):
    """One clause: whose it is, where it stands there, and what it says."""

    of: str
    """A programme, the reference of an alignment, or a region whose list it is."""
    path: str
    says: str


def keys_of(picture: Picture, finding: Finding) -> tuple[Key, ...]:
    """The figures whose cases a finding is made of; none for one that is made of clauses alone."""
    a, b = finding.parties[0], finding.parties[-1]
    match finding.kind:
        case "overlap" | "unaligned":
            kind, other = "both", b
        case "gap":
            kind, other = "gap", finding.dimension
        case "double":
            kind, other = "doubled", b
        case "breach" if finding.dimension.startswith(DATA):
            return kept_by(picture, finding)
        case "breach" if (presence := presence_of(finding)) is not None:
            return (presence[0],)
        case _:
            return ()
    return tuple(
        key
        for key in sorted(picture.figures)
        if key[:3] == (kind, a, other) and key.year == finding.period and touch(finding.region, key.region)
    )


def persons_of(picture: Picture, finding: Finding) -> tuple[Key, ...]:
    """The figures whose persons a finding counts; none for one that counts something else."""
    if finding.kind != "double":
        return ()
    return tuple(key._replace(kind="double") for key in keys_of(picture, finding))


def clauses_of(picture: Picture, finding: Finding) -> tuple[ClausePart, ...]:
    """The clauses that a finding stands on, those of the parties in their order."""
    world = picture.world
    parties = [world.definitions[name] for name in finding.parties if name in world.definitions]
    agreed = world.between(finding.parties[0], finding.parties[-1], finding.region, finding.period)
    match finding.kind:
        case "overlap" | "unaligned":
            return tuple(_in_common(parties))
        case "gap":
            bounds = (
                _bounds(one, name) for one in parties for name in one.eligibility if _left_out(one, name, finding)
            )
            return (*_listing(picture, finding), *bounds)
        case "conflict":
            intakes = _late(world, agreed, finding) if finding.dimension.startswith("window.") else ()
            return (*_contradicting(world, parties, agreed, finding), *intakes)
        case "stale":
            named = [
                ClausePart(alignment.ref, f"parties.{party.programme}.version", str(party.version))
                for alignment in agreed
                for party in alignment.terms.parties
                if party.programme == finding.dimension
            ]
            late = (one for one in parties if one.id == finding.dimension)
            return (*named, *(ClausePart(one.id, "version", str(one.version)) for one in late))
        case "breach" if finding.dimension.startswith(DATA):
            return tuple(
                ClausePart(ref, finding.dimension, f"{', '.join(one.fields)}; retention_months: {one.retention_months}")
                for ref, one in agreed_data(picture, finding)
            )
        case "breach":
            return tuple(
                ClausePart(one.ref, f"mentoring.{finding.dimension}", str(getattr(terms, finding.dimension, "")))
                for one in agreed
                if (terms := one.terms.mentoring) is not None
            )
        case "idle" | "over-committed":
            places = world.places.get((finding.parties[0], finding.region, finding.period), 0)
            return (ClausePart(finding.parties[0], f"quotas.{finding.region}.{finding.period}", str(places)),)
        case "double":
            return tuple(ClausePart(one.ref, "persons.rule", one.terms.persons.rule) for one in agreed)
        case _:
            return ()


def _listing(picture: Picture, finding: Finding) -> Iterator[ClausePart]:
    """The entry of a region's list that a gap is about."""
    if finding.dimension.startswith(POTENTIAL):
        key = finding.dimension.removeprefix(POTENTIAL)
        studies = (one.study.title for one in picture.potentials if (one.region, one.key) == (finding.region, key))
        yield ClausePart(finding.region, f"potentials.{key}", next(studies, ""))


def _left_out(definition: Definition, name: str, finding: Finding) -> bool:
    """True for the dimension that a gap is about: of that name, or for a potential the one that names potentials."""
    if finding.dimension.startswith(POTENTIAL):
        return definition.eligibility[name].value == FACT
    return name == finding.dimension


def _in_common(parties: list[Definition]) -> Iterator[ClausePart]:
    if len(parties) < 2:
        return
    one, other = parties
    for name in one.eligibility:
        if name in other.eligibility:
            yield _bounds(one, name)
            yield _bounds(other, name)
    for item in shared_benefits(one, other):
        for definition in parties:
            yield ClausePart(definition.id, f"benefits.{item}.payer", definition.benefits[item].payer)


def _bounds(definition: Definition, dimension: str) -> ClausePart:
    return ClausePart(definition.id, f"eligibility.{dimension}", said(definition.eligibility[dimension]))


def said(rule: Dimension) -> str:
    """The bounds of a dimension, as the definition writes them."""
    parts = [f"{name}: {bound}" for name, bound in (("min", rule.min), ("max", rule.max)) if bound is not None]
    for name, codes in (("in", rule.in_), ("under", rule.under)):
        if codes is not None:
            parts.append(f"{name}: [{', '.join(codes)}]")
    return ", ".join(parts)


def _contradicting(
    world: World, parties: list[Definition], agreed: tuple[Alignment, ...], finding: Finding
) -> Iterator[ClausePart]:
    kind, _, name = finding.dimension.partition(".")
    match kind:
        case "payer":
            for one in parties:
                if name in one.benefits:
                    yield ClausePart(one.id, f"benefits.{name}.payer", one.benefits[name].payer)
            for alignment in agreed:
                for item in alignment.terms.budget.items:
                    if item.item == name:
                        yield ClausePart(alignment.ref, f"budget.items.{name}.payer", item.payer)
        case "ceiling":
            definitions = {one.id: one for one in parties}
            for alignment in exceeding(agreed, definitions):
                for name, programme, rupiah in amounts(alignment.terms, definitions):
                    path = f"benefits.{name}.max" if programme else f"budget.items.{name}.cap"
                    yield ClausePart(programme or alignment.ref, path, str(rupiah))
                yield ClausePart(alignment.ref, "budget.ceiling", str(alignment.terms.budget.ceiling))
        case "empty":
            for one in parties:
                yield _bounds(one, name)
        case "places":
            yield from _promised(world, agreed, finding)
        case _:
            for alignment in agreed:
                terms = alignment.terms
                if kind == "window":
                    yield ClausePart(alignment.ref, "since, until", f"{terms.since}, {terms.until}")
                else:
                    yield ClausePart(alignment.ref, "persons.rule", terms.persons.rule)
            for one in parties:
                if one.id == name:
                    yield ClausePart(one.id, "states.clock" if kind == "window" else "eligibility", one.hash)


def _promised(world: World, agreed: tuple[Alignment, ...], finding: Finding) -> Iterator[ClausePart]:
    """What terms promise in a region, and the orders that set less there."""
    for alignment, promised in promises(world, agreed, finding.region, finding.period):
        clause = promised.clause
        yield ClausePart(alignment.ref, f"quota.places.{clause.region}.{clause.side}", str(clause.places))
        there = ordered_there(world.orders, promised.programme, clause.region, promised.year)
        for region, order in there.items():
            path = f"quotas.{region}.{promised.year}"
            yield ClausePart(promised.programme, path, f"{order.places}; {order.legal_basis}")


def _late(world: World, agreed: tuple[Alignment, ...], finding: Finding) -> Iterator[ClausePart]:
    """The intakes that close too late for the terms."""
    name, found = finding.dimension.partition(".")[2], dict[str, Window]()
    if name in world.definitions:
        windows = world.intakes(name, finding.region, finding.period)
        for one in agreed:
            late = outlast(one.terms, world.definitions[name], windows.values())
            found.update((code, window) for code, window in windows.items() if window in late)
    for code, window in found.items():
        yield ClausePart(name, f"intake.{code}.{finding.period}", f"{window.opens}, {window.closes}")
