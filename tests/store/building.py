"""What the store's tests write: small real events, and an application of three lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from eventsourcing.application import Application

from workflow.domain.events import CaseOpened, ChecklistAnswered, Facts, Kind, Move, Recorded
from workflow.store import schema
from workflow.store.factory import environment
from workflow.store.log import ClaimWrite, CommandKey, CounterWrite, Log, Write

AT = datetime(2026, 3, 2, 9, 30, 15, 123456, UTC)


class Cases(Application[str]):
    """A casework without decisions."""

    def __init__(self, database_url: str, *, pool_size: int = 1) -> None:
        super().__init__(environment(database_url, pool_size=pool_size))


@contextmanager
def opened(database_url: str) -> Iterator[Log]:
    """The log of a prepared database; its connections are closed on the way out."""
    schema.prepare(database_url)
    application = Cases(database_url)
    try:
        yield Log(application)
    finally:
        application.close()


def event(
    stream: str, version: int, body: Kind | None = None, at: datetime = AT, actor: str = "officer.palu"
) -> Recorded:
    return Recorded(stream=stream, version=version, at=at, actor=actor, body=body or ticked(version))


def ticked(number: int = 1) -> ChecklistAnswered:
    return ChecklistAnswered(checklist="visit", answers={f"question_{number}": True})


def opening(ref: str, facts: Facts | None = None) -> CaseOpened:
    return CaseOpened(
        ref=ref,
        programme="tkm-kelompok",
        definition_version=1,
        applicant="leader.palu",
        region="72.71",
        facts=facts or {"name": "Kelompok Nelayan"},
        tracking_code="T-1",
        move=Move(from_="", to="draft", round=1, phase="proposal"),
    )


def save(
    *events: Recorded,
    command: CommandKey | None = None,
    reads: tuple[tuple[str, int], ...] = (),
    claims: tuple[ClaimWrite, ...] = (),
    counters: tuple[CounterWrite, ...] = (),
) -> Write:
    return Write(events=events, command=command, reads=reads, claims=claims, counters=counters)


def take(key: str, holder: str) -> ClaimWrite:
    return ClaimWrite(key=key, holder=holder, taken=True)


def release(key: str, holder: str) -> ClaimWrite:
    return ClaimWrite(key=key, holder=holder, taken=False)


def place(key: str, limit: int | None) -> CounterWrite:
    return CounterWrite(key=key, delta=1, limit=limit)


def leave(key: str) -> CounterWrite:
    return CounterWrite(key=key, delta=-1)
