"""What a finding's dimension is called in words: a clause, a bound, a programme or a potential."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from workflow.domain.definition.model import Definition
from workflow.domain.findings.ceilings import exceeding, together
from workflow.domain.findings.clauses import World, promises
from workflow.domain.findings.finding import DATA, POTENTIAL, Finding
from workflow.domain.potentials import Potential
from workflow.domain.terms_words import rupiah
from workflow.domain.titles import agency_title, benefit_title, event_title
from workflow.domain.words import Text

MENTORING = {
    "groups_per_mentor": Text("jumlah kelompok per pendamping", "groups per mentor"),
    "visits_per_month": Text("kunjungan per bulan", "visits a month"),
}
CEILING = Text(
    "bantuan kedua program bersama-sama melampaui pagu per kelompok",
    "benefits of both programmes together exceed the ceiling for a group",
)

PROMISED = Text(
    "tempat yang dijanjikan ketentuan melampaui kuota program", "terms promise more places than the programme's quota"
)


class Names(Struct, frozen=True, kw_only=True):
    """Where the words of a finding come from."""

    world: World
    place: Callable[[str], str]
    """Region to its name."""
    potentials: tuple[Potential, ...] = ()
    agencies: Mapping[str, Text] = {}
    """Agency to what it is called."""

    @property
    def definitions(self) -> Mapping[str, Definition]:
        return self.world.definitions

    def programme(self, name: str) -> Text:
        definition = self.definitions.get(name)
        return Text(name, name) if definition is None else definition.title


def about(finding: Finding, names: Names) -> Text:
    """The dimension in words; as it is written where nothing known has words for it."""
    written = Text(finding.dimension, finding.dimension)
    parties = [names.definitions[name] for name in finding.parties if name in names.definitions]
    name = finding.dimension.partition(".")[2]
    match finding.kind:
        case "gap" if finding.dimension.startswith(POTENTIAL):
            titles = (one.title for one in names.potentials if (one.region, one.key) == (finding.region, name))
            return next(titles, Text(name, name))
        case "gap":
            return next(iter(_bounds(parties, finding.dimension)), written)
        case "stale":
            return names.programme(finding.dimension)
        case "breach" if finding.dimension.startswith(DATA):
            event, _, recipient = name.partition(".")
            agency, when = agency_title(names.agencies, recipient), event_title(parties, event)
            return Text(f"data bagi {agency.id} pada {when.id}", f"data for {agency.en} at {when.en}")
        case "breach":
            return MENTORING.get(finding.dimension, written)
        case "conflict":
            return _clash(finding, parties, names) or written
        case _:
            return written


def _clash(finding: Finding, parties: list[Definition], names: Names) -> Text | None:
    """What two clauses contradict each other about; None where it is not known."""
    kind, _, name = finding.dimension.partition(".")
    programme = names.programme(name)
    match kind:
        case "payer":
            item = benefit_title(parties, name)
            return Text(f"siapa membayar {item.id}", f"who pays for {item.en}")
        case "ceiling":
            return _ceiling(finding, names.world)
        case "places":
            return _promised(finding, names)
        case "empty":
            bounds = list(_bounds(parties, name))
            return Text(
                f"tidak ada yang memenuhi keduanya: {' / '.join(one.id for one in bounds)}",
                f"nothing fits both: {' / '.join(one.en for one in bounds)}",
            )
        case "exclusive":
            return Text(
                f"hanya satu program sekaligus, padahal {programme.id} hanya menerima anggota program yang lain",
                f"one programme at a time, but {programme.en} takes only members of the other",
            )
        case "window":
            return Text(
                f"masa ketentuan lebih pendek daripada jumlah tenggat {programme.id}",
                f"the terms last shorter than the deadlines of {programme.en} add up to",
            )
        case _:
            return None


def _ceiling(finding: Finding, world: World) -> Text:
    """What was added up and what it exceeds, in the terms that are exceeded most; without sums once none are."""
    agreed = world.between(finding.parties[0], finding.parties[-1], finding.region, finding.period)
    sums = (
        (together(one.terms, world.definitions), one.terms.budget.ceiling or 0)
        for one in exceeding(agreed, world.definitions)
    )
    told = max(sums, key=lambda one: one[0] - one[1], default=None)
    if told is None:
        return CEILING
    total, ceiling = (rupiah(one) for one in told)
    return Text(
        f"bantuan kedua program bersama-sama sampai {total} per kelompok, di atas pagu {ceiling}",
        f"benefits of both programmes together come to {total} a group, above the ceiling of {ceiling}",
    )


def _promised(finding: Finding, names: Names) -> Text:
    """Where terms promise most beyond a quota; without numbers once none do."""
    agreed = names.world.between(finding.parties[0], finding.parties[-1], finding.region, finding.period)
    found = (one for _, one in promises(names.world, agreed, finding.region, finding.period))
    told = max(found, key=lambda one: one.clause.places - one.quota, default=None)
    if told is None:
        return PROMISED
    programme, places = names.programme(told.programme), told.clause.places
    return Text(
        f"{places} tempat dijanjikan bagi {programme.id} di sana, padahal kuotanya {told.quota}",
        f"{places} places are promised there for {programme.en}, and its quota has {told.quota}",
    )


def _bounds(parties: Iterable[Definition], dimension: str) -> Iterable[Text]:
    return (one.eligibility[dimension].say for one in parties if dimension in one.eligibility)
