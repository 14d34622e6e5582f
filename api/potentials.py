"""Leading potentials by region: read by all who are signed in, kept by the planners of the region's offices."""

from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct

from api.auth import ZONE
from api.moments import AsOf, as_of, check_reached
from api.operations import Call, Room
from api.presenting import json_reply
from api.shapes import Moment
from workflow.domain.definition.model import Definition
from workflow.domain.potentials import DropPotential, ListPotential, Potential, Study, keeper, takers
from workflow.domain.words import Text
from workflow.store.log import CommandKey

room = Room("potentials")
BY_PLANNERS: dict[str, Any] = {"key": "honoured", "refuses": (403,)}
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


class PotentialList(Struct, frozen=True, kw_only=True):
    items: list[PotentialItem]
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
    definitions = _definitions(call, when)
    listed = call.engine.potentials.as_of(when).of(call.query.region or "")
    items = [_item(one, definitions) for one in listed]
    return json_reply(PotentialList(items=items, position=when if isinstance(when, int) else head))


@room("PUT", "/potentials/<region>/<key>", {200: Known}, body=ListPotential, **BY_PLANNERS)
def put_potential(call: Call, region: str, key: str) -> Response:
    """List a leading potential of a region, or change what is said of it. For planners of an office over the region."""
    office = _office(call, region)
    saved = call.engine.potentials.put(region, key, call.body, by=call.who, office=office, command=_command(call))
    return _reply(call, region, key, saved.position)


@room("POST", "/potentials/<region>/<key>/drop", {200: Known}, body=DropPotential, **BY_PLANNERS)
def drop_potential(call: Call, region: str, key: str) -> Response:
    """Take a potential off a region's list, with the reason. For planners of an office over the region."""
    office = _office(call, region)
    saved = call.engine.potentials.drop(region, key, call.body, by=call.who, office=office, command=_command(call))
    return _reply(call, region, key, saved.position)


def _office(call: Call, region: str) -> str:
    return keeper(call.engine.directory.current(), call.who, region, datetime.now(UTC), ZONE).office


def _command(call: Call) -> CommandKey | None:
    return CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None


def _definitions(call: Call, when: datetime | int) -> list[Definition]:
    found = (programme.current_hash for programme in call.engine.registry.as_of(when))
    return [call.engine.registry.definition(hash) for hash in found if hash is not None]


def _reply(call: Call, region: str, key: str, position: int) -> Response:
    found = call.engine.potentials.current().listed.get((region, key))
    item = None if found is None else _item(found, _definitions(call, call.engine.log.head()))
    return json_reply(Known(potential=item, position=position))


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
