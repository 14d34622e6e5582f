"""Leading potentials of a region (potensi unggulan): events, the list they fold to, and who may change it why not."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from workflow.domain.authority import in_force
from workflow.domain.context import Appointment, People
from workflow.domain.definition.model import Definition
from workflow.domain.events import Kind, Recorded
from workflow.domain.kbli import Classes
from workflow.domain.publishing import REGION
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.regions import covers
from workflow.domain.words import Text

STREAM = "potentials"
PLANNER = "region_planner"
"""The role of the directory whose holders keep the list of their office's region."""
KEY = re.compile(r"[a-z][a-z0-9-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_CLASSES = 20
FACT = "facts.potential"
"""Where a group's facts say which potential it builds on: the key of one of its region's."""


class Study(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the listing stands on."""

    title: Annotated[str, Meta(description="The study or the decision, as its letterhead names it")]
    sha256: Annotated[str | None, Meta(description="SHA-256 of the document, where there is a file")] = None


class PotentialListed(Kind, frozen=True, kw_only=True, tag=True):
    """Puts a potential on the list of a region, or changes what is said of it."""

    region: str
    """Kemendagri code of a province, a city or a regency."""
    key: str
    title: Text
    kbli: tuple[str, ...]
    """Classes of business in which groups work on it."""
    study: Study
    office: str
    """In which the actor keeps the list."""


class PotentialDropped(Kind, frozen=True, kw_only=True, tag=True):
    region: str
    key: str
    reason: str
    office: str


POTENTIAL_KINDS: tuple[type[Kind], ...] = (PotentialListed, PotentialDropped)


class ListPotential(Struct, frozen=True, kw_only=True):
    title: Text
    kbli: tuple[str, ...]
    study: Study


class DropPotential(Struct, frozen=True, kw_only=True):
    reason: str


class Potential(Struct, frozen=True, kw_only=True):
    region: str
    key: str
    title: Text
    kbli: tuple[str, ...]
    study: Study
    office: str
    by: str
    at: datetime
    position: int
    """Of the event that said so last."""


class Potentials(Struct, frozen=True, kw_only=True):
    """All regions' lists at one version of the stream."""

    version: int = 0
    listed: dict[tuple[str, str], Potential] = {}
    """(region, key) to what is said of it; one that was dropped is not there."""

    def of(self, region: str) -> tuple[Potential, ...]:
        """The potentials of a region and of those below it, by region and key."""
        return tuple(one for _, one in sorted(self.listed.items()) if covers(region, one.region))


def fold(events: Iterable[Recorded], potentials: Potentials) -> Potentials:
    """The lists after more events, in order."""
    version, listed = potentials.version, dict(potentials.listed)
    for event in events:
        version = event.version
        match event.body:
            case PotentialListed() as e:
                listed[e.region, e.key] = Potential(
                    region=e.region,
                    key=e.key,
                    title=e.title,
                    kbli=e.kbli,
                    study=e.study,
                    office=e.office,
                    by=event.actor,
                    at=event.at,
                    position=event.position,
                )
            case PotentialDropped() as e:
                listed.pop((e.region, e.key), None)
    return Potentials(version=version, listed=listed)


def keeper(people: People, person: str, region: str, at: datetime, zone: str) -> Appointment:
    """The appointment in which a person keeps the list of a region. Raises Refused with the reason why there is none.

    `zone`: whose midnight begins and ends an appointment.
    """
    held = [a for a in people.appointments(person) if a.role == PLANNER]
    if not held:
        raise Refused((why("planner.role", "region", "role", role=PLANNER, region=region[:20]),))
    there = [a for a in held if covers(a.region, region)]
    if not there:
        raise Refused((why("planner.region", "region", "region", theirs=held[0].region, region=region[:20]),))
    for appointment in there:
        if in_force(appointment, at, zone):
            return appointment
    raise Refused((why("planner.period", "region", "period", role=PLANNER),))


def put(
    potentials: Potentials, region: str, key: str, order: ListPotential, office: str, classes: Classes
) -> tuple[Kind, ...]:
    """The event that lists a potential. Raises Refused with every reason, Unchanged where it is listed so already."""
    reasons: list[Refusal] = []
    if not REGION.fullmatch(region):
        reasons.append(why("region.code", "region", region=region[:20], level="city"))
    if not KEY.fullmatch(key):
        reasons.append(why("potential.key", "key", key=key[:80]))
    reasons += stated(order.title.id, "title.id") + stated(order.title.en, "title.en")
    reasons += stated(order.study.title, "study.title")
    if order.study.sha256 is not None and not SHA256.fullmatch(order.study.sha256):
        reasons.append(why("study.sha256", "study.sha256"))
    if not 0 < len(set(order.kbli)) == len(order.kbli) <= MOST_CLASSES:
        reasons.append(why("kbli.count", "kbli", most=MOST_CLASSES))
    reasons += [_no_class(code, number, classes) for number, code in enumerate(order.kbli) if not classes.has(code)]
    if reasons:
        raise Refused(tuple(reasons))
    before = potentials.listed.get((region, key))
    if before and (before.title, before.kbli, before.study) == (order.title, order.kbli, order.study):
        raise Unchanged
    return (
        PotentialListed(region=region, key=key, title=order.title, kbli=order.kbli, study=order.study, office=office),
    )


def drop(potentials: Potentials, region: str, key: str, order: DropPotential, office: str) -> tuple[Kind, ...]:
    """The event that takes a potential off the list. Raises Refused, Unchanged where it is not on it."""
    if (region, key) not in potentials.listed:
        raise Unchanged
    if reasons := stated(order.reason, "reason"):
        raise Refused(tuple(reasons))
    return (PotentialDropped(region=region, key=key, reason=order.reason, office=office),)


def named_by(definition: Definition) -> tuple[str, ...] | None:
    """The keys that a programme's eligibility names; None where it names none, and so takes a group of any."""
    for dimension in definition.eligibility.values():
        if dimension.value == FACT and dimension.in_:
            return dimension.in_
    return None


def open_in(definition: Definition, region: str) -> bool:
    """True where a programme's eligibility leaves room for groups of a region, of one below it, or above it."""
    bounds = [d.under for d in definition.eligibility.values() if d.value == "facts.region" and d.under]
    return all(any(covers(one, region) or covers(region, one) for one in under) for under in bounds)


def takers(potential: Potential, definitions: Iterable[Definition]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Programmes open in a potential's region: those that name it, and those that name none."""
    here = [(one.id, named_by(one)) for one in definitions if open_in(one, potential.region)]
    named = tuple(name for name, keys in here if keys is not None and potential.key in keys)
    return named, tuple(name for name, keys in here if keys is None)


def _no_class(code: str, number: int, classes: Classes) -> Refusal:
    place, edition, near = f"kbli.{number}", classes.name, ", ".join(classes.near(code))
    if not near:
        return why("kbli.class", place, "kbli", given=code[:20], edition=edition)
    if classes.newest is None:
        return why("kbli.division", place, "kbli", given=code, division=code[:2], near=near, edition=edition)
    return why("kbli.near", place, "kbli", given=code, near=near, edition=edition)
