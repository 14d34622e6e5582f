"""Bad input that only a case can judge: people, documents, stale looks, votes; nothing half-done."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.api.asking import PDF, Api, assert_problem, key, pointers, refusal_codes
from tests.journeys.groups import group, member

ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 200
MZ = b"MZ\x90\0\x03\0\0\0" + b"\0" * 200
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 60


def unchanged(api: Api, ref: str, before: dict[str, Any]) -> bool:
    return api.case(ref) == before


def with_papers(api: Api, facts: dict[str, Any]) -> str:
    reply = api.open(facts=facts)
    assert reply.status_code == 201, reply.text
    ref = reply.json()["ref"]
    for kind in ("proposal", "domicile"):
        api.document(ref, kind, "leader.palu")
    return str(ref)


def test_two_leaders_are_refused_and_named(api: Api):
    facts = group()
    facts["members"][1]["role"] = "leader"
    ref = with_papers(api, facts)
    before = api.case(ref)
    body = assert_problem(api.act(ref, "submit", "leader.palu"), 422)
    assert "guard.one_leader" in refusal_codes(body)
    assert unchanged(api, ref, before)


def test_the_same_person_twice_in_a_group_is_422(api: Api):
    facts = group()
    facts["members"][4] = {**facts["members"][5], "name": "Anggota Contoh Lain"}
    body = assert_problem(api.open(facts=facts), 422)
    assert pointers(body) == {"/facts/members/5/nik"}
    assert facts["members"][4]["nik"] not in str(body)


def test_a_person_who_is_elsewhere_is_refused_without_saying_where(api: Api):
    facts = group()
    first = with_papers(api, facts)
    assert api.act(first, "submit", "leader.palu").status_code == 200
    other = group(region="72.10.01")
    other["members"][6] = facts["members"][6]
    reply = api.ask(
        "POST",
        "/cases",
        "officer.sigi",
        json={"programme": "tkm-kelompok", "facts": other, "applicant": "leader.01"},
        headers=key(),
    )
    assert reply.status_code == 201, reply.text
    ref = reply.json()["ref"]
    for kind in ("proposal", "domicile"):
        assert api.document(ref, kind, "officer.sigi").status_code == 201
    body = assert_problem(api.act(ref, "submit", "officer.sigi"), 409)
    assert "claim.one_programme_per_person" in refusal_codes(body)
    assert first not in str(body)
    assert facts["members"][6]["nik"] not in str(body)


def test_a_birthday_on_a_leap_day_is_taken_in_leap_years_only(api: Api):
    today = date.today()
    born = date(today.year - 20 - today.year % 4, 2, 29)
    facts = group()
    facts["members"][3] = {**member(3), "born": born.isoformat(), "nik": f"7271062902{born:%y}0042"}
    reply = api.open(facts=facts)
    assert reply.status_code == 201, reply.text
    facts["members"][3]["born"] = f"{born.year + 1}-02-29"
    assert_problem(api.open(facts=facts), 422, "/facts/members/3/born")


def test_a_group_that_is_too_young_is_told_so(api: Api):
    year = date.today().year - 10
    facts = group()
    facts["members"][3] = {**member(3), "born": f"{year}-05-05", "nik": f"7271060505{year % 100:02d}0077"}
    ref = with_papers(api, facts)
    assert "eligibility.age" in refusal_codes(assert_problem(api.act(ref, "submit", "leader.palu"), 422))


@pytest.mark.parametrize("data", [ELF, MZ, PNG, b"plain words", b""], ids=["elf", "exe", "png", "words", "nothing"])
def test_a_pdf_that_is_none_is_415_and_is_not_kept(api: Api, data: bytes):
    ref = api.opened()
    body = assert_problem(api.document(ref, "proposal", "leader.palu", data), 415, "application/pdf")
    assert body["type"].endswith("wrong-type")
    assert api.case(ref)["documents"] == []


def test_a_type_that_the_kind_does_not_take_is_415(api: Api):
    ref = api.opened()
    reply = api.document(ref, "proposal", "leader.palu", PNG, **{"Content-Type": "image/png"})
    assert_problem(reply, 415, "application/pdf")


def test_a_kind_of_document_that_is_none_is_404_and_names_those_that_are(api: Api):
    assert_problem(api.document(api.opened(), "passport", "leader.palu"), 404, "proposal", "domicile")


def test_a_document_of_the_wrong_kind_for_the_state_is_409(api: Api):
    ref = api.opened()
    before = api.case(ref)
    body = assert_problem(api.document(ref, "monthly_report", "leader.palu"), 403)
    assert refusal_codes(body) & {"state", "role"}
    assert_problem(api.document(api.submitted(), "proposal", "leader.palu"), 409, "state")
    assert unchanged(api, ref, before)


def test_the_if_match_of_yesterday_is_412_and_tells_what_changed(api: Api):
    ref = api.opened()
    old = api.tag(ref)
    api.document(ref, "proposal", "leader.palu")
    before = api.case(ref)
    reply = api.act(ref, "submit", "leader.palu", tag=old)
    body = assert_problem(reply, 412, "If-Match")
    assert [change["event"] for change in body["what_changed"]] == ["DocumentAttached"]
    assert body["what_changed"][0]["actor"] == "leader.palu"
    assert reply.headers["ETag"] == api.tag(ref)
    assert_problem(api.act(ref, "submit", "leader.palu", tag='"unheard-of"'), 412)
    assert_problem(api.act(ref, "submit", "leader.palu", tag="W/" + api.tag(ref)), 412)
    assert unchanged(api, ref, before)


def test_a_stale_look_comes_before_every_other_refusal(api: Api):
    ref = api.submitted()
    assert_problem(api.act(ref, "recommend", "officer.palu", tag='"stale"'), 412)


def test_an_office_of_another_region_is_403_where_the_case_may_be_seen(api: Api):
    ref = api.submitted()
    assert "role" in api.codes(ref, "verify_site", "coord.sulteng")
    body = assert_problem(api.act(ref, "verify_site", "coord.sulteng"), 403)
    assert "role" in refusal_codes(body)


def test_a_vote_twice_is_409(api: Api):
    ref = api.before_the_panel()
    assert api.act(ref, "approve", "panel1", vote="approve").status_code == 200
    assert "panel.voted" in refusal_codes(assert_problem(api.act(ref, "approve", "panel1", vote="approve"), 409))
    assert len(api.case(ref)["votes"]) == 1


def test_a_vote_after_the_dossier_changed_is_412(api: Api):
    ref = api.before_the_panel()
    seen = api.tag(ref, "panel1")
    question = {"to": "province_coord", "question": "Apakah pasar sudah dijajaki?"}
    reply = api.ask("POST", f"/cases/{ref}/inquiries", "panel2", json=question, headers=key())
    assert reply.status_code == 201, reply.text
    answered = api.ask("POST", f"/cases/{ref}/inquiries/1/answer", "coord.sulteng", json={"answer": "Sudah dijajaki"})
    assert answered.status_code == 200, answered.text
    body = assert_problem(api.act(ref, "approve", "panel1", tag=seen, vote="approve"), 412)
    assert [change["event"] for change in body["what_changed"]][-1] == "InquiryAnswered"


@pytest.mark.parametrize("vote", ["yes", "Approve", 1, None])
def test_a_vote_that_is_none_is_422(api: Api, vote: object):
    ref = api.submitted()
    assert_problem(api.act(ref, "approve", "panel1", vote=vote), 409 if vote is None else 422)


def test_a_key_answers_the_same_again_and_not_another_body(api: Api):
    ref = api.opened()
    for kind in ("proposal", "domicile"):
        api.document(ref, kind, "leader.palu")
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": api.tag(ref)}
    path = f"/cases/{ref}/actions/submit"
    one, two = (api.ask("POST", path, "leader.palu", json={}, headers=headers) for _ in range(2))
    assert (one.status_code, one.json()) == (200, two.json())
    assert one.headers["ETag"] == two.headers["ETag"]
    other = api.ask("POST", path, "leader.palu", json={"reason": "isi yang lain"}, headers=headers)
    assert_problem(other, 422, "Idempotency-Key")
    assert [e["event"] for e in api.get(f"/cases/{ref}/history", "leader.palu").json()["items"]].count(
        "GroupProposed"
    ) == 1


def test_a_merge_patch_out_of_shape_is_422_at_its_pointer(api: Api):
    ref = api.opened()
    before = api.case(ref)
    body = assert_problem(api.patch(ref, {"plan": {"tools": -1}}), 422)
    assert "/plan/tools" in pointers(body)
    assert_problem(api.patch(ref, [1]), 422)
    assert unchanged(api, ref, before)


def test_a_checklist_key_that_is_none_is_422_and_names_those_that_are(api: Api):
    ref = api.submitted()
    reply = api.ask("PUT", f"/cases/{ref}/checklist", "officer.palu", json={"members_mett": True})
    assert_problem(reply, 422, "members_met")
    assert_problem(api.ask("PUT", f"/cases/{ref}/checklist", "officer.palu", json={"members_met": "ya"}), 422)
    assert_problem(api.ask("PUT", f"/cases/{ref}/checklist", "officer.palu", json={}), 422)


def test_an_inquiry_that_is_none_is_refused(api: Api):
    ref = api.submitted()
    reply = api.ask("POST", f"/cases/{ref}/inquiries/7/answer", "leader.palu", json={"answer": "Sudah"})
    assert "inquiry.number" in refusal_codes(assert_problem(reply, 422))
    assert_problem(api.ask("POST", f"/cases/{ref}/inquiries/x/answer", "leader.palu", json={"answer": "Sudah"}), 404)


def test_a_document_is_refused_before_its_case_may_be_seen(api: Api):
    reply = api.ask("PUT", "/cases/TKM-7271-2026-999999/documents/proposal", "leader.palu", data=PDF)
    assert_problem(reply, 404)
