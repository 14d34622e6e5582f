"""Actions: which are open and why the others are not, and taking one."""

from typing import Any, Literal

from flask import Response
from msgspec import Struct

from api.commands import reply
from api.operations import Call, Room
from api.presenting import action_item, json_reply
from api.shapes import ActionList, CaseShape
from workflow.asks import ActionAsk

room = Room("actions")


class Taking(Struct, frozen=True, kw_only=True):
    """What a taking may bring; `needs` of the action says which of it is wanted."""

    reason: str | None = None
    outcomes: dict[str, Any] | None = None
    on_behalf_of: str | None = None
    vote: Literal["approve", "refuse"] | None = None
    assign: str | None = None
    facts: dict[str, Any] | None = None
    redo: tuple[str, ...] | None = None
    terms: str | None = None
    """Hash of the terms that you saw: needed where the action signs them, honoured where it binds a case to them."""


@room("GET", "/cases/<ref>/actions", {200: ActionList})
def list_actions(call: Call, ref: str) -> Response:
    """Every action of the definition, and every reason why it is not open to you now."""
    found = call.engine.casework.actions(ref, call.who)
    head = call.engine.log.head()
    return json_reply(ActionList(items=[action_item(one) for one in found], position=head))


@room(
    "POST",
    "/cases/<ref>/actions/<action>",
    {200: CaseShape},
    body=Taking,
    key="required",
    if_match="required",
    refuses=(403, 409),
    headers=("ETag",),
)
def take_action(call: Call, ref: str, action: str) -> Response:
    """Take an action, or vote on it where a panel decides."""
    return reply(call, ref, asked(action, call.body), facts_at="/facts")


def asked(action: str, taking: Taking) -> ActionAsk:
    """What the engine is asked."""
    return ActionAsk(
        action=action,
        reason=taking.reason,
        outcomes=taking.outcomes,
        on_behalf_of=taking.on_behalf_of,
        vote=taking.vote,
        assign=taking.assign,
        facts=taking.facts,
        redo=taking.redo or (),
        terms=taking.terms,
    )
