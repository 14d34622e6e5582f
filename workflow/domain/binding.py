"""How alignments reach a case of one of their programmes: what binds it, and what a suspension stops."""

from workflow.domain import sentences
from workflow.domain.alignments import Alignment
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.graph import moves, reached
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.events import Binding
from workflow.domain.refusal import Refusal
from workflow.domain.words import Text


def touching(definition: Definition, case: Case, context: Context) -> tuple[Alignment, ...]:
    """The alignments in force or suspended whose terms reach the case today."""
    if not context.alignments.known:
        return ()
    today = local_date(context.at, definition.calendar.zone)
    return context.alignments.touching(definition.id, case.region, today, context.formerly(case.region))


def binding_at(definition: Definition, case: Case, action: str, context: Context) -> tuple[Alignment, ...]:
    """The alignments that an action binds the case to: those in force that name it."""
    return tuple(
        one
        for one in touching(definition, case, context)
        if one.standing == "in_force" and one.terms.binds_at(definition.id) == action
    )


def bindings(definition: Definition, case: Case, action: str, context: Context) -> tuple[Binding, ...]:
    """The terms to which an action binds the case."""
    return tuple(Binding(alignment=one.ref, terms=one.hash) for one in binding_at(definition, case, action, context))


def stands(definition: Definition, case: Case, action: str, context: Context) -> bool:
    """True where an earlier decision may carry: it was taken under the terms to which it would bind the case now."""
    return set(bindings(definition, case, action, context)) <= set(case.bound)


def past(case: Case, action: str) -> bool:
    """True where the case has come past an action, and not back."""
    taking = case.takings.get(action)
    return taking is not None and not taking.void


def undecided(definition: Definition, state: str, binds_at: str) -> bool:
    """True while a case is not approved: a panel's vote, a return, or the binding action can still come."""
    deciding = [
        action
        for action in definition.actions.values()
        if action.panel is not None or action.returns or action.name == binds_at
    ]
    ahead = reached(moves(definition), [state])
    return any(state in ahead for action in deciding for state in action.from_)


def _waits(definition: Definition, case: Case, one: Alignment) -> bool:
    return one.standing == "suspended" and undecided(definition, case.state, one.terms.binds_at(definition.id))


def holding(definition: Definition, case: Case, context: Context) -> list[Alignment]:
    """The suspended alignments for which the case waits: they bind it, and it is not approved yet."""
    bound = (context.alignments.known.get(binding.alignment) for binding in case.bound)
    return [one for one in bound if one is not None and _waits(definition, case, one)]


def stopped(definition: Definition, case: Case, action: Action, role: str, context: Context) -> list[Refusal]:
    """The suspended alignments that keep somebody from an action.

    What is open despite an inquiry stays open, and the engine goes on.
    """
    if action.despite_inquiry or role == SYSTEM:
        return []
    return [_suspended(one) for one in holding(definition, case, context)]


def _suspended(alignment: Alignment) -> Refusal:
    reason, letter = alignment.reason or "-", alignment.letter or "-"
    return sentences.say(
        "alignment.suspended",
        Text(
            f"Penyelarasan {alignment.ref} ditangguhkan: {reason} (surat {letter})",
            f"The alignment {alignment.ref} is suspended: {reason} (letter {letter})",
        ),
        Text(
            "Tunggu sampai penyelarasan berlaku kembali atau diakhiri; menarik usulan tetap dapat dilakukan",
            "Wait until it is in force again or ended; the proposal can still be withdrawn",
        ),
    )
