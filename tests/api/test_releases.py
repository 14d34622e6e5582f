"""Released data over HTTP: a system reads them in its feed, and says that it deleted them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from selaras.demo import people
from tests.alignments.paper import publish
from tests.alignments.table import Table
from tests.api.asking import Api, assert_problem, key
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.engine import Engine

OURS, OTHERS = "reading.palu", "reading.sigi"


@pytest.fixture(scope="module")
def group(engine: Engine) -> Iterator[str]:
    """A group of Palu whose data were released to the city."""
    publish(engine)
    for person, office in ((OURS, people.PALU), (OTHERS, people.SIGI)):
        engine.directory.handle(RegisterPerson(person=person, language="en"), by="seed")
        post = Appoint(
            person=person, role="integrator", office=office, since=date(2024, 1, 1), legal_basis=people.BASIS
        )
        engine.directory.handle(post, by="seed")
    with Table(engine).released() as ref:
        yield ref


def released(api: Api, who: str, ref: str) -> dict[str, Any]:
    (release,) = api.engine.casework.case(ref)[0].releases
    api.get(f"/cases?at_least={release.position}&limit=1", "auditor")
    page = api.get("/feed", who, params={"after": release.position - 1, "wait": 5, "limit": 1}).json()
    (item,) = (one for one in page["items"] if one["id"] == str(release.position))
    return dict(item["data"])


def test_a_system_reads_what_was_released_to_its_agency(api: Api, group: str, log: Path) -> None:
    facts = released(api, OURS, group)["released"]["facts"]
    assert facts.keys() == {"group", "plan", "members"}
    assert "facts" not in released(api, "integrator", group)["released"]
    for member in facts["members"]:
        assert member["name"] not in log.read_text()


def test_the_history_of_the_case_says_what_was_released_to_whom(api: Api, group: str) -> None:
    items = api.get(f"/cases/{group}/history", "head.palu").json()["items"]
    (item,) = (one for one in items if one["kind"] == "DataReleased")
    assert item["released"]["recipient"] == "pemerintah-kota-palu"
    assert (
        item["stands_on"]
        == item["cause"]
        == next(one for one in items if one["event"] == "CityRecommended")["position"]
    )


def test_a_system_says_that_it_deleted_what_it_got(api: Api, group: str) -> None:
    (release,) = api.engine.casework.case(group)[0].releases
    path = f"/releases/{release.position}/deletion"
    for who in (OTHERS, "integrator", "head.palu", "auditor", "leader.palu"):
        assert_problem(api.ask("POST", path, who), 404)
    for wrong in (release.position - 1, 0, 10**17, "x", "9" * 40):
        assert_problem(api.ask("POST", f"/releases/{wrong}/deletion", OURS), 404)
    once = key()
    first = api.ask("POST", path, OURS, headers=once)
    assert first.status_code == 200, first.text
    assert (first.json()["ref"], first.json()["release"]) == (group, release.position)
    assert api.ask("POST", path, OURS, headers=once).json() == first.json()
    again = api.ask("POST", path, OURS, headers=key()).json()
    assert again["deleted"] == first.json()["deleted"]
    assert_problem(api.ask("POST", "/releases/1/deletion", OURS, headers=once), 404)
    assert released(api, OURS, group)["released"]["withheld"] == "deleted"
    kinds = [one["kind"] for one in api.get(f"/cases/{group}/history", "head.palu").json()["items"]]
    assert kinds.count("DeletionConfirmed") == 1
