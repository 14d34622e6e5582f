"""Notices: one row for each (event, rule, person), under a name that a rebuild gives it again."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import Connection

from workflow.domain.directory import EMPTY, STREAM, Directory, fold
from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    DecisionCarried,
    InquiryOpened,
    Kind,
    Move,
    Recorded,
)
from workflow.domain.inquiries import inquiry_of
from workflow.domain.webhook_stops import WebhookStopped
from workflow.domain.words import Text
from workflow.projections import waiting
from workflow.projections.projection import DefinitionOf, Projection, write_rows
from workflow.projections.recipients import Posts, of_webhook, posts_of, recipients
from workflow.projections.waiting import Waiting

STOPPED = "webhook_stopped"
"""The template of a notice that no definition words."""


class Row(Struct, frozen=True, kw_only=True):
    """One notice, with what its text is filled in with. Field by field as the table's columns."""

    id: str
    position: int
    rule: int
    person: str
    role: str
    """In which the person is told."""
    ref: str
    """Of a case; or the id of a webhook that is stopped."""
    programme: str
    """With `definition`: empty where it is of no case."""
    definition: str
    event: str
    template: str
    at: datetime
    enters: bool
    """Made by a taking or a carried decision: a decision that carries on from it takes its place."""
    state: str
    due: datetime | None
    reason: str
    """What was said beside the event, in Indonesian where it was said in both languages."""
    reason_en: str
    """The same in English; empty where it was said once."""
    label: str
    region: str
    inquiry: int | None
    """Number of the inquiry that it tells of."""


COLUMNS = Row.__struct_fields__


class Notices(Projection):
    """The directory is folded here as well: who is told depends on who served when the event happened."""

    name = "notices"
    version = 5
    prompt = True
    tables = """
    CREATE TABLE memory (ref text COLLATE "C" PRIMARY KEY, state bytea NOT NULL);
    CREATE TABLE directory (one boolean PRIMARY KEY DEFAULT true, version integer NOT NULL, state bytea NOT NULL);
    CREATE TABLE notices (
        id         text COLLATE "C" PRIMARY KEY,
        position   bigint           NOT NULL,
        rule       integer          NOT NULL,
        person     text             NOT NULL,
        role       text             NOT NULL,
        ref        text COLLATE "C" NOT NULL,
        programme  text             NOT NULL,
        definition text             NOT NULL,
        event      text             NOT NULL,
        template   text             NOT NULL,
        at         timestamptz      NOT NULL,
        enters     boolean          NOT NULL,
        state      text             NOT NULL,
        due        timestamptz,
        reason     text             NOT NULL,
        reason_en  text             NOT NULL,
        label      text             NOT NULL,
        region     text             NOT NULL,
        inquiry    integer
    );
    """
    indexes = """
    CREATE INDEX notices_person   ON notices (person, position DESC, id);
    CREATE INDEX notices_ref      ON notices (ref, position, id);
    CREATE INDEX notices_position ON notices (position);
    """

    def __init__(self, definition_of: DefinitionOf) -> None:
        self._definition_of = definition_of
        self._read: tuple[Directory, Posts] = (EMPTY, {})

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        events = tuple(events)
        cases = _cases(connection, events)
        directory, posts = self._directory(connection)
        changed: list[Recorded] = []
        made: dict[str, Row] = {}
        for event in (*events, None):
            if changed and (event is None or event.stream != STREAM):
                # One copy of the directory for a whole run of its events.
                directory = fold(changed, directory)
                posts = posts_of(directory)
                self._keep(connection, directory, posts)
                changed = []
            if event is None:
                break
            if event.stream == STREAM:
                changed.append(event)
            elif event.stream.startswith("case/"):
                before, ended = _due_before(cases, event), _ended(cases, event)
                waiting.fold(cases, event)
                case = cases[event.stream[5:]]
                if isinstance(event.body, DeadlineMoved) and event.body.due == before:
                    # It changes nothing for its reader.
                    continue
                if isinstance(event.body, DecisionCarried):
                    made = {id: row for id, row in made.items() if not _is_before(row, event)}
                    connection.execute(
                        "DELETE FROM notices WHERE ref = %s AND at = %s AND position < %s AND enters",
                        [case.ref, event.at, event.position],
                    )
                made.update((row.id, row) for row in self._made(case, event, posts, ended))
            elif isinstance(event.body, WebhookStopped):
                told = _of_webhook(event, event.body, of_webhook(directory, posts, event.body.person, event.at))
                made.update((row.id, row) for row in told)
        if cases:
            rows: Iterable[Any] = ((case.ref, msgspec.msgpack.encode(case)) for case in cases.values())
            write_rows(connection, "memory", ("ref", "state"), ("ref",), rows)
        if made:
            rows = ([getattr(row, name) for name in COLUMNS] for row in made.values())
            write_rows(connection, "notices", COLUMNS, ("id",), rows)

    def _made(self, case: Waiting, event: Recorded, posts: Posts, before: Waiting | None) -> Iterator[Row]:
        if event.imported is not None:
            # Another system's history is nobody's news.
            return
        definition = self._definition_of(case.definition)
        body = event.body
        names, reason = _names(body), _reason(body)
        for number, rule in enumerate(definition.notify):
            if rule.event not in names:
                continue
            for person, role in recipients(definition, rule, case, event, posts, before).items():
                yield Row(
                    id=notice_id(event.position, number, person),
                    position=event.position,
                    rule=number,
                    person=person,
                    role=role,
                    ref=case.ref,
                    programme=case.programme,
                    definition=case.definition,
                    event=rule.event,
                    template=rule.template,
                    at=event.at,
                    enters=isinstance(body, ActionTaken | DecisionCarried),
                    state=case.state,
                    due=_due(case, body),
                    reason=reason.id,
                    reason_en=reason.en,
                    label=case.label,
                    region=case.region,
                    inquiry=inquiry_of(body),
                )

    def _directory(self, connection: Connection[Any]) -> tuple[Directory, Posts]:
        """As the table has it; decoded once, for a version of the directory never changes."""
        row = connection.execute("SELECT version FROM directory").fetchone()
        if row is None:
            return EMPTY, {}
        if row[0] != self._read[0].version:
            (state,) = connection.execute("SELECT state FROM directory").fetchone() or (b"",)
            directory = msgspec.msgpack.decode(state, type=Directory)
            self._read = (directory, posts_of(directory))
        return self._read

    def _keep(self, connection: Connection[Any], directory: Directory, posts: Posts) -> None:
        connection.execute(
            "INSERT INTO directory (version, state) VALUES (%s, %s)"
            " ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version, state = EXCLUDED.state",
            [directory.version, msgspec.msgpack.encode(directory)],
        )
        self._read = (directory, posts)


def notice_id(position: int, rule: int, person: str) -> str:
    """The name of a notice, the same whenever it is made; 32 hex digits."""
    return sha256(f"{position}/{rule}/{person}".encode()).hexdigest()[:32]


def _of_webhook(event: Recorded, body: WebhookStopped, persons: Mapping[str, str]) -> Iterator[Row]:
    for person, role in persons.items():
        yield Row(
            id=notice_id(event.position, 0, person),
            position=event.position,
            rule=0,
            person=person,
            role=role,
            ref=body.webhook,
            programme="",
            definition="",
            event=type(body).__name__,
            template=STOPPED,
            at=event.at,
            enters=False,
            state="",
            due=None,
            reason=body.why.id,
            reason_en=body.why.en,
            label="",
            region="",
            inquiry=None,
        )


def _is_before(row: Row, event: Recorded) -> bool:
    """True where a row told of entering a state that the case has left in the same save."""
    return row.enters and row.ref == event.stream[5:] and row.at == event.at


def _due_before(cases: dict[str, Waiting], event: Recorded) -> datetime | None:
    """When what a moved deadline is about was due before it moved; None where its clock stood."""
    body, case = event.body, cases.get(event.stream[5:])
    if case is None or not isinstance(body, DeadlineMoved):
        return None
    return case.due if body.inquiry is None else case.answers_due.get(body.inquiry, (None, None))[0]


def _ended(cases: dict[str, Waiting], event: Recorded) -> Waiting | None:
    """The case as it stood before an event that ends it."""
    move: Move | None = getattr(event.body, "move", None)
    case = cases.get(event.stream[5:])
    return None if case is None or case.ended or move is None or not move.ended else deepcopy(case)


def _reason(body: Kind) -> Text:
    """What was said with an event."""
    match body:
        case ActionTaken():
            return Text(body.reason or "", "")
        case DeadlineMoved():
            return body.say
    return Text("", "")


def _due(case: Waiting, body: Kind) -> datetime | None:
    """What a notice names as due: what has come near or passed, the answer that is asked for, else the state."""
    match body:
        case DeadlineWarned() | DeadlinePassed() | DeadlineMoved():
            return body.due
        case InquiryOpened():
            return body.answer_due
    return case.due


def _names(body: Kind) -> tuple[str, ...]:
    """What a rule may call an event: the field's own name, or its kind; a deadline that moves has only its own."""
    kind, own = type(body).__name__, getattr(body, "event", None)
    if own is None:
        return (kind,)
    return (own,) if isinstance(body, DeadlinePassed) else (own, kind)


def _cases(connection: Connection[Any], events: Iterable[Recorded]) -> dict[str, Waiting]:
    known = {
        event.stream[5:]
        for event in events
        if event.stream.startswith("case/") and not isinstance(event.body, CaseOpened)
    }
    found = connection.execute("SELECT ref, state FROM memory WHERE ref = ANY(%s)", [list(known)]) if known else ()
    return {ref: msgspec.msgpack.decode(state, type=Waiting) for ref, state in found}
