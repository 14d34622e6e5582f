"""What an operator is woken for: what should have gone out, what was given up, who takes nothing any more."""

from datetime import UTC, datetime

from tests.notices.mailbox import Sink
from tests.notices.telling import Town
from tests.notices.test_mail import Post
from workflow.backlog import Backlog, backlog
from workflow.webhooks.subscriptions import Subscriptions


def counted(town: Town) -> Backlog:
    with town.engine.pool.connection() as connection:
        return backlog(connection)


def test_what_a_server_that_is_away_keeps_waiting_is_counted_and_a_digest_for_tomorrow_is_not(town: Town):
    post = Post(town, None, url="smtp-plain://127.0.0.1:1")
    post.wants("officer.palu")
    post.wants("officer2.palu", digest="daily")
    town.submitted()
    post.turn()
    mail = counted(town).channels["mail"]
    assert (mail.waiting, mail.failures, mail.oldest > 0) == (1, 1, True)


def test_what_was_given_up_is_counted_until_it_is_wanted_again(town: Town, sink: Sink):
    post = Post(town, sink)
    post.wants("officer.palu")
    sink.behaves("550 5.1.1 unknown")
    town.submitted()
    post.turn()
    found = counted(town)
    assert (found.dead, found.channels["mail"].waiting) == ({"mail": 1}, 0)
    sink.behaves("ok")
    post.dead.retry_all("mail", "admin")
    assert counted(town).dead == {}
    post.turn()
    assert (counted(town).channels["mail"].waiting, counted(town).channels["mail"].oldest) == (0, 0)


def test_webhooks_that_do_not_get_through_are_counted(town: Town):
    hooks = Subscriptions(town.engine.pool, town.engine.settings.master_key)
    well, failing, stopped = (hooks.add("integrator", "https://a.example", after=0)[0].id for _ in range(3))
    with town.engine.pool.connection() as connection:
        connection.execute("UPDATE webhooks SET failing_since = now() WHERE id = ANY(%s)", [[failing, stopped]])
        connection.execute("UPDATE webhooks SET status = 'stopped' WHERE id = %s", [stopped])
    assert (counted(town).failing, counted(town).stopped) == (1, 1)
    assert hooks.go_on("integrator", stopped)
    assert hooks.end("integrator", failing)
    assert (counted(town).failing, counted(town).stopped) == (0, 0)
    assert hooks.read("integrator", well) is not None


def test_a_deadline_that_nobody_minds_is_counted(town: Town):
    town.submitted()
    town.models.runner.catch_up("deadlines")
    assert counted(town).deadlines == 0
    with town.engine.pool.connection() as connection:
        connection.execute("UPDATE read_deadlines.deadlines SET warn = %s", [datetime(2026, 1, 1, tzinfo=UTC)])
    assert counted(town).deadlines == 1
