"""Inquiries over HTTP: a thread a case, read by exactly those it concerns, answered once by whom it was asked of."""

from typing import Any

import requests

from tests.api.asking import PDF, Api, assert_problem, key, refusal_codes

QUESTION = "Di mana lokasi usaha?"
ANSWER = "Di kelurahan Talise"


def asks(api: Api, ref: str, who: str = "officer.palu", to: str = "group_leader") -> requests.Response:
    reply = api.ask("POST", f"/cases/{ref}/inquiries", who, json={"to": to, "question": QUESTION}, headers=key())
    assert reply.status_code == 201, reply.text
    return reply


def answers(api: Api, ref: str, who: str = "leader.palu", answer: str = ANSWER, **more: Any) -> requests.Response:
    body = {"answer": answer, **more}
    return api.ask("POST", f"/cases/{ref}/inquiries/1/answer", who, json=body, headers=key())


def thread(api: Api, ref: str, who: str) -> list[dict[str, Any]]:
    reply = api.get(f"/cases/{ref}/inquiries", who)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    # The case and its history never tell more than the thread.
    assert api.case(ref, who)["inquiries"] == items
    told = [e.get("question") for e in api.get(f"/cases/{ref}/history", who).json()["items"] if e.get("asked")]
    assert [words for words in told if words] == [i["question"] for i in items if i["question"] == QUESTION]
    return items


def test_a_thread_tells_question_and_answer_in_order(api: Api):
    ref = api.submitted()
    asks(api, ref)
    assert answers(api, ref).status_code == 200
    asks(api, ref, "head.palu")
    first, second = thread(api, ref, "leader.palu")
    assert (first["question"], first["answer"], first["status"]) == (QUESTION, ANSWER, "answered")
    assert (first["by"], first["answered_by"], first["closed"] is not None) == ("officer.palu", "leader.palu", True)
    assert (second["number"], second["status"], second["remind"] < second["answer_due"]) == (2, "open", True)


def test_asker_asked_and_who_decides_now_read_it(api: Api):
    ref = api.submitted()
    asks(api, ref)
    for who in ("officer.palu", "officer2.palu", "head.palu", "leader.palu"):
        assert [item["question"] for item in thread(api, ref, who)] == [QUESTION], who


def test_who_may_see_the_case_but_is_not_concerned_does_not(api: Api):
    ref = api.recommended()
    asks(api, ref, "coord.sulteng", to="city_officer")
    assert thread(api, ref, "leader.palu") == []
    assert thread(api, ref, "panel1") == []
    assert [item["question"] for item in thread(api, ref, "officer.palu")] == [QUESTION]
    assert [item["question"] for item in thread(api, ref, "coord.sulteng")] == [QUESTION]
    assert_problem(api.get(f"/cases/{ref}/inquiries", "officer.sigi"), 404)
    assert_problem(api.get(f"/cases/{ref}/inquiries", "coord.gorontalo"), 404)


def test_whom_it_does_not_concern_is_not_told_of_it_anywhere(api: Api):
    ref = api.recommended()
    asks(api, ref, "coord.sulteng", to="city_officer")
    here = {"at_least": api.engine.log.head()}

    def sees(who: str) -> tuple[list[str], set[str], set[str]]:
        due = api.get(f"/cases/{ref}/deadlines", who).json()["items"]
        told = api.get(f"/cases/{ref}/notices", who, params=here).json()["items"]
        (asked,) = (e for e in api.get(f"/cases/{ref}/history", who).json()["items"] if e["event"] == "InquiryOpened")
        return [one["of"] for one in due], {one["event"] for one in told}, {"asked", "question"} & asked.keys()

    rest = {"GroupProposed", "CityRecommended"}
    # That the clock stands, and since when, is told to all who see the case.
    assert sees("leader.palu") == (["state"], rest, set())
    assert api.get(f"/cases/{ref}/deadlines", "leader.palu").json()["items"][0]["days_left"] == 5
    assert sees("officer2.palu") == (["state", "inquiry"], {*rest, "InquiryOpened"}, {"asked", "question"})
    assert sees("auditor") == (["state", "inquiry"], {*rest, "InquiryOpened"}, {"asked"})


def test_the_auditor_sees_that_it_was_asked_and_not_its_words(api: Api):
    ref = api.submitted()
    asks(api, ref)
    answers(api, ref)
    (item,) = thread(api, ref, "auditor")
    assert (item["to"], item["status"], item["question"], item["answer"]) == ("group_leader", "answered", "•••", "•••")
    told = api.get(f"/cases/{ref}/history", "auditor").text
    assert QUESTION not in told
    assert ANSWER not in told


def test_the_wrong_office_may_not_answer(api: Api):
    ref = api.recommended()
    asks(api, ref, "coord.sulteng", to="city_officer")
    for who, code in (("head.palu", "role"), ("leader.palu", "role"), ("coord.sulteng", "role")):
        assert code in refusal_codes(assert_problem(answers(api, ref, who), 403)), who
    assert_problem(answers(api, ref, "officer.sigi"), 404)
    assert answers(api, ref, "officer2.palu").status_code == 200


def test_it_is_answered_once(api: Api):
    ref = api.submitted()
    asks(api, ref)
    assert answers(api, ref).status_code == 200
    assert answers(api, ref).status_code == 200  # the same again changes nothing
    body = assert_problem(answers(api, ref, answer="Lain lagi"), 409)
    assert refusal_codes(body) == {"inquiry"}
    assert [item["answer"] for item in thread(api, ref, "officer.palu")] == [ANSWER]


def test_after_its_lapse_it_is_answered_no_more(api: Api):
    ref = api.submitted()
    asks(api, ref)
    due = thread(api, ref, "officer.palu")[0]["answer_due"]
    api.lapsed(ref, due)
    assert refusal_codes(assert_problem(answers(api, ref), 409)) == {"inquiry"}
    (item,) = thread(api, ref, "officer.palu")
    assert (item["status"], item["answer"]) == ("lapsed", None)


def test_an_answer_comes_with_documents(api: Api):
    ref = api.recommended()
    asks(api, ref, "coord.sulteng", to="city_officer")
    place = f"/cases/{ref}/inquiries/1/documents"
    pdf = {"Content-Type": "application/pdf"}
    made = api.ask("PUT", place, "officer.palu", data=PDF + b"map", headers=pdf)
    assert made.status_code == 201, made.text
    assert api.ask("PUT", place, "officer.palu", data=PDF + b"map", headers=pdf).status_code == 200
    before = api.tag(ref, "officer.palu")
    assert answers(api, ref, "officer.palu").status_code == 200
    assert api.tag(ref, "officer.palu") != before  # what is decided on from now on
    (item,) = thread(api, ref, "coord.sulteng")
    (paper,) = item["documents"]
    read = api.get(f"/cases/{ref}/documents/{paper['sha256']}", "coord.sulteng")
    assert (read.status_code, read.content) == (200, PDF + b"map")
    assert_problem(api.get(f"/cases/{ref}/documents/{paper['sha256']}", "leader.palu"), 404)
    assert_problem(api.get(f"/cases/{ref}/documents/{paper['sha256']}", "auditor"), 404)
    assert [one["kind"] for one in api.case(ref, "officer.palu")["documents"]].count("inquiry 1") == 0


def test_only_who_is_asked_supplies_it_and_only_while_it_is_open(api: Api):
    ref = api.submitted()
    asks(api, ref)
    place = f"/cases/{ref}/inquiries/1/documents"
    pdf = {"Content-Type": "application/pdf"}
    assert_problem(api.ask("PUT", place, "head.palu", data=PDF + b"1", headers=pdf), 403)
    assert_problem(api.ask("PUT", place, "leader.palu", data=b"text", headers={"Content-Type": "text/plain"}), 415)
    missing = place.replace("/1/", "/2/")
    assert_problem(api.ask("PUT", missing, "leader.palu", data=PDF + b"1", headers=pdf), 422)
    assert_problem(api.ask("PUT", place.replace("/1/", "/x/"), "leader.palu", data=PDF, headers=pdf), 404)
    for number in range(10):
        assert api.ask("PUT", place, "leader.palu", data=PDF + bytes([number]), headers=pdf).status_code == 201
    body = assert_problem(api.ask("PUT", place, "leader.palu", data=PDF + b"more", headers=pdf), 422)
    assert refusal_codes(body) == {"inquiry.documents"}
    assert answers(api, ref).status_code == 200
    assert_problem(api.ask("PUT", place, "leader.palu", data=PDF + b"late", headers=pdf), 409)
