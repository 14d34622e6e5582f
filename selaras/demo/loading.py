"""Loads the demo by ordinary commands: the directory, the programmes, their places, the groups."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import workflow
from selaras.demo import agreements, crowd, groups, legacy, offices, people, places, potentials, raising
from selaras.demo.clock import Clock
from selaras.demo.past import Past
from selaras.demo.play import Told, play
from selaras.demo.shelf import Shelf
from workflow.calendars import calendar_for
from workflow.domain.agencies import TitleAgency
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.calendar import Calendar
from workflow.store.log import CommandKey
from workflow.texts import texts_beside

if TYPE_CHECKING:
    from workflow.engine import Engine

BY = "demo"
REQUEST = "demo"
"""The same in every release: what was loaded once stays as it was loaded."""
FIRST_YEARS = frozenset({2026, 2027})
SET_UP = timedelta(days=400)
"""The demo's offices and places are there before its oldest group."""


def load(
    engine: "Engine", now: datetime | None = None, *, few: bool = False, told: Told = lambda done, of: None
) -> int:
    """Load the demo as of `now` (UTC); how many groups there are. `few`: the small cast alone.

    Done again, or after it was cut short, it loads what is missing, as of the moment at which it began.
    """
    now = now or datetime.now(UTC)
    moment = _begun(engine) or now
    past, shelf, clock = Past(moment), Shelf(engine), Clock(engine)
    set_up(engine, moment)
    if few:
        play(engine, groups.steps(past, shelf.paper), past.day, clock, told)
        clock.go_on(now)
        return len(groups.STORIES)
    set_up_province(engine, moment)
    legacy.load(engine, past, crowd.of_old())
    lives = (
        groups.steps(past, shelf.paper),
        crowd.steps(past, shelf.paper),
        agreements.steps(past, shelf.paper, _calendar(engine, agreements.PROGRAMME, moment)),
    )
    # A decision that binds a case stands on all alignments: none may move meanwhile.
    play(engine, chain(*lives), past.day, clock, told, alone=lambda step: step.group >= agreements.FIRST)
    clock.go_on(past.now)
    raising.raise_places(engine, past)
    clock.go_on(now)
    return crowd.GROUPS


def _begun(engine: "Engine") -> datetime | None:
    """The moment as of which this log's demo was begun: told as of another, a life could be another one."""
    first = engine.log.command(BY, _key(f"register/{people.OFFICES[0].office}").key)
    return engine.log.select(first.position - 1, 1)[0].at + SET_UP if first else None


def set_up(engine: "Engine", moment: datetime) -> None:
    """People, offices, potentials, the ministry's programme and its places, as of long before `moment`."""
    _staff(engine, (*people.OFFICES, *people.AGENCIES, *people.registrations()), people.appointments(), moment)
    potentials.load(engine, moment - SET_UP)
    _programme(engine, places.TKM, moment)


def set_up_province(engine: "Engine", moment: datetime) -> None:
    """The offices of all regencies, every group's leader, the city's and the province's own programmes."""
    known = frozenset(order.person for order in people.registrations())
    registrations = offices.registrations(known, crowd.leaders())
    _staff(engine, (*offices.OFFICES, *offices.AGENCIES, *registrations), offices.appointments(), moment)
    for programme in (places.PADAT_KARYA, places.KLASTER, agreements.PROGRAMME):
        _programme(engine, programme, moment)


def _staff(
    engine: "Engine",
    orders: Iterable[OpenOffice | TitleAgency | RegisterPerson],
    posts: Iterable[Appoint],
    moment: datetime,
) -> None:
    before = moment - SET_UP
    for order in orders:
        engine.directory.handle(order, by=BY, command=_key(_named(order)), at=before)
    for post in posts:
        engine.directory.handle(post, by=BY, command=_key(f"appoint/{post.person}/{post.role}"), at=before)


def _named(order: OpenOffice | TitleAgency | RegisterPerson) -> str:
    match order:
        case TitleAgency():
            return f"title/{order.agency}"
        case OpenOffice():
            return f"register/{order.office}"
        case RegisterPerson():
            return f"register/{order.person}"


def _programme(engine: "Engine", programme: str, moment: datetime) -> None:
    """Publish a programme's definition, set its places for every year that the demo touches, and this year's intake."""
    before = moment - SET_UP
    name = f"{programme}/v1.yaml"
    file = Path(workflow.__file__).parent.parent / "definitions" / name
    if engine.registry.current(programme) is None:
        source = file.read_text(encoding="utf-8")
        engine.registry.publish(source, name, texts_beside(file), by=BY, command=_key(f"publish/{name}"), at=before)
    prefix = "" if programme == places.TKM else f"{programme}/"
    for year in sorted(FIRST_YEARS | set(range(before.year, moment.year + 2))):
        for quota in places.quotas(programme, year) if programme in places.PLACES else ():
            key = _key(f"quota/{prefix}{quota.region}/{year}")
            engine.registry.set_quota(programme, quota, by=BY, command=key, at=before)
    # Of the year of the groups' lives alone: in the next one, proposals are taken until somebody says otherwise.
    year = Past(moment).year
    for intake in places.intakes(programme, year) if programme in places.PLACES else ():
        key = _key(f"intake/{programme}/{intake.region}/{year}")
        engine.registry.set_intake(programme, intake, by=BY, command=key, at=before)


def _calendar(engine: "Engine", programme: str, moment: datetime) -> Calendar:
    known = engine.registry.current(programme)
    assert known is not None
    assert known.current_hash is not None
    rule = engine.registry.definition(known.current_hash).calendar
    return calendar_for(rule, moment.year - 1, moment.year + 1)


def _key(name: str) -> CommandKey:
    return CommandKey(actor=BY, key=f"demo/{name}", request=REQUEST)
