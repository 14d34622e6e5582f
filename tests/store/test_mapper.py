"""What stands in a row of the log, what cannot, and how older rows are read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import MappingProxyType

import msgspec
import psycopg
import pytest
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from tests.store.building import AT, event, opened, opening, save, take
from workflow.domain.events import ChecklistAnswered, Kind
from workflow.store.kinds import KINDS, by_tag
from workflow.store.log import ClaimWrite, CommandKey, CounterWrite, Log, Unstorable, Write
from workflow.store.mapper import EventMapper, UnknownKind
from workflow.store.upcasters import UPCASTERS, Body, NoWayUp

mapper = EventMapper(transcoder=JSONTranscoder())


def test_a_topic_is_a_tag_and_a_version_and_the_state_reads_as_json() -> None:
    stored = mapper.to_stored_event(event("case/A", 3))
    assert (stored.originator_id, stored.originator_version, stored.topic) == ("case/A", 3, "ChecklistAnswered/1")
    assert stored.state == (
        b'{"at":"2026-03-02T09:30:15.123456Z","actor":"officer.palu",'
        b'"body":{"kind":"ChecklistAnswered","checklist":"visit","answers":{"question_3":true}}}'
    )
    assert mapper.to_domain_event(stored) == event("case/A", 3)


def test_the_view_shows_the_log_to_a_person_with_psql(log: Log, database_url: str) -> None:
    log.append(save(event("case/A", 1, opening("A", {"name": "Nelayan \\u0000 “Sinar”"}))))
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT position, stream, version, kind, schema, at, actor, body FROM events"
        ).fetchone()
    assert row is not None
    assert row[:7] == (1, "case/A", 1, "CaseOpened", 1, AT, "officer.palu")
    assert row[7]["facts"] == {"name": "Nelayan \\u0000 “Sinar”"}
    assert "kind" not in row[7]


HALF = "\ud83d"
UNSTORABLE = {
    "half a surrogate pair in a fact": save(event("case/X", 1, opening("X", {"name": HALF}))),
    "half a surrogate pair in a fact's name": save(event("case/X", 1, opening("X", {HALF: 1}))),
    "a NUL in a fact": save(event("case/X", 1, opening("X", {"name": "a\x00b"}))),
    "a NUL after a backslash": save(event("case/X", 1, opening("X", {"name": "a\\\x00b"}))),
    "a NUL in the actor": save(event("case/X", 1, actor="a\x00b")),
    "a NUL in the stream": save(event("case/\x00", 1)),
    "half a surrogate pair in the stream": save(event(f"case/{HALF}", 1)),
    "a NUL in the key": save(event("case/X", 1), command=CommandKey("a", "\x00", "r")),
    "a separator in the key's actor": save(event("case/X", 1), command=CommandKey("a\x1fb", "k", "r")),
    "a key without end": save(event("case/X", 1), command=CommandKey("a", "k" * 3000, "r")),
    "a NUL in a claim": save(event("case/X", 1), claims=(take("\x00", "X"),)),
    "half a surrogate pair in a holder": save(event("case/X", 1), claims=(ClaimWrite("k", HALF, True),)),
    "a counter beyond any number": save(event("case/X", 1), counters=(CounterWrite("k", 2**70, None),)),
    "a value that is no JSON": save(event("case/X", 1, opening("X", {"n": object()}))),
    "a moment without a zone": save(event("case/X", 1, at=datetime(2026, 1, 1))),
    "a version left out": save(event("case/X", 1), event("case/X", 3)),
    "no event at all": Write(events=()),
}


@pytest.mark.parametrize("bad", UNSTORABLE)
def test_what_cannot_be_stored_fails_alone(log: Log, bad: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(log.append, save(event(f"case/{n}", 1))) for n in range(20)]
        wrong = [pool.submit(log.append, UNSTORABLE[bad]) for _ in range(4)]
        good += [pool.submit(log.append, save(event(f"case/{n}", 1))) for n in range(20, 40)]
    assert sorted(future.result() for future in good) == list(range(1, 41))
    for future in wrong:
        with pytest.raises(Unstorable):
            future.result()
    assert log.head() == 40


def test_an_import_with_something_unstorable_stores_nothing(log: Log) -> None:
    with pytest.raises(Unstorable):
        log.append_many([save(event("case/A", 1)), UNSTORABLE["a NUL in a fact"]])
    assert log.head() == 0


# --- older forms ----------------------------------------------------------------------------------------------


class ChecklistAnswered3(Kind, frozen=True, kw_only=True, tag="ChecklistAnswered"):
    """As it may look one day: answers are words, and who visited is named."""

    schema = 3
    list: str
    answers: dict[str, str]
    visitors: int


def _words(body: Body) -> Body:
    return {**body, "answers": {key: "yes" if value else "no" for key, value in body["answers"].items()}}


def _visitors(body: Body) -> Body:
    renamed = {("list" if key == "checklist" else key): value for key, value in body.items()}
    return {**renamed, "visitors": 1}


class LaterMapper(EventMapper):
    kinds = MappingProxyType({**KINDS, "ChecklistAnswered": ChecklistAnswered3})
    upcasters = MappingProxyType({("ChecklistAnswered", 1): _words, ("ChecklistAnswered", 2): _visitors})


def test_an_event_stored_in_an_older_form_is_read_in_the_present_one() -> None:
    old = mapper.to_stored_event(
        event("case/A", 1, ChecklistAnswered(checklist="visit", answers={"q": True, "r": False}))
    )
    second = StoredEvent(
        "case/A", 2, "ChecklistAnswered/2", old.state.replace(b"true", b'"yes"').replace(b"false", b'"no"')
    )
    later = LaterMapper(transcoder=JSONTranscoder())
    present = ChecklistAnswered3(list="visit", answers={"q": "yes", "r": "no"}, visitors=1)
    assert later.to_domain_event(old) == event("case/A", 1, present)
    assert later.to_domain_event(second) == event("case/A", 2, present)
    new = later.to_stored_event(event("case/A", 3, present))
    assert new.topic == "ChecklistAnswered/3"
    assert later.to_domain_event(new) == event("case/A", 3, present)


def test_the_log_itself_is_never_rewritten_by_reading(log: Log, database_url: str) -> None:
    log.append(save(event("case/A", 1)))
    with psycopg.connect(database_url) as connection:
        before = connection.execute("SELECT topic, state FROM stored_events").fetchall()
        log.read("case/A")
        assert connection.execute("SELECT topic, state FROM stored_events").fetchall() == before


def test_a_missing_step_and_a_newer_form_say_so() -> None:
    class Gap(LaterMapper):
        upcasters = MappingProxyType({("ChecklistAnswered", 1): _words})

    old = mapper.to_stored_event(event("case/A", 1))
    with pytest.raises(NoWayUp, match="no step leads from it to ChecklistAnswered/3"):
        Gap(transcoder=JSONTranscoder()).to_domain_event(old)
    with pytest.raises(NoWayUp, match="newer program"):
        mapper.to_domain_event(StoredEvent("case/A", 1, "ChecklistAnswered/2", old.state))
    with pytest.raises(UnknownKind, match="Teleported/1"):
        mapper.to_domain_event(StoredEvent("case/A", 1, "Teleported/1", old.state))


def test_every_kind_is_known_by_one_tag_and_every_step_leads_somewhere() -> None:
    assert "CaseOpened" in KINDS
    assert "AppointmentMade" in KINDS
    assert "QuotaSet" in KINDS
    with pytest.raises(ValueError, match="two kinds"):
        by_tag((ChecklistAnswered, ChecklistAnswered3))
    for tag, version in UPCASTERS:
        assert version < KINDS[tag].schema


def test_a_damaged_row_is_an_error_and_no_empty_event() -> None:
    with pytest.raises(msgspec.DecodeError):
        mapper.to_domain_event(StoredEvent("case/A", 1, "ChecklistAnswered/1", b'{"at":"2026-03-02T09:30:15Z"}'))


def test_two_logs_of_one_database_are_the_same_log(database_url: str) -> None:
    with opened(database_url) as one, opened(database_url) as other:
        assert one.append(save(event("case/A", 1))) == 1
        assert other.append(save(event("case/A", 2))) == 2
        assert one.read("case/A") == other.read("case/A")
