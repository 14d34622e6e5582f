"""Leading potentials by region: read by all who are signed in, kept by the planners of the region's offices."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct, structs

from api.lists import wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import Call, Room
from api.preconditions import etag
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.definition.model import Definition
from workflow.domain.findings.comparing import comparable
from workflow.domain.potentials import DropPotential, ListPotential, Potential, Study, keeper, open_in, takers
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.projections.outcome_lists import Holding
from workflow.store.log import CommandKey

room = Room("potentials")
BY_PLANNERS: dict[str, Any] = {"key": "honoured", "if_match": "honoured", "refuses": (403,), "headers": ("ETag",)}
Region = Annotated[str, Meta(pattern=r"^[1-9][0-9](\.[0-9]{2})?$", description="Kemendagri code; empty: all")]


class PotentialsQuery(Struct, frozen=True, kw_only=True):
    region: Region | None = None
    as_of: AsOf | None = None


class PotentialItem(Struct, frozen=True, kw_only=True):
    region: str
    key: str
    title: Text
    kbli: list[str]
    study: Study
    office: str
    by: str
    at: Moment
    position: int
    named_by: list[str]
    """Programmes open in the region whose eligibility names it."""
    open_to: list[str]
    """Programmes open in the region that name none, and so take a group of any potential."""


class ListedItem(PotentialItem, frozen=True, kw_only=True):
    groups: dict[str, int]
    """Phase to how many groups of the region build on it; those that ended are there too."""


class Unlisted(Struct, frozen=True, kw_only=True):
    """What groups of a city or regency name as their potential that is on no list of it or above it."""

    region: str
    potential: str
    groups: int


class PotentialRef(Struct, frozen=True, kw_only=True):
    region: str
    key: str


class PotentialList(Struct, frozen=True, kw_only=True):
    items: list[ListedItem]
    without_programme: list[PotentialRef]
    """Those that no programme open in their region names."""
    unlisted: list[Unlisted]
    programmes_without_groups: list[str]
    """Open in the region, and no group of it is there."""
    position: int


class Known(Struct, frozen=True, kw_only=True):
    """What a command on a list comes to: the potential as it is listed now; null once it is off the list."""

    potential: PotentialItem | None
    position: int


@room("GET", "/potentials", {200: PotentialList}, query=PotentialsQuery)
def list_potentials(call: Call) -> Response:
    """The leading potentials of a region and of those below it, as they stand or stood, with who takes them."""
    head = call.engine.log.head()
    when = head if call.query.as_of is None else as_of(call.query.as_of)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
        wait_for(call, "outcomes", when)
    region = call.query.region or ""
    definitions = _definitions(call, when)
    listed = call.engine.potentials.as_of(when).of("")
    below = [one for one in listed if covers(region, one.region)]
    holdings = call.read_models.outcomes.holdings(region, when)
    items = [_listed(_item(one, definitions), holdings) for one in below]
    shape = PotentialList(
        items=items,
        without_programme=[PotentialRef(region=one.region, key=one.key) for one in items if not one.named_by],
        unlisted=_unlisted(listed, holdings),
        programmes_without_groups=[
            one.id
            for one in definitions
            if open_in(one, region) and one.id not in {held.programme for held in holdings}
        ],
        position=when if isinstance(when, int) else head,
    )
    return json_reply(shape)


@room("PUT", "/potentials/<region>/<key>", {200: Known}, body=ListPotential, **BY_PLANNERS)
def put_potential(call: Call, region: str, key: str) -> Response:
    """List a leading potential of a region, or change what is said of it. For planners of an office over the region."""
    office = _office(call, region)
    _check_seen(call, region, key)
    saved = call.engine.potentials.put(region, key, call.body, by=call.who, office=office, command=_command(call))
    return _reply(call, region, key, saved.position)


@room("POST", "/potentials/<region>/<key>/drop", {200: Known}, body=DropPotential, **BY_PLANNERS)
def drop_potential(call: Call, region: str, key: str) -> Response:
    """Take a potential off a region's list, with the reason. For planners of an office over the region."""
    office = _office(call, region)
    _check_seen(call, region, key)
    saved = call.engine.potentials.drop(region, key, call.body, by=call.who, office=office, command=_command(call))
    return _reply(call, region, key, saved.position)


def _office(call: Call, region: str) -> str:
    return keeper(call.engine.directory.current(), call.who, region, datetime.now(UTC), HOME_ZONE).office


def _check_seen(call: Call, region: str, key: str) -> None:
    """A stale `If-Match` is 412 before any refusal; a key that was used is answered whatever the tag."""
    if call.if_match is None or (call.key and call.engine.log.command(call.who, call.key)):
        return
    known = call.engine.potentials.current().listed.get((region, key))
    if known is None or _tag(known) not in call.if_match:
        raise Problem("stale", headers={"ETag": etag(_tag(known))} if known else {})


def _tag(potential: Potential) -> str:
    return f"potential-{potential.position}"


def _command(call: Call) -> CommandKey | None:
    return CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None


def _definitions(call: Call, when: datetime | int) -> list[Definition]:
    """Of the programmes that serve groups; an alignment or a permit builds on no potential."""
    found = (programme.current_hash for programme in call.engine.registry.as_of(when))
    known = (call.engine.registry.definition(hash) for hash in found if hash is not None)
    return [definition for definition in known if comparable(definition)]


def _reply(call: Call, region: str, key: str, position: int) -> Response:
    found = call.engine.potentials.current().listed.get((region, key))
    item = None if found is None else _item(found, _definitions(call, call.engine.log.head()))
    reply = json_reply(Known(potential=item, position=position))
    if found is not None:
        reply.headers["ETag"] = etag(_tag(found))
    return reply


def _item(potential: Potential, definitions: list[Definition]) -> PotentialItem:
    named_by, open_to = takers(potential, definitions)
    return PotentialItem(
        region=potential.region,
        key=potential.key,
        title=potential.title,
        kbli=list(potential.kbli),
        study=potential.study,
        office=potential.office,
        by=potential.by,
        at=potential.at.astimezone(UTC),
        position=potential.position,
        named_by=list(named_by),
        open_to=list(open_to),
    )


def _listed(item: PotentialItem, holdings: tuple[Holding, ...]) -> ListedItem:
    groups: Counter[str] = Counter()
    for held in holdings:
        if held.potential == item.key and covers(item.region, held.city):
            groups[held.phase] += held.groups
    return ListedItem(**structs.asdict(item), groups=dict(groups))


def _unlisted(listed: tuple[Potential, ...], holdings: tuple[Holding, ...]) -> list[Unlisted]:
    found: Counter[tuple[str, str]] = Counter()
    for held in holdings:
        known = any(one.key == held.potential and covers(one.region, held.city) for one in listed)
        if held.potential is not None and not known:
            found[held.city, held.potential] += held.groups
    return [Unlisted(region=region, potential=name, groups=n) for (region, name), n in sorted(found.items())]
