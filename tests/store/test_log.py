"""Appending and reading: positions, versions, keys, reads, claims, counters and series as one caller sees them."""

from datetime import timedelta, timezone

import pytest

from tests.store.building import AT, event, leave, opening, place, release, save, take, ticked
from workflow.domain.events import CaseOpened, Imported, Recorded
from workflow.store.log import (
    ClaimHeld,
    CommandKey,
    CounterFull,
    CounterWrite,
    KeyUsed,
    Log,
    ReadMoved,
    Reason,
    Rejected,
    VersionMoved,
    Write,
)
from workflow.store.turns import turn

A, B, C = "case/A", "case/B", "case/C"


def refused(log: Log, write: Write) -> tuple[Reason, ...]:
    head = log.head()
    with pytest.raises(Rejected) as rejected:
        log.append(write)
    assert log.head() == head
    return rejected.value.reasons


def test_positions_run_through_all_streams_from_one(log: Log) -> None:
    assert log.head() == 0
    assert log.append(save(event(A, 1), event(A, 2))) == 2
    assert log.append(save(event(B, 1))) == 3
    assert log.append(save(event(A, 3), event(B, 2), event(C, 1))) == 6
    assert log.head() == 6
    assert [(e.stream, e.version, e.position) for e in log.select(0, 10)] == [
        (A, 1, 1), (A, 2, 2), (B, 1, 3), (A, 3, 4), (B, 2, 5), (C, 1, 6),
    ]  # fmt: skip
    assert [e.position for e in log.select(2, 3)] == [3, 4, 5]
    assert [e.position for e in log.read(A)] == [1, 2, 4]
    assert [e.version for e in log.read(A, after=1)] == [2, 3]
    assert log.read("case/none") == []


def test_an_event_comes_back_as_it_was_stored(log: Log) -> None:
    full = Recorded(
        stream="case/TKM-7271-2026-000001",
        version=1,
        at=AT.astimezone(timezone(timedelta(hours=8))),
        actor="officer.palu",
        office="dinas.palu",
        on_behalf_of="head.palu",
        command="k-1",
        cause=7,
        definition="ab" * 32,
        imported=Imported(source="elsewhere", row=2, file="cd" * 32),
        body=opening("TKM-7271-2026-000001", {"name": "Usaha “Sinar” 🐟", "n": 2**53, "list": [{"x": None}], "r": 0.1}),
    )
    log.append(Write(events=(full,)))
    (found,) = log.select(0, 1)
    assert found == Recorded(**{**{f: getattr(full, f) for f in full.__struct_fields__}, "position": 1})
    assert found.at.utcoffset() == timedelta(0)
    assert isinstance(found.body, CaseOpened)


def test_a_version_that_another_wrote_is_refused_with_the_present_one(log: Log) -> None:
    log.append(save(event(A, 1), event(A, 2)))
    assert refused(log, save(event(A, 2))) == (VersionMoved(A, 2),)
    assert refused(log, save(event(A, 4))) == (VersionMoved(A, 2),)
    assert refused(log, save(event(B, 2))) == (VersionMoved(B, 0),)


def test_a_read_that_moved_is_refused(log: Log) -> None:
    log.append(save(event("directory", 1), event("directory", 2)))
    assert log.append(save(event(A, 1), reads=(("directory", 2), ("programme/x", 0)))) == 3
    log.append(save(event("directory", 3), event("programme/x", 1)))
    assert refused(log, save(event(A, 2), reads=(("directory", 2), ("programme/x", 0)))) == (
        ReadMoved("directory", 3),
        ReadMoved("programme/x", 1),
    )


def test_all_reasons_come_at_once_and_nothing_is_left_behind(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A),), counters=(place("quota", 1),)))
    log.append(save(event("directory", 1)))
    write = save(
        event(A, 1),
        command=CommandKey("officer", "k", "r"),
        reads=(("directory", 0),),
        claims=(take("nik/2", B), take("nik/1", B)),
        counters=(place("quota", 1), place("free", 5)),
    )
    assert refused(log, write) == (
        VersionMoved(A, 1),
        ReadMoved("directory", 1),
        ClaimHeld("nik/1", A),
        CounterFull("quota", 1, 1),
    )
    assert log.holders(["nik/1", "nik/2"]) == {"nik/1": A}
    assert (log.used("quota"), log.used("free")) == (1, 0)
    assert log.command("officer", "k") is None


def test_a_key_used_before_stands_alone_and_names_what_it_led_to(log: Log) -> None:
    key = CommandKey("leader.palu", "k-1", "hash-1")
    log.append(save(event(A, 1), event(A, 2), command=key))
    assert refused(log, save(event(A, 1), command=key)) == (KeyUsed(2, "hash-1"),)
    assert refused(log, save(event(B, 1), command=CommandKey("leader.palu", "k-1", "hash-2"))) == (
        KeyUsed(2, "hash-1"),
    )
    assert log.command("leader.palu", "k-1") == KeyUsed(2, "hash-1")
    assert log.command("leader.sigi", "k-1") is None
    assert log.append(save(event(B, 1), command=CommandKey("leader.sigi", "k-1", "hash-1"))) == 3


def test_a_claim_is_held_by_one_until_it_is_released(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A), take("nik/2", A))))
    assert refused(log, save(event(B, 1), claims=(take("nik/1", B),))) == (ClaimHeld("nik/1", A),)
    log.append(save(event(A, 2), claims=(take("nik/1", A), release("nik/2", A), release("nik/3", A))))
    log.append(save(event(B, 1), claims=(release("nik/1", B), take("nik/2", B))))
    assert log.holders(["nik/1", "nik/2", "nik/3"]) == {"nik/1": A, "nik/2": B}
    assert log.holders([]) == {}


def test_one_save_hands_a_claim_from_one_case_to_another(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A),)))
    log.append(save(event(A, 2), event(B, 1), claims=(take("nik/1", B), release("nik/1", A))))
    assert log.holders(["nik/1"]) == {"nik/1": B}


def test_a_counter_stops_at_its_limit_and_frees_its_place(log: Log) -> None:
    log.append(save(event(A, 1), counters=(place("quota", 2),)))
    log.append(save(event(B, 1), counters=(place("quota", 2),)))
    assert refused(log, save(event(C, 1), counters=(place("quota", 2),))) == (CounterFull("quota", 2, 2),)
    log.append(save(event(A, 2), counters=(leave("quota"),)))
    log.append(save(event(C, 1), counters=(place("quota", 2), place("open", None))))
    assert (log.used("quota"), log.used("open"), log.used("never")) == (2, 1, 0)


def test_a_lowered_limit_evicts_nobody(log: Log) -> None:
    log.append(save(event(A, 1), event(B, 1), counters=(CounterWrite("quota", 2, 5),)))
    assert refused(log, save(event(C, 1), counters=(place("quota", 1),))) == (CounterFull("quota", 2, 1),)
    log.append(save(event(A, 2), counters=(leave("quota"), place("quota", 1))))
    assert log.used("quota") == 2


def test_a_counter_that_is_only_looked_at_refuses_and_moves_nothing(log: Log) -> None:
    log.append(save(event(A, 1), counters=(place("q", 9),)))
    look = CounterWrite("q", 0, 0)
    assert refused(log, save(event(B, 1), counters=(look,))) == (CounterFull("q", 1, 0),)
    # Also beside counters that move twice in one save.
    both = (look, place("r", 9), leave("r"))
    assert refused(log, save(event(B, 1), counters=both)) == (CounterFull("q", 1, 0),)
    log.append(save(event(A, 2), counters=(leave("q"),)))
    log.append(save(event(B, 1), counters=both))
    assert (log.used("q"), log.used("r")) == (0, 0)


def test_who_waits_is_told_in_the_order_of_positions(log: Log) -> None:
    for number, ref in enumerate(("C", "A", "B"), start=1):
        log.append(save(event(f"case/{ref}", 1), claims=(take(turn("quota/1", ref), ref),)))
        log.append(save(event(f"case/{ref}", 2), claims=(take(turn(f"quota/1{number}", ref), ref),)))
    assert log.waiting("quota/1") == ("C", "A", "B")
    log.append(save(event("case/A", 3), claims=(release(turn("quota/1", "A"), "A"),)))
    assert log.waiting("quota/1") == ("C", "B")
    assert log.waiting("quota/") == ()


def test_a_series_counts_from_one_and_each_has_its_own(log: Log) -> None:
    assert [log.next_number("TKM-7271-2026") for _ in range(3)] == [1, 2, 3]
    assert log.next_number("TKM-7210-2026") == 1


def test_many_saves_go_in_order_and_each_is_judged_alone(log: Log) -> None:
    key = CommandKey("import", "row-1", "h")
    writes = [
        save(event(A, 1), event(A, 2), command=key, claims=(take("nik/1", A),)),
        save(event(A, 3)),
        save(event(B, 1), command=key),
        save(event(B, 1), claims=(take("nik/1", B),)),
        save(event(B, 1), counters=(place("quota", 1),)),
        save(event(C, 1), counters=(place("quota", 1),)),
        save(event(C, 1), reads=((A, 2),)),
        save(event(C, 1), reads=((A, 3),)),
    ]
    outcomes = log.append_many(writes)
    assert [o if isinstance(o, int) else o.reasons for o in outcomes] == [
        2,
        3,
        (KeyUsed(2, "h"),),
        (ClaimHeld("nik/1", A),),
        4,
        (CounterFull("quota", 1, 1),),
        (ReadMoved(A, 3),),
        5,
    ]
    assert [e.position for e in log.select(0, 100)] == [1, 2, 3, 4, 5]
    assert log.append_many([]) == []


def test_a_thousand_saves_that_nothing_refuses_are_stored_in_order(log: Log) -> None:
    outcomes = log.append_many([save(event(f"case/{n}", 1, ticked(n)), event(f"case/{n}", 2)) for n in range(1000)])
    assert outcomes == list(range(2, 2001, 2))
    assert [e.stream for e in log.select(0, 3)] == ["case/0", "case/0", "case/1"]
