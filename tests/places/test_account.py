"""The account of places adds up at every position, and is the count over the cases as they then stood."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg_pool import ConnectionPool

from tests.domain.world import PALU, SIGI, World, facts, members, tkm
from workflow.domain.commands import AttachDocument, ChangeFacts, OpenCase, Promote, TakeAction
from workflow.domain.events import Recorded
from workflow.domain.evolve import fold
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.registry import PlacesTransferred, Programme, QuotaSet, programme_stream
from workflow.domain.registry import fold as fold_programme
from workflow.projections import positions
from workflow.projections.accounts import Accounts
from workflow.projections.places import Places
from workflow.projections.runner import create, use

PROGRAMME = "tkm-kelompok"
DEFINITION = tkm(
    (
        "title: {id: Ditarik, en: Withdrawn}\n    phase: closed\n    end: true",
        "title: {id: Ditarik, en: Withdrawn}\n    phase: closed\n    end: true\n    keeps: [city_quota]",
    ),
    ("to: refused\n    by: {city_review: [city_head]", "to: closed_refused\n    by: {city_review: [city_head]"),
)
REGIONS = ("72.71", "72.10")
REASON = "Alasan yang cukup panjang"
REFS = ("TKM-1", "TKM-2", "TKM-3", "TKM-4")


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database_url, min_size=1, max_size=2, kwargs={"autocommit": True}, open=True) as pool:
        yield pool


class Town:
    """Groups, places, and one log of all that happens to them."""

    def __init__(self) -> None:
        self.world = World(DEFINITION)
        self.world.quotas = {}
        self.log: list[Recorded] = []
        self.programme = Programme(programme=PROGRAMME)
        for number, ref in enumerate(REFS):
            leader = f"leader{number}"
            self.world.directory.applicants.add(leader)
            draft = facts(members=members(first=1 + 20 * number), region=PALU if number % 2 else SIGI)
            self.decide(leader, ref, OpenCase(ref=ref, facts=draft, tracking_code=ref))
            for kind in ("proposal", "domicile"):
                paper = AttachDocument(document=kind, sha256=f"{len(self.log):064x}", type="application/pdf", size=1)
                self.decide(leader, ref, paper)

    def decide(self, by: str, ref: str, command: object) -> None:
        self.world.later(minutes=5)
        try:
            self.log += self.world.decide(by, ref, command)
        except (Refused, Unchanged):
            return

    def granted(self, *bodies: QuotaSet | PlacesTransferred) -> None:
        for body in bodies:
            self.world.position += 1
            event = Recorded(
                stream=programme_stream(PROGRAMME),
                version=self.programme.version + 1,
                position=self.world.position,
                at=self.world.now,
                actor="admin",
                body=body,
            )
            self.programme = fold_programme((event,), self.programme)
            self.log.append(event)
        self.world.quotas = {
            (region, year): places
            for region in REGIONS
            for year in (2026, 2027)
            if (places := self.programme.places(region, year)) is not None
        }

    def step(self, what: str, ref: str = REFS[0], number: int = 0, region: str = "72.10") -> None:
        case = self.world.cases[ref]
        match what:
            case "submit":
                self.decide(case.applicant, ref, TakeAction(action="submit"))
            case "withdraw":
                self.decide(case.applicant, ref, TakeAction(action="withdraw"))
            case "decline":
                self.decide(self.head(case.region), ref, TakeAction(action="decline", reason=REASON))
            case "return":
                self.decide(self.head(case.region), ref, TakeAction(action="send_back", reason=REASON))
            case "move":
                moved = {**case.facts, "region": PALU if region == "72.71" else SIGI}
                self.decide(case.applicant, ref, ChangeFacts(facts=moved))
            case "promote":
                self.decide("system", ref, Promote())
            case "set":
                self.granted(QuotaSet(region=region, year=2026, places=number, legal_basis="Contoh"))
            case "transfer":
                other = REGIONS[1 - REGIONS.index(region)]
                out, into = ("out", region, other), ("in", other, region)
                self.granted(*(self.transfer(*side, number) for side in (out, into)))

    def head(self, region: str) -> str:
        return "head.palu" if region == PALU else "head.sigi"

    def transfer(self, direction: str, region: str, other: str, places: int) -> PlacesTransferred:
        return PlacesTransferred(
            transfer="T",
            direction=direction,
            region=region,
            year=2026,
            places=places,
            programme=PROGRAMME,
            other_region=other,
            alignment="A",
        )

    def counted(self, position: int) -> dict[tuple[str, str], int]:
        """(region, standing) → cases, folded from their histories up to a position."""
        found: Counter[tuple[str, str]] = Counter()
        for ref in REFS:
            history = [event for event in self.log if event.stream == f"case/{ref}" and event.position <= position]
            if not history:
                continue
            case = fold(history)
            for key in case.held.get("city_quota", ()):
                found[key.split("/")[2], "used" if case.ended else "held"] += 1
            if case.turn:
                found[case.turn.key.split("/")[2], "waiting"] += 1
        return dict(found)

    def quota(self, region: str, position: int) -> int | None:
        events = [event for event in self.log if event.stream.startswith("programme/") and event.position <= position]
        return fold_programme(events, Programme(programme=PROGRAMME)).places(region, 2026)


STEPS = ["submit", "submit", "withdraw", "decline", "return", "move", "promote", "set", "set", "transfer"]
steps = st.tuples(st.sampled_from(STEPS), st.sampled_from(REFS), st.integers(0, 3), st.sampled_from(REGIONS))


def applied(pool: ConnectionPool, events: list[Recorded], batch: int) -> Accounts:
    projection = Places(lambda hash: DEFINITION)
    with pool.connection() as connection:
        connection.execute("DROP SCHEMA IF EXISTS read_places CASCADE")
        connection.execute("DROP TABLE IF EXISTS projections")
        positions.prepare(connection)
        create(connection, projection, "live", with_indexes=True)
        for start in range(0, len(events), batch):
            with connection.transaction():
                use(connection, "places", "live")
                projection.apply(connection, events[start : start + batch])
    return Accounts(pool)


def dumped(connection: Connection) -> list[list[str]]:
    tables = ("memory", "holdings", "grants", "account", "accounts")
    return [
        [row[0] for row in connection.execute(f"SELECT t::text FROM read_places.{table} t ORDER BY 1")]
        for table in tables
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(steps, max_size=40), batch=st.integers(1, 30))
def test_the_account_adds_up_and_is_the_count_over_the_cases_at_any_position(pool, told, batch):
    town = Town()
    for step in told:
        town.step(*step)
    accounts = applied(pool, town.log, batch)
    for position in range(town.world.position + 1):
        found, _ = accounts.accounts(PROGRAMME, as_of=position)
        counted = town.counted(position)
        for one in found:
            assert one.quota == one.held + one.used + one.free - one.excess
            for standing in ("held", "used", "waiting"):
                assert getattr(one, standing) == counted.pop((one.region, standing), 0)
                behind, _ = accounts.behind(PROGRAMME, standing, one.region, one.year, position)
                assert len(behind) == getattr(one, standing)
            if one.year == 2026:
                assert one.quota == (town.quota(one.region, position) or 0)
        assert not counted
    with pool.connection() as connection:
        kept = dumped(connection)
    applied(pool, town.log, 1000)
    with pool.connection() as connection:
        assert dumped(connection) == kept


def test_a_lowered_quota(pool):
    """The excess is shown, nobody is evicted, and the past stays as it was."""
    town = Town()
    town.step("set", number=2)
    town.step("submit", "TKM-1")
    town.step("submit", "TKM-3")
    full = town.world.position
    town.step("set", number=1)
    accounts = applied(pool, town.log, 7)
    (now,), _ = accounts.accounts(PROGRAMME, region="72.10", as_of=town.world.position)
    assert (now.quota, now.held, now.free, now.excess) == (1, 2, 0, 1)
    (then,), _ = accounts.accounts(PROGRAMME, region="72.10", as_of=full)
    assert (then.quota, then.held, then.free, then.excess) == (2, 2, 0, 0)


def test_before_the_first_event_there_is_no_account(pool):
    town = Town()
    town.step("set", number=2)
    assert applied(pool, town.log, 7).accounts(PROGRAMME, as_of=0)[0] == ()


def test_as_of_a_moment_counts_what_had_happened_by_the_events_own_times(pool):
    town = Town()
    town.step("set", number=2)
    town.step("submit", "TKM-1")
    between = town.world.now
    town.world.later(days=3)
    town.step("submit", "TKM-3")
    town.step("withdraw", "TKM-1")
    accounts = applied(pool, town.log, 7)
    (then,), _ = accounts.accounts(PROGRAMME, region="72", year=2026, as_of=between)
    assert (then.quota, then.held, then.used, then.free) == (2, 1, 0, 1)
    assert [one.ref for one in accounts.behind(PROGRAMME, "held", "72.10", 2026, between)[0]] == ["TKM-1"]
    (now,), _ = accounts.accounts(PROGRAMME, region="72", year=2026, as_of=town.world.now)
    assert (now.held, now.used, now.free) == (1, 1, 0)
    assert accounts.accounts(PROGRAMME, year=date.max.year)[0] == ()
