"""A small programme: draft, city review with documents and a checklist, a panel of three, done or refused."""

from workflow.domain.definition.environment import environment
from workflow.domain.definition.guards import Guards
from workflow.domain.definition.model import (
    Action,
    CalendarRule,
    Checklist,
    ChecklistItem,
    Definition,
    DocumentRule,
    FactsRule,
    Guard,
    InquiryRule,
    Panel,
    Role,
    State,
)
from workflow.domain.words import Text

SAY = Text("kata", "words")
VERIFIED = "counts.verify >= 1"
HASH = "d" * 64


def _action(name: str, from_: tuple[str, ...], to: str | dict[str, str], by: tuple[str, ...], **rest: object) -> Action:
    return Action(
        name=name,
        title=SAY,
        event=name.title(),
        from_=from_,
        to=to if isinstance(to, dict) else dict.fromkeys(from_, to),
        by=dict.fromkeys(from_, by),
        **rest,
    )


ACTIONS = (
    _action("submit", ("draft",), "review", ("leader", "officer"), documents=("proposal",)),
    _action("verify", ("review",), "review", ("officer",), documents=("report",)),
    _action("appoint", ("review",), "review", ("head",), assigns="officer"),
    _action(
        "recommend",
        ("review",),
        "panel",
        ("head",),
        documents=("report",),
        checklist="visit",
        when=(Guard(name="verified", if_=VERIFIED, say=SAY), Guard(name="grown", if_="facts.plan > 0", say=SAY)),
    ),
    _action("send_back", ("review", "panel"), "draft", ("head",), returns=True, reason_required=True),
    _action("approve", ("panel",), "done", (), panel=Panel(role="panel", seats=3, quorum=2, on_refusal="refuse")),
    _action("refuse", ("panel",), "refused", ("system",)),
    _action("withdraw", ("draft", "review", "panel"), "refused", ("leader",), despite_inquiry=True),
)


def _guards(facts: dict[str, object], documents: tuple[str, ...], checklists: dict[str, list[str]]) -> Guards:
    guards = Guards(
        environment(
            facts=facts,
            documents=documents,
            actions=[action.name for action in ACTIONS],
            checklists=checklists,
            outcomes={},
        )
    )
    for action in ACTIONS:
        for guard in action.when:
            guards.add(guard.if_)
    return guards


def programme() -> Definition:
    """The definition; its hash is HASH."""
    schema = {"type": "object", "properties": {"group": {"type": "string"}, "plan": {"type": "integer"}}}
    return Definition(
        id="small",
        version=1,
        hash=HASH,
        canonical=b"{}",
        title=SAY,
        owner="agency",
        supersedes=None,
        calendar=CalendarRule(zone="Asia/Makassar", week=(0, 1, 2, 3, 4)),
        roles={
            "leader": Role(name="leader", level="applicant"),
            "officer": Role(name="officer", level="city"),
            "head": Role(name="head", level="city"),
            "panel": Role(name="panel", level="nation"),
            "auditor": Role(name="auditor", level="any", reads_all=True),
        },
        facts=FactsRule(by=("leader",), in_=("draft",), schema=schema),
        eligibility={},
        benefits={},
        documents={
            "proposal": DocumentRule(name="proposal", title=SAY, types=("application/pdf",)),
            "report": DocumentRule(name="report", title=SAY, types=("application/pdf",), renew_round=True),
        },
        checklists={"visit": Checklist(name="visit", items=(ChecklistItem(key="met", say=SAY),))},
        states={
            "draft": State(name="draft", phase="proposal"),
            "review": State(name="review", phase="review"),
            "panel": State(name="panel", phase="approval"),
            "done": State(name="done", phase="closed", end=True),
            "refused": State(name="refused", phase="closed", end=True),
        },
        start="draft",
        actions={action.name: action for action in ACTIONS},
        inquiry=InquiryRule(by=("head",), in_=("review",), to=("leader", "officer"), answer_due=5, max=3),
        separation=(),
        carry={},
        claims={},
        letters={},
        notify=(),
        guards=_guards(schema, ("proposal", "report"), {"visit": ["met"]}),
    )
