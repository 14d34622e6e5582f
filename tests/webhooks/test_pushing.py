"""A receiver gets every event of its region once, in order, under a name that stays; whatever it does in between."""

import threading
import time
from datetime import date, timedelta

import pytest
from standardwebhooks import Webhook as Reference
from standardwebhooks import WebhookVerificationError

from tests.webhooks.conftest import WHO, City
from tests.webhooks.receiver import Receiver, dripping, endless, half, silent, status
from workflow.delivery.dead_letters import DeadLetters
from workflow.domain.appointing import EndAppointment
from workflow.webhooks import sending
from workflow.webhooks.pushing import ASKED, PAGE, Pusher


def test_every_event_comes_in_order_and_once(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    positions = city.happens(5)
    city.push()
    positions += city.happens(3)
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == positions
    assert [came.id for came in receiver.came] == [f"{hook.id}.{position}" for position in positions]
    assert city.read(hook.id).position >= positions[-1]


def test_the_reference_library_accepts_the_signature_and_no_other(city: City, receiver: Receiver):
    _, secret = city.subscribe(receiver.url)
    city.happens()
    city.push()
    (came,) = receiver.came
    assert Reference(secret).verify(came.body, came.headers)["specversion"] == "1.0"
    with pytest.raises(WebhookVerificationError):
        Reference(secret).verify(came.body + b" ", came.headers)
    assert came.headers["Content-Type"] == "application/cloudevents+json"


def test_a_replaced_secret_signs_on_for_a_day_beside_the_new_one(city: City, receiver: Receiver):
    hook, old = city.subscribe(receiver.url)
    new = city.subscriptions.replace_secret(WHO, hook.id)
    assert new is not None
    city.happens()
    city.push()
    for secret in (old, new):
        Reference(secret).verify(receiver.came[0].body, receiver.came[0].headers)
    with city.engine.pool.connection() as connection:
        connection.execute("UPDATE webhooks SET rotated = now() - interval '25 hours'")
    city.happens()
    city.push()
    Reference(new).verify(receiver.came[1].body, receiver.came[1].headers)
    with pytest.raises(WebhookVerificationError):
        Reference(old).verify(receiver.came[1].body, receiver.came[1].headers)


def test_what_another_region_does_is_not_sent(city: City, receiver: Receiver):
    city.subscribe(receiver.url)
    city.happens(2, region="72.10.01")
    (ours,) = city.happens(1)
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == [ours]


def test_only_the_events_and_programmes_asked_for_are_sent(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url, events=["GroupProposed"], programmes=["tkm-kelompok"])
    city.happens(2)
    city.push()
    assert receiver.came == []
    assert city.read(hook.id).position == city.engine.log.head()


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (status(500), "500"),
        (status(503, Retry_After="1"), "503"),
        (status(302, Location="http://10.0.0.1/"), "302: a redirect, which is never followed"),
        (half, "no answer"),
    ],
)
def test_a_receiver_in_trouble_gets_the_same_message_again_later(city, receiver, trouble, told):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [trouble]
    positions = city.happens(2)
    city.push()
    failing = city.read(hook.id)
    assert (failing.attempts, failing.status, failing.position < positions[0]) == (1, "active", True)
    assert told in (failing.answered or "")
    city.push()
    assert len(receiver.came) == 1, "nothing is sent before the pause is over"
    city.now(hook.id)
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == [positions[0], *positions]
    assert receiver.came[0].id == receiver.came[1].id
    assert city.read(hook.id).failing_since is None


@pytest.mark.parametrize("slow", [silent(40), dripping])
def test_a_receiver_that_answers_too_late_has_not_answered(city, receiver, slow, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    monkeypatch.setattr(sending.Line.__init__, "__defaults__", (0.5,))
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [slow]
    city.happens()
    city.push()
    assert (city.read(hook.id).answered or "").startswith("no answer within")


def test_an_answer_of_ten_gigabytes_is_not_read(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [endless]
    positions = city.happens(2)
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == positions
    assert city.read(hook.id).attempts == 0


def test_a_receiver_that_was_down_for_long_misses_nothing(city: City, receiver: Receiver):
    url = receiver.url
    receiver.close()
    hook, _ = city.subscribe(url)
    positions = city.happens(4)
    for _ in range(ASKED + 3):
        city.push()
        city.now(hook.id)
    assert city.read(hook.id).status == "active"
    again = Receiver()
    with city.engine.pool.connection() as connection:
        connection.execute("UPDATE webhooks SET url = %s", [again.url])
    city.push()
    assert [came.event["data"]["position"] for came in again.came] == positions
    again.close()


def test_one_that_takes_nothing_for_two_weeks_is_stopped_and_goes_on_from_its_place(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(500), status(500)]
    positions = city.happens(2)
    city.push()
    with city.engine.pool.connection() as connection:
        connection.execute("UPDATE webhooks SET failing_since = now() - interval '15 days'")
    city.now(hook.id)
    city.push()
    stopped = city.read(hook.id)
    assert (stopped.status, stopped.why) == ("stopped", "it took nothing for 14 days; last: 500")
    assert city.subscriptions.go_on(WHO, hook.id)
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came[2:]] == positions


def test_a_sender_whose_own_clock_is_a_year_ahead_sends_as_ever(city: City, receiver: Receiver, monkeypatch):
    true = time.time
    hook, secret = city.subscribe(receiver.url)
    receiver.answers = [status(500), status(500)]
    (position,) = city.happens()
    monkeypatch.setattr(time, "time", lambda: true() + 366 * 86400)
    for _ in range(3):
        city.push()
        city.now(hook.id)
    monkeypatch.undo()
    assert city.read(hook.id).status == "active"
    assert receiver.came[-1].event["data"]["position"] == position
    Reference(secret).verify(receiver.came[-1].body, receiver.came[-1].headers)


def test_a_message_that_is_refused_again_and_again_is_a_dead_letter_and_the_next_one_goes(city, receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(422)] * ASKED
    positions = city.happens(2)
    for _ in range(ASKED):
        city.push()
        city.now(hook.id)
    assert [came.event["data"]["position"] for came in receiver.came] == [positions[0]] * ASKED + [positions[1]]
    letters = DeadLetters(city.engine.pool)
    (letter,) = letters.page("webhook", None, 10)
    assert (letter.receiver, letter.message, letter.reason, letter.attempts) == (
        hook.id,
        str(positions[0]),
        "422",
        ASKED,
    )
    assert letters.retry(letter.id, "admin")
    city.push()
    assert receiver.came[-1].event["data"]["position"] == positions[0]
    assert letters.page("webhook", None, 10) == []


def test_who_is_gone_is_told_nothing_more(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(410)]
    city.happens(3)
    city.push()
    assert len(receiver.came) == 1
    assert city.read(hook.id).status == "stopped"


def test_whose_appointment_has_ended_is_told_nothing_more(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    (post,) = city.engine.directory.current().appointments(WHO)
    ended = EndAppointment(number=post.number, until=date.today() - timedelta(days=1), reason="Sistem diganti (contoh)")
    city.engine.directory.handle(ended, by="seed")
    city.happens()
    city.push()
    assert receiver.came == []
    assert city.read(hook.id).why == "its owner is no integrator any more"


def test_all_that_came_after_a_position_can_be_had_again(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    positions = city.happens(4)
    city.push()
    assert city.subscriptions.go_on(WHO, hook.id, positions[1])
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == positions + positions[2:]
    assert receiver.came[2].id == receiver.came[4].id


def test_many_senders_at_once_send_each_event_once_and_in_order(city: City, receiver: Receiver):
    city.subscribe(receiver.url)
    positions = city.happens(60)

    def send() -> None:
        pusher = Pusher(city.engine)
        while pusher.push(0.05):
            pass

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    city.push()
    assert [came.event["data"]["position"] for came in receiver.came] == positions


def test_one_turn_takes_a_receiver_that_is_far_behind_through_many_pages(city: City, receiver: Receiver):
    city.subscribe(receiver.url)
    positions = city.happens(PAGE + 5)
    assert city.pusher.push(30)
    assert [came.event["data"]["position"] for came in receiver.came] == positions


def test_who_is_far_behind_keeps_no_other_waiting(city: City, receiver: Receiver):
    hooks = [city.subscribe(receiver.url)[0].id for _ in range(3)]
    city.happens(4)
    for _ in range(6):
        assert city.pusher.push(0), "a turn sends one at least, however short it is"
    assert sorted(came.id.partition(".")[0] for came in receiver.came) == sorted(hooks * 2)


def test_what_died_on_the_way_to_a_subscription_goes_with_it(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(422)] * ASKED
    city.happens()
    for _ in range(ASKED):
        city.push()
        city.now(hook.id)
    letters = DeadLetters(city.engine.pool)
    assert [letter.receiver for letter in letters.page("webhook", None, 10)] == [hook.id]
    assert city.subscriptions.end(WHO, hook.id)
    assert letters.page("webhook", None, 10) == []


def test_a_sender_that_died_is_followed_by_another_once_its_claim_is_over(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    city.happens()
    assert city.pusher._claims.take()[0] is not None
    city.push()
    assert receiver.came == []
    with city.engine.pool.connection() as connection:
        connection.execute("UPDATE webhooks SET claimed_until = now() WHERE id = %s", [hook.id])
    city.push()
    assert len(receiver.came) == 1


@pytest.mark.parametrize("far", ["next_at", "claimed_until"])
def test_what_a_clock_put_off_before_it_was_set_back_is_sent(city: City, receiver: Receiver, far: str):
    hook, _ = city.subscribe(receiver.url)
    city.happens()
    with city.engine.pool.connection() as connection:
        connection.execute(f"UPDATE webhooks SET {far} = now() + interval '1 day' WHERE id = %s", [hook.id])
    city.push()
    assert len(receiver.came) == 1
