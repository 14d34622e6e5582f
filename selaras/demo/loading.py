"""Loads the demo by ordinary commands: the directory, the programme, its places, its groups."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import workflow
from selaras.demo import groups, people, places, potentials
from workflow.store.log import CommandKey
from workflow.texts import texts_beside

if TYPE_CHECKING:
    from workflow.engine import Engine

BY = "demo"
REQUEST = "demo"
"""The same in every release: what was loaded once stays as it was loaded."""
DEFINITION = "tkm-kelompok/v1.yaml"
FIRST_YEARS = frozenset({2026, 2027})
SET_UP = timedelta(days=400)
"""The demo's offices and places are there before its oldest group."""


def load(engine: "Engine", now: datetime | None = None) -> int:
    """Load the demo as of `now` (UTC); how many groups there are.

    Done again, or after it was cut short, it loads what is missing.
    """
    moment = now or datetime.now(UTC)
    set_up(engine, moment)
    return groups.lead(engine, moment)


def set_up(engine: "Engine", moment: datetime) -> None:
    """People, offices, the programme and its places, as of long before `moment`."""
    before = moment - SET_UP
    for order in (*people.OFFICES, *people.registrations()):
        name = getattr(order, "office", None) or getattr(order, "person", "")
        engine.directory.handle(order, by=BY, command=_key(f"register/{name}"), at=before)
    for post in people.appointments():
        engine.directory.handle(post, by=BY, command=_key(f"appoint/{post.person}/{post.role}"), at=before)
    potentials.load(engine, before)
    file = Path(workflow.__file__).parent.parent / "definitions" / DEFINITION
    source = file.read_text(encoding="utf-8")
    if engine.registry.current(places.PROGRAMME) is None:
        engine.registry.publish(
            source, DEFINITION, texts_beside(file), by=BY, command=_key(f"publish/{DEFINITION}"), at=before
        )
    for year in sorted(FIRST_YEARS | set(range(before.year, moment.year + 2))):
        for quota in places.quotas(year):
            key = _key(f"quota/{quota.region}/{year}")
            engine.registry.set_quota(places.PROGRAMME, quota, by=BY, command=key, at=before)


def _key(name: str) -> CommandKey:
    return CommandKey(actor=BY, key=f"demo/{name}", request=REQUEST)
