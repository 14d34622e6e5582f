"""A group's whole life over HTTP, led by the people of five agencies, with every refusal on the way."""

from tests.journeys.client import Server
from tests.journeys.groups import group, member
from tests.journeys.stages import before_the_panel, coordinated, mentored, recommended, submitted
from tests.journeys.story import tell


def test_the_story_can_be_told(server: Server) -> None:
    tell(server)


def test_a_return_that_leaves_what_was_recommended_carries_the_recommendation(server: Server) -> None:
    ref = recommended(server, submitted(server))
    server.act(ref, "send_back", "coord.sulteng", 422)
    server.act(ref, "send_back", "coord.sulteng", reason="Rencana alat perlu dirinci")
    assert server.codes(ref, "recommend", "head.palu") >= {"state"}
    server.change(ref, "leader.palu", {"plan": {"workers_target": 9}})
    assert server.act(ref, "submit", "leader.palu")["state"] == "coordination"
    carried = [event for event in server.history(ref) if event["kind"] == "DecisionCarried"]
    assert [event["event"] for event in carried] == ["CityRecommended"]


def test_a_return_that_changes_what_was_recommended_needs_a_new_recommendation(server: Server) -> None:
    ref = recommended(server, submitted(server))
    server.act(ref, "send_back", "coord.sulteng", reason="Nama kelompok tidak sesuai surat")
    server.change(ref, "leader.palu", {"group": "Kelompok Contoh Baru"})
    assert server.act(ref, "submit", "leader.palu")["state"] == "city_review"
    assert "document.recommendation" in server.codes(ref, "recommend", "head.palu")
    recommended(server, ref)
    assert server.case(ref, "head.palu")["state"] == "coordination"


def test_a_panel_that_refuses_and_an_objection_that_is_granted(server: Server) -> None:
    ref = before_the_panel(server)
    server.act(ref, "approve", "panel1", 422)
    server.act(ref, "approve", "panel1", 422, vote="refuse")
    assert server.codes(ref, "approve", "head.ministry") == {"role"}
    assert server.codes(ref, "approve", "coord.sulteng") == {"role", "separation.agree.approve"}
    for seat in (1, 2):
        server.act(ref, "approve", f"panel{seat}", vote="refuse", reason=f"Rencana usaha belum matang ({seat})")
    server.act(ref, "approve", "panel1", 409, vote="approve")
    refused = server.act(ref, "approve", "panel3", vote="refuse", reason="Pasar belum jelas bagi kelompok")
    assert refused["state"] == "refused"
    last = server.history(ref)[-1]
    assert (last["event"], last["actor"]) == ("MinistryRefused", "system")
    assert "Pasar belum jelas" in last["reason"]
    assert "applicant" in server.codes(ref, "object", "officer.palu")
    server.act(ref, "object", "officer.palu", 403, reason="Bukan hak petugas ini")
    server.act(ref, "object", "leader.palu", reason="Pasar sudah ada: surat pembeli terlampir")
    assert "role" in server.codes(ref, "grant_objection", "head.palu")
    granted = server.act(ref, "grant_objection", "head.ministry", reason="Surat pembeli diterima panel")
    assert granted["state"] == "mentoring"


def test_a_member_is_replaced_during_mentoring_and_the_approval_annulled(server: Server) -> None:
    ref = mentored(server)
    members = server.case(ref, "officer.palu")["facts"]["members"]
    change = {"members": [*members[:-1], member(11)]}
    assert "document.member_change" in server.codes(ref, "replace_member", "officer.palu")
    server.act(ref, "replace_member", "officer.palu", 422, facts=change)
    server.document(ref, "member_change", "officer.palu")
    server.act(ref, "replace_member", "officer.palu", 422, facts={"group": "Bukan anggota"})
    server.act(ref, "replace_member", "officer.palu", facts=change)
    # The one who left is free for another group, the one who came is not.
    others = [member(n) for n in range(1, 10)]
    submitted(server, group(members=[*others, {**members[-1], "role": "leader"}]))
    server.act(ref, "annul", "head.ministry", 422, reason="pendek")
    assert "role" in server.codes(ref, "annul", "minister")
    server.act(ref, "annul", "head.ministry", reason="Kelompok bubar sebelum bantuan diserahkan")
    assert server.case(ref, "leader.palu")["state"] == "annulled"


def test_who_may_not_know_of_a_case_is_told_that_there_is_none(server: Server) -> None:
    ref = coordinated(server, recommended(server, submitted(server)))
    for person in ("officer.sigi", "coord.gorontalo", "integrator"):
        server.call("GET", f"/cases/{ref}", person, 404)
        server.call("GET", f"/cases/{ref}/history", person, 404)
