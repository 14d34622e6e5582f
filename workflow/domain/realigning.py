"""What becomes of a running case when an alignment does: its clock stands while suspended, other terms bind it."""

from collections.abc import Iterator

from msgspec.structs import replace

from workflow.domain import clocks, sentences
from workflow.domain.alignments import Alignment
from workflow.domain.authority import Standing, scope_of, stand
from workflow.domain.binding import holding, past, touching, undecided
from workflow.domain.case import Case
from workflow.domain.clocks import Why
from workflow.domain.commands import Rebind
from workflow.domain.context import Context
from workflow.domain.decided import Decided, after, by, by_system
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import Binding, DeadlineMoved
from workflow.domain.rebound import CaseRebound
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.terms_failed import failed
from workflow.domain.titles import agency_title
from workflow.domain.words import Text, in_words

SUSPENSION = "suspension/"


def realign(definition: Definition, case: Case, context: Context) -> tuple[Decided, ...]:
    """The events that bring a case level with the alignments as they stand; the engine asks for them.

    Raises Unchanged where it is, Refused for anybody but the engine.
    """
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((), (SYSTEM,), ()),))
    if case.ended or case.imported_from is not None:
        raise Unchanged
    decided: list[Decided] = []
    for moved in _clock(definition, case, context):
        decided.append(by_system(moved))
    binds = _binds(case, [one for one in _open(definition, case, context) if one.terms.running.later == "rebind"])
    if binds != case.bound:
        decided.append(by_system(_rebound(definition, case, binds, context)))
    if not decided:
        raise Unchanged
    return tuple(decided)


def rebind(definition: Definition, case: Case, command: Rebind, context: Context) -> tuple[Decided, ...]:
    """The event of a case bound anew to the terms in force, with the terms that it fails: they refuse nothing.

    Raises Refused for who serves no party, for a case that is approved or not yet at the action at which the terms
    bind; Unchanged where they bind it already.
    """
    inside = [one for one in touching(definition, case, context) if one.standing == "in_force"]
    reached = [one for one in inside if past(case, one.terms.binds_at(definition.id))]
    standing, refused = _party(definition, case, inside, context)
    found = list(refused)
    if case.ended or (reached and not _open(definition, case, context)):
        found.append(_approved())
    elif not reached:
        found.append(_too_early() if inside else _none())
    if found:
        raise Refused(tuple(found))
    assert standing is not None
    binds = _binds(case, _open(definition, case, context))
    if binds == case.bound:
        raise Unchanged
    return (by(_rebound(definition, case, binds, context, command.reason), context, standing),)


def _clock(definition: Definition, case: Case, context: Context) -> Iterator[DeadlineMoved]:
    """A suspension stops the clock of a case that it binds, until that is in force again or ended."""
    known = context.alignments.known
    suspended = {one.ref for one in holding(definition, case, context)}
    stopping = {one.name.removeprefix(SUSPENSION) for one in case.clock.standing if one.name.startswith(SUSPENSION)}
    for ref in sorted(suspended - stopping):
        # However late the engine comes, the days are those that were left when the alignment was suspended.
        then = replace(context, at=min(context.at, max(case.entered, known[ref].changed)))
        moved = clocks.stop(definition, case, then, _why(ref, known[ref]))
        if moved is not None:
            case = after(definition, case, by_system(moved), context)
            yield moved
    for ref in sorted(stopping - suspended):
        moved = clocks.resume(definition, case, context, _why(ref, known.get(ref)))
        if moved is not None:
            case = after(definition, case, by_system(moved), context)
            yield moved


def _why(ref: str, one: Alignment | None) -> Why:
    reason = one.reason if one and one.reason else "-"
    standing = one.standing if one else "ended"
    say = {
        "suspended": Text(f"penyelarasan {ref} ditangguhkan: {reason}", f"the alignment {ref} is suspended: {reason}"),
        "in_force": Text(f"penyelarasan {ref} berlaku kembali", f"the alignment {ref} is in force again"),
    }.get(standing, Text(f"penyelarasan {ref} tidak lagi menahan", f"the alignment {ref} no longer holds it"))
    return Why(name=SUSPENSION + ref, say=say, letter=one.letter if one else None)


def _open(definition: Definition, case: Case, context: Context) -> list[Alignment]:
    """The alignments in force to which the case can be bound anew: past the action that binds, and not approved."""
    return [
        one
        for one in touching(definition, case, context)
        if one.standing == "in_force"
        and past(case, one.terms.binds_at(definition.id))
        and undecided(definition, case.state, one.terms.binds_at(definition.id))
    ]


def _binds(case: Case, alignments: list[Alignment]) -> tuple[Binding, ...]:
    """What binds the case once these do too."""
    new = {one.ref: one.hash for one in alignments}
    kept = {one.alignment: one.terms for one in case.bound}
    return tuple(Binding(alignment=ref, terms=hash) for ref, hash in sorted({**kept, **new}.items()))


def _rebound(
    definition: Definition, case: Case, binds: tuple[Binding, ...], context: Context, reason: str | None = None
) -> CaseRebound:
    known = context.alignments.known
    fails = [
        one
        for binding in binds
        if binding not in case.bound
        for one in failed(definition, case, known[binding.alignment], context)
    ]
    return CaseRebound(binds=binds, fails=tuple(fails), reason=reason)


def _party(
    definition: Definition, case: Case, inside: list[Alignment], context: Context
) -> tuple[Standing | None, tuple[Refusal, ...]]:
    """The standing of somebody who serves a party of one of these alignments, or why there is none."""
    roles = [role.name for role in definition.roles.values() if role.level != "applicant" and not role.reads_all]
    standing, refused = stand(definition, context, roles, scope_of(case), any_delegation=True)
    agencies = {party.agency for one in inside for party in one.terms.parties}
    if standing is None or not inside or agencies & context.agencies(standing.office or ""):
        return standing, refused
    names = in_words(agency_title(context.agency_titles, one) for one in sorted(agencies))
    said = Text(f"Hanya pihak penyelarasan ({names.id}) yang dapat", f"Only a party of the alignment may ({names.en})")
    return standing, (*refused, sentences.say("party", said, Text("Mintalah kepada pihak itu", "Ask one of them")))


def _approved() -> Refusal:
    return sentences.say(
        "rebind.approved",
        Text("Perkara ini sudah disetujui atau selesai", "This case is approved or has ended"),
        Text("Yang sudah disetujui tetap pada ketentuannya", "What is approved keeps its terms"),
    )


def _too_early() -> Refusal:
    return sentences.say(
        "rebind.early",
        Text(
            "Perkara ini belum sampai pada tindakan yang mengikatnya",
            "This case has not come to the action that binds it",
        ),
        Text("Ketentuan mengikatnya dengan sendirinya di sana", "The terms bind it by themselves when it gets there"),
    )


def _none() -> Refusal:
    return sentences.say(
        "rebind.none",
        Text("Tidak ada penyelarasan yang berlaku bagi perkara ini", "No alignment in force reaches this case"),
        Text("Lihat GET /alignments", "See GET /alignments"),
    )
