"""The terms that a case fails: what the other party's bounds, as far as they were agreed on, do not let in."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.alignments import Alignment
from workflow.domain.binding import binding_at
from workflow.domain.bounds import bounds
from workflow.domain.case import Case
from workflow.domain.conditions import Asked, all_fit, environment
from workflow.domain.context import Context
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Definition
from workflow.domain.rebound import TermFailed
from workflow.domain.refusal import Refusal
from workflow.domain.words import Text


class Ahead(Struct, frozen=True, kw_only=True):
    """An agreed bound that a case does not fit and that nobody asks yet: it is refused at the action that binds."""

    action: str
    title: Text
    """Of the action."""
    alignment: str
    refusal: Refusal


def ahead(definition: Definition, case: Case, actions: Iterable[str], context: Context) -> list[Ahead]:
    """What these actions will refuse, as the terms and the case's facts stand now."""
    return [
        Ahead(
            action=name,
            title=definition.actions[name].title,
            alignment=alignment.ref,
            refusal=_unfit(alignment.ref, one),
        )
        for name in actions
        for alignment in binding_at(definition, case, name, context)
        for one in failed(definition, case, alignment, context)
    ]


def unfit(definition: Definition, case: Case, action: str, context: Context) -> list[Refusal]:
    """Why an action cannot bind a case: the agreed bounds that its facts do not fit."""
    return [
        _unfit(alignment.ref, one)
        for alignment in binding_at(definition, case, action, context)
        for one in failed(definition, case, alignment, context)
    ]


def failed(definition: Definition, case: Case, alignment: Alignment, context: Context) -> Iterator[TermFailed]:
    """Each dimension of the terms whose agreed bounds the case's facts do not fit.

    No value is told, for it may be personal. A fact that is missing, or was erased, fits nothing.
    """
    terms = alignment.terms
    side = terms.side_of(definition.id)
    other = terms.parties[1 if side == "a" else 0]
    theirs = context.definition_at(other.programme, other.version)
    if side is None or theirs is None or not terms.eligibility.dimensions:
        return
    values = environment(definition, case, context, case.facts, None)
    asked = Asked(definition, values, context.erased_fields(case.facts))
    for rule in terms.eligibility.dimensions:
        own, bound = definition.eligibility.get(rule.dimension), theirs.eligibility.get(rule.dimension)
        if own is None or bound is None or rule.rule == side:
            continue
        value = asked.value(own.value)
        found = list(value) if own.each and not isinstance(value, Missing) else [value]
        if asked.erased(own.value) or not all_fit(bound, found):
            wanted = bounds(bound, context.called)
            yield TermFailed(
                alignment=alignment.ref,
                pointer=f"/eligibility/dimensions/{rule.dimension}",
                id=f"{bound.say.id} (harus {wanted.id})",
                en=f"{bound.say.en} (it has to be {wanted.en})",
            )


def _unfit(ref: str, one: TermFailed) -> Refusal:
    return sentences.say(
        f"terms.eligibility.{one.pointer.rpartition('/')[2]}",
        Text(f"Syarat bersama dalam penyelarasan {ref}: {one.id}", f"Agreed on in the alignment {ref}: {one.en}"),
        Text(
            "Perbaiki data kelompok, lihat rutenya ke program lain, atau usulkan perubahan ketentuan",
            "Amend the group's facts, look at its routes to other programmes, or propose an amendment of the terms",
        ),
    )
