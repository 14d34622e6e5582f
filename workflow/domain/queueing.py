"""Queues: an action that lacks nothing but a place leads into the claim's queue, and is asked for, not taken."""

from msgspec.structs import replace

from workflow.domain.definition.model import Action, Definition
from workflow.domain.events import ActionTaken


def way(definition: Definition, action: Action, state: str, diverts: str | None) -> str:
    """The state to which an action leads from another: the queue of a claim that diverts it, else its own."""
    queue = None if diverts is None else definition.claims[diverts].else_to
    return action.to[state] if queue is None else queue


def diverted(definition: Definition, claim: str, body: ActionTaken) -> ActionTaken:
    """The event of an action that was asked for where its place was not to be had.

    It keeps who asked, what they saw and what they amended; it covers nothing, binds nothing and makes no letter.
    """
    event = definition.claims[claim].else_event
    return replace(body, event=event or body.event, diverted=claim, covers={}, binds=(), terms=None, letter=None)
