"""What subscriptions to one receiver share: how fast it is sent to, and that it is left alone while it is down."""

import pytest
from msgspec.structs import replace

from tests.webhooks.conftest import WHO, City
from tests.webhooks.receiver import Receiver, half, status
from workflow.engine import Engine
from workflow.webhooks.claims import Claims
from workflow.webhooks.pushing import Pusher


def whose(receiver: Receiver) -> list[str]:
    """The subscriptions by which its messages came, in order."""
    return [came.id.partition(".")[0] for came in receiver.came]


def failures(city: City) -> dict[str, int]:
    with city.engine.pool.connection() as connection:
        return dict(connection.execute("SELECT receiver, failures FROM webhook_receivers").fetchall())


def test_two_subscriptions_to_one_receiver_share_what_it_may_be_sent(city: City, receiver: Receiver):
    for path in ("one", "two"):
        city.subscribe(f"{receiver.url}&{path}")
    city.happens(3)
    with Engine.open(replace(city.engine.settings, webhook_per_second=0.001)) as slow:
        pusher = Pusher(slow)
        assert [pusher.push(0), pusher.push(0)] == [True, True]
    assert len(receiver.came) == 1, "the second had its turn, and nothing was left for its receiver"


def test_another_receiver_has_its_own(city: City, receiver: Receiver):
    other = Receiver()
    for one in (receiver, other):
        city.subscribe(one.url)
    city.happens(2)
    with Engine.open(replace(city.engine.settings, webhook_per_second=0.001)) as slow:
        pusher = Pusher(slow)
        assert [pusher.push(0), pusher.push(0)] == [True, True]
    assert [len(receiver.came), len(other.came)] == [1, 1]
    other.close()


@pytest.mark.parametrize("trouble", [status(500), status(429), half])
def test_a_receiver_in_trouble_is_left_alone_by_all_its_subscriptions(city: City, receiver: Receiver, trouble):
    hooks = [city.subscribe(receiver.url)[0].id for _ in range(3)]
    other = Receiver()
    city.subscribe(other.url)
    receiver.answers = [trouble]
    city.happens()
    city.push()
    assert (len(receiver.came), len(other.came)) == (1, 1)
    city.now(hooks[0])
    city.push()
    assert sorted(whose(receiver)[1:]) == sorted(hooks), "once it is well, each goes on from its place"
    assert failures(city) == {}
    other.close()


def test_after_the_rest_one_alone_tries(city: City, receiver: Receiver):
    hooks = [city.subscribe(receiver.url)[0].id for _ in range(3)]
    receiver.answers = [status(503)]
    city.happens()
    city.push()
    city.now(hooks[0])
    claims = Claims(city.engine.pool, city.engine.log)
    due, trial = claims.take()
    assert due is not None
    assert trial
    assert claims.take() == (None, False), "nobody else tries meanwhile"
    claims.release(due, untried=True)
    assert claims.take()[1], "what was not tried after all is tried by the next"


def test_the_rests_of_a_receiver_grow_whoever_tries(city: City, receiver: Receiver):
    hooks = [city.subscribe(receiver.url)[0].id for _ in range(3)]
    receiver.answers = [status(500)] * 3
    city.happens()
    for number, hook in enumerate(hooks, start=1):
        city.push()
        assert list(failures(city).values()) == [number]
        city.now(hook)
    assert sorted(whose(receiver)) == sorted(hooks), "each of them had its turn"


def test_a_message_that_is_refused_holds_up_no_other_subscription(city: City, receiver: Receiver):
    hooks = [city.subscribe(receiver.url)[0].id for _ in range(2)]
    receiver.answers = [status(422)]
    city.happens()
    city.push()
    assert sorted(whose(receiver)) == sorted(hooks)
    assert failures(city) == {}


def test_who_has_mended_the_receiver_has_it_tried_at_once(city: City, receiver: Receiver):
    hook, _ = city.subscribe(receiver.url)
    receiver.answers = [status(500)]
    city.happens()
    city.push()
    assert city.subscriptions.go_on(WHO, hook.id)
    city.push()
    assert len(receiver.came) == 2


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://Agency.example/a", "https://agency.example:443/b?c"),
        ("http://agency.example:80", "https://agency.example"),
        ("https://[fd00::1]/a", "https://[FD00::1]:443/b"),
        ("https://agency.example:8443/a", "https://agency.example:8443/b"),
    ],
)
def test_one_receiver_is_one_however_it_is_written(city: City, one: str, two: str):
    for url in (one, two):
        city.subscribe(url)
    with city.engine.pool.connection() as connection:
        rows = connection.execute("SELECT DISTINCT receiver FROM webhooks").fetchall()
    assert len(rows) == 1
    assert rows[0][0]
