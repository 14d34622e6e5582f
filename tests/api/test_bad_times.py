"""Who comes too early or too late, or from elsewhere: ages on a leap day, appointments that ended, other regions."""

from calendar import isleap
from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from api.app import create_app
from tests.api.asking import PDF, Api, assert_problem, key, refusal_codes
from tests.journeys.groups import group, member
from workflow.regions import regions


def next_seventeenth_year() -> int:
    """The next year, from the coming one on, in which somebody born on a 29 February is 17."""
    return next(year for year in range(date.today().year + 1, date.today().year + 9) if isleap(year - 17))


class Later:
    """The leader at the same API, some day to come."""

    def __init__(self, api: Api, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Makassar")).astimezone(UTC)
        monkeypatch.setattr(
            api.engine.casework, "handle", partial(type(api.engine.casework).handle, api.engine.casework, at=noon)
        )
        self.client = create_app(lambda: api.engine).test_client()
        self.signed = {"Authorization": f"Bearer {api.token('leader.palu')}"}

    def submits(self, born: date) -> tuple[int, set[str]]:
        """Opens a group with a member born that day, brings the papers and submits: the status and the refusals."""
        facts = group()
        nik = f"72710629{born:%m%y}{uuid4().int % 9999 + 1:04d}"
        facts["members"][3] = {**member(3), "born": born.isoformat(), "nik": nik}
        opened = self.client.post(
            "/api/v1/cases", json={"programme": "tkm-kelompok", "facts": facts}, headers={**self.signed, **key()}
        )
        assert opened.status_code == 201, opened.text
        case = f"/api/v1/cases/{opened.json['ref']}"
        for kind in ("proposal", "domicile"):
            sent = self.client.put(
                f"{case}/documents/{kind}",
                data=PDF + uuid4().hex.encode(),
                content_type="application/pdf",
                headers=self.signed,
            )
            assert sent.status_code == 201, sent.text
        conditions = {**key(), "If-Match": sent.headers["ETag"]}
        reply = self.client.post(f"{case}/actions/submit", json={}, headers={**self.signed, **conditions})
        return reply.status_code, refusal_codes(reply.json)


@pytest.fixture
def places(api: Api) -> int:
    """The year in which the young member is old enough, with places for it."""
    year = next_seventeenth_year()
    quota = {"region": "72.71", "year": year, "places": 20, "legal_basis": "SK Contoh 17/DEMO (sintetis)"}
    assert api.ask("PUT", "/programmes/tkm-kelompok/quotas", "admin", json=quota).status_code == 200
    return year


def test_who_was_born_on_a_leap_day_is_seventeen_on_the_first_of_march(
    api: Api, places: int, monkeypatch: pytest.MonkeyPatch
):
    born = date(places - 17, 2, 29)
    assert Later(api, date(places, 2, 28), monkeypatch).submits(born) == (422, {"eligibility.age"})
    assert Later(api, date(places, 3, 1), monkeypatch).submits(born) == (200, set())


def test_an_appointment_that_ended_yesterday_is_403_where_the_case_may_still_be_seen(api: Api):
    ref = api.submitted()
    before = api.case(ref)
    assert "period" in api.codes(ref, "recommend", "moved.palu")
    body = assert_problem(api.act(ref, "recommend", "moved.palu"), 403)
    assert "period" in refusal_codes(body)
    assert "region" not in refusal_codes(body)
    assert api.case(ref) == before


def test_an_appointment_that_ended_yesterday_is_404_where_it_was_all(api: Api):
    ref = api.submitted()
    before = api.case(ref)
    assert_problem(api.act(ref, "recommend", "former.palu", tag=api.tag(ref)), 404)
    assert_problem(api.document(ref, "recommendation", "former.palu"), 404)
    assert api.case(ref) == before


def test_an_ended_appointment_of_another_region_is_refused_for_both(api: Api):
    facts = group(region="72.10.01")
    body = {"programme": "tkm-kelompok", "facts": facts, "applicant": "leader.01"}
    opened = api.ask("POST", "/cases", "officer.sigi", json=body, headers=key())
    assert opened.status_code == 201, opened.text
    ref = opened.json()["ref"]
    body = assert_problem(api.act(ref, "recommend", "moved.palu"), 403)
    assert {"region", "period", "state"} <= refusal_codes(body)
    (said,) = [one["id"] for one in body["refusals"] if one["code"] == "region"]
    place = regions().name
    assert said == f"Perkara ini di wilayah {place('72.10.01')}, jabatan Anda di {place('72.71')}"
    assert "72" not in said
    assert_problem(api.act(ref, "recommend", "head.palu", tag=opened.headers["ETag"]), 404)
