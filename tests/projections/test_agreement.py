"""What the inbox remembers of a case is what the case is, and what blocks a step is what would refuse it."""

from hypothesis import given, settings

from workflow.domain.calendar import Calendar
from workflow.domain.context import Context
from workflow.domain.evolve import fold
from workflow.domain.refusals import refusals
from workflow.projections import standing, waiting
from workflow.projections.cases import Row, _fold
from workflow.projections.pages import NEVER

from .histories import DEFINITION, Recorded
from .test_inbox import NOW, PEOPLE
from .test_rebuilding import histories

REMEMBERED = (
    "state",
    "phase",
    "ended",
    "round",
    "entered",
    "due",
    "warn",
    "region",
    "version",
    "answers",
    "counts",
    "totals",
)
CALENDAR = Calendar(zone="Asia/Makassar", week=frozenset(range(5)))
IMPERSONAL = ("document.", "checklist.", "inquiry")


def by_case(events: list[Recorded]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for event in events:
        found.setdefault(event.stream[5:], []).append(event)
    return found


def context(actor: str) -> Context:
    return Context(
        at=NOW,
        actor=actor,
        people=PEOPLE,
        calendar=CALENDAR,
        calendar_at=lambda version: CALENDAR,
        facts_errors=lambda facts, draft: (),
        opened=lambda facts: facts,
        erased_fields=lambda facts: frozenset(),
        held_elsewhere=lambda keys: {},
        used=lambda key: 0,
        waiting=lambda key: (),
        quota=lambda region, year: None,
    )


@settings(max_examples=150, deadline=None)
@given(histories())
def test_the_inbox_remembers_what_the_case_is(events):
    remembered: dict[str, waiting.Waiting] = {}
    for event in events:
        waiting.fold(remembered, event)
    for ref, history in by_case(events).items():
        case, ours = fold(history), remembered[ref]
        for name in REMEMBERED:
            assert getattr(ours, name) == getattr(case, name), name
        assert (ours.seats, ours.assigned) == (case.seats, case.assigned)
        assert set(ours.voted) == {vote.person for vote in case.votes if not vote.void}
        assert set(ours.asked) == {inquiry.number for inquiry in case.inquiries if inquiry.status == "open"}


@settings(max_examples=150, deadline=None)
@given(histories())
def test_what_blocks_a_step_is_what_refuses_it(events):
    remembered: dict[str, waiting.Waiting] = {}
    for event in events:
        waiting.fold(remembered, event)
    for ref, history in by_case(events).items():
        case, ours = fold(history), remembered[ref]
        if ours.ended:
            continue
        for name, action in DEFINITION.actions.items():
            if case.state not in action.from_:
                continue
            codes = {refusal.code for refusal in refusals(DEFINITION, case, name, context("head.palu"), None)}
            blocking = set(standing.blockers(DEFINITION, action, ours))
            assert blocking <= codes
            assert {code for code in codes if code.startswith(IMPERSONAL)} <= blocking


@settings(max_examples=100, deadline=None)
@given(histories())
def test_the_list_shows_what_the_case_is(events):
    rows: dict[str, Row] = {}
    for event in events:
        _fold(rows, event)
    for ref, history in by_case(events).items():
        case, row = fold(history), rows[ref]
        for name in ("state", "phase", "ended", "entered", "warn", "region", "version", "changed", "opened"):
            assert getattr(row, name) == getattr(case, name), name
        assert row.due == (case.due or NEVER)
        assert row.label == case.facts.get("group", "")
