"""Leads one of the demo's groups by ordinary commands at past moments; each step has a key, so that it happens once."""

from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from selaras.demo.papers import facts, paper
from selaras.demo.places import PROGRAMME
from workflow.asks import ActionAsk, AnswerAsk, Ask, ChecklistAsk, DocumentAsk, FactsAsk, InquiryAsk, OpenAsk

if TYPE_CHECKING:
    from workflow.engine import Engine
    from workflow.store.documents import Stored

REQUEST = "demo"
"""The same for every step of every release: a key that was used answers as it did."""
PAPER_LIMIT = 100_000
BETWEEN = timedelta(minutes=7)
CITY = {"palu": ("officer.palu", "head.palu"), "sigi": ("officer.sigi", "head.sigi")}


class Shelf:
    """Papers as stored: groups share them, for each says no more than what kind of paper it is."""

    def __init__(self, engine: "Engine") -> None:
        self.engine = engine
        self.stored: dict[str, Stored] = {}

    def paper(self, kind: str, number: int) -> "Stored":
        """The paper of a kind that a group supplies; `number` counts those of this kind that it supplied."""
        title = f"{kind} {number}"
        if title not in self.stored:
            self.stored[title] = self.engine.documents.put(BytesIO(paper(title)), "application/pdf", PAPER_LIMIT)
        return self.stored[title]


class Walk:
    """One group's way. `ago` counts days back from `now`; without it a step follows the one before by minutes."""

    def __init__(
        self, engine: "Engine", shelf: Shelf, group: int, place: str, leader: str, now: datetime, ago: float
    ) -> None:
        self.engine, self.shelf, self.group, self.place, self.leader, self.now = (
            engine,
            shelf,
            group,
            place,
            leader,
            now,
        )
        self.officer, self.head = CITY.get(place, ("", ""))
        self.at = now - timedelta(days=ago)
        self.step = 0
        self.supplied: Counter[str] = Counter()
        self.ref: str | None = None

    def ask(self, who: str, ask: Ask, ago: float | None = None) -> None:
        self.step += 1
        self.at += BETWEEN
        if ago is not None:
            self.at = max(self.at, self.now - timedelta(days=ago))
        key = f"demo/{self.group:02d}/{self.step:02d}"
        self.ref = self.engine.casework.handle(self.ref, ask, who, key=key, request=REQUEST, at=self.at).case.ref

    def open(self, complete: bool = True) -> "Walk":
        whole = facts(self.group, self.place)
        given = whole if complete else {name: whole[name] for name in ("group", "region")}
        self.ask(self.leader, OpenAsk(programme=PROGRAMME, facts=given))
        return self

    def change(self, patch: dict[str, Any], who: str | None = None, ago: float | None = None) -> "Walk":
        self.ask(who or self.leader, FactsAsk(patch=patch), ago)
        return self

    def supply(self, who: str, *kinds: str, ago: float | None = None) -> "Walk":
        for kind in kinds:
            self.supplied[kind] += 1
            stored = self.shelf.paper(kind, self.supplied[kind])
            self.ask(who, DocumentAsk(document=kind, sha256=stored.sha256, type=stored.type, size=stored.size), ago)
        return self

    def act(self, who: str, action: str, ago: float | None = None, **more: Any) -> "Walk":
        self.ask(who, ActionAsk(action=action, **more), ago)
        return self

    def inquire(self, who: str, to: str, question: str, ago: float | None = None) -> "Walk":
        self.ask(who, InquiryAsk(to=to, question=question), ago)
        return self

    def answer(self, who: str, number: int, answer: str, ago: float | None = None) -> "Walk":
        self.ask(who, AnswerAsk(number=number, answer=answer), ago)
        return self

    # --- stages -----------------------------------------------------------------------------------------------

    def proposed(self, ago: float | None = None) -> "Walk":
        return self.open().supply(self.leader, "proposal", "domicile").act(self.leader, "submit", ago)

    def verified(self, ago: float | None = None) -> "Walk":
        return self.supply(self.officer, "site_report", ago=ago).act(self.officer, "verify_site")

    def reviewed(self) -> "Walk":
        self.ask(self.officer, ChecklistAsk(answers={"members_met": True, "not_yet_served": True}))
        return self

    def recommended(self, ago: float | None = None) -> "Walk":
        return self.verified(ago).reviewed().supply(self.head, "recommendation").act(self.head, "recommend")

    def coordinated(self, ago: float | None = None) -> "Walk":
        return self.supply("coord.sulteng", "coordination", ago=ago).act("coord.sulteng", "agree")

    def voted(self, vote: str, *panel: int, ago: float | None = None) -> "Walk":
        reason = {"reason": "Rencana usaha belum layak (contoh)"} if vote == "refuse" else {}
        for seat in panel:
            self.act(f"panel{seat}", "approve", ago, vote=vote, **reason)
        return self

    def approved(self, ago: float | None = None) -> "Walk":
        return self.voted("approve", 1, 2, 3, ago=ago)

    def refused(self, ago: float | None = None) -> "Walk":
        return self.voted("refuse", 3, 4, 5, ago=ago)

    def mentored(self, mentor: str, *reported: float, ago: float | None = None) -> "Walk":
        self.act("mentorlead", "assign_mentor", ago, assign=mentor)
        for month, day in enumerate(reported, start=1):
            outcomes = {"workers": 2 + month, "revenue": 3_000_000 * month, "loan": 0}
            self.supply(mentor, "monthly_report", ago=day).act(mentor, "report_progress", outcomes=outcomes)
        return self
