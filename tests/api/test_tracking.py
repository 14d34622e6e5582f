"""Where a case is, for a leader who has nothing but the code on paper."""

import json
from pathlib import Path

import pytest

from api.app import create_app
from api.limits import Limits
from tests.api.asking import Api, assert_problem, key
from tests.journeys.groups import group

NAMED = {"leader.palu", "officer.palu", "head.palu"}


def tracked(api: Api, ref: str) -> dict:
    reply = api.get(f"/track/{api.case(ref)['tracking_code']}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_a_draft_waits_for_its_leader(api: Api):
    told = tracked(api, api.opened())
    assert told["state"] == {"id": "Penyusunan usulan", "en": "Draft"}
    assert told["turn"] == [
        {"role": {"id": "Ketua kelompok", "en": "Group leader"}, "office": None},
        {
            "role": {"id": "Petugas kota", "en": "City officer"},
            "office": {
                "id": "Dinas Koperasi Kota Palu (contoh)",
                "en": "Palu City Cooperatives Office (demo)",
            },
        },
    ]
    assert told["next"] == [{"id": "Ajukan usulan", "en": "Submit proposal"}]
    assert "Giliran: Ketua kelompok; Petugas kota, Dinas Koperasi Kota Palu" in told["says"]["id"]
    assert "Next step: Submit proposal." in told["says"]["en"]


def test_whose_turn_it_is_moves_with_the_case(api: Api):
    review = tracked(api, api.submitted())
    assert [turn["role"]["en"] for turn in review["turn"]] == ["City officer"]
    assert [step["en"] for step in review["next"]] == ["Verify site"]
    assert (review["due"], bool(review["stage_due"])) == (None, True)
    assert "The whole stage is to be over by" in review["says"]["en"]
    ref = api.before_the_panel()
    panel = tracked(api, ref)
    assert [turn["role"]["en"] for turn in panel["turn"]] == ["Ministry panel"]
    assert panel["due"] == panel["stage_due"] == api.get(f"/cases/{ref}/deadlines", "panel1").json()["items"][0]["due"]
    assert panel["turn"][0]["office"]["en"] == "Ministry of Cooperatives (demo)"


def test_a_question_makes_it_the_turn_of_who_is_asked(api: Api):
    ref = api.submitted()
    question = {"to": "group_leader", "question": "Di mana lokasi usaha?"}
    api.ask("POST", f"/cases/{ref}/inquiries", "officer.palu", json=question, headers=key())
    told = tracked(api, ref)
    assert [turn["role"]["en"] for turn in told["turn"]] == ["Group leader"]
    assert told["due"] == api.case(ref)["inquiries"][0]["answer_due"]
    assert "lokasi" not in json.dumps(told)


def test_a_case_that_ended_says_so(api: Api):
    ref = api.opened()
    assert api.act(ref, "withdraw", "leader.palu").status_code == 200
    told = tracked(api, ref)
    assert (told["ended"], told["turn"], told["next"], told["due"]) == (True, [], [], None)
    assert told["says"]["en"].endswith("It has ended.")


def test_nobody_is_named_and_nothing_of_the_group_is_told(api: Api):
    facts = group()
    told = json.dumps(tracked(api, api.opened(**facts)))
    personal = [value for member in facts["members"] for value in member.values() if value not in ("leader", "member")]
    for secret in (*personal, facts["group"], *NAMED):
        assert secret not in told


@pytest.mark.parametrize("code", ["A" * 22, "short", "x" * 90, "TKM-7271-2026-000001", "a%00b"])
def test_other_codes_are_not_there(api: Api, code: str):
    assert_problem(api.get(f"/track/{code}"), 404)


def test_a_code_that_was_renewed_opens_nothing_more(api: Api):
    ref = api.submitted()
    old = api.case(ref)["tracking_code"]
    renewed = api.ask("POST", f"/cases/{ref}/tracking", "leader.palu", json={}, headers=key())
    assert renewed.status_code == 200
    new = renewed.json()["tracking_code"]
    assert new not in (old, None)
    assert_problem(api.get(f"/track/{old}"), 404)
    assert api.get(f"/track/{new}").status_code == 200
    ended = api.ask("POST", f"/cases/{ref}/tracking", "leader.palu", json={"renew": False})
    assert ended.json()["tracking_code"] is None
    assert_problem(api.get(f"/track/{new}"), 404)


def test_a_code_is_renewed_by_those_who_bring_the_facts(api: Api):
    ref = api.submitted()
    assert_problem(api.ask("POST", f"/cases/{ref}/tracking", "head.palu", json={}), 403, "role")
    assert_problem(api.ask("POST", f"/cases/{ref}/tracking", "officer.sigi", json={}), 404)
    assert_problem(api.ask("POST", f"/cases/{ref}/tracking", json={}), 401)


def test_codes_stand_nowhere_in_clear_but_in_the_log(api: Api, log: Path):
    ref = api.opened()
    code = api.case(ref)["tracking_code"]
    tracked(api, ref)
    assert code not in log.read_text()
    assert code not in json.dumps(api.get(f"/cases/{ref}/history", "officer.palu").json())
    assert api.case(ref, "auditor")["tracking_code"] is None
    with api.engine.pool.connection() as connection:
        rows = connection.execute("SELECT codes::text FROM read_tracking.codes").fetchall()
    assert rows
    assert all(code not in row for (row,) in rows)


def test_who_tries_codes_is_slowed_down(api: Api):
    client = create_app(lambda: api.engine, Limits(knocks_per_second=0.001)).test_client()
    assert client.get(f"/api/v1/track/{'A' * 22}").status_code == 404
    reply = client.get(f"/api/v1/track/{'B' * 22}")
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "1")
