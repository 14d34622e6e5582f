"""Routes: which programmes would take a group as it is, and what each of them lacks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain import sentences
from workflow.domain.alignments import Alignment
from workflow.domain.calendar import local_date
from workflow.domain.case import Case, Document, Taking
from workflow.domain.conditions import fits
from workflow.domain.context import Context
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import Action, Definition
from workflow.domain.dossier import counting
from workflow.domain.events import CaseOpened, Facts, Move, Recorded
from workflow.domain.evolve import IMPORTED, evolve
from workflow.domain.intakes import IntakeToday, intake, submissions
from workflow.domain.moves import clock_of
from workflow.domain.places import counter_of
from workflow.domain.refusal import Refusal
from workflow.domain.refusals import FORBIDDEN, weigh
from workflow.domain.terms_failed import Ahead, ahead
from workflow.domain.words import Text


class PlacesLeft(Struct, frozen=True, kw_only=True):
    """Places of a programme in a city and year."""

    quota: int | None
    """None: none were set."""
    used: int
    waiting: int
    """Groups in the queue."""

    @property
    def free(self) -> int:
        return max((self.quota or 0) - self.used, 0)


class Step(Struct, frozen=True, kw_only=True):
    """A step of the one programme that counts as a step of the other, as terms say."""

    action: str
    """Of the other programme."""
    taking: Taking
    until: date
    """The last day on which it counts."""


class Route(Struct, frozen=True, kw_only=True):
    """One programme as a group would find it."""

    programme: str
    version: int
    title: Text
    submission: str
    """The action by which a group enters."""
    refusals: tuple[Refusal, ...]
    """All that it would refuse, but for documents and for who asks."""
    ahead: tuple[Ahead, ...]
    """Bounds of terms that the group does not fit, and at which later action they refuse it."""
    documents: tuple[str, ...]
    """Kinds of document that are still to be supplied."""
    places: PlacesLeft | None
    """None where the programme counts no places that a city and a year tell."""
    submit_by: datetime | None
    """When a draft that is opened now would lapse."""
    intake: IntakeToday | None
    """When it takes proposals from there; None: at any time."""
    alignment: str | None = None
    """Whose terms map the facts."""
    steps: tuple[Step, ...] = ()
    """Steps already taken that it would recognise."""

    @property
    def accepted(self) -> bool:
        return not self.refusals


def submission(definition: Definition) -> Action | None:
    """The action by which a group enters a programme: the first out of the start that does not end the case."""
    return next(submissions(definition), None)


def is_open(definition: Definition, region: str) -> bool:
    """True where a programme takes groups, and takes them from this region."""
    if submission(definition) is None or not any(role.level == "applicant" for role in definition.roles.values()):
        return False
    for dimension in definition.eligibility.values():
        if dimension.under is not None and not dimension.each:
            value = definition.guards.evaluate(dimension.value, {"facts": {"region": region}})
            if not isinstance(value, Missing) and not fits(dimension, value):
                return False
    return True


def agreed(definition: Definition, region: str, context: Context) -> tuple[Alignment, ...]:
    """The alignments in force that reach a programme's groups of a region."""
    today = local_date(context.at, definition.calendar.zone)
    found = context.alignments.touching(definition.id, region, today, context.formerly(region))
    return tuple(one for one in found if one.standing == "in_force")


def between(case: Case, other: Definition, context: Context) -> Alignment | None:
    """The alignment in force between the case's programme and another, where it reaches the case."""
    return next((one for one in agreed(other, case.region, context) if one.terms.side_of(case.programme)), None)


def tried(
    definition: Definition,
    ref: str,
    applicant: str,
    region: str,
    facts: Facts,
    at: datetime,
    documents: tuple[Document, ...] = (),
) -> Case:
    """A case that nobody opened: a group at the start of a programme."""
    start = definition.states[definition.start]
    opening = CaseOpened(
        ref=ref,
        programme=definition.id,
        definition_version=definition.version,
        applicant=applicant,
        region=region,
        facts=facts,
        tracking_code="",
        move=Move(from_="", to=start.name, round=1, phase=start.phase),
    )
    event = Recorded(stream=f"case/{ref}", version=1, at=at, actor=applicant, definition=definition.hash, body=opening)
    return replace(evolve(None, event), documents=documents)


def fitting(case: Case, own: Definition, other: Definition) -> tuple[Document, ...]:
    """The documents of a case that count in another programme as they are: of a kind and a type that it knows too."""
    return tuple(
        document
        for kind, rule in other.documents.items()
        if kind in own.documents and not rule.renew_round
        for document in counting(own, case, kind)
        if document.type in rule.types
    )


def recognised(case: Case, other: Definition, alignment: Alignment | None, context: Context) -> tuple[Step, ...]:
    """The case's decisions that the terms let count in the other programme, still within their days."""
    if alignment is None:
        return ()
    today = local_date(context.at, other.calendar.zone)
    found = []
    for rule in alignment.terms.eligibility.recognised:
        taking, action = case.takings.get(rule.action), other.actions.get(rule.counts_as)
        if rule.side != alignment.terms.side_of(case.programme) or taking is None or action is None:
            continue
        if taking.void or taking.role == IMPORTED or action.panel is not None or action.claims:
            continue
        until = local_date(taking.at, other.calendar.zone) + timedelta(days=rule.days)
        if today <= until:
            found.append(Step(action=action.name, taking=taking, until=until))
    return tuple(found)


def route(
    definition: Definition,
    group: Case,
    context: Context,
    alignment: Alignment | None = None,
    steps: Iterable[Step] = (),
) -> Route:
    """What a programme says to a group as `tried` made it; the context is its applicant's."""
    entering = submission(definition)
    assert entering is not None
    errors = [sentences.bad_facts(error) for error in context.facts_errors(group.facts, False)]
    # What does not fit the schema may be anything at all: nothing is worked out from it.
    whole = replace(group, facts={}) if errors else group
    found = weigh(definition, whole, entering.name, context).refusals
    later = [name for name in definition.actions if name != entering.name]
    told = errors + [refusal for refusal in found if of_the_group(refusal) and not (errors and _hangs(refusal))]
    return Route(
        programme=definition.id,
        version=definition.version,
        title=definition.title,
        submission=entering.name,
        refusals=tuple(refusal for refusal in told if not refusal.code.startswith("document.")),
        ahead=() if errors else tuple(ahead(definition, whole, later, context)),
        documents=tuple(r.code.removeprefix("document.") for r in told if r.code.startswith("document.")),
        places=_places(definition, group.region, context),
        submit_by=clock_of(definition, definition.start, context)[0],
        intake=intake(definition, group.region, context),
        alignment=alignment.ref if alignment else None,
        steps=tuple(steps),
    )


def of_the_group(refusal: Refusal) -> bool:
    """False for what stands against the person who asks."""
    return refusal.code not in FORBIDDEN and not refusal.code.startswith("separation.")


def _hangs(refusal: Refusal) -> bool:
    return refusal.code == "facts"


def _places(definition: Definition, region: str, context: Context) -> PlacesLeft | None:
    city, year = ".".join(region.split(".")[:2]), local_date(context.at, definition.calendar.zone).year
    key = counter_of(definition, city, year)
    if key is None:
        return None
    return PlacesLeft(quota=context.quota(city, year), used=context.used(key), waiting=len(context.waiting(key)))
