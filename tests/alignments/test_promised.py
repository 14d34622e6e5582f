"""Places that terms promise beyond a quota: refused when proposed, found when the quota is lowered later."""

from typing import Any
from uuid import uuid4

import pytest

from tests.alignments.paper import A, B
from tests.alignments.table import REASON, Table
from tests.harmonisation.desk import PALU, YEAR, Desk
from workflow.domain.publishing import SetQuota
from workflow.engine import Engine

BASIS = "Keputusan Contoh 7/{places}/KUOTA (sintetis)"


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def promise(places: int) -> dict[str, Any]:
    """So many of the ministry's places in Palu, of which fifty are set for this year and the next."""
    return {"quota": {"places": [{"region": PALU, "side": "a", "places": places}]}}


def order(desk: Desk, places: int, year: int = YEAR) -> int:
    """The position from which the quota of Palu is that."""
    quota = SetQuota(region=PALU, year=year, places=places, legal_basis=BASIS.format(places=places))
    return desk.engine.registry.set_quota(A, quota, by="seed").position


def propose(desk: Desk, ref: str) -> Any:
    headers = {
        "If-Match": desk.ask("GET", f"/cases/{ref}", "head.palu").headers["ETag"],
        "Idempotency-Key": str(uuid4()),
    }
    return desk.ask("POST", f"/cases/{ref}/actions/propose", "head.palu", json={}, headers=headers)


def conflict(desk: Desk, **query: Any) -> dict[str, Any] | None:
    return desk.findings(**query).get(f"conflict places.{PALU}")


def test_more_places_than_the_quota_has_are_refused_with_both_numbers_and_the_way_out(desk: Desk, table: Table):
    ref = table.drafted(promise(51))
    reply = propose(desk, ref)
    assert reply.status_code == 422, reply.text
    (said,) = reply.json["refusals"]
    assert (said["code"], said["pointer"]) == ("terms", "/terms/quota/places/0/places")
    assert f"51 places are promised in {PALU}, and the quota of {A} for {YEAR} has 50 there" in said["en"]
    assert "minta kuota dinaikkan lebih dahulu" in said["id"]
    order(desk, 51)
    (said,) = propose(desk, ref).json["refusals"]
    assert f"for {YEAR + 1} has 50 there" in said["en"]
    order(desk, 51, YEAR + 1)
    assert propose(desk, ref).status_code == 200
    assert conflict(desk) is None


def test_a_quota_lowered_below_what_terms_promise_contradicts_them_until_it_is_raised(desk: Desk, table: Table):
    ref = table.in_force(promise(50))
    assert conflict(desk) is None
    lowered = order(desk, 40)
    found = conflict(desk)
    assert found is not None
    assert (found["status"], found["parties"], found["region"]) == ("open", [B, A], PALU)
    assert {(one["of"], one["path"]): one["says"] for one in found["clauses"]} == {
        (ref, f"quota.places.{PALU}.a"): "50",
        (A, f"quotas.{PALU}.{YEAR}"): f"40; {BASIS.format(places=40)}",
    }
    assert "50 places are promised there" in found["say"]["en"]
    assert "its quota has 40" in found["say"]["en"]
    assert "Naikkan kuota" in found["how"]["id"]
    assert conflict(desk, as_of=lowered - 1) is None
    raised = order(desk, 50)
    again = conflict(desk)
    assert again is not None
    assert (again["id"], again["status"], again["resolved"]) == (found["id"], "resolved", raised)
    assert conflict(desk, as_of=lowered) == {**found, "cases": None}


def test_what_was_promised_before_the_quota_was_lowered_stands_and_is_not_promised_more_of(desk: Desk, table: Table):
    ref = table.to_sign(promise(50))
    order(desk, 40)
    table.signed(ref)
    table.take(ref, "put_in_force", "head.ministry")
    assert conflict(desk) is not None
    more = {"facts": {"terms": promise(51)}, "reason": REASON}
    assert "terms" in table.refused(ref, "propose_amendment", "head.palu", **more)
    table.amended(ref, {"persons": {"rule": "cumulative"}})
    assert conflict(desk) is not None
    table.amended(ref, promise(40))
    found = conflict(desk)
    assert found is not None
    assert found["status"] == "resolved"
