"""Harmonisation's figures: how many groups, places and persons count where, from which event on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from psycopg import Connection

from workflow.domain.alignments import Alignment, AlignmentChanged
from workflow.domain.definition.model import Definition
from workflow.domain.events import CaseOpened, Recorded
from workflow.domain.findings.clauses import World, clauses, compared
from workflow.domain.findings.figures import Group, Key, figures_of
from workflow.domain.findings.folding import fold, visit_of
from workflow.domain.findings.mentoring import Pair, on_mentoring, pair_of
from workflow.domain.potentials import PotentialDropped, PotentialListed
from workflow.domain.registry import DefinitionPublished, IntakeSet, PlacesTransferred, QuotaSet, signed
from workflow.projections import breaches, doubles, ledger, worlds
from workflow.projections.breaches import Marks, Mentors, Months
from workflow.projections.doubles import Held, Persons, held
from workflow.projections.judging import Judges, Opener
from workflow.projections.ledger import Ledger
from workflow.projections.projection import DefinitionOf, Projection, add_rows, write_rows

PART = 1000
"""Events that are folded before the figures that they changed are written."""
CHUNK = 2000
"""Groups that are judged anew at once when a definition is published."""

MEMORY = ("ref", "programme", "region", "state")
TYPES = ("text", "text", "text", "bytea")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Group).decode


class Harmonisation(Projection):
    """Changes of figures by event, so that every figure can be told as of any moment, with what it is made of."""

    name = "harmonisation"
    version = 6
    tables = (
        """
    CREATE TABLE memory (
        ref       text COLLATE "C" PRIMARY KEY,
        programme text  NOT NULL,
        region    text  NOT NULL,
        state     bytea STORAGE EXTERNAL NOT NULL  -- sealed values do not shrink
    );
    """
        + doubles.TABLES
        + ledger.TABLES
        + worlds.TABLES
        + breaches.TABLES
    )
    indexes = ledger.INDEXES

    def __init__(self, definition_of: DefinitionOf, opener: Opener) -> None:
        self._definition_of, self._opener = definition_of, opener

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        batch = Batch(connection, self._definition_of, self._opener)
        coming = iter(events)
        while part := list(islice(coming, PART)):
            batch.begin(part)
            for event in part:
                batch.take(event)
            batch.write_figures()
        batch.write()


def _row(group: Group) -> tuple[Any, ...]:
    return group.ref, group.programme, group.region, _encode(group)


class Batch:
    """Events being folded over one connection."""

    def __init__(self, connection: Connection[Any], definition_of: DefinitionOf, opener: Opener) -> None:
        self._connection, self._definition_of = connection, definition_of
        self._judges = Judges(definition_of, opener)
        self._ledger, self._persons, self._mentors = Ledger(), Persons(), Mentors()
        self._months = Months(connection)
        self._groups: dict[str, Group] = {}
        self._counted: dict[str, frozenset[Key]] = {}
        """The figures in which a case counted after its last event of this batch."""
        self._stored: set[str] = set()
        """Cases of this batch that have a row."""
        self._changed: set[str] = set()
        self._programmes: dict[str, Definition] | None = None
        self._agreed: World | None = None
        self._on_mentoring: dict[Pair, tuple[Alignment, ...]] | None = None

    @property
    def on_mentoring(self) -> dict[Pair, tuple[Alignment, ...]]:
        """The alignments in force whose terms say something on mentoring."""
        if self._on_mentoring is None:
            self._on_mentoring = on_mentoring(worlds.alignments(self._connection).values())
        return self._on_mentoring

    @property
    def agreed(self) -> World:
        """The alignments whose terms say which facts of one programme are which of another's."""
        if self._agreed is None:
            known = worlds.alignments(self._connection)
            self._agreed = World(alignments={ref: one for ref, one in known.items() if one.terms.eligibility.facts})
        return self._agreed

    @property
    def programmes(self) -> dict[str, Definition]:
        """The programmes that are compared, by their definitions in force."""
        if self._programmes is None:
            hashes = worlds.published(self._connection)
            self._programmes = compared({name: self._definition_of(hash) for name, hash in hashes.items()})
        return self._programmes

    def begin(self, part: Sequence[Recorded]) -> None:
        """Read at once what taking these events will ask for one by one."""
        opened = {event.body.ref for event in part if isinstance(event.body, CaseOpened)}
        self.remember({event.stream[5:] for event in part if event.stream.startswith("case/")} - opened)
        self._judges.ahead(part, self.programmes.values())

    def remember(self, refs: Iterable[str]) -> None:
        """Read what is known of these cases."""
        unknown = list({*refs} - self._groups.keys())
        if unknown:
            rows = self._connection.execute("SELECT ref, state FROM memory WHERE ref = ANY(%s)", [unknown])
            found = {ref: _decode(state) for ref, state in rows}
            self._groups.update(found)
            self._stored.update(found)

    def take(self, event: Recorded) -> None:
        if month := self._months.over(event):
            self.write()
            self._mark(event, breaches.judged(self._connection, month, self.on_mentoring))
        if event.stream.startswith("case/"):
            self._case(event)
            return
        match event.body:
            case QuotaSet() | PlacesTransferred() as body:
                self.write()
                worlds.offer(self._connection, event, body)
                if isinstance(body, PlacesTransferred) and (body.direction == "in") != body.returned:
                    # What came under terms counts against their cap until it returns.
                    key = Key("transferred", body.alignment, "", body.region, body.year)
                    self._ledger.add(event.position, event.at, key, signed(body))
            case IntakeSet() as body:
                self.write()
                worlds.take_in(self._connection, event, body)
            case DefinitionPublished():
                self.write()
                self._publish(event, event.body)
            case AlignmentChanged():
                self.write()
                self._align(event, event.body)
            case PotentialListed() | PotentialDropped() as body:
                self.write()
                worlds.keep(self._connection, event, body)
            case _:
                return
        self._stand(event.position, event.at)
        self.write()

    def write(self) -> None:
        """Store what has been folded so far."""
        self.write_figures()
        new, known = self._changed - self._stored, self._changed & self._stored
        if new:
            add_rows(self._connection, "memory", MEMORY, (_row(self._groups[ref]) for ref in new), TYPES)
        if known:
            self._overwrite(self._groups[ref] for ref in known)
        self._stored |= new
        self._changed = set()

    def write_figures(self) -> None:
        """Store the figures that changed so far."""
        self._persons.write(self._connection, self._ledger)
        self._mentors.write(self._connection, self._ledger, self.on_mentoring)
        self._ledger.write(self._connection)

    def _overwrite(self, groups: Iterable[Group]) -> None:
        write_rows(self._connection, "memory", MEMORY, ("ref",), map(_row, groups))

    def _case(self, event: Recorded) -> None:
        ref = event.stream.removeprefix("case/")
        group = self._groups.get(ref)
        counted = self._counted.get(ref)
        if counted is None:
            counted = frozenset() if group is None else figures_of(group, self.programmes)
        before: Held | None = None if group is None else held(group)
        year = None if group is None else group.year
        judged = fold(self._groups, event, self._definition_of)
        group = self._groups[ref]
        if judged or group.year != year:
            self._judges.judge(group, self.programmes.values(), self.agreed)
        self._changed.add(ref)
        now = self._counted[ref] = figures_of(group, self.programmes)
        self._ledger.change(event.position, event.at, ref, counted, now)
        self._mentors.change(event.position, event.at, ref, counted, now)
        self._persons.change(event.position, event.at, ref, before, held(group))
        if visit := visit_of(group, event, self._definition_of(group.definition)):
            self._ledger.change(event.position, event.at, ref, (), (visit,))

    def _publish(self, event: Recorded, body: DefinitionPublished) -> None:
        """A definition in force from now on: every group is judged by it, on its facts as they are."""
        before = self.programmes
        worlds.publish(self._connection, event, body)
        self._programmes = None
        if body.programme not in before and body.programme not in self.programmes:
            return
        new = [one for name, one in self.programmes.items() if name == body.programme]
        self._judge_all(event, before, new)

    def _align(self, event: Recorded, body: AlignmentChanged) -> None:
        """Terms that say which facts are which: groups of one party are judged anew by the other."""
        before = self.agreed.alignments.get(body.ref)
        known = worlds.alignments(self._connection)
        worlds.align(self._connection, event, body)
        self._breach(event, known.get(body.ref), worlds.alignments(self._connection)[body.ref])
        if before is None and not body.terms.eligibility.facts:
            return
        self._agreed = None
        parties = {
            party.programme for terms in (body.terms, before and before.terms) if terms for party in terms.parties
        }
        self._judge_all(event, self.programmes, [one for name, one in self.programmes.items() if name in parties])

    def _breach(self, event: Recorded, before: Alignment | None, after: Alignment) -> None:
        """Which groups break the terms on mentoring from here on; visits are judged once a full month is over."""
        self._on_mentoring = None
        for alignment in (before, after) if before else (after,):
            pair = pair_of(alignment)
            self._mark(event, breaches.cleared(self._connection, pair, alignment))
            breaches.align(self._connection, self._ledger, event, pair, self.on_mentoring.get(pair, ()))
            self.write()

    def _mark(self, event: Recorded, marks: Marks) -> None:
        """Say of cases in which pairs' terms they were visited too little."""
        self.remember(marks)
        for ref, pairs in sorted(marks.items()):
            group = self._groups[ref]
            before = figures_of(group, self.programmes)
            group.unvisited = tuple(sorted(pairs))
            now = self._counted[ref] = figures_of(group, self.programmes)
            self._ledger.change(event.position, event.at, ref, before, now)
            self._changed.add(ref)
        self.write()

    def _judge_all(self, event: Recorded, before: dict[str, Definition], programmes: list[Definition]) -> None:
        """Judge every group by these programmes; `before`: those compared up to this event."""
        known = tuple(self._groups)
        self._groups.clear()
        self._counted.clear()
        after = ""
        while rows := self._connection.execute(
            "SELECT ref, state FROM memory WHERE ref > %s ORDER BY ref LIMIT %s", [after, CHUNK]
        ).fetchall():
            after = rows[-1][0]
            groups = [_decode(state) for _, state in rows]
            for group in groups:
                counted = figures_of(group, before)
                self._judges.judge(group, programmes, self.agreed)
                now = figures_of(group, self.programmes)
                self._ledger.change(event.position, event.at, group.ref, counted, now)
                self._mentors.change(event.position, event.at, group.ref, counted, now)
            self._mentors.write(self._connection, self._ledger, self.on_mentoring)
            self._ledger.write(self._connection)
            self._overwrite(groups)
        self.remember(known)

    def _stand(self, position: int, at: datetime) -> None:
        """Which findings that follow from no case stand from an event on."""
        world = worlds.world(self._connection, self._definition_of)
        before = worlds.standing(self._connection)
        after = clauses(world)
        for clause in sorted(before ^ after):
            key = (Key(*clause[:5]),)
            came = clause in after
            self._ledger.change(position, at, clause.dimension, () if came else key, key if came else ())
        worlds.stand(self._connection, after)
