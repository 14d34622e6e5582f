"""A case over HTTP: opened, read as it is and as it stood, supplied, listed, told."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.api.asking import PDF, Api, assert_problem, key
from tests.journeys.groups import group


def test_a_case_tells_what_people_call_its_programme_and_state(api: Api):
    titles = api.case(api.opened())["titles"]
    assert titles["state"] == {"id": "Penyusunan usulan", "en": "Draft"}
    assert titles["programme"]["id"] == "Tenaga Kerja Mandiri berbasis kelompok"


def test_a_case_is_opened_with_its_place_and_its_tag(api: Api):
    reply = api.open()
    case = reply.json()
    assert reply.status_code == 201
    assert reply.headers["Location"] == f"/api/v1/cases/{case['ref']}"
    assert reply.headers["ETag"] == f'"{case["dossier"]}"'
    assert api.get(f"/cases/{case['ref']}", "leader.palu").json() == case
    assert (case["state"], case["version"], case["applicant"]) == ("draft", 1, "leader.palu")


def test_the_same_key_opens_once(api: Api):
    body, headers = {"programme": "tkm-kelompok", "facts": group()}, key()
    one, two = (api.ask("POST", "/cases", "leader.palu", json=body, headers=headers) for _ in range(2))
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json() == two.json()


def test_the_case_shows_what_its_engine_shows(api: Api):
    ref = api.before_the_panel()
    api.act(ref, "approve", "panel1", vote="approve")
    case, definition = api.engine.casework.case(ref)
    known = api.engine.reading.case(case, definition, "open", "leader.palu")
    assert api.case(ref).keys() == known.keys()
    assert len(known["votes"]) == 1


def test_personal_values_are_opened_for_the_region_and_not_for_the_auditor(api: Api):
    facts = group()
    ref = api.open(facts=facts).json()["ref"]
    nik = facts["members"][0]["nik"]
    assert api.case(ref, "officer.palu")["facts"]["members"][0]["nik"] == nik
    seen = api.get(f"/cases/{ref}", "auditor").text
    assert not any(value in seen for value in (nik, facts["members"][0]["phone"], facts["members"][0]["name"] + '"'))


def test_a_case_is_shown_as_it_stood(api: Api):
    ref = api.opened()
    then, moment = api.case(ref), datetime.now(UTC)
    api.document(ref, "proposal", "leader.palu")
    for when in (str(then["position"]), moment.isoformat(), moment.isoformat().replace("+00:00", "Z")):
        assert api.get(f"/cases/{ref}", "leader.palu", params={"as_of": when}).json() == then
    assert api.get(f"/cases/{ref}?as_of={moment.isoformat()}", "leader.palu").json() == then
    assert_problem(api.get(f"/cases/{ref}", "leader.palu", params={"as_of": "2020-01-01T00:00:00Z"}), 404, "as_of")
    assert_problem(api.get(f"/cases/{ref}", "leader.palu", params={"as_of": "900000000"}), 422, "as_of")


def test_a_read_beyond_the_head_is_422_and_up_to_it_holds(api: Api):
    ref = api.opened()
    position = api.case(ref)["position"]
    for path in (f"/cases/{ref}", "/inbox", "/cases"):
        assert api.get(path, "leader.palu", params={"at_least": position}).status_code == 200
        assert_problem(api.get(path, "leader.palu", params={"at_least": position + 900_000}), 422, "at_least")


def test_a_document_is_made_once_and_comes_back_as_it_was(api: Api):
    ref, data = api.opened(), PDF + uuid4().hex.encode()
    first = api.document(ref, "proposal", "leader.palu", data)
    again = api.document(ref, "proposal", "leader.palu", data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["sha256"] == again.json()["sha256"] == api.case(ref)["documents"][0]["sha256"]
    read = api.get(f"/cases/{ref}/documents/{first.json()['sha256']}", "officer.palu")
    assert read.content == data
    assert read.headers["Content-Type"] == "application/pdf"
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in read.headers["Content-Security-Policy"]
    assert_problem(api.get(f"/cases/{ref}/documents/{first.json()['sha256']}", "auditor"), 403)
    assert_problem(api.get(f"/cases/{ref}/documents/{'0' * 64}", "officer.palu"), 404)


def test_a_document_that_was_replaced_can_still_be_read(api: Api):
    ref = api.opened()
    old = api.document(ref, "proposal", "leader.palu").json()["sha256"]
    api.document(ref, "proposal", "leader.palu")
    assert api.get(f"/cases/{ref}/documents/{old}", "leader.palu").status_code == 200


def test_actions_tell_every_reason_and_what_they_need(api: Api):
    ref = api.opened()
    items = {item["action"]: item for item in api.get(f"/cases/{ref}/actions", "leader.palu").json()["items"]}
    submit = items["submit"]
    assert not submit["allowed"]
    assert {"document.proposal", "document.domicile"} <= {one["code"] for one in submit["refusals"]}
    assert all(one["id"] and one["en"] and one["how"]["id"] and one["how"]["en"] for one in submit["refusals"])
    assert items["withdraw"]["allowed"]
    assert items["approve"]["needs"] == ["vote"]


def test_the_history_tells_who_saw_what_and_acted_as_what(api: Api):
    ref = api.recommended()
    events = api.get(f"/cases/{ref}/history", "auditor").json()["items"]
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    last = events[-1]
    assert (last["event"], last["kind"], last["action"]) == ("CityRecommended", "ActionTaken", "recommend")
    assert (last["from"], last["to"]) == ("city_review", "coordination")
    assert (last["actor"], last["acted_as"], last["office"]) == ("head.palu", "city_head", "dinas-koperasi-palu")
    before = api.get(f"/cases/{ref}", "auditor", params={"as_of": last["position"] - 1}).json()
    assert last["seen"] == before["dossier"]


def test_a_long_history_comes_in_pages(api: Api):
    ref = api.submitted()
    whole = api.get(f"/cases/{ref}/history", "auditor").json()["items"]
    found, path = [], f"/cases/{ref}/history?limit=1"
    while path:
        reply = api.get(path, "auditor")
        found += reply.json()["items"]
        link = reply.links.get("next", {}).get("url", "")
        path = link.removeprefix("/api/v1")
    assert found == whole


def test_the_inbox_shows_what_waits_and_what_stands_in_the_way(api: Api):
    ref = api.submitted()
    position = api.case(ref)["position"]
    query = {"at_least": position, "sort": "-entered"}
    waiting = {item["ref"]: item for item in api.get("/inbox", "officer.palu", params=query).json()["items"]}
    steps = {step["action"]: step for step in waiting[ref]["steps"]}
    assert "document.site_report" in {one["code"] for one in steps["verify_site"]["blocked_by"]}
    assert ref not in {item["ref"] for item in api.get("/inbox", "officer.sigi", params=query).json()["items"]}


def test_cases_are_found_by_words_and_only_where_they_may_be_seen(api: Api):
    name = f"Kelompok Langka {uuid4().hex[:8]}"
    ref = api.opened(group=name)
    query = {"q": name.lower(), "at_least": api.case(ref)["position"]}
    for who, found in (("leader.palu", 1), ("head.palu", 1), ("auditor", 1), ("head.sigi", 0), ("coord.gorontalo", 0)):
        items = api.get("/cases", who, params=query).json()["items"]
        assert [item["ref"] for item in items] == [ref] * found, who


def test_lists_come_in_pages_without_gap_or_double(api: Api):
    mark = uuid4().hex[:8]
    refs = [api.opened(group=f"Kelompok {mark} {number}") for number in range(5)]
    query = {"q": mark, "limit": "2", "at_least": str(api.case(refs[-1])["position"])}
    reply = api.get("/cases", "head.palu", params=query)
    found = [item["ref"] for item in reply.json()["items"]]
    while "next" in reply.links:
        reply = api.get(reply.links["next"]["url"].removeprefix("/api/v1"), "head.palu")
        found += [item["ref"] for item in reply.json()["items"]]
    assert found == list(reversed(refs))


def test_a_cursor_holds_for_its_own_question_only(api: Api):
    for _ in range(2):
        api.opened()
    reply = api.get("/cases", "head.palu", params={"limit": 1, "at_least": api.engine.log.head()})
    link = reply.links["next"]["url"].removeprefix("/api/v1")
    assert api.get(link, "head.palu").status_code == 200
    assert_problem(api.get(link, "auditor"), 422)
    assert_problem(api.get(link + "&sort=due", "head.palu"), 422)


def test_an_inquiry_is_asked_and_answered(api: Api):
    ref = api.submitted()
    question = {"to": "group_leader", "question": "Di mana lokasi usaha?"}
    asked = api.ask("POST", f"/cases/{ref}/inquiries", "officer.palu", json=question, headers=key())
    assert asked.status_code == 201, asked.text
    assert asked.json()["inquiries"][0]["status"] == "open"
    assert "inquiry" in api.codes(ref, "verify_site", "officer.palu")
    answer = {"answer": "Di kelurahan Talise"}
    told = api.ask("POST", f"/cases/{ref}/inquiries/1/answer", "leader.palu", json=answer, headers=key())
    assert told.status_code == 200, told.text
    assert told.json()["inquiries"][0]["status"] == "answered"
