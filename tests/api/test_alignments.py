"""Alignments over HTTP: signed on the hash that was seen, listed, read as they stood, compared."""

from collections.abc import Iterator

import pytest

from tests.alignments.paper import CITY, MINISTRY, A, B, publish
from tests.alignments.table import REASON, Table
from tests.api.asking import Api, assert_problem, key, refusal_codes
from workflow.engine import Engine

CUMULATIVE = {"persons": {"rule": "cumulative"}}


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    publish(engine)
    return Table(engine)


@pytest.fixture
def ref(table: Table) -> Iterator[str]:
    """An alignment in force, that others may have theirs after it."""
    ref = table.in_force()
    yield ref
    if table.state(ref) != "ended":
        table.end(ref)


def test_a_party_signs_what_it_saw(api: Api, table: Table) -> None:
    ref = table.to_sign()
    seen = api.case(ref, "head.palu")
    assert_problem(api.act(ref, "sign_b", "head.palu"), 422, "terms_hash")
    refused = assert_problem(api.act(ref, "sign_a", "head.palu", terms=seen["terms_hash"]), 403)
    (party,) = [one for one in refused["refusals"] if one["code"] == "party"]
    assert party["id"] == "Yang menandatangani untuk pihak ini adalah Kementerian Koperasi (contoh)"
    assert party["how"]["en"] == "Ask an official of Ministry of Cooperatives (demo)"
    table.take(ref, "revise", "head.ministry", reason=REASON, facts={"terms": CUMULATIVE})
    changed = assert_problem(api.act(ref, "sign_b", "head.palu", terms=seen["terms_hash"]), 412, "TermsRevised")
    assert [one["event"] for one in changed["what_changed"]] == ["TermsRevised"]
    now = api.case(ref, "head.palu")["terms_hash"]
    signed = api.act(ref, "sign_b", "head.palu", terms=now)
    assert (signed.status_code, signed.json()["state"]) == (200, "signed_b")
    assert_problem(api.act(ref, "sign_b", "head.palu", terms=now), 409)
    needs = {item["action"]: item["needs"] for item in api.get(f"/cases/{ref}/actions", "head.palu").json()["items"]}
    assert needs["sign_a"] == ["terms"]
    table.take(ref, "withdraw", "head.palu")


def test_terms_that_do_not_hold_are_told_with_their_pointers(api: Api, table: Table) -> None:
    body = {"programme": "penyelarasan", "facts": {"region": "72.71", "title": "Contoh", "terms": {"colour": "red"}}}
    reply = api.ask("POST", "/cases", "head.palu", json=body, headers=key())
    assert_problem(reply, 422, "/facts/terms")


def test_an_item_that_two_parties_pay_for_is_refused_when_it_is_proposed(api: Api, table: Table) -> None:
    paid = {"item": "tools", "payer": CITY, "cap": 9_000_000, "total": 90_000_000, "source": "APBD"}
    items = [{**paid, "payer": MINISTRY}, paid]
    ref = table.drafted({"budget": {"items": items}})
    body = assert_problem(api.act(ref, "propose", "head.palu"), 422, "/terms/budget/items/1")
    (said,) = body["refusals"]
    assert said["en"] == "tools stands here twice; keep one"
    assert said["id"] == "tools tercantum dua kali; sisakan satu"
    assert api.patch(ref, {"terms": {"budget": {"items": items[:1]}}}, "head.palu").status_code == 200
    assert api.act(ref, "propose", "head.palu").status_code == 200
    table.take(ref, "withdraw", "head.palu")


def test_a_group_that_asks_for_more_than_an_items_cap_is_not_bound(api: Api, table: Table) -> None:
    paid = {"item": "tools", "payer": MINISTRY, "cap": 11_000_000, "total": 550_000_000, "source": "APBN"}
    ref, group = table.in_force({"budget": {"items": [paid]}}), table.ready()
    assert api.codes(group, "recommend", "head.palu") == {"terms.budget.tools"}
    body = assert_problem(api.act(group, "recommend", "head.palu"), 422)
    (said,) = body["refusals"]
    assert said["code"] == "terms.budget.tools"
    assert said["en"] == f"Agreed on in the alignment {ref}: For tools at most Rp11.000.000 a group"
    assert "Untuk alat paling banyak Rp11.000.000 per kelompok" in said["id"]
    assert "propose an amendment of the terms" in said["how"]["en"]
    table.amended(ref, {"budget": {"items": [{**paid, "cap": 12_000_000}]}})
    assert api.act(group, "recommend", "head.palu").status_code == 200
    assert table.bound(group) == {ref: table.hash(ref)}
    table.end(ref)


def test_a_list_by_programme_region_and_standing(api: Api, ref: str) -> None:
    def refs(query: str, who: str = "head.palu") -> set[str]:
        reply = api.get(f"/alignments?{query}", who)
        assert reply.status_code == 200, reply.text
        return {item["ref"] for item in reply.json()["items"]}

    assert refs(f"programme={A}&region=72.71.06&standing=in_force") == {ref}
    assert refs(f"programme={B}&region=72&standing=in_force") == {ref}
    assert refs("region=72.10&standing=in_force") == set()
    assert refs("programme=nobody") == set()
    assert refs("as_of=1") == set()
    assert ref in refs("", "auditor")
    assert refs("", "leader.palu") == refs("", "coord.gorontalo") == set()
    assert_problem(api.get("/alignments?standing=asleep", "head.palu"), 422)
    assert_problem(api.get("/alignments?as_of=yesterday", "head.palu"), 422)
    assert_problem(api.get(f"/alignments?as_of={10**9}", "head.palu"), 422)


def test_one_with_its_terms_signatures_and_versions_now_and_then(api: Api, table: Table, ref: str) -> None:
    then = table.engine.log.head()
    table.amended(ref, CUMULATIVE)
    now = api.get(f"/alignments/{ref}", "head.palu").json()
    assert [version["number"] for version in now["versions"]] == [1, 2]
    assert now["terms"]["persons"]["rule"] == "cumulative"
    assert now["terms_hash"] == now["versions"][1]["terms_hash"] == table.hash(ref)
    assert [(one["side"], one["by"], one["stands"]) for one in now["signatures"]] == [
        ("a", "head.ministry", False),
        ("b", "head.palu", False),
        ("a", "head.ministry", True),
        ("b", "head.palu", True),
    ]
    was = api.get(f"/alignments/{ref}?as_of={then}", "head.palu").json()
    assert was["terms"]["persons"]["rule"] == "exclusive"
    assert was["terms_hash"] == now["versions"][0]["terms_hash"]
    assert [one["stands"] for one in was["signatures"]] == [True, True]
    assert [one["standing"] for one in was["history"]] == ["negotiated", "in_force"]
    assert_problem(api.get(f"/alignments/{ref}?as_of=1", "head.palu"), 404)
    for who in ("leader.palu", "coord.gorontalo"):
        assert_problem(api.get(f"/alignments/{ref}", who), 404)
    assert_problem(api.get("/alignments/PENYELARASAN-7271-2026-999999", "head.palu"), 404)


def test_the_difference_between_two_versions(api: Api, table: Table, ref: str) -> None:
    table.amended(ref, CUMULATIVE)
    positions = [version["position"] for version in api.get(f"/alignments/{ref}", "head.palu").json()["versions"]]
    expected = "A person in both programmes: was one programme at a time, becomes both programmes at once"
    for query in ("", "?from=1&to=2", f"?from={positions[0]}&to={positions[1] + 1}"):
        reply = api.get(f"/alignments/{ref}/difference{query}", "head.palu").json()
        assert (reply["from"]["number"], reply["to"]["number"]) == (1, 2)
        assert [(one["pointer"], one["en"]) for one in reply["items"]] == [("/persons", expected)]
    assert api.get(f"/alignments/{ref}/difference?from=2&to=2", "head.palu").json()["items"] == []
    assert_problem(api.get(f"/alignments/{ref}/difference?from=3", "head.palu"), 422)
    assert_problem(api.get(f"/alignments/{ref}/difference?from=0", "head.palu"), 422)


def test_a_case_shows_what_reaches_it_and_what_binds_it(api: Api, table: Table, ref: str) -> None:
    group = table.ready()
    hash = table.hash(ref)
    assert api.case(group)["alignments"] == [{"ref": ref, "standing": "in_force", "terms": hash, "bound": False}]
    seen = api.act(group, "recommend", "head.palu", terms="0" * 64)
    assert_problem(seen, 412, "AlignmentChanged")
    assert api.act(group, "recommend", "head.palu", terms=hash).status_code == 200
    before = table.engine.log.head()
    table.suspend(ref)
    assert api.case(group)["alignments"] == [{"ref": ref, "standing": "suspended", "terms": hash, "bound": True}]
    was = api.get(f"/cases/{group}?as_of={before}", "leader.palu").json()
    assert was["alignments"] == [{"ref": ref, "standing": "in_force", "terms": hash, "bound": True}]
    table.paper(group, "coordination", by="coord.sulteng")
    refused = assert_problem(api.act(group, "agree", "coord.sulteng"), 409)
    assert refusal_codes(refused) == {"alignment.suspended"}


def test_many_are_recommended_at_once_each_on_the_terms_that_were_seen(api: Api, table: Table, ref: str) -> None:
    hash, groups = table.hash(ref), [table.ready(), table.ready(), table.ready()]
    seen = [{"terms": hash}, {"terms": "0" * 64}, {}]
    items = [
        {"ref": group, "if_match": api.tag(group, "head.palu"), **brought}
        for group, brought in zip(groups, seen, strict=True)
    ]
    reply = api.ask("POST", "/bulk", "head.palu", json={"action": "recommend", "items": items}, headers=key())
    results = reply.json()["items"]
    assert [one["status"] for one in results] == [200, 412, 200]
    assert {one["event"] for one in results[1]["problem"]["what_changed"]} == {"AlignmentChanged"}
    assert [[one["bound"] for one in api.case(group)["alignments"]] for group in groups] == [[True], [False], [True]]


def test_a_party_binds_a_case_anew_and_history_says_which_terms_it_fails(api: Api, table: Table) -> None:
    group = table.ready(members=16)
    table.take(group, "recommend", "head.palu")
    ref = table.in_force()

    def rebind(who: str, **headers: str):
        return api.ask("POST", f"/cases/{group}/rebind", who, json={"reason": REASON}, headers={**key(), **headers})

    assert_problem(rebind("coord.sulteng"), 403, "party")
    assert_problem(rebind("head.palu", **{"If-Match": '"old"'}), 412)
    sent = key()
    reply = rebind("head.palu", **sent)
    assert reply.status_code == 200, reply.text
    hash = table.hash(ref)
    assert reply.json()["alignments"] == [{"ref": ref, "standing": "in_force", "terms": hash, "bound": True}]
    assert [one["pointer"] for one in reply.json()["fails"]] == ["/eligibility/dimensions/members"]
    assert rebind("head.palu", **sent).json()["position"] == reply.json()["position"]
    last = api.get(f"/cases/{group}/history", "head.palu").json()["items"][-1]
    assert (last["event"], last["binds"], last["reason"]) == ("CaseRebound", {ref: hash}, REASON)
    assert last["fails"] == reply.json()["fails"]
    approved = table.approved()
    reply = api.ask("POST", f"/cases/{approved}/rebind", "head.palu", json={}, headers=key())
    assert_problem(reply, 409, "rebind.approved")
    table.end(ref)
    assert_problem(rebind("head.palu"), 422, "rebind.none")
