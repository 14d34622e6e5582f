"""Where a case is, in plain words for who holds its tracking code: whose turn, by when, what comes next."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from workflow.domain.authority import in_force, reaches
from workflow.domain.calendar import last_day
from workflow.domain.case import Case
from workflow.domain.definition.entries import spelled
from workflow.domain.definition.model import Definition
from workflow.domain.directory import Directory
from workflow.domain.sentences import on_day
from workflow.domain.words import Text
from workflow.projections.standing import ANSWER, Step, next_steps
from workflow.projections.waiting import Waiting

GUARD = "guard."
ANSWERED = Text("Menjawab permintaan keterangan", "Answer the question that was asked")


class Turn(Struct, frozen=True):
    """Who has the next step: a role, and the office in which somebody holds it for this case now."""

    role: Text
    office: Text | None
    """None for the applicant, and where nobody holds the role."""


class Progress(Struct, frozen=True, kw_only=True):
    programme: Text
    state: Text
    turn: tuple[Turn, ...]
    """Empty where nobody acts: the case has ended, or waits for a place."""
    due: datetime | None
    """Of the next step: where it leads on, the stage's; of an answer, its own; None where it has no day of its own."""
    stage_due: datetime | None
    """By when the stage as a whole is to be over; None where it has no clock, or the clock stands still."""
    next: tuple[Text, ...]
    """What those whose turn it is are to do."""
    says: Text
    """All of it in a few sentences."""


def progress(definition: Definition, case: Case, waiting: Waiting, directory: Directory, at: datetime) -> Progress:
    """Where a case is at a moment. `waiting` is what the same history folds to; no personal value comes in."""
    awaited = _turn_of(definition, next_steps(definition, waiting))
    turn = tuple(t for role in awaited for t in _holders(definition, case, role, directory, at))
    steps = dict.fromkeys(step.action for found in awaited.values() for step in found)
    titles = tuple(ANSWERED if name == ANSWER else definition.actions[name].title for name in steps)
    open_dues = [inquiry.answer_due for inquiry in case.inquiries if inquiry.status == "open"]
    due = min(open_dues) if open_dues and not case.ended else case.due if _leads_on(definition, case, steps) else None
    state = definition.states[case.state]
    return Progress(
        programme=definition.title,
        state=state.title or spelled(state.name),
        turn=turn,
        due=due,
        stage_due=case.due,
        next=titles,
        says=_said(definition, case, turn, due, titles, at),
    )


def _turn_of(definition: Definition, steps: dict[str, tuple[Step, ...]]) -> dict[str, tuple[Step, ...]]:
    """Of the steps that could come next, those that the case waits for: an answer before all, then what leads on and
    needs nobody else first, then what others need, then other work, then naming somebody, then whatever is left."""
    needed = {name for found in steps.values() for step in found for name in _needs(definition, step)}
    ranked = [(_rank(definition, step, needed), role, step) for role, found in steps.items() for step in found]
    best = min((rank for rank, _, _ in ranked), default=0)
    chosen: dict[str, tuple[Step, ...]] = {}
    for rank, role, step in ranked:
        if rank == best:
            chosen[role] = (*chosen.get(role, ()), step)
    return chosen


def _leads_on(definition: Definition, case: Case, steps: Iterable[str]) -> bool:
    """True where a step ends the stage: a report in a stay of half a year has not the stay's last day as its own."""
    return any(name != ANSWER and definition.actions[name].to[case.state] != case.state for name in steps)


def _needs(definition: Definition, step: Step) -> set[str]:
    """The actions that a step waits for: those that the guards which block it count."""
    blocking = {blocker.removeprefix(GUARD) for blocker in step.blockers if blocker.startswith(GUARD)}
    guards = (guard for guard in definition.actions[step.action].when if guard.name in blocking) if blocking else ()
    return {name.rpartition(".")[2] for guard in guards for name in definition.guards.names(guard.if_)}


def _rank(definition: Definition, step: Step, needed: set[str]) -> int:
    if step.action == ANSWER:
        return 0
    action = definition.actions[step.action]
    if any(blocker.startswith(GUARD) for blocker in step.blockers):
        return 6
    if action.reason_required or action.returns:
        return 5
    if any(to != from_ for from_, to in action.to.items()):
        return 1
    if action.name in needed:
        return 2
    return 4 if action.assigns else 3


def _holders(definition: Definition, case: Case, role: str, directory: Directory, at: datetime) -> tuple[Turn, ...]:
    rule = definition.roles[role]
    title = rule.title or spelled(role)
    if rule.level == "applicant":
        return (Turn(title, None),)
    offices = dict.fromkeys(
        directory.office_now(a.office).title
        for a in directory.holders(role)
        if in_force(a, at, definition.calendar.zone) and reaches(definition, a, case.region)
    )
    return tuple(Turn(title, office) for office in offices) or (Turn(title, None),)


def _said(
    definition: Definition,
    case: Case,
    turn: tuple[Turn, ...],
    due: datetime | None,
    next: tuple[Text, ...],
    at: datetime,
) -> Text:
    state = definition.states[case.state]
    title = state.title or spelled(case.state)
    found = [Text(f"{case.ref} ada pada tahap {title.id}.", f"{case.ref} is at the stage {title.en}.")]
    if case.ended:
        found.append(Text("Prosesnya telah selesai.", "It has ended."))
    elif not turn:
        queued = Text("Berkas menunggu tempat kosong.", "It waits for a free place.")
        idle = Text("Tidak ada yang perlu dilakukan sekarang.", "Nothing has to be done now.")
        found += [queued, idle] if state.queue else [idle]
    else:
        who = Text("; ".join(_who(t).id for t in turn), "; ".join(_who(t).en for t in turn))
        found.append(Text(f"Giliran: {who.id}.", f"Whose turn: {who.en}."))
        what = Text("; ".join(t.id for t in next), "; ".join(t.en for t in next))
        found.append(Text(f"Langkah berikutnya: {what.id}.", f"Next step: {what.en}."))
    if due is not None:
        day = on_day(last_day(due, definition.calendar.zone))
        late = Text(f"Tenggatnya {day.id} dan sudah lewat.", f"It was due on {day.en} and is late.")
        found.append(late if due <= at else Text(f"Paling lambat {day.id}.", f"By {day.en}."))
    elif case.due is not None:
        day = on_day(last_day(case.due, definition.calendar.zone))
        late = Text(f"Tahap ini seharusnya selesai {day.id}.", f"This stage should have been over by {day.en}.")
        ends = Text(f"Seluruh tahap ini selesai paling lambat {day.id}.", f"The whole stage is to be over by {day.en}.")
        found.append(late if case.due <= at else ends)
    return Text(" ".join(t.id for t in found), " ".join(t.en for t in found))


def _who(turn: Turn) -> Text:
    if turn.office is None:
        return turn.role
    return Text(f"{turn.role.id}, {turn.office.id}", f"{turn.role.en}, {turn.office.en}")
