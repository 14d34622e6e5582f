"""Harmonisation over HTTP: the matrix of the demo's programme, its findings, and who may see which."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from selaras.demo.people import PALU as OFFICE
from tests.api.asking import Api, assert_problem, pointers
from tests.places.agreeing import CITY, publish_city
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.domain.publishing import SetQuota
from workflow.regions import regions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ["overlap", "unaligned", "gap", "conflict", "double", "idle", "over-committed", "stale", "breach"]
YEAR = date.today().year
PROGRAMME, PALU, SIGI = "tkm-kelompok", "72.71", "72.10"


def told(api: Api, who: str = "auditor", **query: object) -> dict:
    # Other tests of the room let deadlines pass that lie in the future; it may be another year's.
    reply = api.get("/harmonisation", who, params={"at_least": api.engine.log.head(), "period": YEAR, **query})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def cell(shown: dict, region: str) -> dict:
    """The programme's own: other tests of the room may have published more."""
    return next(one for one in shown["matrix"] if (one["programme"], one["region"]) == (PROGRAMME, region))


def idle_in(shown: dict) -> list[dict]:
    wanted = ("idle", "open", [PROGRAMME])
    return [one for one in shown["findings"] if (one["kind"], one["status"], one["parties"]) == wanted]


def test_a_group_that_submits_holds_a_place_and_the_figure_opens_to_it(api: Api):
    before = cell(told(api), PALU)
    ref = api.submitted()
    shown = told(api)
    after = cell(shown, PALU)
    assert (after["quota"], after["free"]) == (before["quota"], before["free"] - 1)
    assert (after["groups"], after["held"]) == (before["groups"] + 1, before["held"] + 1)
    assert ref in pages(api, after["made_of"]["held"])
    assert len(pages(api, after["made_of"]["groups"])) == after["groups"]
    then = cell(told(api, as_of=shown["position"] - 1), PALU)
    assert then["held"] == before["held"]


def pages(api: Api, address: str, who: str = "auditor") -> list[str]:
    found: list[str] = []
    while True:
        reply = api.get(address.removeprefix("/api/v1"), who)
        assert reply.status_code == 200, reply.text
        found += [one if isinstance(one, str) else one["ref"] for one in reply.json()["items"]]
        if "next" not in reply.links:
            return found
        address = reply.links["next"]["url"]


def test_idle_places_are_found_with_words_in_both_languages(api: Api):
    idle = idle_in(told(api, region=SIGI))
    assert [(one["region"], one["unit"], one["transferable"]) for one in idle] == [(SIGI, "places", 0)]
    assert idle[0]["say"]["id"]
    assert idle[0]["say"]["en"]
    assert idle[0]["how"]["en"]


def test_each_sees_the_regions_of_their_office(api: Api):
    assert {one["region"] for one in told(api, "head.palu")["matrix"]} == {PALU}
    assert {one["region"] for one in told(api, "officer.sigi")["matrix"]} == {SIGI}
    assert len({one["region"] for one in told(api, "coord.sulteng")["matrix"]}) == 13
    for nobody in ("coord.gorontalo", "leader.palu", "former.palu", "admin"):
        shown = told(api, nobody)
        assert (shown["matrix"], shown["findings"]) == ([], [])
        assert shown["hidden"] >= 13, "a hollow answer says that it is one"
    all_that_there_is = told(api, "auditor")
    assert all_that_there_is["hidden"] == 0
    for reader in ("head.palu", "officer.sigi"):
        shown = told(api, reader, as_of=all_that_there_is["position"])
        both = [len(one["matrix"]) + len(one["findings"]) + one["hidden"] for one in (shown, all_that_there_is)]
        assert both[0] == both[1]
    assert {one["region"] for one in told(api, "head.palu")["findings"]} <= {PALU}


def test_cases_of_a_figure_are_shown_to_who_may_see_them(api: Api):
    ref = api.submitted()
    address = cell(told(api), PALU)["made_of"]["held"]
    assert ref in pages(api, address, "head.palu")
    assert pages(api, address, "officer.sigi") == []


def test_as_of_before_the_first_event_there_is_nothing(api: Api):
    for moment in ("0", "2001-01-01T00:00:00Z"):
        shown = told(api, as_of=moment)
        assert (shown["matrix"], shown["findings"]) == ([], [])
        assert told(api, as_of=moment, period=YEAR)["matrix"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"region": "Palu"}, "region"),
        ({"region": "72.99"}, "region"),
        ({"period": "1999"}, "period"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": str(2**40)}, "as_of"),
        ({"province": "72"}, "province"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(api: Api, query: dict, named: str):
    assert_problem(api.get("/harmonisation", "auditor", params=query), 422, named)


def test_a_finding_or_figure_that_is_not_there(api: Api):
    assert_problem(api.get(f"/findings/{'0' * 64}/cases", "auditor"), 404)
    assert_problem(api.get("/findings/no-such-name", "auditor"), 404)
    assert pages(api, "/harmonisation/groups/nothing") == []


def test_a_finding_opens_to_its_cases(api: Api):
    ref = api.submitted()
    (idle,) = idle_in(told(api, region=PALU, period=YEAR))
    assert ref in pages(api, idle["cases"])
    shown = api.get(f"/findings/{idle['id']}", "head.palu").json()
    assert (shown["id"], shown["status"], shown["clauses"][0]["of"]) == (idle["id"], "open", "tkm-kelompok")
    assert_problem(api.get(f"/findings/{idle['id']}", "officer.sigi"), 404)
    assert pointers(assert_problem(api.get(f"/findings/{idle['id']}?x=1", "auditor"), 422)) == {"/x"}


def test_how_many_cases_are_not_theirs_to_know_of_is_told_and_not_which(api: Api):
    publish_city(api.engine)
    api.engine.registry.set_quota(CITY, SetQuota(region=PALU, year=YEAR, places=9, legal_basis="SK uji"), by="seed")
    neighbour = "labour.uji"
    api.engine.directory.handle(RegisterPerson(person=neighbour), by="seed")
    post = Appoint(person=neighbour, role="labour_officer", office=OFFICE, since=date(YEAR, 1, 1), legal_basis="SK uji")
    api.engine.directory.handle(post, by="seed")
    plan = {"tools": 6_000_000, "materials": 4_000_000, "workers_now": 2, "workers_target": 8}
    ref = api.submitted(plan=plan)
    found = told(api, region=PALU)["findings"]
    (idle,) = [one for one in found if (one["kind"], one["parties"]) == ("idle", [PROGRAMME])]
    (overlap,) = [one for one in found if (one["kind"], one["parties"]) == ("overlap", [CITY, PROGRAMME])]
    for one in (idle, overlap):
        address = one["cases"].removeprefix("/api/v1")
        known, unknown = (api.get(address, who).json() for who in ("auditor", neighbour))
        assert (ref in known["items"], known["hidden"]) == (True, 0)
        assert (unknown["items"], unknown["hidden"]) == ([], len(pages(api, address)))


def test_the_workbook_has_the_matrix_and_a_sheet_a_kind(api: Api):
    shown = told(api, "coord.sulteng")
    reply = api.get(
        "/harmonisation", "coord.sulteng", params={"format": "xlsx", "as_of": shown["position"], "period": YEAR}
    )
    assert reply.headers["Content-Type"] == XLSX
    book = load_workbook(BytesIO(reply.content), read_only=True)
    assert book.sheetnames == ["Matriks", *KINDS]
    matrix = list(book["Matriks"].iter_rows(values_only=True))
    assert (matrix[0][3], matrix[0][-1]) == (shown["position"], shown["hidden"])
    earlier = api.get("/harmonisation", "coord.sulteng", params={"format": "xlsx", "as_of": 3}).content
    assert next(load_workbook(BytesIO(earlier), read_only=True)["Matriks"].iter_rows(values_only=True))[3] == 3
    regions = matrix[1][2:-1]
    held = next(row for row in matrix if row[:2] == ("tkm-kelompok", "Dipegang"))
    assert list(held[2:-1]) == [cell(shown, region)["held"] for region in regions]
    assert held[-1] == sum(held[2:-1])
    idle = list(book["idle"].iter_rows(values_only=True))[1:]
    found = [one for one in shown["findings"] if one["kind"] == "idle"]
    assert [(row[1], row[4], row[-1]) for row in idle] == [(one["region"], one["figure"], one["id"]) for one in found]


def test_another_format_is_refused(api: Api):
    assert_problem(api.get("/harmonisation?format=pdf", "auditor"), 422, "format")


def test_the_workbook_is_described(api: Api):
    answer = api.get("//openapi.json").json()["paths"]["/api/v1/harmonisation"]["get"]["responses"]["200"]
    assert answer["content"].keys() == {"application/json", XLSX}


def test_a_region_that_was_split_is_asked_for_by_its_old_code_too(api: Api):
    old = next(iter(regions().succeeded))
    assert told(api, region=old[:5])["matrix"] == []
    assert regions().within(old, regions().succeeded[old].successors[0])
    assert regions().within(regions().succeeded[old].successors[0], old)
    assert not regions().within(old, PALU)
