"""A small world to decide in: people, calendar, claims and places, kept in memory as the values they are."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from workflow.definition_files import read_definition
from workflow.domain.alignments import Alignments
from workflow.domain.calendar import Calendar, DayOff
from workflow.domain.case import Case
from workflow.domain.context import Appointment, Context, Elsewhere, FactsError, Membership
from workflow.domain.decide import decide
from workflow.domain.definition.model import Definition
from workflow.domain.events import ClaimChange, Recorded
from workflow.domain.evolve import evolve, fold
from workflow.domain.windows import Window, window_of
from workflow.domain.words import Text

V1 = Path(__file__).parents[2] / "definitions" / "tkm-kelompok" / "v1.yaml"
START = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""A Monday, ten in the morning in Palu."""
PALU, SIGI = "72.71.06", "72.10.01"

OFFICES = {
    "dinas.palu": ("city", "72.71"),
    "dinas.sigi": ("city", "72.10"),
    "dinas.sulteng": ("province", "72"),
    "dinas.gorontalo": ("province", "75"),
    "ministry": ("nation", ""),
}
POSTS = [
    ("officer.palu", "city_officer", "dinas.palu"),
    ("officer2.palu", "city_officer", "dinas.palu"),
    ("head.palu", "city_head", "dinas.palu"),
    ("officer.sigi", "city_officer", "dinas.sigi"),
    ("head.sigi", "city_head", "dinas.sigi"),
    ("coord.sulteng", "province_coord", "dinas.sulteng"),
    ("head.sulteng", "province_head", "dinas.sulteng"),
    ("coord.gorontalo", "province_coord", "dinas.gorontalo"),
    *((f"panel{n}", "ministry_panel", "ministry") for n in range(1, 8)),
    ("head.ministry", "ministry_head", "ministry"),
    ("minister", "minister", "ministry"),
    ("mentorlead", "mentor_lead", "ministry"),
    ("mentor1", "mentor", "ministry"),
    ("mentor2", "mentor", "ministry"),
]


@cache
def tkm(*changes: tuple[str, str]) -> Definition:
    """The shipped programme, with pieces of its text replaced by others."""
    text = V1.read_text()
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return read_definition(text, "v1.yaml")


class Directory:
    """Appointments and registered applicants."""

    def __init__(self) -> None:
        self.all: list[Appointment] = []
        self.applicants = {"leader.palu", "leader2.palu", "leader.sigi"}
        for person, role, office in POSTS:
            self.appoint(person, role, office)

    def appoint(
        self,
        person: str,
        role: str,
        office: str,
        since: date = date(2026, 1, 1),
        until: date | None = None,
        instead_of: str | None = None,
    ) -> None:
        level, region = OFFICES[office]
        number = len(self.all) + 1
        self.all.append(
            Appointment(
                number=number,
                person=person,
                role=role,
                office=office,
                level=level,
                region=region,
                since=since,
                until=until,
                instead_of=instead_of,
            )
        )

    def end(self, person: str) -> None:
        self.all = [a for a in self.all if a.person != person]

    def appointments(self, person: str) -> tuple[Appointment, ...]:
        return tuple(a for a in self.all if a.person == person)

    def holders(self, role: str) -> tuple[Appointment, ...]:
        return tuple(a for a in self.all if a.role == role and a.instead_of is None)

    def is_applicant(self, person: str) -> bool:
        return person in self.applicants


class World:
    """All cases, what they hold, and what everybody may know; time stands still until it is moved."""

    def __init__(self, definition: Definition | None = None) -> None:
        self.definition = definition or tkm()
        self.directory = Directory()
        self.now = START
        self.histories: dict[str, list[Recorded]] = {}
        self.cases: dict[str, Case] = {}
        self.claims: dict[str, str] = {}
        self.elsewhere: dict[str, Elsewhere] = {}
        """What other programmes' cases hold or held."""
        self.alignments = Alignments()
        self.former_codes: dict[str, tuple[str, ...]] = {}
        self.places: dict[str, int] = {}
        self.quotas: dict[tuple[str, int], int] = {("72.71", 2026): 50, ("72.10", 2026): 50, ("72.71", 2027): 50}
        self.windows: dict[tuple[str, int], Window] = {}
        """When proposals are taken, by region and year."""
        self.queues: dict[str, list[str]] = {}
        self.erased: frozenset[str] = frozenset()
        self.position = 0
        self.declared: list[date] = []
        """An agency's own days."""
        self.days_off: dict[date, DayOff] = {date(2026, 12, 25): DayOff(Text("Natal", "Christmas"))}

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    @property
    def calendar(self) -> Calendar:
        return self.calendar_at(len(self.declared))

    def calendar_at(self, version: int) -> Calendar:
        """With the first so many of the days declared."""
        rule, own = self.definition.calendar, dict.fromkeys(self.declared[:version], DayOff(Text("libur", "off")))
        return Calendar(zone=rule.zone, week=frozenset(rule.week), days_off={**self.days_off, **own})

    def context(self, actor: str, ref: str) -> Context:
        return Context(
            at=self.now,
            actor=actor,
            people=self.directory,
            calendar=self.calendar,
            calendar_at=self.calendar_at,
            facts_errors=self.facts_errors,
            opened=self.opened,
            erased_fields=lambda facts: self.erased,
            held_elsewhere=lambda keys: self._elsewhere(ref, keys),
            used=lambda key: self.places.get(key, 0) - self._own(ref, key),
            waiting=lambda key: tuple(self.queues.get(key, ())),
            quota=lambda region, year: self.quotas.get((region, year)),
            window=lambda region, year: window_of(self.windows, region, year),
            alignments=self.alignments,
            formerly=lambda region: self.former_codes.get(region, ()),
        )

    def _elsewhere(self, ref: str, keys: tuple[str, ...]) -> dict[str, Elsewhere]:
        ours = Elsewhere(memberships=(Membership(programme=self.definition.id, region=PALU),), moved=self.position)
        known = {key: ours for key in keys if self.claims.get(key, ref) != ref}
        return {**known, **{key: self.elsewhere[key] for key in keys if key in self.elsewhere}}

    def decide(self, actor: str, ref: str, command: Any) -> list[Recorded]:
        """Decide a command and keep what follows, as the store does: all of it or none. Raises as `decide` does."""
        case = self.cases.get(ref)
        decided = decide(self.definition, case, command, self.context(actor, ref))
        events = []
        for one in decided:
            self.position += 1
            event = Recorded(
                stream=f"case/{ref}",
                version=(case.version if case else 0) + 1,
                position=self.position,
                at=self.now,
                actor=one.actor,
                office=one.office,
                on_behalf_of=one.on_behalf_of,
                definition=self.definition.hash,
                body=one.body,
            )
            case = evolve(case, event)
            events.append(event)
            for change in getattr(getattr(one.body, "move", None), "claims", ()):
                self._keep(ref, change)
        assert case is not None
        self.cases[ref] = case
        self.histories.setdefault(ref, []).extend(events)
        return events

    def replayed(self, ref: str) -> Case:
        return fold(self.histories[ref])

    def facts_errors(self, facts: dict[str, Any], draft: bool) -> tuple[FactsError, ...]:
        schema = self.definition.facts.schema
        if draft:
            schema = {**_lenient(schema), "required": list(self.definition.facts.draft_requires)}
        found = Draft202012Validator(schema).iter_errors(facts)
        return tuple(
            FactsError("".join(f"/{part}" for part in e.absolute_path), Text(e.validator, e.validator)) for e in found
        )

    def opened(self, facts: dict[str, Any]) -> dict[str, Any]:
        return _open(facts, self.erased)

    def _own(self, ref: str, key: str) -> int:
        case = self.cases.get(ref)
        return sum(keys.count(key) for keys in case.held.values()) if case else 0

    def _keep(self, ref: str, change: ClaimChange) -> None:
        if change.kind == "turn":
            queue = self.queues.setdefault(change.key, [])
            queue.append(ref) if change.taken else queue.remove(ref)
        elif change.kind == "counter":
            first = (*self.queues.get(change.key, ()), ref)[0]
            assert not change.taken or first == ref, "somebody who waits was passed"
            self.places[change.key] = self.places.get(change.key, 0) + (1 if change.taken else -1)
            assert not change.taken or change.limit is None or self.places[change.key] <= change.limit
        elif change.taken:
            assert change.key not in self.claims, "a claim held twice"
            self.claims[change.key] = ref
        else:
            assert self.claims.pop(change.key) == ref


def _lenient(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _lenient(part) for name, part in schema.items() if name != "required"}
    return schema


def _open(value: Any, erased: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: digest_of(item) if name == "nik" else _open(item, erased)
            for name, item in value.items()
            if name not in erased
        }
    return [_open(item, erased) for item in value] if isinstance(value, list) else value


def digest_of(nik: str) -> str:
    """Stands for the keyed digest."""
    return hashlib.sha256(nik.encode()).hexdigest()


def members(count: int = 10, first: int = 1, born: str = "1990-05-14", leaders: int = 1) -> list[dict[str, str]]:
    """Plainly synthetic people, told apart by the serial number at the end of their NIK."""
    year, month, day = born.split("-")
    return [
        {
            "name": f"Anggota Uji {serial}",
            "nik": f"727106{day}{month}{year[2:]}{serial:04d}",
            "born": born,
            "phone": f"0812000{serial:05d}",
            "role": "leader" if serial - first < leaders else "member",
        }
        for serial in range(first, first + count)
    ]


def facts(**over: Any) -> dict[str, Any]:
    """Facts of one group that pass every rule of the programme."""
    plan = {"tools": 12_000_000, "materials": 8_000_000, "workers_now": 2, "workers_target": 8}
    return {
        "group": "Kelompok Uji",
        "region": PALU,
        "sector": "10399",
        "potential": "bawang-goreng",
        "members": members(),
        "plan": plan,
        **over,
    }
