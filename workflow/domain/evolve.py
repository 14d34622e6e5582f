"""Folds a case's history into its state. Reads no definition: events say what came out."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from workflow.domain.case import Case, Document, Inquiry, MadeLetter, StateClock, Taking, Vote
from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    ChecklistAnswered,
    DecisionCarried,
    DocumentAttached,
    FactsChanged,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Kind,
    Letter,
    Move,
    Recorded,
    VoteCast,
)
from workflow.domain.holding import claimed
from workflow.domain.merge import merge

SYSTEM = "system"
IMPORTED = "imported"


class BrokenHistory(Exception):
    """An event does not follow from what came before it."""


def evolve(case: Case | None, event: Recorded) -> Case:
    """The case after one more event; raises BrokenHistory where the event cannot be the next one."""
    if event.version != (case.version if case else 0) + 1:
        raise BrokenHistory(f"version {event.version} of {event.stream} does not follow")
    if case is None:
        return _opened(event)
    after = apply(event.body, case, event)
    return replace(after, version=event.version, position=event.position, changed=event.at)


def fold(events: Iterable[Recorded]) -> Case:
    """The case after its whole history; raises BrokenHistory where that is empty."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    if case is None:
        raise BrokenHistory("a case begins with its opening")
    return case


def _opened(event: Recorded) -> Case:
    body = event.body
    if not isinstance(body, CaseOpened):
        raise BrokenHistory(f"{event.stream} does not begin with its opening")
    case = Case(
        ref=body.ref,
        programme=body.programme,
        definition=event.definition or "",
        definition_version=body.definition_version,
        version=event.version,
        position=event.position,
        applicant=body.applicant,
        region=body.region,
        tracking_code=body.tracking_code,
        opened=event.at,
        changed=event.at,
        state=body.move.to,
        phase=body.move.phase,
        entered=event.at,
        facts=body.facts,
        imported_from=event.imported.source if event.imported else None,
    )
    return _entered(case, body.move, event)


@singledispatch
def apply(body: Kind, case: Case, event: Recorded) -> Case:
    """The case with what one kind of event says."""
    raise BrokenHistory(f"{type(body).__name__} cannot follow in {event.stream}")


@apply.register
def _(body: FactsChanged, case: Case, event: Recorded) -> Case:
    facts = merge(case.facts, body.patch)
    return _in_region(replace(case, facts=facts, votes=_void(case.votes)), body.region)


@apply.register
def _(body: DocumentAttached, case: Case, event: Recorded) -> Case:
    document = Document(
        document=body.document,
        sha256=body.sha256,
        type=body.type,
        size=body.size,
        by=event.actor,
        at=event.at,
        round=case.round,
        version=event.version,
    )
    kept = tuple(d for d in case.documents if not (body.replaces and d.document == body.document))
    return replace(case, documents=(*kept, document), votes=_void(case.votes))


@apply.register
def _(body: ChecklistAnswered, case: Case, event: Recorded) -> Case:
    answers = {**case.answers, body.checklist: {**case.answers.get(body.checklist, {}), **body.answers}}
    return replace(case, answers=answers, votes=_void(case.votes) if body.seen else case.votes)


@apply.register
def _(body: VoteCast, case: Case, event: Recorded) -> Case:
    vote = Vote(
        action=body.action,
        person=event.actor,
        seat=body.seat,
        vote=body.vote,
        reason=body.reason,
        dossier=body.dossier,
        position=event.position,
    )
    sitting = event.on_behalf_of or event.actor
    seats = tuple(sitting if seat == body.seat else person for seat, person in enumerate(case.seats))
    done_by = _done(case, body.action, event, body.role)
    return replace(case, votes=(*case.votes, vote), seats=seats, done_by=done_by)


@apply.register
def _(body: ActionTaken, case: Case, event: Recorded) -> Case:
    taking = Taking(
        action=body.action,
        event=body.event,
        by=event.actor,
        office=event.office,
        role=body.role,
        at=event.at,
        version=event.version,
        position=event.position,
        state=body.move.from_,
        to=body.move.to,
        round=case.round,
        covers=body.covers,
        counts=body.counts,
        answers=body.answers,
        outcomes=body.outcomes,
        terms=body.terms,
    )
    done_by = _done(case, body.action, event, body.role)
    if body.amendments:
        case = replace(case, facts=merge(case.facts, body.amendments), votes=_void(case.votes))
    case = _in_region(case, body.region or case.region)
    case = replace(
        case,
        done_by=done_by,
        assigned={**case.assigned, **body.assigns},
        bound=body.binds or case.bound,
        letters=_letters(case, body.letter, event),
    )
    if body.diverted:
        return moved(case, body.move, event)
    case = replace(
        case,
        counts={**case.counts, body.action: case.counts.get(body.action, 0) + 1},
        totals={**case.totals, body.action: case.totals.get(body.action, 0) + 1},
    )
    case = moved(case, body.move, event)
    return replace(case, takings={**case.takings, body.action: taking})


@apply.register
def _(body: DecisionCarried, case: Case, event: Recorded) -> Case:
    case = replace(
        case,
        totals={**case.totals, body.action: case.totals.get(body.action, 0) + 1},
        takings={**case.takings, body.action: replace(case.takings[body.action], carried=True)},
        letters=_letters(case, body.letter, event),
    )
    return moved(case, body.move, event)


@apply.register
def _(body: InquiryOpened, case: Case, event: Recorded) -> Case:
    inquiry = Inquiry(
        number=body.number,
        by=event.actor,
        role=body.role,
        to=body.to,
        question=body.question,
        at=event.at,
        round=case.round,
        answer_due=body.answer_due,
        remind=body.remind,
    )
    case = replace(case, inquiries=(*case.inquiries, inquiry))
    if body.days_left is None:
        return case
    return replace(case, due=None, warn=None, stopped_days_left=body.days_left)


@apply.register
def _(body: InquiryAnswered, case: Case, event: Recorded) -> Case:
    case = _closed(case, body, event, status="answered", answer=body.answer, answered_by=event.actor)
    return replace(case, votes=_void(case.votes))


@apply.register
def _(body: InquiryLapsed, case: Case, event: Recorded) -> Case:
    return _closed(case, body, event, status="lapsed")


def _closed(case: Case, body: InquiryAnswered | InquiryLapsed, event: Recorded, **said: Any) -> Case:
    inquiries = tuple(replace(i, closed=event.at, **said) if i.number == body.number else i for i in case.inquiries)
    case = replace(case, inquiries=inquiries)
    if body.due is None:
        return case
    clock = replace(case.clock, since=event.at, days=case.stopped_days_left)
    return replace(case, due=body.due, warn=body.warn, stopped_days_left=None, clock=clock)


def moved(case: Case, move: Move, event: Recorded) -> Case:
    """The case after a move: one that stays in its state changes claims and void decisions only."""
    if move.voids or move.judging:
        takings = {name: replace(t, void=True) if name in move.voids else t for name, t in case.takings.items()}
        case = replace(case, takings=takings, judging=case.judging or move.judging)
    return claimed(case, move) if move.to == move.from_ else _entered(case, move, event)


def _entered(case: Case, move: Move, event: Recorded) -> Case:
    case = replace(
        case,
        state=move.to,
        phase=move.phase,
        ended=move.ended,
        round=move.round,
        entered=event.at,
        due=move.due,
        warn=move.warn,
        stopped_days_left=None,
        clock=StateClock(),
        answers={},
        counts={},
        seats=move.seats,
        votes=(),
    )
    return claimed(case, move)


def _in_region(case: Case, region: str) -> Case:
    """A changed region ends assignments and voids every decision."""
    if region == case.region:
        return case
    takings = {name: replace(t, void=True) for name, t in case.takings.items()}
    return replace(case, region=region, assigned={}, takings=takings)


def _void(votes: tuple[Vote, ...]) -> tuple[Vote, ...]:
    return tuple(replace(vote, void=True) for vote in votes)


def _done(case: Case, action: str, event: Recorded, role: str) -> dict[str, tuple[str, ...]]:
    """Who did an action, as natural persons of ours: an office in whose stead somebody acted is none."""
    if event.actor == SYSTEM or role == IMPORTED:
        return case.done_by
    stead = event.on_behalf_of if event.on_behalf_of != event.office else None
    doers = {*case.done_by.get(action, ()), event.actor, *([stead] if stead else [])}
    return {**case.done_by, action: tuple(sorted(doers))}


def _letters(case: Case, letter: Letter | None, event: Recorded) -> tuple[MadeLetter, ...]:
    if letter is None:
        return case.letters
    made = MadeLetter(name=letter.name, template=letter.template, signed_by=letter.signed_by, position=event.position)
    return (*case.letters, made)


# Kinds whose folding stands in a file of its own; each registers with `apply`, so it comes last.
from workflow.domain import (  # noqa: E402
    evolve_alignments,  # noqa: F401
    evolve_answers,  # noqa: F401
    evolve_deadlines,  # noqa: F401
    evolve_releases,  # noqa: F401
    evolve_routes,  # noqa: F401
)
