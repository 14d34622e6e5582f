"""What the inbox remembers of a case: enough to say for whom it waits and what is missing, and no fact's value."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from workflow.domain.answer_documents import AnswerDocumentAttached
from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    ChecklistAnswered,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    DecisionCarried,
    DocumentAttached,
    FactsChanged,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Kind,
    Move,
    Recorded,
    VoteCast,
)
from workflow.domain.routed import GroupRouted, StepRecognised
from workflow.projections.labels import label_of, label_of_opening


class Supplied(Struct, frozen=True, array_like=True):
    """One document that may count: when it was supplied."""

    round: int
    version: int


class Waiting(Struct, array_like=True, kw_only=True):
    """One case. Changed in place while a batch is folded; stored as a MessagePack array."""

    ref: str
    programme: str
    definition: str
    applicant: str
    region: str
    label: str
    opened: datetime
    state: str
    phase: str
    ended: bool
    round: int
    entered: datetime
    due: datetime | None
    warn: datetime | None
    version: int
    position: int
    imported: bool = False
    documents: dict[str, list[Supplied]] = field(default_factory=dict)
    answers: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Of this round."""
    counts: dict[str, int] = field(default_factory=dict)
    """Takings of each action in this round."""
    totals: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """Version of the case at each action's last taking."""
    seats: tuple[str, ...] = ()
    voted: list[str] = field(default_factory=list)
    """Persons whose vote in this round is not void."""
    assigned: dict[str, str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    """Number of each open inquiry → the role that is asked."""
    escalated: str = ""
    """The role to which the state's deadline went when it passed."""
    sides: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Number of each inquiry that there was → the role that asked, and the one that is asked."""
    answers_due: dict[int, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    """Number of each open inquiry → when its answer is due, and when who is asked is reminded."""


def fold(cases: dict[str, Waiting], event: Recorded) -> None:
    """Bring the case that `event` belongs to forward, in place; events of other streams change nothing."""
    body = event.body
    if isinstance(body, CaseOpened):
        cases[body.ref] = _opened(event, body)
        return
    change = _CHANGES.get(type(body))
    if change is not None:
        case = cases[event.stream.removeprefix("case/")]
        case.version, case.position = event.version, event.position
        change(case, body, event)


def _opened(event: Recorded, body: CaseOpened) -> Waiting:
    move = body.move
    return Waiting(
        ref=body.ref,
        programme=body.programme,
        definition=event.definition or "",
        applicant=body.applicant,
        region=body.region,
        label=label_of_opening(body.facts, event.imported),
        opened=event.at,
        state=move.to,
        phase=move.phase,
        ended=move.ended,
        round=move.round,
        entered=event.at,
        due=move.due,
        warn=move.warn,
        version=event.version,
        position=event.position,
        imported=event.imported is not None,
        seats=move.seats,
    )


def _facts(case: Waiting, body: FactsChanged, event: Recorded) -> None:
    case.label = label_of(body.patch, case.label)
    _relocate(case, body.region)
    case.voted.clear()


def _document(case: Waiting, body: DocumentAttached, event: Recorded) -> None:
    supplied = Supplied(case.round, event.version)
    kept = [] if body.replaces else case.documents.get(body.document, [])
    case.documents[body.document] = [*kept, supplied]
    case.voted.clear()


def _checklist(case: Waiting, body: ChecklistAnswered, event: Recorded) -> None:
    case.answers.setdefault(body.checklist, {}).update(body.answers)
    if body.seen:
        case.voted.clear()


def _vote(case: Waiting, body: VoteCast, event: Recorded) -> None:
    # A seat that fell vacant is filled by the vote of the next appointee.
    sitting = event.on_behalf_of or event.actor
    case.seats = tuple(sitting if seat == body.seat else person for seat, person in enumerate(case.seats))
    case.voted.append(sitting)


def _taking(case: Waiting, body: ActionTaken, event: Recorded) -> None:
    if body.diverted is None:
        case.counts[body.action] = case.counts.get(body.action, 0) + 1
        case.totals[body.action] = case.totals.get(body.action, 0) + 1
        case.taken[body.action] = event.version
    if body.amendments:
        case.label = label_of(body.amendments, case.label)
        case.voted.clear()
    if body.region is not None:
        _relocate(case, body.region)
    case.assigned.update(body.assigns)
    _move(case, body.move, event.at)


def _carried(case: Waiting, body: DecisionCarried, event: Recorded) -> None:
    case.totals[body.action] = case.totals.get(body.action, 0) + 1
    _move(case, body.move, event.at)


def _recognised(case: Waiting, body: StepRecognised, event: Recorded) -> None:
    case.counts[body.action] = case.counts.get(body.action, 0) + 1
    case.taken[body.action] = event.version
    _carried(case, body, event)


def _asked(case: Waiting, body: InquiryOpened, event: Recorded) -> None:
    case.asked[body.number] = body.to
    case.sides[body.number] = (body.role, body.to)
    case.answers_due[body.number] = (body.answer_due, body.remind)
    if body.days_left is not None:
        case.due = case.warn = None


def _told(case: Waiting, body: InquiryAnswered, event: Recorded) -> None:
    _lapsed(case, body, event)
    case.voted.clear()


def _lapsed(case: Waiting, body: InquiryAnswered | InquiryLapsed, event: Recorded) -> None:
    case.asked.pop(body.number, None)
    case.answers_due.pop(body.number, None)
    if body.due is not None:
        case.due, case.warn = body.due, body.warn


def _noted(case: Waiting, body: AnswerDocumentAttached | DeadlineWarned | GroupRouted, event: Recorded) -> None:
    """Nothing waits for anybody else; the case's version has grown."""


def _passed(case: Waiting, body: DeadlinePassed, event: Recorded) -> None:
    if body.move is not None:
        _move(case, body.move, event.at)
    else:
        case.escalated = body.escalate or ""


def _deadline_moved(case: Waiting, body: DeadlineMoved, event: Recorded) -> None:
    if body.inquiry is None:
        case.due, case.warn = body.due, body.warn
    elif body.inquiry in case.answers_due:
        case.answers_due[body.inquiry] = (body.due, body.warn)


def _relocate(case: Waiting, region: str) -> None:
    if region != case.region:
        case.region = region
        case.assigned.clear()


def _move(case: Waiting, move: Move, at: datetime) -> None:
    if move.to == move.from_:
        return
    case.state, case.phase, case.ended, case.round = move.to, move.phase, move.ended, move.round
    case.entered, case.due, case.warn, case.seats = at, move.due, move.warn, move.seats
    case.escalated = ""
    case.voted.clear()
    case.answers.clear()
    case.counts.clear()
    case.asked.clear()
    case.answers_due.clear()


_CHANGES: Mapping[type[Kind], Callable[[Waiting, Any, Recorded], None]] = {
    FactsChanged: _facts,
    DocumentAttached: _document,
    ChecklistAnswered: _checklist,
    VoteCast: _vote,
    ActionTaken: _taking,
    DecisionCarried: _carried,
    StepRecognised: _recognised,
    GroupRouted: _noted,
    InquiryOpened: _asked,
    InquiryAnswered: _told,
    InquiryLapsed: _lapsed,
    DeadlineWarned: _noted,
    AnswerDocumentAttached: _noted,
    DeadlinePassed: _passed,
    DeadlineMoved: _deadline_moved,
}
