"""When people want to be reached, and how their address is kept."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notices.telling import Town
from workflow.delivery.preferences import Preference, Wanted, is_address, prepare, wanting
from workflow.delivery.when import DIGEST, Quiet, Rhythm, due

PALU = ZoneInfo("Asia/Makassar")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def in_palu(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, 11, 25), time(hour, minute), PALU).astimezone(UTC)


def test_the_night_is_quiet():
    night = Rhythm(quiet=Quiet(from_=time(21), until=time(6)))
    assert due(night, in_palu(20, 59)) == in_palu(20, 59)
    assert due(night, in_palu(21)) == in_palu(6) + timedelta(days=1)
    assert due(night, in_palu(5, 59)) == in_palu(6)
    assert due(night, in_palu(6)) == in_palu(6)


def test_a_digest_comes_once_a_day_in_ones_own_zone():
    assert due(Rhythm(digest="daily"), in_palu(6)) == in_palu(7)
    assert due(Rhythm(digest="daily"), in_palu(7, 1)) == in_palu(7) + timedelta(days=1)
    assert due(Rhythm(digest="daily", zone="Asia/Jakarta"), in_palu(6)) == in_palu(8)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, TIMES, TIMES, st.sampled_from(["immediate", "daily"]))
def test_nobody_is_reached_in_their_quiet_hours(at, start, end, digest):
    moment = due(Rhythm(digest=digest, quiet=Quiet(from_=start, until=end)), at)
    assert timedelta(0) <= moment - at < timedelta(days=2)
    local = moment.astimezone(PALU).time()
    quiet = start <= local < end if start <= end else (local >= start or local < end)
    assert not quiet
    if digest == "daily":
        assert local in (DIGEST, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\n",
        "é@b.example",
        "a@b..example",
    ],
)
def test_what_is_no_address(text: str):
    assert not is_address(text)
    assert is_address("first.last+tag@mail.agency.example")


def test_choices_of_the_time_when_there_was_mail_alone_are_kept(town: Town):
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    chosen = Preference(channels=("mail",), address="officer.palu@people.example")
    with town.engine.pool.connection() as connection:
        town.engine.preferences.put("officer.palu", chosen, at)
        town.engine.preferences.put("head.palu", Preference(), at)
        connection.execute("ALTER TABLE preferences ALTER COLUMN since TYPE timestamptz USING '2026-03-02T01:30Z'")
        for _ in range(2):
            prepare(connection)
        assert wanting(connection, "mail", ["officer.palu", "head.palu"]) == {
            "officer.palu": Wanted(person="officer.palu", rhythm=Rhythm(), since=at)
        }
    assert town.engine.preferences.of("officer.palu") == chosen


def test_an_address_is_sealed_at_rest_and_gone_once_its_key_is(town: Town):
    preferences = town.engine.preferences
    address = "officer.palu@people.example"
    preferences.put("officer.palu", Preference(channels=("mail",), address=address), datetime.now(UTC))
    assert preferences.of("officer.palu").address == address
    with town.engine.pool.connection() as connection:
        (row,) = connection.execute("SELECT preferences::text FROM preferences").fetchone()
    assert "people.example" not in row
    vault = town.engine.vault
    vault.erase(vault.person("officer.palu"), "left", "admin")
    assert preferences.of("officer.palu").address is None
