"""A breach of terms on data, accepted over HTTP: for the releases that were kept too long then, and for no other."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from selaras.demo import people
from tests.alignments.paper import CITY, data
from tests.alignments.table import Table
from tests.harmonisation.desk import Desk
from workflow.asks import DeletionAsk
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.releasing import Releasing

SYSTEM_OF_CITY = "system.palu"
BREACH = f"breach data.CityRecommended.{CITY}"


@pytest.fixture
def desk(table: Table) -> Desk:
    """Findings beside terms by which the city may keep a recommended group's data for two months."""
    directory = table.engine.directory
    directory.handle(RegisterPerson(person=SYSTEM_OF_CITY), by="seed")
    post = Appoint(
        person=SYSTEM_OF_CITY, role="integrator", office=people.PALU, since=date(2024, 1, 1), legal_basis=people.BASIS
    )
    directory.handle(post, by="seed")
    table.in_force(data())
    return Desk(table.engine)


def kept_too_long(table: Table) -> str:
    """A group whose data the city got seventy days ago and has still."""
    group = table.recommended()
    happened = table.engine.casework.history(group)[-1]
    (order,) = Releasing().react(table.engine, happened)
    key = f"{Releasing.name}/{happened.position}/{group}"
    table.ask(group, order.ask, "system", key=key, at=datetime.now(UTC) - timedelta(days=70))
    return group


def delete(table: Table, group: str) -> None:
    (release,) = table.case(group).releases
    table.ask(group, DeletionAsk(release=release.position), SYSTEM_OF_CITY)


def shown(desk: Desk, **query: Any) -> tuple[str, int]:
    found = desk.findings(**query)[BREACH]
    return found["status"], found["figure"]


def test_a_further_release_kept_too_long_opens_an_accepted_breach_again(table: Table, desk: Desk) -> None:
    kept_too_long(table)
    id = desk.findings()[BREACH]["id"]
    assert desk.accept(id).json["status"] == "accepted"
    accepted = table.engine.log.head()
    further = kept_too_long(table)
    assert shown(desk) == ("open", 2)
    assert desk.findings()[BREACH]["id"] == id
    assert shown(desk, as_of=accepted) == ("accepted", 1)
    delete(table, further)
    assert shown(desk) == ("accepted", 1), "what is left is what was accepted"


def test_accepted_anew_it_covers_the_further_release_too(table: Table, desk: Desk) -> None:
    first = kept_too_long(table)
    id = desk.findings()[BREACH]["id"]
    assert desk.accept(id).status_code == 200
    kept_too_long(table)
    head = table.engine.log.head()
    assert desk.accept(id).json["status"] == "accepted"
    assert table.engine.log.head() == head + 1, "the same reason, for more than before, is said again"
    assert desk.accept(id).status_code == 200
    assert table.engine.log.head() == head + 1
    delete(table, first)
    assert shown(desk) == ("accepted", 1)
