"""The terms that a case fails: agreed bounds of the other party that do not let it in, and caps below what it asks."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.alignments import Alignment
from workflow.domain.benefits import asked_for
from workflow.domain.binding import binding_at
from workflow.domain.bounds import bounds
from workflow.domain.case import Case
from workflow.domain.conditions import Asked, all_fit, environment
from workflow.domain.context import Context
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Definition
from workflow.domain.rebound import TermFailed
from workflow.domain.refusal import Refusal
from workflow.domain.terms import Side
from workflow.domain.terms_words import rupiah
from workflow.domain.words import Text


class Ahead(Struct, frozen=True, kw_only=True):
    """An agreed bound or cap that a case does not fit and that nobody asks yet: the action that binds refuses it."""

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
    """Why an action cannot bind a case: the agreed bounds and caps that its facts do not fit."""
    return [
        _unfit(alignment.ref, one)
        for alignment in binding_at(definition, case, action, context)
        for one in failed(definition, case, alignment, context)
    ]


def failed(definition: Definition, case: Case, alignment: Alignment, context: Context) -> Iterator[TermFailed]:
    """Each dimension of the terms whose agreed bounds the case's facts do not fit, and each item beyond its cap.

    No value is told, for it may be personal. A fact that is missing, or was erased, fits no bound; an amount that the
    plan does not name is not asked for.
    """
    terms = alignment.terms
    side = terms.side_of(definition.id)
    if side is None:
        return
    yield from _bounds(definition, case, alignment, side, context)
    asked = asked_for(definition, case.facts)
    for item in terms.budget.items:
        if asked.get(item.item, 0) > item.cap:
            title, cap = definition.benefits[item.item].title, rupiah(item.cap)
            yield TermFailed(
                alignment=alignment.ref,
                pointer=f"/budget/items/{item.item}",
                id=f"Untuk {title.id} paling banyak {cap} per kelompok",
                en=f"For {title.en} at most {cap} a group",
            )


def _bounds(
    definition: Definition, case: Case, alignment: Alignment, side: Side, context: Context
) -> Iterator[TermFailed]:
    terms = alignment.terms
    other = terms.parties[1 if side == "a" else 0]
    theirs = context.definition_at(other.programme, other.version)
    if theirs is None or not terms.eligibility.dimensions:
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
    part, _, name = one.pointer.strip("/").split("/")
    return sentences.say(
        f"terms.{part}.{name}",
        Text(f"Syarat bersama dalam penyelarasan {ref}: {one.id}", f"Agreed on in the alignment {ref}: {one.en}"),
        Text(
            "Perbaiki data kelompok, lihat rutenya ke program lain, atau usulkan perubahan ketentuan",
            "Amend the group's facts, look at its routes to other programmes, or propose an amendment of the terms",
        ),
    )
