"""The plain library: an aggregate of `eventsourcing` with its own Postgres recorder and its cache."""

from collections.abc import Callable
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

NOTE = "x" * 400


class Matter(Aggregate):
    """A case as the library's own examples write one."""

    @event("Opened")
    def __init__(self) -> None:
        self.noted = 0

    @event("Noted")
    def note(self, text: str) -> None:
        self.noted += 1


class Matters(Application[Any]):
    """The stock application over the stock recorder."""


def worker(url: str) -> tuple[Matters, Callable[[int], Callable[[], object]]]:
    """The application, to be closed, and what each thread does: load, note, save."""
    parts = conninfo_to_dict(url)
    matters = Matters(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts.get("port", "5432")),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": str(parts.get("password", "-")),
            "POSTGRES_POOL_SIZE": "33",
            "AGGREGATE_CACHE_MAXSIZE": "1000",
            "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
        }
    )

    def prepare(number: int) -> Callable[[], object]:
        matter = Matter()
        matters.save(matter)

        def once() -> object:
            found: Matter = matters.repository.get(matter.id)
            found.note(NOTE)
            return matters.save(found)

        return once

    return matters, prepare
