"""The directory in a real log: read forward, changed by many at once, the same in every process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.directory.register import MOMENT, TODAY, YESTERDAY, appoint, delegate, end, office, person
from tests.registry.store import log_on
from workflow.directory import DirectoryApp
from workflow.domain.appointing import SucceedOffice
from workflow.domain.directory import STREAM, fold
from workflow.domain.events import Recorded
from workflow.domain.refusal import Refused
from workflow.store.log import CommandKey, Log, ReadMoved, Rejected, Write
from workflow.streams import Busy, KeyReused


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with log_on(database_url) as opened:
        yield opened


@pytest.fixture
def directory(log: Log) -> DirectoryApp:
    app = DirectoryApp(log)
    for order in (office(), person("rina"), person("sari")):
        app.handle(order, by="operator")
    return app


def test_an_order_is_an_event_with_who_when_and_a_position(directory: DirectoryApp, log: Log) -> None:
    saved = directory.handle(appoint("rina"), by="kepala", at=MOMENT)
    event = log.read(STREAM)[-1]
    assert (event.position, event.actor, event.at, event.version) == (saved.position, "kepala", MOMENT, 4)


def test_another_process_sees_an_appointment_once_it_asks_for_the_present(directory: DirectoryApp, log: Log) -> None:
    elsewhere = DirectoryApp(log)
    before = elsewhere.cached()
    directory.handle(appoint("rina"), by="operator")
    assert elsewhere.cached() is before
    assert elsewhere.current() == directory.current()
    assert elsewhere.cached().appointments("rina")


def test_every_kind_of_event_comes_back_from_the_log_as_it_went_in(directory: DirectoryApp, log: Log) -> None:
    orders = (
        appoint("rina"),
        delegate("sari", instead_of="rina"),
        end(2, until=TODAY),
        delegate("sari", instead_of="dinas-palu", kind="plt", role="city_head"),
        end(1, until=YESTERDAY),
        office("badan-palu"),
        SucceedOffice(office="dinas-palu", successor="badan-palu", legal_basis="Perwali Uji 3/2026"),
    )
    for order in orders:
        directory.handle(order, by="operator", at=MOMENT)
    stored = log.read(STREAM)
    assert fold(stored) == directory.current() == DirectoryApp(log).current()
    assert [post.office for post in directory.current().appointments("sari")] == ["badan-palu", "badan-palu"]


def test_a_refused_order_leaves_nothing_behind(directory: DirectoryApp, log: Log) -> None:
    head = log.head()
    with pytest.raises(Refused):
        directory.handle(appoint("nobody"), by="operator")
    assert log.head() == head


def test_an_order_that_changes_nothing_writes_nothing(directory: DirectoryApp, log: Log) -> None:
    head = log.head()
    assert not directory.handle(office(), by="operator").changed
    assert log.head() == head


def test_a_key_answers_the_same_again_and_never_for_another_request(directory: DirectoryApp, log: Log) -> None:
    key = CommandKey(actor="operator", key="k", request="r")
    first = directory.handle(appoint("rina"), by="operator", command=key)
    directory.handle(end(1, until=TODAY), by="operator")
    head = log.head()
    again = directory.handle(appoint("rina"), by="operator", command=key)
    assert (again.position, again.repeated, log.head()) == (first.position, True, head)
    other = CommandKey(actor="operator", key="k", request="other")
    with pytest.raises(KeyReused):
        directory.handle(appoint("sari"), by="operator", command=other)


def test_one_post_ordered_by_many_at_once_is_given_once(directory: DirectoryApp, log: Log) -> None:
    def order(day: int) -> str:
        app = DirectoryApp(log)
        while True:
            try:
                app.handle(appoint("rina", since=TODAY.replace(day=day)), by="operator")
            except Refused as refused:
                return refused.refusals[0].code
            except Busy:
                continue
            return "appointed"

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(order, range(1, 9)))
    assert sorted(results) == ["appointed", *["appointment.overlap"] * 7]
    assert len(directory.current().appointments("rina")) == 1


def test_many_appointed_at_once_have_numbers_of_their_own(directory: DirectoryApp, log: Log) -> None:
    names = [f"orang{number}" for number in range(8)]
    for name in names:
        directory.handle(person(name), by="operator")

    def order(name: str) -> None:
        app = DirectoryApp(log)
        while True:
            try:
                app.handle(appoint(name), by="operator")
            except Busy:
                continue
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(order, names))
    held = directory.current().holders("city_officer")
    assert [post.number for post in held] == list(range(1, 9))
    assert {post.person for post in held} == set(names)


def test_a_decision_that_read_the_directory_is_rejected_once_it_moved(directory: DirectoryApp, log: Log) -> None:
    read = directory.current()
    directory.handle(appoint("rina"), by="operator")
    body = log.read(STREAM)[0].body
    event = Recorded(stream="case/TKM-7271-2026-000001", version=1, at=MOMENT, actor="rina", body=body)
    with pytest.raises(Rejected) as rejected:
        log.append(Write(events=(event,), reads=((directory.stream, read.version),)))
    assert rejected.value.reasons == (ReadMoved(stream=STREAM, version=read.version + 1),)
