"""How people choose to be reached."""

import pytest

from api.app import create_app
from tests.api.asking import Api, assert_problem, pointers


def put(api: Api, who: str = "head.palu", **choice: object):
    return api.ask("PUT", "/me/preferences", who, json=choice)


def test_who_chose_nothing_is_told_in_the_app_alone(api: Api):
    chosen = api.get("/me/preferences", "coord.gorontalo").json()
    assert (chosen["channels"], chosen["address"], chosen["phone"]) == ([], None, None)
    assert chosen["digest"] == "immediate"
    assert (chosen["zone"], chosen["language"]) == ("Asia/Makassar", "id")


def test_a_choice_is_kept_and_shown_to_its_person_alone(api: Api):
    choice = {
        "channels": ["mail", "phone"],
        "address": "head@people.example",
        "phone": "+6281200000009",
        "digest": "daily",
        "quiet": {"from": "21:30", "until": "06:00"},
        "zone": "Asia/Jakarta",
    }
    assert put(api, **choice).status_code == 200
    assert api.get("/me/preferences", "head.palu").json() == {**choice, "language": "id"}
    others = api.get("/me/preferences", "officer.palu").json()
    assert (others["address"], others["phone"]) == (None, None)
    assert put(api).json()["channels"] == []
    assert_problem(api.get("/me/preferences"), 401)


@pytest.mark.parametrize(
    ("choice", "pointer"),
    [
        ({"channels": ["mail"]}, "/address"),
        ({"address": "a@b.example\nBcc: x@y.example"}, "/address"),
        ({"address": "nobody"}, "/address"),
        ({"zone": "Asia/Nowhere"}, "/zone"),
        ({"quiet": {"from": "25:00", "until": "06:00"}}, "/quiet/from"),
        ({"channels": ["pigeon"]}, "/channels/0"),
        ({"digest": "weekly"}, "/digest"),
        ({"pager": "1"}, "/pager"),
        ({"phone": "1"}, "/phone"),
        ({"channels": ["phone"]}, "/phone"),
        ({"phone": "081200000009\n"}, "/phone"),
        ({"phone": "+62812000\r\n00009"}, "/phone"),
        ({"phone": "0812 0000 0009"}, "/phone"),
        ({"phone": "+14155550100"}, "/phone"),
        ({"phone": "٠٨١٢٠٠٠٠٠٠٠٩"}, "/phone"),
    ],
)
def test_what_cannot_be_is_refused_by_field(api: Api, choice: dict, pointer: str):
    assert pointer in pointers(assert_problem(put(api, **choice), 422))


def test_a_time_that_is_none_is_not_told_to_be_a_text(api: Api):
    (error,) = put(api, quiet={"from": "25:00", "until": "06:00"}).json()["errors"]
    assert "teks" not in error["id"]
    assert "[0-5][0-9]" in error["id"]


def test_a_number_is_kept_in_full(api: Api):
    assert put(api, channels=["phone"], phone="081200000009").json()["phone"] == "+6281200000009"
    assert put(api).json()["phone"] is None


def test_where_no_gateway_is_set_up_phones_cannot_be_chosen_and_a_number_can_stand(api: Api):
    client = create_app(lambda: api.engine).test_client()
    signed = {"Authorization": f"Bearer {api.token('head.palu')}"}
    choice = {"channels": ["phone"], "phone": "081200000009"}
    reply = client.put("/api/v1/me/preferences", json=choice, headers=signed)
    (error,) = reply.get_json()["errors"]
    assert (reply.status_code, error["pointer"]) == (422, "/channels")
    assert "choose mail" in error["en"]
    assert "pilih mail" in error["id"]
    assert client.put("/api/v1/me/preferences", json={**choice, "channels": []}, headers=signed).status_code == 200
