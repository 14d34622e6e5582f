"""An alignment's own rules: its terms hold, each party signs exactly those that stand, one pair has one at a time."""

from collections.abc import Iterable, Sequence

import msgspec

from workflow.domain import sentences
from workflow.domain.alignments import RUNNING, Alignment, AlignmentChanged, Standing
from workflow.domain.authority import Standing as Post
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.commands import TakeAction
from workflow.domain.context import Context, TermsAsked
from workflow.domain.decided import Decided, after
from workflow.domain.definition.model import Action, AlignmentRule, Definition
from workflow.domain.events import ActionTaken, Facts
from workflow.domain.refusal import Refusal
from workflow.domain.regions import covers
from workflow.domain.terms import Terms, plain, read_terms
from workflow.domain.titles import agency_title
from workflow.domain.words import Text


def terms_of(definition: Definition, facts: Facts) -> Terms | None:
    """The terms that stand in an alignment's facts; None where they are not whole, or the case is no alignment."""
    if definition.alignment is None:
        return None
    try:
        return read_terms(facts.get(_field(definition.alignment)))
    except msgspec.ValidationError:
        return None


def standing_in(rule: AlignmentRule, state: str) -> Standing:
    """What a state of an alignment means for others."""
    standings: tuple[Standing, ...] = ("in_force", "suspended", "ended")
    return next((one for one in standings if state in getattr(rule, one)), "negotiated")


def against(
    definition: Definition,
    case: Case,
    action: Action,
    command: TakeAction | None,
    post: Post | None,
    context: Context,
    facts: Facts,
) -> list[Refusal]:
    """Why an action on an alignment is not open: terms that do not hold, a wrong signature, another one in force."""
    rule = definition.alignment
    terms = terms_of(definition, facts)
    if rule is None or terms is None:
        return []
    to = action.to[case.state]
    side = rule.signs.get(action.name)
    changed = case.state != definition.start and terms != terms_of(definition, case.facts)
    leaving = case.state == definition.start and to != definition.start and not definition.states[to].end
    found: list[Refusal] = []
    if changed or leaving or side is not None:
        known = None if leaving else context.alignments.known.get(case.ref)
        asked = TermsAsked(
            region=case.region,
            day=local_date(context.at, definition.calendar.zone),
            before=known.terms if known else None,
        )
        found += [bad_terms(error.pointer, error.say) for error in context.terms_errors(terms, asked)]
    if side is not None:
        party = terms.parties[0 if side == "a" else 1]
        found += _signature(case, action, command, terms)
        if post is not None and post.office is not None and party.agency not in context.agencies(post.office):
            found.append(_not_party(agency_title(context.agency_titles, party.agency)))
    if standing_in(rule, to) in RUNNING and to not in _open_to_signing(definition, rule):
        found += _into_force(definition, case, action, terms, context)
    return found


def bad_terms(pointer: str, say: Text) -> Refusal:
    how = Text(f"Perbaiki {pointer}", f"Correct {pointer}")
    return sentences.say("terms", say, how, pointer)


def _field(rule: AlignmentRule) -> str:
    return rule.terms.partition(".")[2]


def _open_to_signing(definition: Definition, rule: AlignmentRule) -> frozenset[str]:
    """The states in which a party can sign: there the terms may be others than those that were agreed."""
    return frozenset(state for name in rule.signs for state in definition.actions[name].from_)


def _signature(case: Case, action: Action, command: TakeAction | None, terms: Terms) -> Iterable[Refusal]:
    before = case.takings.get(action.name)
    if before is not None and not before.void and before.terms == terms.hash:
        yield sentences.say(
            "terms.signed",
            Text("Pihak ini sudah menandatangani ketentuan ini", "This party has signed these terms"),
            Text("Tunggu pihak lain", "Wait for the other party"),
        )
    if command is None:
        return
    if command.terms is None:
        yield sentences.say(
            "terms",
            Text("Ketentuan yang ditandatangani belum disebut", "The terms that are signed are not named"),
            Text(
                "Baca ketentuannya, lalu kirim terms: nilai terms_hash pada berkas",
                "Read the terms, then send terms: the case's terms_hash",
            ),
            "/terms",
        )
    elif command.terms != terms.hash:
        yield sentences.say(
            "terms",
            Text("Ketentuan sekarang bukan yang disebut", "The terms are not those that were named"),
            Text("Baca lagi ketentuannya sebelum menandatangani", "Read the terms again before signing"),
            "/terms",
        )


def _not_party(agency: Text) -> Refusal:
    return sentences.say(
        "party",
        Text(f"Yang menandatangani untuk pihak ini adalah {agency.id}", f"{agency.en} signs for this party"),
        Text(f"Mintalah kepada pejabat {agency.id}", f"Ask an official of {agency.en}"),
    )


def signed_by_both(definition: Definition, case: Case, terms: Terms, signing: str | None = None) -> bool:
    """True where signatures of both parties on these terms stand; `signing`: an action that is being taken."""
    rule = definition.alignment
    assert rule is not None
    sides = set()
    for name, side in rule.signs.items():
        taking = case.takings.get(name)
        if name == signing or (taking is not None and not taking.void and taking.terms == terms.hash):
            sides.add(side)
    return len(sides) == 2


def _into_force(
    definition: Definition, case: Case, action: Action, terms: Terms, context: Context
) -> Iterable[Refusal]:
    known = _running(case, context)
    if not signed_by_both(definition, case, terms, action.name):
        if known is None:
            yield sentences.say(
                "terms.unsigned",
                Text("Ketentuan ini belum ditandatangani kedua pihak", "Both parties have not signed these terms yet"),
                Text("Minta kedua pihak menandatangani", "Have both parties sign"),
            )
        return
    if known is not None and known.hash == terms.hash:
        return
    for other in context.alignments.known.values():
        if other.ref != case.ref and other.standing in RUNNING and _overlap(other.terms, terms):
            regions = sentences.listed(
                one for one in terms.regions if any(covers(one, o) or covers(o, one) for o in other.terms.regions)
            )
            yield sentences.say(
                "claim.alignment",
                Text(
                    f"Penyelarasan lain antara kedua program ini sudah berlaku di {regions} pada masa itu",
                    f"Another alignment of these two programmes is in force in {regions} in that period",
                ),
                Text(
                    "Akhiri yang lain, ubah yang lain itu, atau pilih wilayah atau masa lain",
                    "End or amend the other one, or choose other regions or dates",
                ),
            )


def _overlap(one: Terms, other: Terms) -> bool:
    """True where two terms are of the same pair, share a region and share a day."""
    return (
        {p.programme for p in one.parties} == {p.programme for p in other.parties}
        and one.since <= other.until
        and other.since <= one.until
        and any(covers(a, b) or covers(b, a) for a in one.regions for b in other.regions)
    )


def _running(case: Case, context: Context) -> Alignment | None:
    known = context.alignments.known.get(case.ref)
    return known if known is not None and known.standing in RUNNING else None


def settled(definition: Definition, case: Case, action: Action, facts: Facts, context: Context) -> Facts:
    """The facts after an action: what was proposed and not signed does not outlive its negotiation."""
    rule, terms = definition.alignment, terms_of(definition, facts)
    known = _running(case, context)
    to = action.to[case.state]
    if rule is None or terms is None or known is None or to in _open_to_signing(definition, rule):
        return facts
    if known.hash == terms.hash or signed_by_both(definition, case, terms, action.name):
        return facts
    return {**facts, _field(rule): plain(known.terms)}


def voided(definition: Definition, case: Case, facts: Facts) -> tuple[str, ...]:
    """The signatures that a change of the terms voids."""
    rule = definition.alignment
    if rule is None or terms_of(definition, facts) == terms_of(definition, case.facts):
        return ()
    return tuple(name for name in rule.signs if name in case.takings and not case.takings[name].void)


def change(
    definition: Definition, case: Case | None, decided: Sequence[Decided], context: Context
) -> AlignmentChanged | None:
    """What a decision on an alignment means for all others; None where its standing and terms stay as they are."""
    rule = definition.alignment
    if rule is None or case is None:
        return None
    for one in decided:
        case = after(definition, case, one, context)
    known = context.alignments.known.get(case.ref)
    standing, terms = standing_in(rule, case.state), terms_of(definition, case.facts)
    if case.state == definition.start or (known is None and (terms is None or standing == "ended")):
        return None
    agreed = standing in RUNNING and terms is not None and signed_by_both(definition, case, terms)
    if known is not None and not agreed and (standing != "negotiated" or terms is None):
        terms = known.terms
    assert terms is not None
    if known is not None and (known.standing, known.hash) == (standing, terms.hash):
        return None
    body = decided[-1].body
    named = definition.actions[body.action].documents if isinstance(body, ActionTaken) else ()
    papers = [document.sha256 for document in case.documents if document.document in named]
    return AlignmentChanged(
        ref=case.ref,
        standing=standing,
        terms=terms,
        hash=terms.hash,
        reason=getattr(body, "reason", None),
        letter=papers[-1] if papers else None,
    )
