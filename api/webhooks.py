"""Webhooks: the feed sent to an agency's own address, signed by the Standard Webhooks rules."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct

from api.auth import is_admin
from api.feed import check_owned, reaches_for
from api.moments import check_reached
from api.operations import PREFIX, Call, Room
from api.paging import Position
from api.presenting import json_reply
from api.problems import FieldError, Problem, field_error
from api.shapes import Moment
from workflow.domain.definition.dangling import KINDS, own_events
from workflow.webhooks.addresses import LONGEST, Refused, check, networks
from workflow.webhooks.subscriptions import MOST, Subscriptions, TooMany, Webhook

room = Room("webhooks")

Names = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(min_length=1, max_length=100)]


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: Annotated[str, Meta(max_length=LONGEST, description="https://…")]
    programmes: Names | None = None
    """null: all that you may read."""
    events: Names | None = None
    """As `CityRecommended`; null: all."""
    after: Annotated[Position, Meta(description="Begin after this position; absent: with what comes now")] | None = None


class Replay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    after: Annotated[Position, Meta(description="Send all again that comes after it; absent: go on")] | None = None


class WebhookShape(Struct, frozen=True, kw_only=True):
    id: str
    url: str
    programmes: list[str] | None
    events: list[str] | None
    position: int
    """All up to here was taken by the receiver, or is a dead letter."""
    status: str
    """`active` or `stopped`; POST …/resume lets a stopped one go on from its position."""
    why: str | None
    attempts: int
    failing_since: Moment | None
    next_at: Moment
    """When the next try is due, while it fails."""
    answered: str | None
    answered_at: Moment | None
    rotated: Moment | None
    made: Moment
    person: str
    """Whose it is."""


class WebhookWithSecret(WebhookShape, frozen=True, kw_only=True):
    secret: str
    """Shown this once."""


class WebhookList(Struct, frozen=True, kw_only=True):
    items: list[WebhookShape]


@room(
    "POST",
    "/webhooks",
    {201: WebhookWithSecret},
    body=NewWebhook,
    key="honoured",
    refuses=(403, 409),
    headers=("Location",),
)
def add_webhook(call: Call) -> Response:
    """Have the events that you may read sent to an address. For integrators."""
    reaches = reaches_for(call)
    if errors := [*_unfit_address(call), *_unknown(call)]:
        raise Problem("invalid", errors=errors)
    check_owned(call, reaches, call.body.programmes or (), "/programmes")
    check_reached(call, call.body.after, "after", "feed-beyond")
    after = call.engine.log.head() if call.body.after is None else call.body.after
    try:
        made, secret = _mine(call).add(
            call.who,
            call.body.url,
            after=after,
            programmes=call.body.programmes,
            events=call.body.events,
            key=call.key,
            request=call.fingerprint.name() if call.key else "",
        )
    except TooMany:
        said = (f"Paling banyak {MOST} langganan; hapus salah satu", f"At most {MOST} subscriptions; end one first")
        raise Problem("invalid", errors=[field_error("", *said)]) from None
    reply = json_reply(WebhookWithSecret(**_parts(made), secret=secret), 201)
    reply.headers["Location"] = f"{PREFIX}/webhooks/{made.id}"
    return reply


@room("GET", "/webhooks", {200: WebhookList})
def list_webhooks(call: Call) -> Response:
    """Your subscriptions, for admins everybody's: how far each has come, and what its receiver answered last."""
    whose = None if is_admin(call.who, call.engine) else call.who
    return json_reply(WebhookList(items=[_shape(one) for one in _mine(call).of(whose)]))


@room("GET", "/webhooks/<id>", {200: WebhookShape})
def read_webhook(call: Call, id: str) -> Response:
    """One of your subscriptions, for admins anybody's."""
    return _reply(call, id, None if is_admin(call.who, call.engine) else call.who)


@room("DELETE", "/webhooks/<id>", {204: None}, key="honoured")
def end_webhook(call: Call, id: str) -> Response:
    """End a subscription."""
    if not _mine(call).end(call.who, id):
        raise Problem("not-found")
    return Response(status=204)


@room("POST", "/webhooks/<id>/secret", {200: WebhookWithSecret}, key="honoured")
def replace_secret(call: Call, id: str) -> Response:
    """Replace the secret; for a day the former one signs as well."""
    secret = _mine(call).replace_secret(call.who, id, call.key)
    found = _mine(call).read(call.who, id)
    if secret is None or found is None:
        raise Problem("not-found")
    return json_reply(WebhookWithSecret(**_parts(found), secret=secret))


@room("POST", "/webhooks/<id>/resume", {200: WebhookShape}, body=Replay, key="honoured")
def resume_webhook(call: Call, id: str) -> Response:
    """Try again at once, also where it was stopped; with `after`, send again all that comes after a position."""
    check_reached(call, call.body.after, "after", "feed-beyond")
    if not _mine(call).go_on(call.who, id, call.body.after):
        raise Problem("not-found")
    return _reply(call, id, call.who)


def _unfit_address(call: Call) -> Iterator[FieldError]:
    try:
        check(call.body.url, networks(call.engine.settings.webhook_networks))
    except Refused as refused:
        yield field_error("/url", refused.say.id, refused.say.en)


def _unknown(call: Call) -> Iterator[FieldError]:
    """A misspelt name would wait for ever."""
    registry, programmes = call.engine.registry, call.engine.registry.programmes()
    named = {one.programme for one in programmes}
    definitions = [registry.definition(hash) for one in programmes for hash in one.versions.values()]
    events = KINDS | {event for definition in definitions for _, event in own_events(definition)}
    for field, names, known in (("programmes", call.body.programmes, named), ("events", call.body.events, events)):
        for index, name in enumerate(names or ()):
            if name not in known:
                near = get_close_matches(name, known, n=1)
                said = (f"; maksud Anda {near[0]}?", f"; did you mean {near[0]}?") if near else ("", "")
                yield field_error(
                    f"/{field}/{index}", f"Nama ini tidak dikenal{said[0]}", f"There is no such name{said[1]}"
                )


def _mine(call: Call) -> Subscriptions:
    return Subscriptions(call.engine.pool, call.engine.settings.master_key)


def _reply(call: Call, id: str, whose: str | None) -> Response:
    found = _mine(call).read(whose, id)
    if found is None:
        raise Problem("not-found")
    return json_reply(_shape(found))


def _shape(found: Webhook) -> WebhookShape:
    return WebhookShape(**_parts(found))


def _parts(found: Webhook) -> dict[str, Any]:
    return {name: getattr(found, name) for name in WebhookShape.__struct_fields__}
