"""One of the demo's groups on its way: the ordinary commands of its life, each with its past moment and its key."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from selaras.demo.past import Past
from selaras.demo.regions import Region
from workflow.asks import ActionAsk, AnswerAsk, Ask, ChecklistAsk, DocumentAsk, FactsAsk, InquiryAsk, OpenAsk
from workflow.store.documents import Stored

Paper = Callable[[str, int], Stored]
"""(kind, how many of this kind the group supplied by now) to the paper as stored."""


class Group(NamedTuple):
    """A group before anything happens to it."""

    number: int
    programme: str
    region: Region
    leader: str
    facts: Mapping[str, Any]


class Step(NamedTuple):
    at: datetime
    group: int
    """Number of the group, or of the alignment: those are counted on after the groups."""
    number: int
    """Counts the group's steps from 1; with the group's number it makes the command's key."""
    who: str
    ask: Ask


class Walk:
    """Gathers a group's steps. `ago` counts days back from now; without it a step follows the one before by minutes."""

    def __init__(self, group: Group, past: Past, paper: Paper, ago: float) -> None:
        self.group, self.past, self._paper = group, past, paper
        self.leader = group.leader
        self.officer, self.head = f"officer.{group.region.slug}", f"head.{group.region.slug}"
        self.steps: list[Step] = []
        self._at = past.moment(ago, group.number)
        self._supplied: Counter[str] = Counter()

    def ask(self, who: str, ask: Ask, ago: float | None = None) -> None:
        number = len(self.steps) + 1
        self._at = self.past.after(self._at, ago, self.group.number + number)
        self.steps.append(Step(self._at, self.group.number, number, who, ask))

    def wait_until(self, at: datetime) -> None:
        """Nothing happens before a moment."""
        self._at = max(self._at, at)

    def open(self, *only: str) -> "Walk":
        """Open the case with all facts, or with `only` some of them."""
        facts = dict(self.group.facts)
        given = {name: facts[name] for name in only} if only else facts
        self.ask(self.leader, OpenAsk(programme=self.group.programme, facts=given))
        return self

    def change(self, patch: dict[str, Any], ago: float | None = None) -> "Walk":
        self.ask(self.leader, FactsAsk(patch=patch), ago)
        return self

    def supply(self, who: str, *kinds: str, ago: float | None = None) -> "Walk":
        for kind in kinds:
            self._supplied[kind] += 1
            stored = self._paper(kind, self._supplied[kind])
            self.ask(who, DocumentAsk(document=kind, sha256=stored.sha256, type=stored.type, size=stored.size), ago)
        return self

    def act(self, who: str, action: str, ago: float | None = None, **more: Any) -> "Walk":
        self.ask(who, ActionAsk(action=action, **more), ago)
        return self

    def check(self, who: str, *items: str) -> "Walk":
        self.ask(who, ChecklistAsk(answers=dict.fromkeys(items, True)))
        return self

    def inquire(self, who: str, to: str, question: str, ago: float | None = None) -> "Walk":
        self.ask(who, InquiryAsk(to=to, question=question), ago)
        return self

    def answer(self, number: int, answer: str, ago: float | None = None) -> "Walk":
        self.ask(self.leader, AnswerAsk(number=number, answer=answer), ago)
        return self
