"""Telling a case: given what happened, when somebody asks, then this follows or is refused."""

import itertools
from collections.abc import Callable
from typing import Any

from tests.domain.world import World, facts
from workflow.domain.asking import open_actions
from workflow.domain.case import Case
from workflow.domain.commands import (
    AnswerChecklist,
    AnswerInquiry,
    AttachDocument,
    ChangeFacts,
    OpenCase,
    OpenInquiry,
    Promote,
    TakeAction,
)
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.merge import merge
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.refusals import refusals
from workflow.domain.words import Text

Step = Callable[["Story"], list[Recorded]]
_paper = itertools.count(1)


class Story:
    """One case in a world, told in steps. What `when` brings is kept for `then`."""

    def __init__(self, definition: Definition | None = None, world: World | None = None, ref: str = "TKM-1") -> None:
        self.world = world or World(definition)
        self.ref = ref
        self.refused: tuple[Refusal, ...] | None = None
        self.unchanged = False
        self.events: list[Recorded] = []

    @property
    def case(self) -> Case:
        return self.world.cases[self.ref]

    @property
    def state(self) -> str:
        return self.case.state

    def given(self, *steps: Step) -> "Story":
        for step in steps:
            step(self)
            self.world.later(minutes=1)
        return self

    def when(self, *steps: Step) -> "Story":
        self.refused, self.unchanged, self.events = None, False, []
        *before, last = steps
        self.given(*before)
        try:
            self.events = last(self)
        except Refused as refused:
            self.refused = refused.refusals
        except Unchanged:
            self.unchanged = True
        return self

    def then(self, *names: str) -> "Story":
        """These events followed: the field's own name, or the kind where it has none."""
        assert self.refused is None, [(r.code, r.en) for r in self.refused or ()]
        assert [getattr(e.body, "event", None) or type(e.body).__name__ for e in self.events] == list(names)
        return self

    def then_refused(self, *codes: str) -> "Story":
        """Refused, with exactly these codes in any order."""
        assert self.refused is not None, "it was accepted"
        assert sorted(r.code for r in self.refused) == sorted(codes), [(r.code, r.en) for r in self.refused]
        assert all(r.id and r.en and r.how.id and r.how.en for r in self.refused)
        return self

    def then_unchanged(self) -> "Story":
        assert self.unchanged
        return self

    def asked(self, action: str, by: str) -> list[str]:
        """The codes that asking lists for a person."""
        context = self.world.context(by, self.ref)
        return sorted(r.code for r in refusals(self.world.definition, self.case, action, context))

    def lacking(self, action: str, by: str) -> Text | None:
        """What an open action would lead to wait for."""
        asked = open_actions(self.world.definition, self.case, self.world.context(by, self.ref))
        return next(one.waits_for for one in asked if one.action == action)


def ask(by: str, command: Any) -> Step:
    return lambda story: story.world.decide(by, story.ref, command)


def later(**span: int) -> Step:
    def step(story: Story) -> list[Recorded]:
        story.world.later(**span)
        return []

    return step


# --- what people do -------------------------------------------------------------------------------------------------


def opened(by: str = "leader.palu", applicant: str | None = None, **over: Any) -> Step:
    return lambda story: story.world.decide(
        by,
        story.ref,
        OpenCase(ref=story.ref, facts=facts(**over), applicant=applicant, tracking_code=f"track-{story.ref}"),
    )


def changed(by: str = "leader.palu", **patch: Any) -> Step:
    return lambda story: story.world.decide(by, story.ref, ChangeFacts(facts=merge(story.case.facts, patch)))


def supplied(*kinds: str, by: str = "leader.palu", sha256: str | None = None, type: str = "application/pdf") -> Step:
    def step(story: Story) -> list[Recorded]:
        events: list[Recorded] = []
        for kind in kinds:
            paper = sha256 or f"{next(_paper):064x}"
            events += story.world.decide(
                by, story.ref, AttachDocument(document=kind, sha256=paper, type=type, size=100)
            )
        return events

    return step


def ticked(by: str = "officer.palu", **answers: bool) -> Step:
    return ask(by, AnswerChecklist(answers=answers or {"members_met": True, "not_yet_served": True}))


def take(action: str, by: str, amend: dict[str, Any] | None = None, **brought: Any) -> Step:
    """Take an action; `amend` is a merge patch of the facts."""

    def step(story: Story) -> list[Recorded]:
        after = merge(story.case.facts, amend) if amend is not None else None
        return story.world.decide(by, story.ref, TakeAction(action=action, facts=after, **brought))

    return step


REASON = "Proposal belum lengkap"


def promoted() -> Step:
    """The engine takes the case up from its queue."""
    return ask("system", Promote())


def submit(by: str = "leader.palu") -> Step:
    return take("submit", by)


def verify(by: str = "officer.palu") -> Step:
    return take("verify_site", by)


def recommend(by: str = "head.palu", on_behalf_of: str | None = None) -> Step:
    return take("recommend", by, on_behalf_of=on_behalf_of)


def agree(by: str = "coord.sulteng") -> Step:
    return take("agree", by)


def send_back(by: str, redo: tuple[str, ...] = (), reason: str | None = REASON) -> Step:
    return take("send_back", by, reason=reason, redo=redo)


def approve(by: str, on_behalf_of: str | None = None) -> Step:
    return take("approve", by, vote="approve", on_behalf_of=on_behalf_of)


def refuse(by: str, reason: str | None = "Tidak layak menurut panel") -> Step:
    return take("approve", by, vote="refuse", reason=reason)


def inquire(by: str = "officer.palu", to: str = "group_leader", question: str = "Di mana lokasinya?") -> Step:
    return ask(by, OpenInquiry(to=to, question=question))


def answer(number: int = 1, by: str = "leader.palu", answer: str = "Di Tatanga") -> Step:
    return ask(by, AnswerInquiry(number=number, answer=answer))


# --- how far a case has come ----------------------------------------------------------------------------------------


def all_of(*steps: Step) -> Step:
    def step(story: Story) -> list[Recorded]:
        story.given(*steps)
        return []

    return step


def drafted(**over: Any) -> Step:
    return all_of(opened(**over), supplied("proposal", "domicile"))


def proposed(**over: Any) -> Step:
    return all_of(drafted(**over), submit())


def verified(by: str = "officer.palu") -> Step:
    return all_of(supplied("site_report", by=by), verify(by))


def ready_to_recommend(**over: Any) -> Step:
    return all_of(proposed(**over), verified(), supplied("recommendation", by="head.palu"), ticked())


def recommended(**over: Any) -> Step:
    return all_of(ready_to_recommend(**over), recommend())


def before_the_panel(**over: Any) -> Step:
    return all_of(recommended(**over), supplied("coordination", by="coord.sulteng"), agree())


def approved(**over: Any) -> Step:
    return all_of(before_the_panel(**over), *(approve(f"panel{n}") for n in (1, 2, 3)))


def turned_down(**over: Any) -> Step:
    return all_of(before_the_panel(**over), *(refuse(f"panel{n}") for n in (1, 2, 3)))


def mentored(by: str = "mentor1", **over: Any) -> Step:
    return all_of(approved(**over), take("assign_mentor", "mentorlead", assign=by))


def reported(by: str = "mentor1", workers: int = 4) -> Step:
    outcomes = {"workers": workers, "revenue": 9_000_000, "loan": 0}
    return all_of(supplied("monthly_report", by=by), take("report_progress", by, outcomes=outcomes))


def graduated(**over: Any) -> Step:
    return all_of(mentored(**over), reported(), reported(), reported(), take("graduate", "mentor1"))
