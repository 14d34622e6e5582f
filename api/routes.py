"""Routes: which programmes would take a group, and what each of them lacks."""

import re
from datetime import date
from typing import Any, Literal

from flask import Response
from msgspec import Struct

from api.commands import facts_placed
from api.operations import PREFIX, Call, Room
from api.presenting import answer_reply, json_reply, seen_case
from api.problems import Problem, ShownRefusal, field_error, shown
from api.shapes import CaseShape, Moment
from workflow.asks import RouteAsk
from workflow.domain.intakes import IntakeToday
from workflow.domain.routes import PlacesLeft, Route
from workflow.domain.terms_failed import Ahead
from workflow.domain.words import Text

room = Room("routes")

REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")


class RoutePlaces(Struct, frozen=True, kw_only=True):
    """Places of a programme in the group's city this year; `quota` is null where none were set."""

    quota: int | None
    used: int
    free: int
    waiting: int
    """Groups in the queue."""


class RouteIntake(Struct, frozen=True, kw_only=True):
    """When the programme takes proposals from the group's region this year."""

    opens: date
    closes: date
    """The last day, inclusive."""
    standing: Literal["not_yet", "open", "over"]


class RouteAhead(Struct, frozen=True, kw_only=True):
    """A bound that the two programmes agreed on and that the group does not fit: entering is not refused for it."""

    action: str
    """That of the programme which will be refused: there the terms bind a case."""
    title: Text
    """Of the action."""
    alignment: str
    refusal: ShownRefusal


class RouteItem(Struct, frozen=True, kw_only=True):
    programme: str
    version: int
    title: Text
    accepted: bool
    """True where it would refuse nothing but what `documents` says."""
    action: str
    """The action by which a group enters."""
    refusals: list[ShownRefusal]
    ahead: list[RouteAhead]
    """What will be refused later, if neither the group's facts nor the terms change."""
    documents: list[str]
    """Kinds of document that are still to be supplied."""
    places: RoutePlaces | None
    submit_by: Moment | None
    """When a draft that is opened now would lapse."""
    intake: RouteIntake | None
    """null: proposals are taken at any time."""
    alignment: str | None
    """Whose terms map the facts; null where names alone decide."""
    recognised: list[str]
    """Actions of the programme that count as taken, for what was done in the case."""


class RouteList(Struct, frozen=True, kw_only=True):
    items: list[RouteItem]
    position: int


class TriedGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of a group, in the shape of any of the programmes."""

    facts: dict[str, Any]
    region: str | None = None
    """Where the group is; otherwise `facts.region`."""


@room("GET", "/cases/<ref>/routes", {200: RouteList})
def list_routes(call: Call, ref: str) -> Response:
    """The other programmes open in a case's region: what each would refuse, and what would mend it."""
    head = call.engine.log.head()
    case, definition, _ = seen_case(call, ref)
    return _reply(call.engine.routes.of_case(case, definition), head)


@room("POST", "/routes", {200: RouteList}, body=TriedGroup)
def try_routes(call: Call) -> Response:
    """The programmes open in a region, for facts that are only tried out: nothing is stored."""
    head = call.engine.log.head()
    tried: TriedGroup = call.body
    region = tried.facts.get("region") if tried.region is None else tried.region
    if not isinstance(region, str) or not REGION.fullmatch(region):
        said = field_error(
            "/region" if tried.region is not None else "/facts/region",
            "Wilayah kelompok belum disebut dengan kode Kemendagri, seperti 72.71.06",
            "The group's region is not said by its Kemendagri code, such as 72.71.06",
        )
        raise Problem("invalid", errors=[said])
    return _reply(call.engine.routes.of_facts(tried.facts, region, call.who), head)


class RouteTaking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What taking a route may bring."""

    facts: dict[str, Any] | None = None
    """Merge patch (RFC 7396) of the facts as the other programme gets them: what the first never asked."""
    reason: str | None = None


@room(
    "POST",
    "/cases/<ref>/routes/<programme>",
    {201: CaseShape},
    body=RouteTaking,
    key="required",
    if_match="required",
    refuses=(403, 409),
    headers=("Location", "ETag"),
)
def take_route(call: Call, ref: str, programme: str) -> Response:
    """End a case and open the other programme's in its place, with its facts, documents, steps and claims."""
    taking: RouteTaking = call.body
    with facts_placed("/facts"):
        answer = call.engine.routing.take(
            ref,
            RouteAsk(programme=programme, facts=taking.facts or {}, reason=taking.reason),
            call.who,
            key=call.key,
            request=call.fingerprint.name(),
            if_match=call.if_match,
        )
    reply = answer_reply(call, answer, 201)
    reply.headers["Location"] = f"{PREFIX}/cases/{answer.case.ref}"
    return reply


def _reply(found: list[Route], head: int) -> Response:
    return json_reply(RouteList(items=[_item(route) for route in found], position=head))


def _places(found: PlacesLeft) -> RoutePlaces:
    return RoutePlaces(quota=found.quota, used=found.used, free=found.free, waiting=found.waiting)


def _intake(found: IntakeToday) -> RouteIntake:
    return RouteIntake(opens=found.window.opens, closes=found.window.closes, standing=found.standing)


def _ahead(found: Ahead) -> RouteAhead:
    return RouteAhead(action=found.action, title=found.title, alignment=found.alignment, refusal=shown(found.refusal))


def _item(route: Route) -> RouteItem:
    return RouteItem(
        programme=route.programme,
        version=route.version,
        title=route.title,
        accepted=route.accepted,
        action=route.submission,
        refusals=[shown(refusal) for refusal in route.refusals],
        ahead=[_ahead(one) for one in route.ahead],
        documents=list(route.documents),
        places=_places(route.places) if route.places else None,
        submit_by=route.submit_by,
        intake=_intake(route.intake) if route.intake else None,
        alignment=route.alignment,
        recognised=[step.action for step in route.steps],
    )
