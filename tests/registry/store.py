"""A real log on a real Postgres, for tests of what is kept in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.application import Application

from workflow.store import schema
from workflow.store.factory import environment
from workflow.store.log import Log


class Kept(Application[str]):
    """The smallest application that has a log."""


@contextmanager
def log_on(database_url: str) -> Iterator[Log]:
    """Open the log as one process would, and close it after."""
    schema.prepare(database_url)
    application = Kept(environment(database_url))
    try:
        yield Log(application)
    finally:
        application.close()
