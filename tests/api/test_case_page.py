"""The page of a case, read and run as a browser does: what each reader sees in both languages, what nobody can do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.asking import Api, assert_problem, key
from tests.api.browser import Browser, walk
from workflow.domain.sentences import MONTHS

HOSTILE = "<img src=x onerror=\"fetch('/api/v1/cases')\"></li><script>1</script> & Di mana lokasinya?"
ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture
def tabs(api: Api) -> Iterator[list[Browser]]:
    opened: list[Browser] = []
    yield opened
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture
def opened(api: Api, tabs: list[Browser]):
    """Opens a case's page as somebody."""

    def open(ref: str, who: str | None, language: str = "id") -> Browser:
        tab = Browser(api, ref, language)
        tabs.append(tab)
        tab.sign_in(who)
        return tab

    return open


def asked(api: Api, question: str = "Di mana lokasi usaha?") -> str:
    ref = api.submitted()
    body = {"to": "group_leader", "question": question}
    reply = api.ask("POST", f"/cases/{ref}/inquiries", "officer.palu", json=body, headers=key())
    assert reply.status_code == 201
    # Whose turn it is to answer, the page reads from the inbox.
    api.get(f"/inbox?at_least={reply.json()['position']}", "leader.palu")
    return ref


def last_day(due: str) -> tuple[str, str]:
    """A deadline's last day in words, in Indonesian and English."""
    day = (datetime.fromisoformat(due) - timedelta(seconds=1)).astimezone(ZONE)
    in_id, in_en = (f"{day.day} {names[day.month - 1]} {day.year}" for names in MONTHS)
    return in_id, in_en


def test_before_signing_in_the_page_holds_nothing_of_a_case_and_asks_nothing(api: Api, tabs: list[Browser]) -> None:
    ref = api.submitted()
    there, nowhere = Browser(api, ref), Browser(api, "TKM-7271-2026-999999")
    tabs += [there, nowhere]
    assert there.page.content == nowhere.page.content
    for tab in (there, nowhere):
        assert (tab.asked, tab.element("case")["hidden"], tab.element("enter")["hidden"]) == ([], True, False)
    assert there.text("ask").startswith("Masukkan token Anda")


def test_an_approver_sees_what_waits_for_them_and_why_the_rest_does_not(api: Api, opened) -> None:
    ref = api.before_the_panel()
    tab = opened(ref, "panel1")
    assert (tab.element("case")["hidden"], tab.text("said")) == (False, "")
    assert f"Keadaan {api.case(ref, 'panel1')['titles']['state']['id']}" in tab.text("about")
    assert tab.lines("steps")[0] == "Setujui usulan: terbuka untuk Anda"
    others = [line for line in tab.lines("steps") if "terbuka untuk Anda" not in line]
    assert others
    actions = {one["title"]["id"]: one for one in api.get(f"/cases/{ref}/actions", "panel1").json()["items"]}
    for line in (*others, *tab.lines("later")):
        title = next(name for name in sorted(actions, key=len, reverse=True) if line.startswith(name))
        for refusal in actions[title]["refusals"]:
            assert f"{refusal['id']}. {refusal['how']['id']}." in line
    due = api.get(f"/cases/{ref}/deadlines", "panel1").json()["items"][0]
    assert "hari terakhir" in tab.lines("due")[0]
    assert last_day(due["due"])[0] in tab.lines("due")[0]
    off = [day for day in due["days"] if not day["counted"]]
    assert f"Hari yang tidak dihitung: {len(off)}" in tab.lines("due")[0]
    assert off[0]["reason"]["id"] in tab.lines("due")[0]
    assert len(tab.lines("history")) == len(api.get(f"/cases/{ref}/history", "panel1").json()["items"])


def test_a_leader_sees_the_own_case_and_answers_the_question_on_it(api: Api, opened) -> None:
    ref = asked(api)
    tab = opened(ref, "leader.palu")
    due = api.case(ref)["inquiries"][0]["answer_due"]
    (question,) = tab.lines("questions")
    assert question.startswith("Di mana lokasi usaha? (dijawab paling lambat")
    assert last_day(due)[0] in question
    assert "Belum dijawab. Jawaban Kirim jawaban" in question
    assert any("berhenti; sisa hari" in line for line in tab.lines("due"))
    tab.write("answer-1", "Di Jalan Contoh 1")
    tab.submit_answer()
    (question,) = tab.lines("questions")
    assert question == "Di mana lokasi usaha? Di Jalan Contoh 1"
    assert api.case(ref)["inquiries"][0]["answer"] == "Di Jalan Contoh 1"


def test_an_answer_that_is_refused_says_why_beside_the_form(api: Api, opened) -> None:
    ref = asked(api)
    tab = opened(ref, "leader.palu")
    assert api.ask(
        "POST", f"/cases/{ref}/inquiries/1/answer", "leader.palu", json={"answer": "Lebih dulu"}, headers=key()
    ).ok
    tab.write("answer-1", "Terlambat sedikit")
    tab.submit_answer()
    (question,) = tab.lines("questions")
    refused = api.ask(
        "POST", f"/cases/{ref}/inquiries/1/answer", "leader.palu", json={"answer": "Terlambat"}, headers=key()
    )
    assert assert_problem(refused, 409)["refusals"][0]["id"] in question


def test_who_may_not_answer_reads_the_question_without_a_form(api: Api, opened) -> None:
    (question,) = opened(asked(api), "officer.palu").lines("questions")
    assert "Di mana lokasi usaha?" in question
    assert "Kirim jawaban" not in question


@pytest.mark.parametrize("who", ["leader.01", "officer.sigi"])
def test_an_outsider_is_told_no_more_than_that_it_may_not_be_there(api: Api, opened, who: str) -> None:
    for ref in (api.submitted(), "TKM-7271-2026-999999"):
        tab = opened(ref, who)
        assert tab.text("said") == "Kasus ini tidak ada, atau bukan untuk Anda."
        assert tab.element("case")["hidden"]
        assert tab.text("about") == ""


def test_a_token_that_nobody_has_brings_the_form_back(api: Api, opened) -> None:
    tab = opened(api.submitted(), None)
    assert tab.text("said") == "Token tidak berlaku; masuk lagi."
    assert not tab.element("enter")["hidden"]


def test_the_same_page_in_english_and_back(api: Api, opened) -> None:
    ref = asked(api)
    tab = opened(ref, "leader.palu", language="en-GB")
    titles = ("due-title", "steps-title", "later-title", "history-title", "questions-title")
    assert [tab.text(one) for one in titles] == [
        "Due",
        "Steps",
        "Steps in other states",
        "History",
        "Questions and answers",
    ]
    assert last_day(api.case(ref)["inquiries"][0]["answer_due"])[1] in tab.lines("questions")[0]
    actions = api.get(f"/cases/{ref}/actions", "leader.palu").json()["items"]
    refusal = next(one for one in actions if one["refusals"])["refusals"][0]
    assert f"{refusal['en']}. {refusal['how']['en']}." in tab.text("steps") + tab.text("later")
    tab.fire("language", "click")
    assert [tab.text(one) for one in titles] == [
        "Tenggat",
        "Langkah",
        "Langkah dalam keadaan lain",
        "Riwayat",
        "Pertanyaan dan jawaban",
    ]
    assert f"{refusal['id']}. {refusal['how']['id']}." in tab.text("steps") + tab.text("later")
    assert next(walk(tab.element("language")))["lang"] == "en"


def test_what_people_write_stays_text(api: Api, opened) -> None:
    ref = asked(api, HOSTILE)
    tab = opened(ref, "leader.palu")
    assert tab.lines("questions")[0].startswith(HOSTILE)
    assert {node["tag"] for node in walk(tab.element("case"))}.isdisjoint({"img", "script"})
    assert all(one["path"].startswith(f"/api/v1/cases/{ref}") or "/inbox?" in one["path"] for one in tab.asked)


def test_an_address_that_is_markup_is_no_page(api: Api) -> None:
    assert_problem(api.get("//cases/%3Cscript%3E1%3Cscript%3E"), 404)


def test_another_site_can_do_nothing_in_the_reader_s_name(api: Api, opened) -> None:
    """No cookie signs anybody in, so a forged form has nothing to ride on; and no other page may hold this one."""
    ref = asked(api)
    tab = opened(ref, "leader.palu")
    assert "Set-Cookie" not in tab.page.headers
    policy = tab.page.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "form-action 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert all(one["headers"]["Authorization"].startswith("Bearer ") for one in tab.asked)
    assert all("token" not in one["path"] for one in tab.asked)
    forged = {"answer": "Palsu"}
    cookies = {"token": api.token("leader.palu"), "Authorization": f"Bearer {api.token('leader.palu')}"}
    for parts in ({"json": forged}, {"data": forged}):
        reply = api.ask("POST", f"/cases/{ref}/inquiries/1/answer", None, cookies=cookies, headers=key(), **parts)
        assert_problem(reply, 401)
    assert api.case(ref)["inquiries"][0]["status"] == "open"


def test_who_leaves_takes_the_token_along(api: Api, opened) -> None:
    tab = opened(api.submitted(), "leader.palu")
    tab.fire("leave", "click")
    before = len(tab.asked)
    assert (tab.element("case")["hidden"], tab.element("enter")["hidden"]) == (True, False)
    tab.fire("language", "click")
    assert len(tab.asked) == before
