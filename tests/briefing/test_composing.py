"""A briefing composed from what was gathered: its words, its sums, what it leaves out, and its papers."""

from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from msgspec import structs
from openpyxl import load_workbook

from workflow.briefing import papers
from workflow.briefing.composing import MOST_LINES, compose
from workflow.briefing.gathering import Gathered, Hidden
from workflow.briefing.parts import Briefing, Line
from workflow.definition_files import read_definition
from workflow.domain.alignments import Alignment
from workflow.domain.definition.model import Definition
from workflow.domain.findings.clauses import World
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Finding, Picture, finding_of
from workflow.domain.potentials import Potential, Study
from workflow.domain.terms import Budget, LegalBasis, Party, Persons, Terms
from workflow.domain.words import Text
from workflow.projections.outcome_figures import Figure, Survival

MOMENT = datetime(2026, 11, 25, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2] / "definitions"
TKM, CITY = "tkm-kelompok", "padat-karya-palu"
OUTCOMES = Figure(
    groups=12,
    reporting=10,
    workers_start=20,
    workers_now=1_095,
    workers_target=1_200,
    jobs=1_075,
    entrepreneurs=7,
    grant=200_000_000,
    cost_per_job=186_046,
    survival_6=Survival(old_enough=5, working=4, stopped=1, unknown=0),
    survival_12=Survival(old_enough=2, working=1, stopped=0, unknown=1),
)


@cache
def definitions() -> dict[str, Definition]:
    return {name: read_definition((ROOT / name / "v1.yaml").read_text(), name) for name in (TKM, CITY)}


def places(programme: str, region: str, **figures: int) -> dict[Key, int]:
    return {Key(kind, programme, "", region, 2026): value for kind, value in figures.items()}


def suspended() -> Alignment:
    terms = Terms(
        parties=(Party(programme=TKM, version=1, agency="m"), Party(programme=CITY, version=1, agency="k")),
        regions=("72.71",),
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        legal_basis=LegalBasis(title="SK Uji", sha256="0" * 64),
        persons=Persons(rule="exclusive"),
    )
    return Alignment(
        ref="SLR-1", standing="suspended", terms=terms, hash="h", reason="Sengketa data", changed=MOMENT, position=3
    )


def gathered(*findings: Finding, **over: object) -> Gathered:
    figures = {
        **places(TKM, "72.71", quota=50, held=40, used=4, waiting=3, groups=60),
        **places(TKM, "72.10", quota=32, held=30, used=0, waiting=0, groups=35),
        **places(CITY, "72.71", quota=16, held=7, used=2, waiting=0, groups=20),
    }
    world = World(definitions=definitions(), alignments={"SLR-1": suspended()})
    picture = Picture(figures=figures, clauses=frozenset(), world=world, at=MOMENT, period=2026)
    given: dict[str, object] = {
        "region": "72",
        "when": 4_321,
        "position": 4_321,
        "moment": MOMENT,
        "picture": picture,
        "findings": findings,
        "definitions": definitions(),
        "cells": ((CITY, "72.71"), (TKM, "72.10"), (TKM, "72.71")),
        "unnamed": (),
        "outcomes": OUTCOMES,
        **over,
    }
    return Gathered(**given)  # type: ignore[arg-type]


def idle(region: str, figure: int) -> Finding:
    return finding_of("idle", (TKM,), region, 2026, "places", figure)


def says(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.say for line in lines)


# --- words and sums -----------------------------------------------------------------------------------------------


def test_places_are_summed_over_the_cities_of_the_region():
    city, ministry = compose(gathered()).places
    assert (ministry.quota, ministry.held, ministry.used, ministry.waiting) == (82, 70, 4, 3)
    assert (ministry.free, ministry.groups) == (8, 95)
    assert (city.quota, city.free) == (16, 7)


def test_only_places_that_the_reader_may_see_are_told():
    assert [one.programme for one in compose(gathered(cells=((CITY, "72.71"),))).places] == [CITY]


def test_sums_above_a_ceiling_that_differ_by_region_are_not_told_as_one():
    def under(ceiling: int, region: str) -> Alignment:
        terms = structs.replace(suspended().terms, regions=(region,), budget=Budget(ceiling=ceiling))
        return structs.replace(suspended(), terms=terms)

    given = gathered(*(finding_of("conflict", (CITY, TKM), one, 2026, "ceiling", 2) for one in ("72.10", "72.71")))

    def told(*ceilings: int) -> list[str]:
        agreed = {region: under(one, region) for one, region in zip(ceilings, ("72.10", "72.71"), strict=True)}
        world = structs.replace(given.picture.world, alignments=agreed)
        page = compose(structs.replace(given, picture=structs.replace(given.picture, world=world)))
        return [line.say for line in page.out_of_tune]

    apart = told(30_000_000, 31_000_000)
    assert len(apart) == 2
    assert "sampai Rp32.000.000 per kelompok, di atas pagu Rp30.000.000" in apart[0]
    assert "Kota Palu" in apart[1]
    (alike,) = told(30_000_000, 30_000_000)
    assert "2 wilayah" in alike


def test_what_the_reader_may_not_see_is_said_and_not_passed_over():
    assert compose(gathered()).left_out is None
    hidden = Hidden(regions=("72.71",), findings=4, programmes=frozenset({TKM, CITY}))
    told = compose(gathered(cells=((TKM, "72.10"),), hidden=hidden))
    assert told.left_out is not None
    assert "tidak membawahi Kota Palu" in told.left_out
    assert "1 kota atau kabupaten dengan tempat program, 4 temuan ditinggalkan" in told.left_out, "its terms are told"
    assert "yang membawahi Sulawesi Tengah" in told.left_out


def test_a_reader_from_outside_is_told_that_the_page_is_empty_to_them_and_not_that_all_is_well():
    hidden = Hidden(regions=("72.10", "72.71"), findings=4, programmes=frozenset({TKM, CITY}))
    told = compose(gathered(cells=(), hidden=hidden))
    assert told.left_out is not None
    assert "4 temuan, 1 penyelarasan ditinggalkan" in told.left_out
    page = papers.text(told)
    assert told.left_out in page
    assert "- Tidak ada yang dapat ditampilkan kepada Anda" in page
    book = load_workbook(BytesIO(papers.workbook(told)))
    assert book["Tempat"][2][0].value == told.left_out
    assert book[papers.OUT_OF_TUNE][2][0].value == "Tidak ada yang dapat ditampilkan kepada Anda"
    assert papers.page(told) != papers.page(compose(gathered(cells=())))


def test_where_we_stand_tells_outcomes_and_alignments():
    told = says(compose(gathered()).standing)
    assert "12 kelompok sudah berjalan" in told
    assert "1.095 orang bekerja, dari 20 di awal dan sasaran 1.200: 1.075 lapangan kerja" in told
    assert "Rp186.046 bantuan untuk setiap lapangan kerja" in told
    assert "setelah 6 bulan 4 dari 5 kelompok, setelah 12 bulan 1 dari 2 kelompok (1 tanpa laporan)" in told
    assert "untuk Kota Palu ditangguhkan (Sengketa data)" in told


def test_findings_that_differ_in_their_region_alone_are_one_line():
    (line,) = compose(gathered(idle("72.71", 6), idle("72.10", 2))).out_of_tune
    assert line.figure == 8
    assert "8 tempat" in line.say
    assert "2 wilayah (terbanyak Kota Palu: 6)" in line.say
    assert line.address == "/api/v1/harmonisation?region=72&period=2026&as_of=4321"


def test_a_single_finding_opens_to_its_cases():
    found = idle("72.71", 6)
    (line,) = compose(gathered(found)).out_of_tune
    assert line.address == f"/api/v1/findings/{found.id}/cases?region=72.71&period=2026&as_of=4321"


def test_a_potential_that_no_programme_names_is_out_of_tune():
    salt = Potential(
        region="72.71",
        key="garam-talise",
        title=Text("Garam Talise", "Salt of Talise"),
        kbli=("08930",),
        study=Study(title="Kajian Uji"),
        office="dinas",
        by="rina",
        at=MOMENT,
        position=1,
    )
    (line,) = compose(gathered(unnamed=((salt, 4),))).out_of_tune
    assert "Garam Talise di Kota Palu tidak disebut program mana pun; 4 kelompok" in line.say
    assert line.address == "/api/v1/potentials?region=72.71&as_of=4321"


def test_each_side_is_told_what_it_can_do():
    doubled = finding_of("double", (CITY, TKM), "72.71", 2026, "person", 6)
    called = {"pemerintah-kota-palu": Text("Pemerintah Kota Palu", "Palu City Government")}
    told = compose(gathered(doubled, idle("72.10", 2), agencies=called))
    city, ministry = told.sides
    assert "Padat Karya" in papers.text(told)
    assert "(Pemerintah Kota Palu)" in papers.text(told)
    assert ministry.agency_title == "Kementerian Koperasi", "nobody titled it: its key as a name"
    assert (city.agency, ministry.agency) == ("pemerintah-kota-palu", "kementerian-koperasi")
    assert "6 orang di Kota Palu" in says(city.lines)
    assert says(city.lines) in says(ministry.lines)
    assert "2 tempat di Kabupaten Sigi" in says(ministry.lines)


def test_figures_that_may_hold_the_same_group_twice_are_not_summed():
    gaps = [finding_of("gap", (TKM,), "72.71", 2026, dimension, 3) for dimension in ("age", "grant")]
    (side,) = compose(gathered(*gaps)).sides
    assert side.lines[0].figure == 2
    assert "2 temuan di Kota Palu" in side.lines[0].say


def test_what_touches_nobody_today_comes_last():
    nobody, doubled = (
        finding_of(kind, (CITY, TKM), "72.71", 2026, "d", n) for kind, n in (("overlap", 0), ("double", 6))
    )
    made = compose(gathered(nobody, doubled))
    assert [line.figure for line in made.out_of_tune] == [6, 0]
    assert [line.figure for line in made.sides[0].lines] == [6, 0]


def test_what_does_not_fit_on_the_page_is_counted():
    many = [finding_of("gap", (TKM,), "72.71", 2026, f"dimension{n}", 1) for n in range(MOST_LINES + 3)]
    made = compose(gathered(*many))
    assert (len(made.out_of_tune), made.more) == (MOST_LINES, 3)
    assert "dan 3 temuan lain" in papers.text(made)


# --- papers -------------------------------------------------------------------------------------------------------


def full() -> Briefing:
    kinds = ("overlap", "unaligned", "double")
    found = [finding_of(kind, (CITY, TKM), "72.71", 2026, f"d{n}", n) for kind in kinds for n in range(1, 8)]
    return compose(gathered(*found, idle("72.71", 6), finding_of("stale", (CITY, TKM), "72.71", 2026, TKM, 1)))


def test_the_text_gives_every_number_its_address():
    made = full()
    written = papers.text(made)
    assert "Semua angka dihitung dari catatan sampai posisi 4.321 (25 November 2026)" in written
    for line in (*made.standing, *made.out_of_tune, *(line for side in made.sides for line in side.lines)):
        assert f"- {line.say}\n  {line.address}\n" in written


def test_the_page_is_one_page_and_the_same_bytes_again():
    page = papers.page(full())
    assert page == papers.page(full())
    assert b"/Type/Pages/Count 1/" in page


def test_the_workbook_holds_numbers_as_numbers():
    book = load_workbook(BytesIO(papers.workbook(full())))
    assert book.sheetnames == ["Tempat", papers.STANDING, papers.OUT_OF_TUNE, papers.DEEDS]
    assert [cell.value for cell in book["Tempat"][4]][1:8] == [82, 70, 4, 3, 8, 95, 4321]
    assert {row[2].value for row in book[papers.OUT_OF_TUNE].iter_rows(min_row=2)} == {4321}


def test_with_nothing_there_it_still_makes_a_page():
    nothing = Survival(old_enough=0, working=0, stopped=0, unknown=0)
    empty = Figure(
        **dict.fromkeys(Figure.__struct_fields__[:8], 0), cost_per_job=None, survival_6=nothing, survival_12=nothing
    )
    made = compose(gathered(cells=(), outcomes=empty))
    assert papers.page(made).startswith(b"%PDF-")
    assert "Tidak ada" in papers.text(made)


def test_it_says_what_has_changed_since_another_position():
    figures = {**gathered().picture.figures, **places(TKM, "72.71", quota=120, held=58, waiting=0)}
    now = gathered(idle("72.10", 2), picture=structs.replace(gathered().picture, figures=figures))
    before = gathered(idle("72.10", 2), finding_of("double", (CITY, TKM), "72.71", 2026, "person", 6), when=4_000)
    made = compose(now, before)
    assert [line.say for line in made.changed] == [
        "Tenaga Kerja Mandiri berbasis kelompok: kuota 82 menjadi 152, dipegang 70 menjadi 88,"
        " menunggu 3 menjadi 0, kosong 8 menjadi 60",
        "Selesai: 6 orang tercatat dalam dua perkara Padat Karya Palu dan Tenaga Kerja Mandiri berbasis kelompok"
        " yang menyentuh Kota Palu",
    ]
    assert "as_of=4000" in made.changed[1].address
    assert [line.say[:5] for line in compose(before, now).changed][1:] == ["Baru:"]
    assert "YANG BERUBAH (sejak posisi 4.000)" in papers.text(made)
    assert papers.CHANGED in load_workbook(BytesIO(papers.workbook(made))).sheetnames
    assert b"/Type/Pages/Count 1/" in papers.page(made)
    assert "YANG BERUBAH" not in papers.text(compose(now))
    assert "- Tidak ada" in papers.text(compose(now, now)).split("YANG BERUBAH")[1].split("YANG BELUM")[0]
