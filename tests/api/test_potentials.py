"""Leading potentials over HTTP: read by who is signed in, kept by the planners of the region."""

from typing import Any

from tests.api.asking import Api, assert_problem, key, pointers, refusal_codes
from tests.journeys.groups import group

WEAVING = {
    "title": {"id": "Tenun Donggala", "en": "Donggala weaving"},
    "kbli": ["13121"],
    "study": {"title": "Kajian Uji 7/2026 (sintetis)", "sha256": "ab" * 32},
}


def listed(api: Api, region: str = "72.71", **query: Any) -> dict[str, dict[str, Any]]:
    reply = api.get("/potentials", "leader.palu", params={"region": region, **query})
    assert reply.status_code == 200, reply.text
    return {item["key"]: item for item in reply.json()["items"]}


def put(api: Api, name: str, who: str = "head.palu", region: str = "72.71", **over: Any) -> Any:
    return api.ask("PUT", f"/potentials/{region}/{name}", who, json={**WEAVING, **over}, headers=key())


def test_a_planner_lists_a_potential_on_a_study(api: Api):
    reply = put(api, "tenun-uji")
    assert reply.status_code == 200, reply.text
    found = listed(api)["tenun-uji"]
    assert found == {**reply.json()["potential"], "groups": {}}
    assert (found["by"], found["office"]) == ("head.palu", "dinas-koperasi-palu")
    assert (found["study"], found["kbli"]) == (WEAVING["study"], ["13121"])
    assert found["named_by"] == []
    assert "tkm-kelompok" in found["open_to"]
    assert "penyelarasan" not in found["open_to"]


def test_a_list_is_read_as_of_a_position(api: Api):
    position = put(api, "sementara").json()["position"]
    dropped = api.ask("POST", "/potentials/72.71/sementara/drop", "head.palu", json={"reason": "Kajian dicabut"})
    assert dropped.json()["potential"] is None
    assert "sementara" not in listed(api)
    assert "sementara" in listed(api, as_of=position)
    assert "sementara" not in listed(api, as_of=position - 1)
    assert listed(api, as_of="2001-01-01T00:00:00Z") == {}
    assert_problem(api.get("/potentials", "leader.palu", params={"as_of": 10**12}), 422, "as_of")


def test_the_same_key_answers_the_same_again(api: Api):
    once = {"json": WEAVING, "headers": key()}
    first, second = (api.ask("PUT", "/potentials/72.71/berulang", "head.palu", **once) for _ in range(2))
    assert first.json()["position"] == second.json()["position"]


def test_a_stale_look_at_a_potential_is_412(api: Api):
    first = put(api, "kopi-uji")
    seen = {"If-Match": first.headers["ETag"]}
    body = {**WEAVING, "kbli": ["10761"]}
    assert api.ask("PUT", "/potentials/72.71/kopi-uji", "head.palu", json=body, headers=seen).status_code == 200
    stale = api.ask("PUT", "/potentials/72.71/kopi-uji", "head.palu", json=WEAVING, headers=seen)
    assert_problem(stale, 412)
    assert stale.headers["ETag"] != seen["If-Match"]
    assert listed(api)["kopi-uji"]["kbli"] == ["10761"]
    assert_problem(api.ask("PUT", "/potentials/72.71/belum-ada", "head.palu", json=WEAVING, headers=seen), 412)


def test_only_planners_over_the_region_keep_its_list(api: Api):
    assert refusal_codes(assert_problem(put(api, "coba", "officer.palu"), 403)) == {"role"}
    assert refusal_codes(assert_problem(put(api, "coba", "head.sigi"), 403)) == {"region"}
    assert put(api, "provinsi", "head.sulteng").status_code == 200
    assert "coba" not in listed(api)


def test_every_fault_of_a_listing_is_told_at_once(api: Api):
    reply = put(api, "Salah", kbli=["04111", "1"], study={"title": ""})
    assert pointers(assert_problem(reply, 422)) == {"/key", "/kbli/0", "/kbli/1", "/study/title"}
    assert_problem(put(api, "tenun", title={"id": "Tenun"}), 422)
    assert_problem(api.get("/potentials", "leader.palu", params={"region": "palu"}), 422)


def test_a_group_of_no_class_of_business_is_refused_with_the_nearest_divisions(api: Api):
    reply = api.open(facts={**group(), "sector": "04111"})
    body = assert_problem(reply, 422, "03, 05")
    assert pointers(body) == {"/facts/sector"}


def test_a_list_says_what_is_out_of_tune_with_it(api: Api):
    put(api, "garam-uji")
    position = api.case(api.opened(potential="garam-uji"))["position"]
    position = max(position, api.case(api.opened(potential="tak-terdaftar"))["position"])
    body = api.get("/potentials", "head.palu", params={"region": "72.71", "as_of": position}).json()
    items = {item["key"]: item for item in body["items"]}
    assert items["garam-uji"]["groups"] == {"proposal": 1}
    assert {"region": "72.71", "key": "garam-uji"} in body["without_programme"]
    assert {"region": "72.71", "potential": "tak-terdaftar", "groups": 1} in body["unlisted"]
    assert "tkm-kelompok" not in body["programmes_without_groups"]
    elsewhere = api.get("/potentials", "head.palu", params={"region": "72.12", "as_of": position}).json()
    assert "tkm-kelompok" in elsewhere["programmes_without_groups"]
    assert elsewhere["unlisted"] == []


def test_before_a_list_of_classes_is_adopted_none_is_shown(api: Api):
    found = api.get("/kbli", "leader.palu", params={"q": "bawang"}).json()
    assert (found["edition"], found["items"]) == (None, [])
