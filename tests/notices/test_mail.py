"""E-mail to a real server process: once for each notice, nothing personal in it, whatever the server does."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.notices.mailbox import Sink, serving
from tests.notices.secrets import certificate
from tests.notices.telling import Town
from workflow.delivery import outbox, sending
from workflow.delivery.channel import Line, Parcel
from workflow.delivery.dead_letters import DeadLetters
from workflow.delivery.mail import BadAddress, Mail, compose, relay_of
from workflow.delivery.outbox import ATTEMPTS, FIRST_PAUSE, HANGS, LEASE, LONGEST_PAUSE, Outbox, pause
from workflow.delivery.preferences import Preference
from workflow.delivery.sending import Sender
from workflow.delivery.sent import ways
from workflow.delivery.when import Rhythm
from workflow.domain.events import Recorded
from workflow.domain.webhook_stops import WebhookStopped, stream_of
from workflow.domain.words import Text
from workflow.projections.notices import Notices
from workflow.projections.rebuilding import rebuild
from workflow.store.log import Write

FROM = "selaras@agency.example"


class Post:
    """The town's mail: `turn` sends what is due."""

    def __init__(self, town: Town, sink: Sink | None, url: str = "", timeout: float = 5) -> None:
        self.town, self.sink = town, sink
        self.url = url or f"smtp-plain://127.0.0.1:{sink.port}"
        self.timeout = timeout
        self.outbox = Outbox(town.engine.pool, town.engine.log, "mail")
        self.dead = DeadLetters(town.engine.pool)

    def wants(self, person: str, **rhythm: str) -> None:
        choice = Preference(channels=("mail",), address=f"{person}@people.example", rhythm=Rhythm(**rhythm))
        self.town.engine.preferences.put(person, choice, datetime.now(UTC))

    def turn(self, at: datetime | None = None) -> int:
        self.town.models.runner.catch_up(Notices.name)
        engine = self.town.engine
        carrier = Mail(relay_of(self.url, FROM), self.timeout, 2 * self.timeout)
        return Sender(self.outbox, carrier, engine.notices, engine.preferences, engine.directory).turn(30, at)

    def states(self, ref: str) -> dict[str, str]:
        ids = {row.id: row.person for row in self.town.rows(ref)}
        with self.town.engine.pool.connection() as connection:
            found = ways(connection, list(ids))
        return {ids[id]: sendings[0].state for id, sendings in found.items()}


@pytest.fixture
def post(town: Town, sink: Sink) -> Post:
    made = Post(town, sink)
    for person in ("officer.palu", "officer2.palu"):
        made.wants(person)
    return made


def later(**span: float) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


def resting(post: Post) -> bool:
    with post.town.engine.pool.connection() as connection:
        (failures,) = connection.execute("SELECT failures FROM channels WHERE channel = 'mail'").fetchone() or (0,)
    return bool(failures)


def test_everybody_who_wants_it_gets_one_letter(post: Post):
    ref = post.town.submitted()
    assert post.turn() == 2
    letters = post.sink.letters
    assert {letter["To"] for letter in letters} == {"officer.palu@people.example", "officer2.palu@people.example"}
    assert {letter["Content-Language"] for letter in letters} == {"id"}
    assert len({letter["Message-ID"] for letter in letters}) == 2
    letter = letters[0]
    assert letter["From"] == FROM
    assert letter["Subject"] == f"Usulan baru {ref} menunggu telaah"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in letter.iter_parts())
    for text in (plain, html):
        assert f"https://selaras.example/cases/{ref}" in text
    assert post.states(ref) == {"officer.palu": "sent", "officer2.palu": "sent"}
    assert post.turn() == 0


def test_a_stopped_webhook_is_told_by_mail_as_well(post: Post):
    post.wants("integrator")
    body = WebhookStopped(webhook="wh_1", person="integrator", why=Text("410: tidak mau", "410: no more"))
    stopped = Recorded(stream=stream_of("wh_1"), version=1, at=datetime.now(UTC), actor="system", body=body)
    post.town.engine.log.append(Write(events=(stopped,)))
    assert post.turn() == 1
    (letter,) = post.sink.letters
    assert (letter["To"], letter["Subject"]) == ("integrator@people.example", "Webhook wh_1 is stopped")
    assert "https://selaras.example/api/v1/webhooks/wh_1" in next(letter.iter_parts()).get_content()


def test_nothing_personal_and_nothing_that_somebody_wrote_is_in_it(post: Post):
    ref = post.town.submitted(group="Rahasia\r\nBcc: other@people.example")
    post.town.act(ref, "send_back", "head.palu", reason="Alasan rahasia untuk kelompok")
    post.turn()
    assert len(post.sink.letters) == 4
    for letter in post.sink.letters:
        said = "".join(part.get_content() for part in letter.iter_parts()) + str(letter)
        assert "ahasia" not in said
        assert letter["Bcc"] is None
    assert set(post.sink.asked) == {"officer.palu@people.example", "officer2.palu@people.example"}


def test_a_rebuilt_read_model_sends_nothing_again(post: Post):
    ref = post.town.submitted()
    post.turn()
    rebuild(post.town.models.runner, Notices.name)
    assert post.turn() == 0
    post.town.recommended(ref)
    assert post.turn() == 0
    assert len(post.sink.letters) == 2


def test_what_was_made_before_it_was_wanted_stays_in_the_app(post: Post):
    post.town.submitted()
    post.turn()
    post.wants("leader.palu")
    ref = post.town.recommended()
    post.town.act(ref, "send_back", "coord.sulteng", reason="Rencana alat perlu dirinci")
    post.turn()
    assert [letter["To"] for letter in post.sink.letters].count("leader.palu@people.example") == 1


def test_a_refused_letter_is_dead_until_an_operator_wants_it_again(post: Post):
    post.sink.behaves("550 5.1.1 <{address}>: {local} unknown")
    ref = post.town.submitted()
    assert post.turn() == 0
    assert set(post.states(ref).values()) == {"dead"}
    letters = post.dead.page("mail", None, 10)
    assert {letter.receiver for letter in letters} == {"officer.palu", "officer2.palu"}
    assert all(letter.reason == "550 5.1.1 (the address)" and letter.ref == ref for letter in letters)
    assert post.turn(later(days=1)) == 0
    assert len(post.sink.asked) == 2
    post.sink.behaves("ok")
    assert post.dead.retry_all("mail", "admin") == 2
    assert post.turn() == 2
    assert set(post.states(ref).values()) == {"sent"}
    assert post.dead.page("mail", None, 10) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("550 {local} is no user here", "550"),
        ("550 5.7.1 Dear {local}, see https://mail.example/?rcpt={local}", "550 5.7.1 (a rule of the server)"),
        ("450 4.2.2 quota of {local} is used up", "450 4.2.2 (the mailbox)"),
        ("data 554 5.6.0 {local} takes none of this", "554 5.6.0 (the content)"),
        ("421 4.3.2 no room for {local}", "421 4.3.2 (the receiving system)"),
    ],
)
def test_what_a_server_says_of_a_person_is_kept_nowhere(post: Post, caplog, answer: str, reason: str):
    caplog.set_level("DEBUG")
    post.sink.behaves(answer)
    post.town.submitted()
    post.turn()
    with post.town.engine.pool.connection() as connection:
        kept = str(connection.execute("SELECT reason FROM sent").fetchall())
        kept += str(connection.execute("SELECT reason FROM dead_letters").fetchall())
    assert reason in kept
    assert "people.example" not in kept
    for local in ("officer.palu", "officer2.palu"):
        assert local not in kept + caplog.text


def test_a_letter_that_is_not_taken_now_is_tried_again_and_at_last_given_up(post: Post):
    post.sink.behaves("450 4.2.1 mailbox busy")
    ref = post.town.submitted()
    post.turn()
    assert post.turn() == 0
    assert len(post.sink.asked) == 2, "not before its pause is over"
    for attempt in range(1, ATTEMPTS):
        post.turn(later(hours=3 * attempt))
    assert len(post.sink.asked) == 2 * ATTEMPTS
    assert set(post.states(ref).values()) == {"dead"}
    assert {letter.attempts for letter in post.dead.page("mail", None, 10)} == {ATTEMPTS}


def test_a_refusal_of_the_letter_itself_is_a_refusal(post: Post):
    post.sink.behaves("data 554 5.6.0 not like this")
    ref = post.town.submitted()
    post.turn()
    assert set(post.states(ref).values()) == {"dead"}


def test_a_server_that_closes_is_left_alone_for_a_while(post: Post):
    post.sink.behaves("421 4.3.2 shutting down")
    ref = post.town.submitted()
    assert post.turn() == 0
    assert len(post.sink.asked) == 1, "the second letter would fare the same"
    assert post.turn(later(seconds=5)) == 0
    assert len(post.sink.asked) == 1
    post.sink.behaves("ok")
    assert post.turn(later(minutes=2)) == 2
    assert set(post.states(ref).values()) == {"sent"}


def test_after_a_rest_one_letter_alone_tries_whether_the_server_is_back(post: Post):
    post.sink.behaves("421 4.3.2 shutting down")
    for _ in range(2):
        post.town.submitted()
    post.turn()
    back = later(minutes=2)
    assert len(post.outbox.take(10, back)) == 1
    assert post.outbox.take(10, back) == [], "whoever comes meanwhile does not wait for the server as well"
    post.sink.behaves("ok")
    assert post.turn(back + LEASE) == 4, "and one that died over it is followed by another"


def test_a_sender_whose_own_clock_is_a_year_ahead_sends_as_ever(post: Post, monkeypatch: pytest.MonkeyPatch):
    class Ahead(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(days=366)

    ref = post.town.submitted()
    for module in (outbox, sending):
        monkeypatch.setattr(module, "datetime", Ahead)
    assert post.turn() == 2, "nothing has grown stale"
    monkeypatch.undo()
    with post.town.engine.pool.connection() as connection:
        moments = {way.at for (way,) in ways(connection, [row.id for row in post.town.rows(ref)]).values()}
    assert max(moments) < later(days=1)


def test_what_a_clock_put_off_before_it_was_set_back_by_a_year_is_sent(post: Post):
    post.town.submitted()
    post.sink.behaves("421 4.3.2 shutting down")
    assert post.turn() == 0
    with post.town.engine.pool.connection() as connection:
        connection.execute("UPDATE sent SET next = next + interval '1 year'")
        connection.execute("UPDATE channels SET rests = rests + interval '1 year'")
    post.sink.behaves("ok")
    assert post.turn() == 2


def test_a_server_that_is_not_there_costs_only_time(town: Town, sink: Sink):
    post = Post(town, sink, url="smtp-plain://127.0.0.1:1")
    post.wants("officer.palu")
    ref = town.submitted()
    assert post.turn() == 0
    assert post.states(ref) == {"officer.palu": "waits"}
    post.url = f"smtp-plain://127.0.0.1:{sink.port}"
    assert post.turn(later(minutes=2)) == 1


def test_a_server_that_is_away_for_a_night_loses_nothing_and_for_two_days_is_told(town: Town):
    post = Post(town, None, url="smtp-plain://127.0.0.1:1")
    post.wants("officer.palu")
    ref = town.submitted()
    for hour in range(2 * ATTEMPTS):
        post.turn(later(hours=hour))
    assert post.states(ref) == {"officer.palu": "waits"}
    post.turn(later(days=2, hours=1))
    assert post.states(ref) == {"officer.palu": "dead"}
    (letter,) = post.dead.page("mail", None, 10)
    assert letter.reason == "ConnectionRefusedError: the mail server did not answer"


def test_a_letter_at_which_the_server_hangs_holds_up_the_others_once_and_is_given_up(town: Town, sink: Sink):
    post = Post(town, sink, timeout=0.5)
    for person in ("officer.palu", "officer2.palu", "coord.sulteng"):
        post.wants(person)
    sink.behaves("hang at officer.palu@people.example")
    ref = town.submitted()
    post.turn(later())
    assert resting(post), "at first nobody can tell a letter from a server that is down"
    town.recommended(ref)
    post.turn(later(minutes=1))
    assert post.states(ref) == {"officer.palu": "waits", "officer2.palu": "sent", "coord.sulteng": "sent"}
    for hour in range(1, HANGS - 1):
        assert not resting(post), "since others have passed it is known whose matter it is"
        post.turn(later(hours=hour))
    assert post.states(ref) == {"officer.palu": "dead", "officer2.palu": "sent", "coord.sulteng": "sent"}
    (letter,) = post.dead.page("mail", None, 10)
    assert (letter.receiver, letter.attempts) == ("officer.palu", HANGS)
    sink.behaves("ok")
    assert post.dead.retry_all("mail", "admin") == 1
    assert post.turn() == 1


def test_a_server_that_hangs_at_everything_rests_and_nothing_is_given_up(town: Town, sink: Sink):
    post = Post(town, sink, timeout=0.5)
    for person in ("officer.palu", "officer2.palu"):
        post.wants(person)
    sink.behaves("hang")
    ref = town.submitted()
    for hour in range(HANGS + 1):
        post.turn(later(hours=hour))
        assert resting(post)
    assert set(post.states(ref).values()) == {"waits"}
    sink.behaves("ok")
    assert post.turn(later(hours=HANGS + 2)) == 2


@pytest.mark.parametrize("trouble", ["hang", "die", "drip"])
def test_a_server_that_does_not_end_its_answer_gets_the_letter_again_under_its_name(
    town: Town, sink: Sink, trouble: str
):
    post = Post(town, sink, timeout=1)
    post.wants("officer.palu")
    sink.behaves(trouble)
    ref = town.submitted()
    assert post.turn() == 0
    assert post.states(ref) == {"officer.palu": "waits"}
    sink.behaves("ok")
    assert post.turn(later(minutes=2)) == 1
    first, second = sink.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_sender_that_dies_is_followed_by_another(post: Post):
    post.town.submitted()
    post.town.models.runner.catch_up(Notices.name)
    now = datetime.now(UTC)
    post.outbox.collect(now)
    assert len(post.outbox.take(10, now)) == 2
    assert post.turn(now) == 0, "another has taken them"
    assert post.turn(now + LEASE) == 2


def test_many_senders_at_once_send_each_letter_once(post: Post):
    for _ in range(4):
        post.town.submitted()
    post.town.models.runner.catch_up(Notices.name)
    threads = [threading.Thread(target=post.turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [letter["Message-ID"] for letter in post.sink.letters]
    assert len(ids) == len(set(ids)) == 8


def test_the_mail_server_gets_no_more_than_a_second_allows(post: Post):
    ref = post.town.submitted()
    post.outbox = Outbox(post.town.engine.pool, post.town.engine.log, "mail", per_second=1e-6)
    assert post.turn() == 1
    assert post.turn() == 0
    assert sorted(post.states(ref).values()) == ["sent", "waits"]
    with post.town.engine.pool.connection() as connection:
        connection.execute("UPDATE pace SET counted = counted - interval '12 days'")
    assert post.turn() == 1
    assert len(post.sink.letters) == 2


def test_what_another_sender_has_sent_meanwhile_is_no_dead_letter(post: Post):
    ref = post.town.submitted()
    post.town.models.runner.catch_up(Notices.name)
    now = datetime.now(UTC)
    post.outbox.collect(now)
    slow = post.outbox.take(10, now)
    assert post.turn(now + LEASE) == 2
    for rows in slow:
        post.outbox.dead(rows, "550", now)
    assert set(post.states(ref).values()) == {"sent"}
    assert post.dead.page("mail", None, 10) == []


def test_a_day_comes_as_one_letter(town: Town, sink: Sink):
    post = Post(town, sink)
    post.wants("officer.palu", digest="daily")
    refs = [town.submitted(), town.submitted()]
    assert post.turn() == 0
    assert post.turn(later(days=1)) == 1
    (letter,) = sink.letters
    assert letter["Subject"] == "2 pemberitahuan Selaras"
    text = letter.get_body(("plain",)).get_content()
    assert all(ref in text for ref in refs)


def test_who_wants_it_no_more_gets_none(post: Post):
    ref = post.town.submitted()
    post.town.models.runner.catch_up(Notices.name)
    post.outbox.collect(datetime.now(UTC))
    post.town.engine.preferences.put("officer.palu", Preference(), datetime.now(UTC))
    assert post.turn() == 1
    assert post.states(ref) == {"officer.palu": "unwanted", "officer2.palu": "sent"}


def test_tls_and_sign_in(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pem = certificate(tmp_path / "server.pem")
    with serving(tmp_path / "secure", "--certificate", str(pem)) as sink:
        post = Post(town, sink, url=f"smtp://selaras:p%40ss%3Aword@localhost:{sink.port}")
        post.wants("officer.palu")
        town.submitted()
        assert post.turn() == 0, "a certificate that nobody vouches for"
        assert sink.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert post.turn(later(minutes=2)) == 1
        assert len(sink.letters) == 1


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_a_relay_that_cannot_be_used_is_told_so(url: str):
    with pytest.raises(BadAddress, match="SMTP_URL"):
        relay_of(url, FROM)
    with pytest.raises(BadAddress, match="MAIL_FROM"):
        relay_of("smtp://mail.example", "nobody\r\nBcc: x@people.example")


def test_pauses_grow_and_end():
    for attempt in range(1, ATTEMPTS + 1):
        assert FIRST_PAUSE * 0.75 <= pause(attempt) <= LONGEST_PAUSE * 1.25
    assert pause(1) < pause(4) < pause(8)


def test_a_title_stays_one_line_of_printable_signs():
    line = Line(title="Judul\r\nBcc: x@people.example\x00\u202e\tlagi " + "a" * 500, ref="TKM-1", link="/cases/TKM-1")
    parcel = Parcel(name="n" * 32, address="a@people.example", language="id", lines=(line,))
    letter = compose(parcel, FROM)
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Judul Bcc: x@people.example lagi a")
    assert len(letter["Subject"]) == 150
    assert b"\r\nBcc:" not in letter.as_bytes()


def test_a_parcel_that_cannot_be_made_keeps_no_other_waiting(post: Post, monkeypatch: pytest.MonkeyPatch):
    ref = post.town.submitted()
    board, whole = post.town.engine.notices, post.town.engine.notices.headline

    def headline(row, language):
        if row.person == "officer.palu":
            raise LookupError(ref)
        return whole(row, language)

    monkeypatch.setattr(board, "headline", headline)
    assert post.turn() == 1
    assert post.states(ref) == {"officer.palu": "waits", "officer2.palu": "sent"}
    monkeypatch.undo()
    assert post.turn(later(minutes=2)) == 1
