"""An alignment from the first draft to the day it is in force, amended, suspended and ended."""

from datetime import date, timedelta

import pytest

from selaras.demo import people
from tests.alignments.paper import CITY
from tests.alignments.table import REASON, Table
from tests.registry.definitions import definition
from workflow.asks import ActionAsk, AnswerAsk, DeadlineAsk, InquiryAsk, OpenAsk
from workflow.casework import NoSuchCase, Stale
from workflow.domain.appointing import Appoint, EndAppointment, OpenOffice, SucceedOffice
from workflow.domain.refusal import Refused
from workflow.domain.words import Text
from workflow.preparing import FactsInvalid

CUMULATIVE = {"terms": {"persons": {"rule": "cumulative"}}}


def standing(table: Table, ref: str) -> tuple[str, str] | None:
    known = table.engine.alignments.current().known.get(ref)
    return (known.standing, known.hash) if known else None


def test_city_proposes_province_comments_ministry_answers_both_sign_and_it_is_in_force(table: Table) -> None:
    ref = table.drafted()
    assert ref.startswith("PENYELARASAN-7271-")
    assert standing(table, ref) is None
    assert table.case(ref).applicant == ""
    ref = table.to_sign()
    hash = table.hash(ref)
    assert standing(table, ref) == ("negotiated", hash)
    table.take(ref, "sign_b", "head.palu", terms=hash)
    assert table.state(ref) == "signed_b"
    table.take(ref, "sign_a", "minister", terms=hash)
    assert table.state(ref) == "agreed"
    table.take(ref, "put_in_force", "head.ministry")
    assert standing(table, ref) == ("in_force", hash)
    assert [version.hash for version in table.engine.alignments.versions(ref)] == [hash]


def test_terms_may_be_anything_in_the_draft_and_must_hold_when_proposed(table: Table) -> None:
    ref = table.drafted({"regions": ["72.99"], "quota": None})
    refused = table.refused(ref, "propose", "head.palu")
    assert refused == {
        "terms": "There is no region 72.99; use the Kemendagri code of a province, regency, city or district"
    }


def test_a_draft_of_unfinished_terms_is_given_up_and_what_was_proposed_before_has_ended(table: Table) -> None:
    ref = table.drafted({"persons": None, "since": None})
    assert "facts" in table.refused(ref, "propose", "head.palu")
    table.take(ref, "withdraw", "head.palu")
    assert (table.state(ref), standing(table, ref)) == ("withdrawn", None)
    ref = table.proposed()
    proposed = table.hash(ref)
    table.take(ref, "send_back", "coord.sulteng", reason=REASON)
    table.edit(ref, {"terms": {"persons": None}})
    table.take(ref, "withdraw", "head.palu")
    assert standing(table, ref) == ("ended", proposed)


def test_a_change_of_the_terms_past_the_draft_is_checked_and_voids_the_signatures(table: Table) -> None:
    ref = table.to_sign()
    table.take(ref, "sign_b", "head.palu", terms=table.hash(ref))
    bad = {"terms": {"mentoring": {"provider": "pihak-ketiga"}}}
    assert "terms" in table.refused(ref, "revise", "head.ministry", reason=REASON, facts=bad)
    good = {"terms": {"persons": {"rule": "cumulative"}}}
    table.take(ref, "revise", "head.ministry", reason=REASON, facts=good)
    assert table.state(ref) == "signing"
    assert table.case(ref).takings["sign_b"].void
    table.take(ref, "sign_a", "head.ministry", terms=table.hash(ref))
    assert table.state(ref) == "signed_a"


def test_a_signature_on_another_hash_is_stale_and_told_what_changed(table: Table) -> None:
    ref = table.to_sign()
    seen = table.hash(ref)
    table.take(ref, "revise", "head.ministry", reason=REASON, facts=CUMULATIVE)
    with pytest.raises(Stale) as stale:
        table.take(ref, "sign_b", "head.palu", terms=seen)
    assert [event.body.event for event in stale.value.what_changed] == ["TermsRevised"]  # type: ignore[attr-defined]
    assert "terms" in table.refused(ref, "sign_b", "head.palu")


def test_nobody_signs_twice_for_another_party_or_for_both(table: Table) -> None:
    ref = table.to_sign()
    hash = table.hash(ref)
    assert "party" in table.refused(ref, "sign_b", "head.ministry", terms=hash)
    assert "party" in table.refused(ref, "sign_b", "head.sulteng", terms=hash)
    table.take(ref, "sign_b", "head.palu", terms=hash)
    assert {"state"} <= table.refused(ref, "sign_b", "head.palu", terms=hash).keys()


def test_whose_appointment_ended_does_not_sign(table: Table) -> None:
    ref, today = table.to_sign(), date.today()
    directory = table.engine.directory
    post = next(post for post in directory.current().appointments("head.palu") if post.role == "city_head")
    audits = Appoint(
        person="head.palu", role="auditor", office=people.INSPECTORATE, since=date(2024, 1, 1), legal_basis=people.BASIS
    )
    directory.handle(audits, by="seed")
    ended = EndAppointment(number=post.number, until=today - timedelta(days=1), reason="Akhir masa jabatan")
    directory.handle(ended, by="seed")
    assert "period" in table.refused(ref, "sign_b", "head.palu", terms=table.hash(ref))


def test_the_successor_of_a_partys_office_signs_for_it(table: Table) -> None:
    ref = table.to_sign()
    new = OpenOffice(
        office="dinas-umkm-palu", title=Text("Dinas UMKM", "SME office"), level="city", region="72.71", agency="lain"
    )
    table.engine.directory.handle(new, by="seed")
    moved = SucceedOffice(office=people.PALU, successor="dinas-umkm-palu", legal_basis=people.BASIS)
    table.engine.directory.handle(moved, by="seed")
    assert table.engine.directory.current().agencies("dinas-umkm-palu") == {CITY, "lain"}
    table.take(ref, "sign_b", "head.palu", terms=table.hash(ref))
    assert table.case(ref).takings["sign_b"].office == "dinas-umkm-palu"


def test_one_pair_has_one_alignment_in_a_region_at_a_time(table: Table) -> None:
    first, second = table.in_force(), table.agreed()
    assert "in force in 72.71" in table.refused(second, "put_in_force", "head.ministry")["claim.alignment"]
    table.end(first)
    table.take(second, "put_in_force", "head.ministry")
    assert standing(table, second) == ("in_force", table.hash(second))


def test_two_are_put_in_force_at_once_and_one_of_them_is(table: Table, there: object) -> None:
    first, second = table.agreed(), table.agreed()
    other = Table(there)  # type: ignore[arg-type]
    other.engine.alignments.current()
    table.take(first, "put_in_force", "head.ministry")
    assert "claim.alignment" in other.refused(second, "put_in_force", "minister")


def test_the_old_terms_stay_in_force_until_both_have_signed_the_amendment(table: Table) -> None:
    ref = table.in_force()
    old = table.hash(ref)
    table.take(
        ref, "propose_amendment", "head.palu", reason=REASON, facts={"terms": {"persons": {"rule": "cumulative"}}}
    )
    new = table.hash(ref)
    table.take(ref, "sign_b", "head.palu", terms=new)
    assert standing(table, ref) == ("in_force", old)
    table.take(ref, "sign_a", "head.ministry", terms=new)
    assert table.state(ref) == "in_force"
    assert standing(table, ref) == ("in_force", new)
    assert [one.hash for one in table.engine.alignments.versions(ref)] == [old, new]


@pytest.mark.parametrize("way_out", ["drop_amendment", "suspend"])
def test_an_amendment_that_is_not_signed_leaves_the_agreed_terms(table: Table, way_out: str) -> None:
    ref = table.in_force()
    old = table.hash(ref)
    table.take(
        ref, "propose_amendment", "head.palu", reason=REASON, facts={"terms": {"persons": {"rule": "cumulative"}}}
    )
    table.take(ref, "sign_b", "head.palu", terms=table.hash(ref))
    if way_out == "suspend":
        table.paper(ref, "suspension", by="head.ministry")
    table.take(ref, way_out, "head.ministry", reason=REASON)
    assert table.hash(ref) == old
    assert standing(table, ref) == ("suspended" if way_out == "suspend" else "in_force", old)


def test_suspended_with_reason_and_letter_resumed_and_ended(table: Table) -> None:
    ref = table.in_force()
    letter = table.suspend(ref, "Anggaran bersama sedang diperiksa")
    known = table.engine.alignments.current().known[ref]
    assert (known.standing, known.reason, known.letter) == ("suspended", "Anggaran bersama sedang diperiksa", letter)
    table.resume(ref)
    assert standing(table, ref) == ("in_force", table.hash(ref))
    table.end(ref)
    assert standing(table, ref) == ("ended", table.hash(ref))


def test_a_programme_that_was_superseded_meanwhile_is_not_signed_for(table: Table) -> None:
    ref = table.to_sign()
    text = definition(2, id="padat-karya-uji", supersedes=1)
    table.engine.registry.publish(text, "v2.yaml", {}, by="seed")
    refused = table.refused(ref, "sign_b", "head.palu", terms=table.hash(ref))
    assert "superseded by version 2" in refused["terms"]


def test_who_may_not_open_an_alignment_and_what_terms_may_not_hold(table: Table) -> None:
    facts = {"region": "72.71", "title": "Penyelarasan Contoh"}
    with pytest.raises(Refused):
        table.ask(None, OpenAsk(programme="penyelarasan", facts=facts), "leader.palu")
    with pytest.raises(Refused):
        table.ask(None, OpenAsk(programme="penyelarasan", facts=facts, applicant="leader.palu"), "head.palu")
    with pytest.raises(FactsInvalid):
        table.drafted({"colour": "red"})


def test_the_same_signature_sent_again_is_answered_again(table: Table) -> None:
    ref = table.to_sign()
    ask = ActionAsk(action="sign_b", terms=table.hash(ref))
    first = table.ask(ref, ask, "head.palu", key="once", request="r")
    again = table.ask(ref, ask, "head.palu", key="once", request="r")
    assert (again.position, again.repeated, again.case) == (first.position, True, first.case)
    final = ActionAsk(action="sign_a", terms=table.hash(ref))
    table.ask(ref, final, "head.ministry")
    put = ActionAsk(action="put_in_force")
    first = table.ask(ref, put, "minister", key="twice", request="r")
    assert table.ask(ref, put, "minister", key="twice", request="r").case == first.case


def test_the_ministry_asks_the_city_answers_and_the_clock_stands_in_between(table: Table) -> None:
    ref = table.proposed()
    table.paper(ref, "opinion", by="coord.sulteng")
    table.take(ref, "give_opinion", "coord.sulteng", reason=REASON)
    table.ask(ref, InquiryAsk(to="city_head", question="Dari mana anggaran bahannya?"), "head.ministry")
    assert table.case(ref).due is None
    assert table.refused(ref, "accept", "head.ministry", reason=REASON).keys() == {"inquiry"}
    table.ask(ref, AnswerAsk(number=1, answer="Dari APBD kota"), "head.palu")
    assert table.case(ref).due is not None
    table.take(ref, "accept", "head.ministry", reason=REASON)
    assert table.state(ref) == "signing"


def test_a_return_opens_the_terms_again_and_what_is_proposed_then_is_what_is_negotiated(table: Table) -> None:
    ref = table.proposed()
    first = table.hash(ref)
    table.take(ref, "send_back", "coord.sulteng", reason=REASON)
    table.edit(ref, CUMULATIVE)
    assert standing(table, ref) == ("negotiated", first)
    table.take(ref, "propose", "head.palu")
    assert standing(table, ref) == ("negotiated", table.hash(ref)) != ("negotiated", first)


def test_a_draft_that_lapses_after_a_return_has_ended_for_all_others_too(table: Table) -> None:
    ref = table.proposed()
    table.take(ref, "send_back", "coord.sulteng", reason=REASON)
    due = table.case(ref).due
    assert due is not None
    table.ask(ref, DeadlineAsk(what="pass"), "system", at=due)
    assert table.state(ref) == "lapsed"
    assert standing(table, ref) == ("ended", table.hash(ref))


def test_a_case_between_offices_belongs_to_nobody_and_is_seen_by_its_region_alone(table: Table) -> None:
    ref = table.in_force()
    for stranger in ("leader.palu", "coord.gorontalo", "officer.sigi"):
        with pytest.raises(NoSuchCase):
            table.take(ref, "end", stranger, reason=REASON)
