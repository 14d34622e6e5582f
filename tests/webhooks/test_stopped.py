"""A subscription that is stopped is told to whom it concerns: who runs the system, and the agency's administrators."""

from datetime import date

import pytest

from selaras.demo import people
from tests.registry.definitions import definition
from tests.webhooks.conftest import WHO, City
from tests.webhooks.receiver import Receiver, status
from workflow.domain.appointing import Appoint, EndAppointment, OpenOffice, RegisterPerson
from workflow.notices import Message
from workflow.projections.notices import Notices, Row
from workflow.projections.rebuilding import rebuild


@pytest.fixture(name="city")
def city_with_a_programme(city: City) -> City:
    city.engine.registry.publish(definition(id="tkm-kelompok"), "v1.yaml", {}, by="seed")
    found = city.engine.registry.current("tkm-kelompok")
    assert found is not None
    assert found.current_hash is not None
    city.definition = found.current_hash
    return city


def serves(city: City, person: str, office: str = people.PALU) -> None:
    """Register somebody and make them an administrator there."""
    city.engine.directory.handle(RegisterPerson(person=person, language="id"), by="seed")
    post = Appoint(person=person, role="admin", office=office, since=date(2024, 1, 1), legal_basis=people.BASIS)
    city.engine.directory.handle(post, by="seed")


def elsewhere(city: City) -> str:
    """The office of another agency."""
    office: OpenOffice = next(one for one in people.OFFICES if one.office == people.MINISTRY)
    city.engine.directory.handle(office, by="seed")
    return office.office


def told(city: City, person: str) -> list[Row]:
    city.models.runner.catch_up(Notices.name)
    return [one.row for one in city.engine.notices.page(person, None, 50).items]


def said(city: City, row: Row, language: str) -> Message:
    return city.engine.notices.message(row, language)


def stopped(city: City, receiver: Receiver) -> str:
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(410)]
    city.happens()
    city.push()
    assert city.read(hook.id).status == "stopped"
    return hook.id


def test_its_owner_and_the_agency_s_administrators_are_told_once(city: City, receiver: Receiver):
    serves(city, "it.palu")
    serves(city, "admin", elsewhere(city))
    hook = stopped(city, receiver)
    city.push()
    for person, role in ((WHO, "integrator"), ("it.palu", "admin")):
        (row,) = told(city, person)
        assert (row.event, row.ref, row.role) == ("WebhookStopped", hook, role)
    assert told(city, "admin") == []


def test_where_the_agency_has_no_administrator_those_that_there_are_are_told(city: City, receiver: Receiver):
    serves(city, "admin", elsewhere(city))
    stopped(city, receiver)
    assert len(told(city, "admin")) == 1


def test_it_says_in_their_language_why_and_how_to_go_on(city: City, receiver: Receiver):
    hook = stopped(city, receiver)
    (row,) = told(city, WHO)
    english, indonesian = said(city, row, "en"), said(city, row, "id")
    assert english.title == f"Webhook {hook} is stopped"
    assert "410: the receiver wants no more" in english.text
    assert english.text.endswith(f"/api/v1/webhooks/{hook}/resume")
    assert indonesian.title == f"Webhook {hook} dihentikan"
    assert "410: penerima tidak mau lagi" in indonesian.text
    assert city.engine.notices.headline(row, "id") == indonesian.title
    for text in (english.text, indonesian.text):
        assert receiver.url not in text


def test_whose_appointment_ended_is_told_as_well(city: City, receiver: Receiver):
    city.subscribe(receiver.url)
    (post,) = city.engine.directory.current().appointments(WHO)
    yesterday = EndAppointment(number=post.number, until=date(2024, 6, 1), reason="Sistem diganti (contoh)")
    city.engine.directory.handle(yesterday, by="seed")
    city.happens()
    city.push()
    assert [row.event for row in told(city, WHO)] == ["WebhookStopped"]


def test_one_that_went_on_and_stops_again_is_told_again(city: City, receiver: Receiver):
    hook = stopped(city, receiver)
    receiver.answers = [status(410)]
    assert city.subscriptions.go_on(WHO, hook)
    city.push()
    assert len(told(city, WHO)) == 2


def test_who_dies_between_telling_and_stopping_has_nobody_told_twice(city: City, receiver: Receiver):
    hook = stopped(city, receiver)
    as_before = "UPDATE webhooks SET status = 'active', why = NULL, stops = stops - 1 WHERE id = %s"
    with city.engine.pool.connection() as connection:
        connection.execute(as_before, [hook])
    receiver.answers = [status(410)]
    city.push()
    assert city.read(hook).status == "stopped"
    assert len(told(city, WHO)) == 1


def test_who_has_lost_its_claim_stops_nothing(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [lambda request: (city.subscriptions.go_on(WHO, hook.id), status(410)(request))[1]]
    city.happens()
    city.pusher.push(30)
    assert city.read(hook.id).status == "active"
    assert told(city, WHO) == []


def test_a_rebuild_makes_the_same_notices(city: City, receiver: Receiver):
    serves(city, "it.palu")
    stopped(city, receiver)
    before = [told(city, person) for person in (WHO, "it.palu")]
    rebuild(city.models.runner, Notices.name)
    assert [told(city, person) for person in (WHO, "it.palu")] == before
