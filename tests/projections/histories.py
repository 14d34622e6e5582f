"""Histories of cases as events, told in the words of the small programme; and a log in Postgres to hold them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace
from psycopg_pool import ConnectionPool

from workflow.domain.days_off import DayOffDeclared, DayOffWithdrawn
from workflow.domain.events import (
    ActionTaken,
    CaseEvent,
    CaseOpened,
    ChecklistAnswered,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    DocumentAttached,
    FactsChanged,
    InquiryAnswered,
    InquiryOpened,
    Kind,
    Move,
    Recorded,
    VoteCast,
)

from .programme import HASH, SAY, programme

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DEFINITION = programme()
PANEL = ("panel1", "panel2", "panel3")


class History:
    """One case told step by step; `events` is what happened so far."""

    def __init__(self, ref: str, region: str = "72.71.01", group: str = "Tani Makmur", leader: str = "leader") -> None:
        self.ref, self.region = ref, region
        self.events: list[Recorded] = []
        self.state, self.round, self.asked = "draft", 1, 0
        move = Move(from_="", to="draft", round=1, phase="proposal", due=START + timedelta(days=60))
        self.then(
            CaseOpened(
                ref=ref,
                programme="small",
                definition_version=1,
                applicant=leader,
                region=region,
                facts={"group": group, "plan": 1},
                tracking_code="t",
                move=move,
            ),
            by=leader,
        )

    def then(self, body: Kind, by: str = "officer.palu", hours: int = 1) -> "History":
        at = (self.events[-1].at if self.events else START) + timedelta(hours=hours)
        number = len(self.events) + 1
        event = Recorded(stream=f"case/{self.ref}", version=number, at=at, actor=by, definition=HASH, body=body)
        self.events.append(event)
        return self

    def document(self, kind: str) -> "History":
        body = DocumentAttached(document=kind, sha256="0" * 64, type="application/pdf", size=1, replaces=True)
        return self.then(body)

    def checklist(self, met: bool = True) -> "History":
        return self.then(ChecklistAnswered(checklist="visit", answers={"met": met}))

    def renamed(self, group: str, region: str | None = None) -> "History":
        self.region = region or self.region
        return self.then(FactsChanged(patch={"group": group}, region=self.region))

    def taken(self, action: str, by: str = "head.palu", hours: int = 1, **assigns: str) -> "History":
        rule = DEFINITION.actions[action]
        before, to = self.state, rule.to[self.state]
        if to != before:
            self.round += 1
        self.state = to
        state = DEFINITION.states[to]
        move = Move(
            from_=before,
            to=to,
            round=self.round,
            phase=state.phase,
            ended=state.end,
            due=None if state.end else self.events[-1].at + timedelta(days=5 * self.round),
            seats=PANEL if to == "panel" else (),
        )
        body = ActionTaken(
            action=action, event=rule.event, role=by.split(".")[0], dossier="d", assigns=assigns, move=move
        )
        return self.then(body, by, hours)

    def vote(self, seat: int, vote: str = "approve") -> "History":
        return self.then(VoteCast(action="approve", vote=vote, dossier="d", seat=seat, role="panel"), PANEL[seat])

    def inquiry(self, to: str) -> "History":
        self.asked += 1
        due = self.events[-1].at + timedelta(days=7)
        body = InquiryOpened(
            number=self.asked,
            role="head",
            to=to,
            question="why",
            answer_due=due,
            days_left=3 if self.asked == 1 else None,
        )
        return self.then(body, "head.palu")

    def answer(self, number: int) -> "History":
        due = self.events[-1].at + timedelta(days=3)
        return self.then(InquiryAnswered(number=number, answer="so", due=due), "leader")

    def warned(self) -> "History":
        return self.then(DeadlineWarned(due=self.events[-1].at), "system")

    def passed(self, escalate: str | None = "head") -> "History":
        """To the role `escalate`; None: the case ends."""
        due, move = self.events[-1].at, None
        if escalate is None:
            self.round += 1
            move = Move(from_=self.state, to="refused", round=self.round, phase="closed", ended=True)
            self.state = "refused"
        return self.then(DeadlinePassed(due=due, escalate=escalate, move=move), "system")

    def deadline_moved(self, stops: bool | None, inquiry: int | None = None) -> "History":
        due = None if stops else self.events[-1].at + timedelta(days=4)
        left = 2 if stops else None
        return self.then(DeadlineMoved(why="s", say=SAY, stops=stops, due=due, days_left=left, inquiry=inquiry))


def reviewed(ref: str, region: str = "72.71.01", group: str = "Tani Makmur") -> History:
    """A case in city review with its proposal."""
    return History(ref, region, group).document("proposal").taken("submit", "leader")


def before_panel(ref: str) -> History:
    """A case before the panel, nobody having voted."""
    return reviewed(ref).document("report").taken("verify", "officer.palu").checklist().taken("recommend")


class Told(Recorded, frozen=True, kw_only=True, omit_defaults=True):
    """An event whose body decodes to its kind."""

    body: CaseEvent | DayOffDeclared | DayOffWithdrawn


class Journal:
    """A log of events by position."""

    def __init__(self, pool: ConnectionPool) -> None:
        self.pool = pool
        with pool.connection() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS journal (position bigint PRIMARY KEY, event bytea NOT NULL)")

    def append(self, events: Iterable[Recorded]) -> int:
        """Store events in this order; returns the position of the last."""
        with self.pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            (head,) = connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
            with connection.cursor().copy("COPY journal FROM STDIN") as copy:
                for event in events:
                    head += 1
                    copy.write_row((head, msgspec.json.encode(replace(event, position=head))))
        return head

    def select(self, after: int, limit: int) -> list[Recorded]:
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT event FROM journal WHERE position > %s ORDER BY position LIMIT %s", [after, limit]
            ).fetchall()
        return [msgspec.json.decode(row[0], type=Told) for row in rows]

    def head(self) -> int:
        with self.pool.connection() as connection:
            return connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()[0]
