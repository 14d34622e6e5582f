"""Clauses of a finding as an official reads them: by the titles of regions, potentials, programmes and agencies."""

from datetime import UTC, datetime
from pathlib import Path

from workflow.definition_files import read_definition
from workflow.domain.findings.about import Names
from workflow.domain.findings.clause_words import in_words
from workflow.domain.findings.clauses import World
from workflow.domain.findings.finding import Picture, finding_of
from workflow.domain.findings.parts import ClausePart, clauses_of
from workflow.domain.potentials import Potential, Study
from workflow.domain.words import Text
from workflow.regions import regions

KLASTER, TKM = "klaster-potensi", "tkm-kelompok"
ROOT = Path(__file__).parents[2] / "definitions"
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)
RATTAN = Potential(
    region="72.71",
    key="rotan",
    title=Text("Rotan Palu", "Palu rattan"),
    kbli=(),
    study=Study(title="Kajian uji"),
    office="-",
    by="-",
    at=MOMENT,
    position=1,
)
WORLD = World(
    definitions={name: read_definition((ROOT / name / "v1.yaml").read_text(), name) for name in (KLASTER, TKM)},
    alignments={},
)
NAMES = Names(
    world=WORLD,
    place=regions().name,
    potentials=(RATTAN,),
    agencies={"kementerian-koperasi": Text("Kementerian Koperasi", "Ministry of Cooperatives")},
)


def words(clauses: tuple[ClausePart, ...]) -> dict[tuple[str, str], Text]:
    found = {(one.of, one.path): in_words(one, NAMES) for one in clauses}
    return {place: said for place, said in found.items() if said is not None}


def test_bounds_and_payers_are_told_by_their_titles() -> None:
    picture = Picture(figures={}, clauses=frozenset(), world=WORLD, at=MOMENT, period=2026)
    told = words(clauses_of(picture, finding_of("overlap", (KLASTER, TKM), "72.71", 2026, "-", 3)))
    assert told[TKM, "eligibility.region"].en == "under Sulawesi Tengah"
    assert told[KLASTER, "eligibility.members"] == Text("10 sampai 25", "10 to 25")
    assert told[KLASTER, "eligibility.grant"] == Text("1 sampai 15.000.000", "1 to 15,000,000")
    assert told[TKM, "benefits.mentoring.payer"].id == "Kementerian Koperasi"


def test_a_potential_is_told_by_its_title_where_a_list_has_it() -> None:
    bound = ClausePart(KLASTER, "eligibility.potential", "in: [rotan, kopi]")
    assert in_words(bound, NAMES).en.startswith("one of bawang-goreng, Palu rattan, ")  # type: ignore[union-attr]


def test_what_names_nothing_stays_as_it_is_written() -> None:
    assert in_words(ClausePart(TKM, "quotas.72.71.2026", "50"), NAMES) is None
    assert in_words(ClausePart("P-1", "eligibility.members", "-"), NAMES) is None
    assert in_words(ClausePart("P-1", "persons.rule", "cumulative"), NAMES) == Text(
        "boleh di kedua program", "both programmes at once"
    )
