"""Places are transferred under terms: by whom, how many, until when; and never more than are free."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.places.agreeing import ALIGNMENT, CITY, MINISTRY, REASON, put, quotas, request
from tests.reactions.desk import Desk
from workflow.domain.refusal import Refused
from workflow.domain.registry import PlacesTransferred
from workflow.domain.transfers import Side, Transfer
from workflow.engine import Engine
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting
from workflow.settings import Settings
from workflow.store.log import CommandKey
from workflow.streams import KeyReused

OFFICER, COORD = "officer.palu", "coord.sulteng"
ROOT = Path(__file__).parents[2]


def asked(engine: Engine, places: int = 1, by: str = OFFICER, **over: Any) -> Transfer:
    return engine.transfers.ask(request(places, **over), by=by).transfer


def approved(engine: Engine, ref: str, by: str = COORD, **rest: Any) -> Transfer:
    return engine.transfers.approve(ref, None, by=by, **rest).transfer


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    assert all(r.id and r.en and r.how.id and r.how.en for r in refused.value.refusals)
    return {r.code for r in refused.value.refusals}


def refused_asking(engine: Engine, places: int = 1, by: str = OFFICER, **over: Any) -> set[str]:
    with pytest.raises(Refused) as refused:
        asked(engine, places, by, **over)
    return codes(refused)


def refused_approving(engine: Engine, ref: str, by: str = COORD) -> set[str]:
    with pytest.raises(Refused) as refused:
        approved(engine, ref, by)
    return codes(refused)


def followed(engine: Engine) -> None:
    runner = Runner(engine.pool, engine.log, reacting(engine), first_pause=0)
    runner.prepare()
    for name in runner.names:
        runner.catch_up(name)


def test_places_move_when_the_request_is_approved(engine: Engine):
    transfer = asked(engine, 2)
    assert (transfer.status, quotas(engine)) == ("asked", {"72.71": 0, "72.10": 3})
    done = approved(engine, transfer.transfer)
    assert (done.status, done.decided_by, quotas(engine)) == ("approved", COORD, {"72.71": 2, "72.10": 1})
    moves = [e.body for e in engine.log.read(f"programme/{MINISTRY}") if isinstance(e.body, PlacesTransferred)]
    assert [(m.direction, m.region, m.places, m.alignment) for m in moves] == [
        ("out", "72.10", 2, ALIGNMENT),
        ("in", "72.71", 2, ALIGNMENT),
    ]


def test_between_two_programmes_both_streams_change_in_one_save(engine: Engine):
    to_ministry = request(
        2, giving=Side(programme=CITY, region="72.71"), receiving=Side(programme=MINISTRY, region="72.71")
    )
    transfer = engine.transfers.ask(to_ministry, by=OFFICER).transfer
    approved(engine, transfer.transfer)
    assert quotas(engine, CITY)["72.71"] == 0
    assert quotas(engine)["72.71"] == 2
    out, into, own = engine.log.select(engine.log.head() - 3, 3)
    assert [e.stream for e in (out, into, own)] == [f"programme/{CITY}", f"programme/{MINISTRY}", "transfers"]
    assert out.at == into.at == own.at


def test_a_transferred_place_goes_to_who_waits(engine: Engine):
    desk = Desk(engine)
    waits = desk.submitted()
    assert desk.case(waits).state == "waiting"
    approved(engine, asked(engine).transfer)
    followed(engine)
    assert desk.case(waits).state == "city_review"


def test_only_an_office_of_either_side_may_ask(engine: Engine):
    assert asked(engine, by="officer.sigi").asked_office is not None
    assert refused_asking(engine, by="coord.gorontalo") == {"region"}
    assert refused_asking(engine, by="leader.palu") == {"region"}
    assert refused_asking(engine, by="auditor") == {"region"}


def test_only_the_role_that_the_terms_name_over_both_regions_decides_and_never_who_asked(engine: Engine):
    ref = asked(engine).transfer
    assert refused_approving(engine, ref, "head.palu") == {"role"}
    assert refused_approving(engine, ref, "coord.gorontalo") == {"region"}
    own = asked(engine, by=COORD).transfer
    assert refused_approving(engine, own) == {"separation.ask.approve"}
    with pytest.raises(Refused) as refused:
        engine.transfers.refuse(ref, REASON, by="head.palu")
    assert codes(refused) == {"role"}


def test_what_was_decided_is_decided(engine: Engine):
    ref = asked(engine).transfer
    assert engine.transfers.refuse(ref, "Sigi membutuhkannya sendiri", by=COORD).transfer.reason
    assert refused_approving(engine, ref) == {"state"}
    assert quotas(engine)["72.71"] == 0
    with pytest.raises(Refused) as refused:
        engine.transfers.refuse(asked(engine).transfer, " ", by=COORD)
    assert codes(refused) == {"reason.missing"}


def test_more_than_is_free_there(engine: Engine):
    desk = Desk(engine)
    desk.submitted(region="72.10.01")
    assert refused_asking(engine, 3) == {"claim.places"}
    ref = asked(engine, 2).transfer
    desk.submitted(region="72.10.01")
    assert refused_approving(engine, ref) == {"claim.places"}


def test_places_that_others_wait_for_there_are_not_free(engine: Engine):
    desk = Desk(engine)
    held = [desk.submitted(region="72.10.01") for _ in range(3)]
    desk.submitted(region="72.10.01")
    desk.act(held[0], "withdraw")
    assert refused_asking(engine, 1) == {"claim.places"}


def test_beyond_the_cap_of_all_transfers_under_the_terms(engine: Engine):
    put(engine, cap=2)
    assert refused_asking(engine, 3) == {"transfer.cap"}
    one, other = asked(engine, 2).transfer, asked(engine, 1).transfer
    approved(engine, one)
    assert refused_approving(engine, other) == {"transfer.cap"}


def test_after_the_last_day(engine: Engine):
    ref = asked(engine).transfer
    put(engine, late=True)
    assert refused_asking(engine) == refused_approving(engine, ref) == {"transfer.until"}


def test_under_a_suspended_or_ended_alignment(engine: Engine):
    ref = asked(engine).transfer
    put(engine, "suspended")
    assert refused_asking(engine) == refused_approving(engine, ref) == {"alignment.suspended"}
    put(engine, "ended")
    assert refused_asking(engine) == refused_approving(engine, ref) == {"alignment.standing"}
    assert engine.transfers.refuse(ref, "Penyelarasan berakhir", by=COORD).transfer.status == "refused"


def test_what_the_terms_do_not_reach(engine: Engine):
    poso = Side(programme=MINISTRY, region="72.02")
    assert refused_asking(engine, by=COORD, receiving=poso) == {"transfer.region"}
    assert refused_asking(engine, giving=Side(programme="lain", region="72.10")) == {"transfer.party"}
    assert refused_asking(engine, by=COORD, receiving=request().giving) == {"transfer.same"}
    assert refused_asking(engine, year=1999) == {"transfer.year"}
    assert refused_asking(engine, 0) == {"transfer.places"}
    assert refused_asking(engine, alignment="TIDAK-ADA") == {"alignment.standing"}
    district = replace(request().giving, region="72.10.01")
    assert refused_asking(engine, giving=district) == {"transfer.counter"}


def test_a_place_freed_after_the_end_goes_to_who_waits_before_it_returns(engine: Engine):
    desk = Desk(engine)
    approved(engine, asked(engine, 1).transfer)
    leaves, waits = desk.submitted(), desk.submitted()
    put(engine, "ended")
    followed(engine)
    desk.act(leaves, "withdraw")
    followed(engine)
    assert desk.case(waits).state == "city_review"
    assert quotas(engine) == {"72.71": 1, "72.10": 2}
    desk.act(waits, "withdraw")
    followed(engine)
    assert quotas(engine) == {"72.71": 0, "72.10": 3}


def test_unused_places_return_when_the_alignment_ends_and_used_ones_once_they_are_free(engine: Engine):
    desk = Desk(engine)
    ref = approved(engine, asked(engine, 3).transfer).transfer
    stays = desk.submitted()
    put(engine, "suspended")
    followed(engine)
    assert quotas(engine) == {"72.71": 3, "72.10": 0}
    put(engine, "ended")
    followed(engine)
    assert quotas(engine) == {"72.71": 1, "72.10": 2}
    assert engine.transfers.current().known[ref].returned == 2
    assert desk.case(stays).state == "city_review"
    desk.act(stays, "withdraw")
    followed(engine)
    assert quotas(engine) == {"72.71": 0, "72.10": 3}
    with engine.pool.connection() as connection:
        connection.execute("UPDATE projections SET position = 0 WHERE name = 'restitution'")
    head = engine.log.head()
    followed(engine)
    assert engine.log.head() == head


def test_the_same_key_answers_the_same_again_and_not_for_another_request(engine: Engine):
    key = CommandKey(OFFICER, "k", "r")
    first = engine.transfers.ask(request(), by=OFFICER, command=key)
    again = engine.transfers.ask(request(), by=OFFICER, command=key)
    assert (again.transfer, again.position, again.repeated) == (first.transfer, first.position, True)
    assert len(engine.transfers.current().known) == 1
    with pytest.raises(KeyReused):
        engine.transfers.ask(request(2), by=OFFICER, command=CommandKey(OFFICER, "k", "other"))


def test_two_racing_transfers_with_a_crash_before_the_reply(engine: Engine, settings: Settings):
    """One of two processes gets the last places, dies before it can say so, and its key answers the same again."""
    for first in range(3):
        put(engine, cap=100)
        refs = [asked(engine, 2).transfer, asked(engine, 2).transfer]
        racers = [race(settings, ref, f"{first}/{ref}", crash=True) for ref in refs]
        for racer in racers:
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            racer.stdin.write("go\n")
            racer.stdin.flush()
        said = [racer.communicate(timeout=120)[0] for racer in racers]
        assert sorted(racer.returncode for racer in racers) == [0, 9]
        winner = refs[[racer.returncode for racer in racers].index(9)]
        assert [line for line in said if line] == ["refused claim.places\n"]
        key = CommandKey(COORD, f"{first}/{winner}", "r")
        head = engine.log.head()
        again = engine.transfers.approve(winner, None, by=COORD, command=key)
        assert (again.repeated, again.transfer.status, again.position) == (True, "approved", head)
        assert engine.log.head() == head
        assert quotas(engine) == {"72.71": 2, "72.10": 1}
        back = request(2, giving=request().receiving, receiving=request().giving)
        approved(engine, engine.transfers.ask(back, by=OFFICER).transfer.transfer)


def race(settings: Settings, ref: str, key: str, crash: bool) -> subprocess.Popen[str]:
    environ = {**os.environ, "DATABASE_URL": settings.database_url, "DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "tests.places.racing", ref, key, *(["crash"] if crash else [])]
    return subprocess.Popen(command, env=environ, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
