"""Who the doubled members of the demo are: told to the office that holds their group, as far as it may read."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from selaras.demo.places import PADAT_KARYA, TKM
from selaras.demo.raising import before
from tests.demo.conftest import NOW
from tests.demo.test_read_models import models
from workflow.engine import Engine
from workflow.projections.models import ReadModels

__all__ = ["models"]


@pytest.fixture(scope="module")
def client(loaded: Engine, models: ReadModels) -> FlaskClient:
    return create_app(lambda: loaded).test_client()


def ask(client: FlaskClient, loaded: Engine, path: str, who: str, **query: Any) -> Any:
    signed = {"Authorization": f"Bearer {loaded.tokens.issue(who, loaded.directory.current())}"}
    asked = {"period": NOW.year, "as_of": before(loaded), **query}
    return client.get(f"/api/v1{path}", headers=signed, query_string=asked)


def doubled(client: FlaskClient, loaded: Engine, who: str) -> dict[str, Any]:
    found = ask(client, loaded, "/harmonisation", who, region="72.71").json["findings"]
    (one,) = [one for one in found if (one["kind"], one["status"]) == ("double", "open")]
    assert one["parties"] == [PADAT_KARYA, TKM]
    reply = ask(client, loaded, one["members"].removeprefix("/api/v1").partition("?")[0], who)
    assert reply.status_code == 200, reply.text
    return dict(reply.json)


def names(told: dict[str, Any]) -> list[str | None]:
    return sorted(member["name"] for item in told["items"] for member in item["members"])


def facts(loaded: Engine, client: FlaskClient, ref: str, who: str) -> Any:
    return ask(client, loaded, f"/cases/{ref}", who, period=None).json["facts"]


def test_each_office_is_told_which_of_its_members_are_doubled_and_not_where_else(client: FlaskClient, loaded: Engine):
    ours, theirs = (doubled(client, loaded, who) for who in ("officer.palu", "labour.palu"))
    assert {item["ref"].partition("-")[0] for item in ours["items"]} == {"TKM"}
    assert not {item["ref"] for item in ours["items"]} & {item["ref"] for item in theirs["items"]}
    assert (ours["hidden"], theirs["hidden"]) == (len(theirs["items"]), len(ours["items"]))
    assert len(names(ours)) == 6
    assert names(ours) == names(theirs)


def test_the_place_is_that_of_the_member_in_the_facts(client: FlaskClient, loaded: Engine):
    item = doubled(client, loaded, "officer.palu")["items"][0]
    members = facts(loaded, client, item["ref"], "officer.palu")["members"]
    told = {int(member["pointer"].removeprefix("/members/")): member["name"] for member in item["members"]}
    assert 0 < len(told) < len(members)
    assert told == {number: members[number]["name"] for number in told}


def test_who_reads_no_personal_values_is_told_the_place_alone(client: FlaskClient, loaded: Engine):
    told = doubled(client, loaded, "auditor")
    members = [member for item in told["items"] for member in item["members"]]
    assert members
    assert all(member["name"] is None and member["pointer"].startswith("/members/") for member in members)


def test_other_kinds_and_other_offices_are_told_nobody(client: FlaskClient, loaded: Engine):
    found = ask(client, loaded, "/harmonisation", "officer.palu", region="72.71").json["findings"]
    assert all((one["members"] is None) == (one["kind"] != "double") for one in found)
    idle = next(one["id"] for one in found if one["kind"] == "idle")
    assert ask(client, loaded, f"/findings/{idle}/members", "officer.palu").status_code == 404
    double = next(one["id"] for one in found if one["kind"] == "double")
    assert ask(client, loaded, f"/findings/{double}/members", "officer.sigi").status_code == 404
