"""Messages to phones by way of a real gateway process: once for each notice, nothing personal, whatever it does."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.notices.phones import NUMBERS, SECRET, Desk, Phones, later
from tests.notices.telling import Town
from workflow.delivery.channel import Line, Parcel
from workflow.delivery.gateway import MOST_LINES, BadGateway, access_of, text_of
from workflow.delivery.outbox import ATTEMPTS
from workflow.delivery.preferences import Preference
from workflow.settings import Settings
from workflow.webhooks import signing


@pytest.fixture
def desk(town: Town, phones: Phones) -> Desk:
    desk = Desk(town, phones.url)
    desk.wants("officer.palu")
    return desk


def test_everybody_who_wants_it_gets_one_message(desk: Desk, phones: Phones):
    desk.wants("officer2.palu")
    ref = desk.town.submitted()
    assert desk.turn() == 2
    assert {message["to"] for message in phones.came} == {NUMBERS["officer.palu"], NUMBERS["officer2.palu"]}
    message = phones.came[0]
    assert message["text"] == f"Usulan baru {ref} menunggu telaah https://selaras.example/cases/{ref}"
    assert message["language"] == "id"
    assert message["receipts"] == "https://selaras.example/api/v1/gateway/receipts"
    assert len({message["id"] for message in phones.came}) == 2
    assert desk.way(ref).state == "sent"
    assert desk.turn() == 0


def test_nothing_that_somebody_wrote_is_in_it(desk: Desk, phones: Phones):
    ref = desk.town.submitted(group="Rahasia\r\nkelompok")
    desk.town.act(ref, "send_back", "head.palu", reason="Alasan rahasia untuk kelompok")
    assert desk.turn() == 2
    assert all("ahasia" not in message["text"] and "\n" not in message["text"] for message in phones.came)


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("500", "the gateway: 500"),
        ("503", "the gateway: 503"),
        ("302 Location=http://10.0.0.1/", "the gateway: 302: a redirect, which is never followed"),
        ("401", "the gateway: 401"),
        ("404", "the gateway: 404"),
        ("half", "the gateway: no answer"),
        ("lost", "the gateway: no answer"),
    ],
)
def test_a_gateway_in_trouble_is_left_alone_and_gets_it_again_under_the_same_id(desk, phones, mode, told):
    phones.behaves(mode)
    desk.wants("officer2.palu")
    ref = desk.town.submitted()
    assert desk.turn() == 0
    assert len(phones.came) == 1, "the second message would fare the same"
    ways = [desk.way(ref, person) for person in ("officer.palu", "officer2.palu")]
    assert {way.state for way in ways} == {"waits"}
    assert told in next(way.reason for way in ways if way.reason)
    assert desk.turn(later(seconds=5)) == 0
    assert len(phones.came) == 1
    phones.behaves("202")
    assert desk.turn(later(minutes=2)) == 2
    first, *rest = phones.came
    assert [message["id"] for message in rest].count(first["id"]) == 1


def test_a_gateway_that_hangs_has_not_answered(town: Town, phones: Phones):
    desk = Desk(town, phones.url, patience=0.5)
    desk.wants("officer.palu")
    phones.behaves("hang")
    ref = town.submitted()
    assert desk.turn() == 0
    assert (desk.way(ref).reason or "").startswith("the gateway: no answer within")
    phones.behaves("202")
    assert desk.turn(later(minutes=2)) == 1
    assert len({message["id"] for message in phones.came}) == 1


def test_a_gateway_that_has_too_many_is_left_alone_for_as_long_as_it_asks(desk: Desk, phones: Phones):
    phones.behaves("429 Retry-After=600")
    desk.town.submitted()
    assert desk.turn() == 0
    phones.behaves("202")
    assert desk.turn(later(minutes=9)) == 0
    assert len(phones.came) == 1
    assert desk.turn(later(minutes=11)) == 1


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_refused_message_is_dead_until_an_operator_wants_it_again(desk: Desk, phones: Phones, status: int):
    phones.behaves(str(status))
    ref = desk.town.submitted()
    assert desk.turn() == 0
    assert desk.way(ref).state == "dead"
    (letter,) = desk.dead.page("phone", None, 10)
    assert (letter.receiver, letter.ref, letter.reason) == ("officer.palu", ref, f"the gateway: {status}")
    phones.behaves("202")
    assert desk.turn(later(days=1)) == 0
    assert desk.dead.retry_all("phone", "admin") == 1
    assert desk.turn() == 1
    assert desk.dead.page("phone", None, 10) == []


def test_a_gateway_that_is_away_for_a_night_loses_nothing_and_for_two_days_is_told(town: Town):
    desk = Desk(town, "http://127.0.0.1:1/")
    desk.wants("officer.palu")
    ref = town.submitted()
    for hour in range(2 * ATTEMPTS):
        desk.turn(later(hours=hour))
    assert desk.way(ref).state == "waits"
    desk.turn(later(days=2, hours=1))
    assert desk.way(ref).state == "dead"


def test_mail_and_phone_are_sent_apart(desk: Desk, phones: Phones):
    desk.wants("officer.palu", "mail")
    desk.town.submitted()
    assert desk.turn() == 1
    assert len(phones.came) == 1


def test_a_phone_chosen_later_takes_nothing_from_mail_and_gets_nothing_older(desk: Desk, phones: Phones):
    engine, both = desk.town.engine, ("mail", "phone")
    mail = Preference(channels=("mail",), address="o@people.example")
    began = datetime(2026, 1, 1, tzinfo=UTC)
    engine.preferences.put("officer2.palu", mail, began)
    ref = desk.town.submitted()
    now = datetime.now(UTC)
    engine.preferences.put("officer2.palu", replace(mail, channels=both, phone=NUMBERS["officer2.palu"]), now)
    with engine.pool.connection() as connection:
        (since,) = connection.execute("SELECT since FROM preferences WHERE person = 'officer2.palu'").fetchone()
    assert {channel: datetime.fromisoformat(at) for channel, at in since.items()} == {"mail": began, "phone": now}
    assert desk.turn() == 1
    assert phones.came[0]["to"] == NUMBERS["officer.palu"], ref


def test_a_day_comes_as_one_message(town: Town, phones: Phones):
    desk = Desk(town, phones.url)
    desk.wants("officer.palu", digest="daily")
    refs = [town.submitted(), town.submitted()]
    assert desk.turn() == 0
    assert desk.turn(later(days=1)) == 1
    (message,) = phones.came
    lines = message["text"].split("\n")
    assert len(lines) == 2
    assert all(ref in line for ref, line in zip(refs, lines, strict=True))


def test_a_long_day_names_the_first_notices_and_how_many_more():
    lines = tuple(Line(title=f"Judul\n{n}", ref="TKM-1", link="/cases/TKM-1") for n in range(MOST_LINES + 3))
    parcel = Parcel(name="n" * 32, address=NUMBERS["leader.palu"], language="en", lines=lines)
    text = text_of(parcel).split("\n")
    assert text[0] == "Judul 0 /cases/TKM-1"
    assert (len(text), text[-1]) == (MOST_LINES + 1, "… and 3 more in Selaras")


def test_an_erased_phone_gets_nothing_more(desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    vault = desk.town.engine.vault
    vault.erase(vault.person("officer.palu"), "left", "admin")
    assert desk.turn() == 0
    assert phones.came == []
    assert desk.way(ref).state == "unwanted"


def test_the_number_is_sealed_at_rest_and_nowhere_in_what_is_noted(desk, phones, caplog: pytest.LogCaptureFixture):
    phones.behaves("422")
    desk.town.submitted()
    desk.turn()
    with desk.town.engine.pool.connection() as connection:
        noted = "".join(
            connection.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t").fetchone()[0]
            for table in ("preferences", "sent", "dead_letters", "channels", "pace")
        )
    assert "officer.palu" in noted
    for said in (noted, caplog.text):
        assert NUMBERS["officer.palu"].removeprefix("+62") not in said


def test_while_the_secret_is_replaced_both_sign(town: Town, phones: Phones):
    new = signing.shown(b"n" * 32)
    desk = Desk(town, phones.url, gateway_secret=f"{new} {SECRET}")
    desk.wants("officer.palu")
    town.submitted()
    assert desk.turn() == 1
    desk = Desk(town, phones.url, gateway_secret=new)
    town.submitted()
    assert desk.turn(later(minutes=1)) == 0, "the gateway knows the old one alone"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"gateway_url": "ftp://gateway.example"}, "GATEWAY_URL"),
        ({"gateway_secret": ""}, "GATEWAY_SECRET"),
        ({"gateway_secret": "whsec_no base64"}, "GATEWAY_SECRET"),
        ({"gateway_secret": signing.shown(b"short")}, "GATEWAY_SECRET"),
        ({"gateway_networks": "10.0.0.0/99"}, "GATEWAY_NETWORKS"),
        ({"public_url": ""}, "PUBLIC_URL"),
    ],
)
def test_a_gateway_that_cannot_be_used_is_told_so(settings: Settings, given: dict[str, str], named: str):
    assert access_of(settings) is None
    good = {"gateway_url": "https://gateway.example/messages", "gateway_secret": SECRET}
    assert access_of(replace(settings, **good)) is not None
    with pytest.raises(BadGateway, match=named) as refused:
        access_of(replace(settings, **{**good, **given}))
    assert "short" not in str(refused.value)


def test_an_inner_network_is_not_reached_unless_allowed(town: Town, phones: Phones):
    desk = Desk(town, phones.url, gateway_networks="")
    desk.wants("officer.palu")
    ref = town.submitted()
    assert desk.turn() == 0
    assert phones.came == []
    assert "network that is not allowed" in (desk.way(ref).reason or "")
