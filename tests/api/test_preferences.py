"""How people choose to be reached."""

import pytest

from tests.api.asking import Api, assert_problem, pointers


def put(api: Api, who: str = "head.palu", **choice: object):
    return api.ask("PUT", "/me/preferences", who, json=choice)


def test_who_chose_nothing_is_told_in_the_app_alone(api: Api):
    chosen = api.get("/me/preferences", "coord.gorontalo").json()
    assert (chosen["channels"], chosen["address"], chosen["digest"]) == ([], None, "immediate")
    assert (chosen["zone"], chosen["language"]) == ("Asia/Makassar", "id")


def test_a_choice_is_kept_and_shown_to_its_person_alone(api: Api):
    choice = {
        "channels": ["mail"],
        "address": "head@people.example",
        "digest": "daily",
        "quiet": {"from": "21:30", "until": "06:00"},
        "zone": "Asia/Jakarta",
    }
    assert put(api, **choice).status_code == 200
    assert api.get("/me/preferences", "head.palu").json() == {**choice, "language": "id"}
    assert api.get("/me/preferences", "officer.palu").json()["address"] is None
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
        ({"phone": "1"}, "/phone"),
    ],
)
def test_what_cannot_be_is_refused_by_field(api: Api, choice: dict, pointer: str):
    assert pointer in pointers(assert_problem(put(api, **choice), 422))
