"""Dead letters over HTTP: for admins alone."""

import pytest

from tests.api.asking import Api, assert_problem
from workflow.delivery.dead_letters import bury


def test_an_admin_sees_them_in_pages_and_has_one_sent_again(api: Api):
    with api.engine.pool.connection() as connection:
        for number in range(3):
            bury(
                connection,
                channel="test",
                receiver="leader.palu",
                message=f"n{number}",
                ref="TKM-1",
                reason="550 no such mailbox",
                attempts=5,
            )
    reply = api.get("/dead-letters", "admin", params={"channel": "test", "limit": 2})
    first = reply.json()["items"]
    assert [item["message"] for item in first] == ["n2", "n1"]
    rest = api.get(reply.links["next"]["url"].removeprefix("/api/v1"), "admin").json()["items"]
    assert [(item["message"], item["reason"], item["wanted"]) for item in rest] == [("n0", "550 no such mailbox", None)]
    assert api.ask("POST", f"/dead-letters/{rest[0]['id']}/retry", "admin").json() == {"retried": 1}
    assert api.ask("POST", "/dead-letters/retry", "admin", json={"channel": "test"}).json() == {"retried": 2}
    wanted = api.get("/dead-letters", "admin", params={"channel": "test"}).json()["items"]
    assert {item["by"] for item in wanted} == {"admin"}


@pytest.mark.parametrize("id", ["0", "x", "9" * 30])
def test_there_is_none_of_that_name(api: Api, id: str):
    assert_problem(api.ask("POST", f"/dead-letters/{id}/retry", "admin"), 404)


def test_a_cursor_that_is_none_is_told_so(api: Api):
    assert_problem(api.get("/dead-letters", "admin", params={"cursor": "x"}), 422)


@pytest.mark.parametrize("who", ["leader.palu", "head.palu", "auditor", "integrator"])
def test_others_neither_see_nor_send_them(api: Api, who: str):
    assert_problem(api.get("/dead-letters", who), 403)
    assert_problem(api.ask("POST", "/dead-letters/1/retry", who), 403)
    assert_problem(api.ask("POST", "/dead-letters/retry", who, json={}), 403)
