"""What was answered to findings: accepted with a reason, or taken up in an alignment; one stream for all."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.authority import in_force
from workflow.domain.context import Appointment
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import Kind, Recorded
from workflow.domain.findings.finding import Finding
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.regions import covers

STREAM = "findings"

Status = Literal["open", "aligning", "accepted", "resolved"]


class Answered(Kind, frozen=True, kw_only=True):
    """What every answer says of its finding."""

    finding: str
    finding_kind: str
    parties: tuple[str, ...]
    region: str
    period: int
    dimension: str
    figure: int
    """As it stood when it was answered."""


class FindingAccepted(Answered, frozen=True, kw_only=True, tag=True):
    reason: str


class FindingTakenUp(Answered, frozen=True, kw_only=True, tag=True):
    alignment: str
    """Reference of the alignment's case."""


FINDING_KINDS: tuple[type[Kind], ...] = (FindingAccepted, FindingTakenUp)


class Answer(Struct, frozen=True, kw_only=True):
    """The last acceptance of a finding, or the alignment in which it was last taken up."""

    by: str
    at: datetime
    position: int
    reason: str = ""
    alignment: str = ""


class Answers(Struct, frozen=True, kw_only=True):
    version: int = 0
    accepted: Mapping[str, Answer] = {}
    """By the finding's id."""
    taken_up: Mapping[str, Answer] = {}


def fold(events: Iterable[Recorded], answers: Answers) -> Answers:
    """The answers after more events, in order."""
    version, accepted, taken_up = answers.version, dict(answers.accepted), dict(answers.taken_up)
    for event in events:
        version = event.version
        match event.body:
            case FindingAccepted() as body:
                accepted[body.finding] = Answer(
                    by=event.actor, at=event.at, position=event.position, reason=body.reason
                )
            case FindingTakenUp() as body:
                taken_up[body.finding] = Answer(
                    by=event.actor, at=event.at, position=event.position, alignment=body.alignment
                )
    return Answers(version=version, accepted=accepted, taken_up=taken_up)


Covers = Callable[[Answer, Finding], bool]
"""True where what was accepted then is the finding as it stands: this occurrence, with nothing beyond it."""


def accept(answers: Answers, finding: Finding, covers: Covers, reason: str) -> tuple[Kind, ...]:
    """The event that accepts a finding. Raises Refused; Unchanged where it is accepted for this reason already."""
    check_standing(finding)
    refusals = list[Refusal]()
    if len(reason.strip()) < sentences.SHORTEST_REASON:
        refusals.append(sentences.no_reason())
    else:
        refusals += stated(reason, "reason")
    if refusals:
        raise Refused(tuple(refusals))
    before = answers.accepted.get(finding.id)
    if before is not None and before.reason == reason and covers(before, finding):
        raise Unchanged
    return (FindingAccepted(**_named(finding), reason=reason),)


def take_up(answers: Answers, finding: Finding, alignment: str) -> tuple[Kind, ...]:
    """The event that says in which alignment a finding is taken up. Raises Unchanged where it is so already."""
    before = answers.taken_up.get(finding.id)
    if before is not None and before.alignment == alignment:
        raise Unchanged
    return (FindingTakenUp(**_named(finding), alignment=alignment),)


def _named(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding.id,
        "finding_kind": finding.kind,
        "parties": finding.parties,
        "region": finding.region,
        "period": finding.period,
        "dimension": finding.dimension,
        "figure": finding.figure,
    }


def signers(definition: Definition) -> tuple[str, ...]:
    """The roles of a programme that sign its letters: those who decide."""
    found: dict[str, None] = {}
    for action in definition.actions.values():
        if action.letter is None:
            continue
        signed_by = definition.letters[action.letter].signed_by
        named = (signed_by.removeprefix("role:"),) if signed_by != "actor" else ()
        found.update(dict.fromkeys(named or (role for roles in action.by.values() for role in roles)))
    return tuple(role for role in found if role != SYSTEM)


def may_accept(
    finding: Finding,
    definitions: Mapping[str, Definition],
    appointments: Iterable[Appointment],
    at: datetime,
    place: Callable[[str], str],
) -> str:
    """The office in which somebody accepts: of who signs letters for one of the parties over the finding's region.

    `place`: a region's code to its name.
    Raises Refused.
    """
    parties = [definitions[name] for name in finding.parties if name in definitions]
    roles = dict.fromkeys(role for definition in parties for role in signers(definition))
    held = [one for one in appointments if one.role in roles]
    for one in held:
        if covers(one.region, finding.region) and any(_in_force(d, one, at) for d in parties):
            return one.office
    elsewhere = next((one for one in held if not covers(one.region, finding.region)), None)
    if elsewhere is not None:
        raise Refused((sentences.other_region(place(elsewhere.region), place(finding.region)),))
    raise Refused((sentences.no_role(parties, roles, ()),))


def _in_force(definition: Definition, appointment: Appointment, at: datetime) -> bool:
    return appointment.role in signers(definition) and in_force(appointment, at, definition.calendar.zone)


def check_standing(finding: Finding) -> None:
    """Raises Refused for a finding that is resolved: there is nothing left to answer."""
    if finding.resolved is not None:
        raise Refused((why("finding.resolved", "id", code="state", position=finding.resolved),))
