"""Programmes: their versions, places and intakes, and publishing new ones."""

from collections.abc import Callable
from datetime import UTC, date
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct

from api.auth import check_admin
from api.operations import Call, Room
from api.preconditions import etag
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment, Sha256
from workflow.domain.definition.model import Definition
from workflow.domain.publishing import SetIntake, SetQuota
from workflow.domain.registry import Programme, Quota
from workflow.domain.titles import agency_title
from workflow.domain.windows import Intake
from workflow.domain.words import Text
from workflow.store.log import CommandKey
from workflow.streams import Saved

room = Room("programmes")
BY_ADMINS: dict[str, Any] = {"key": "honoured", "if_match": "honoured", "refuses": (403,), "headers": ("ETag",)}


class Version(Struct, frozen=True, kw_only=True):
    version: int
    definition: Sha256
    at: Moment
    by: str


class Places(Struct, frozen=True, kw_only=True):
    region: str
    year: int
    places: int
    legal_basis: str
    at: Moment
    by: str
    used: int | None
    """Places held now; null where the programme's counters do not tell it by city and year."""


class IntakeWindow(Struct, frozen=True, kw_only=True):
    region: str
    """Empty: the whole nation. A region's own goes before that of the one it lies in."""
    year: int
    opens: date
    closes: date
    """The last day, inclusive."""
    legal_basis: str
    at: Moment
    by: str


class ProgrammeItem(Struct, frozen=True, kw_only=True):
    programme: str
    title: Text
    owner: str
    owner_title: Text
    current: int


class ProgrammeShape(ProgrammeItem, frozen=True, kw_only=True):
    versions: list[Version]
    quotas: list[Places]
    intakes: list[IntakeWindow]
    """When proposals are taken; where none is named, at any time."""
    position: int


class ProgrammeList(Struct, frozen=True, kw_only=True):
    items: list[ProgrammeItem]
    position: int


class NewVersion(Struct, frozen=True, kw_only=True):
    source: Annotated[str, Meta(min_length=1, description="The definition, a YAML file in the format casework: 1")]
    texts: Annotated[
        dict[str, str],
        Meta(description="Letters and messages it names: `letters/NAME.id`, `messages/NAME.id`, `messages/NAME.en`"),
    ] = {}


@room("GET", "/programmes", {200: ProgrammeList})
def list_programmes(call: Call) -> Response:
    """All programmes with a published version."""
    position = call.engine.log.head()
    items = [ProgrammeItem(**_titled(call, one, _definition(call, one))) for one in call.engine.registry.programmes()]
    return json_reply(ProgrammeList(items=items, position=position))


@room("GET", "/programmes/<programme>", {200: ProgrammeShape}, headers=("ETag",))
def read_programme(call: Call, programme: str) -> Response:
    """One programme with its published versions and its places."""
    return _reply(call, programme, call.engine.log.head())


@room("POST", "/programmes/<programme>/versions", {201: ProgrammeShape}, body=NewVersion, **BY_ADMINS)
def publish_version(call: Call, programme: str) -> Response:
    """Publish a definition: cases opened from now on follow it. For admins."""
    check_admin(call.who, call.engine)
    _check_seen(call, programme)
    saved = call.engine.registry.publish(
        call.body.source, "source", call.body.texts, by=call.who, command=_command(call), programme=programme
    )
    return _reply(call, programme, saved.position, 201)


@room("PUT", "/programmes/<programme>/quotas", {200: ProgrammeShape}, body=SetQuota, **BY_ADMINS)
def set_quota(call: Call, programme: str) -> Response:
    """Set the places of a region in a year, with their legal basis. For admins."""
    return _set(call, programme, call.engine.registry.set_quota)


@room("PUT", "/programmes/<programme>/intake", {200: ProgrammeShape}, body=SetIntake, **BY_ADMINS)
def set_intake(call: Call, programme: str) -> Response:
    """Set when proposals of a region are taken in a year, with the legal basis. For admins."""
    return _set(call, programme, call.engine.registry.set_intake)


def _set(call: Call, programme: str, order: Callable[..., Saved]) -> Response:
    """What an admin sets for a region and a year of a programme that is there."""
    check_admin(call.who, call.engine)
    _known(call, programme)
    _check_seen(call, programme)
    saved = order(programme, call.body, by=call.who, command=_command(call))
    return _reply(call, programme, saved.position)


def _command(call: Call) -> CommandKey | None:
    return CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None


def _known(call: Call, name: str) -> Programme:
    programme = call.engine.registry.current(name)
    if programme is None or programme.current is None:
        raise Problem("not-found")
    return programme


def _check_seen(call: Call, name: str) -> None:
    """A stale `If-Match` is 412 before any refusal; a key that was used is answered whatever the tag."""
    if call.if_match is None or (call.key and call.engine.log.command(call.who, call.key)):
        return
    programme = call.engine.registry.current(name)
    tag = _tag(programme) if programme else ""
    if tag not in call.if_match:
        raise Problem("stale", headers={"ETag": etag(tag)} if tag else {})


def _tag(programme: Programme) -> str:
    return f"programme-{programme.version}"


def _definition(call: Call, programme: Programme) -> Definition:
    assert programme.current_hash is not None
    return call.engine.registry.definition(programme.current_hash)


def _titled(call: Call, programme: Programme, definition: Definition) -> dict[str, Any]:
    return {
        "programme": programme.programme,
        "title": definition.title,
        "owner": definition.owner,
        "owner_title": agency_title(call.engine.directory.current().titles, definition.owner),
        "current": programme.current or 0,
    }


def _reply(call: Call, name: str, position: int, status: int = 200) -> Response:
    programme = _known(call, name)
    definition = _definition(call, programme)
    versions = [
        Version(version=one.version, definition=programme.versions[one.version], at=one.at.astimezone(UTC), by=one.by)
        for one in programme.published.values()
    ]
    quotas = [_places(call, definition, set_[-1]) for _, set_ in sorted(programme.quotas.items())]
    intakes = [_intake(intake) for _, intake in sorted(programme.intakes.items())]
    shape = ProgrammeShape(
        **_titled(call, programme, definition), versions=versions, quotas=quotas, intakes=intakes, position=position
    )
    reply = json_reply(shape, status)
    reply.headers["ETag"] = etag(_tag(programme))
    return reply


def _places(call: Call, definition: Definition, quota: Quota) -> Places:
    return Places(
        region=quota.region,
        year=quota.year,
        places=quota.places,
        legal_basis=quota.legal_basis,
        at=quota.at.astimezone(UTC),
        by=quota.by,
        used=call.engine.reading.places_used(definition, quota.region, quota.year),
    )


def _intake(intake: Intake) -> IntakeWindow:
    return IntakeWindow(
        region=intake.region,
        year=intake.year,
        opens=intake.opens,
        closes=intake.closes,
        legal_basis=intake.legal_basis,
        at=intake.at.astimezone(UTC),
        by=intake.by,
    )
