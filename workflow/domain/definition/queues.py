"""Checks of queues: which claims lead to one, whom it takes up and where it sends back."""

from workflow.domain.definition.findings import Report
from workflow.domain.definition.model import Action, Definition, State

WHY = {
    "panel": "a panel's votes end when its state is left",
    "outcomes": "it brings no outcomes",
    "assigns": "it names nobody",
    "checklist": "the answers end with their round",
    "returns": "a return needs no place",
    "documents": "a document with `renew: round` counts only in its round",
}


def check_queues(definition: Definition, report: Report) -> None:
    """Needs a definition whose names are known and whose guards compile."""
    for state in definition.states.values():
        if state.queue is not None:
            _queue(definition, state, report)
    _claims(definition, report)
    for action in definition.actions.values():
        _action(definition, action, report)
    if definition.inquiry is not None:
        for i, name in enumerate(definition.inquiry.in_):
            if definition.states[name].queue is not None:
                message = f"in `{name}` a case waits for its turn, which no question may stop"
                report.error("queue", ("inquiry", "in", i), message)


def _queue(definition: Definition, state: State, report: Report) -> None:
    assert state.queue is not None
    path = ("states", state.name, "queue")
    claim = definition.claims[state.queue.for_]
    if claim.kind != "counter":
        report.error("queue", (*path, "for"), f"one waits for a place of a counter, and `{claim.name}` is none")
    if claim.else_to != state.name:
        report.error(
            "queue", (*path, "for"), f"`{claim.name}` does not lead here: its `else` names another state or none"
        )
    if claim.name not in definition.actions[state.queue.then].claims:
        report.error("queue", (*path, "then"), f"`{state.queue.then}` does not claim `{claim.name}`")
    if len(set(definition.actions[state.queue.then].to.values())) > 1:
        report.error(
            "queue", (*path, "then"), f"`{state.queue.then}` leads to several states; from a queue it needs one"
        )


def _claims(definition: Definition, report: Report) -> None:
    for claim in definition.claims.values():
        if claim.else_to is None:
            continue
        queue = definition.states[claim.else_to].queue
        if queue is None or queue.for_ != claim.name:
            message = f"`{claim.else_to}` has no queue for `{claim.name}`"
            report.error("queue", ("claims", claim.name, "else", "to"), message)
            continue
        for action in definition.actions.values():
            if claim.name in action.claims and set(action.from_) != {queue.else_to}:
                message = (
                    f"`{claim.name}` diverts to a queue that may send back to `{queue.else_to}`: claim it only there"
                )
                report.error("queue", ("actions", action.name, "claims"), message)


def _action(definition: Definition, action: Action, report: Report) -> None:
    """What an action asks for is judged again when its turn comes, by the engine and in another round."""
    path = ("actions", action.name)
    diverting = [name for name in action.claims if definition.claims[name].else_to is not None]
    if not diverting:
        return
    if len(diverting) > 1:
        report.error("queue", (*path, "claims"), f"one waits for one place: also `{diverting[1]}` leads to a queue")
    parts = {
        "panel": action.panel,
        "outcomes": action.outcomes,
        "assigns": action.assigns,
        "checklist": action.checklist,
        "returns": action.returns,
        "documents": [name for name in action.documents if definition.documents[name].renew_round],
    }
    for key, given in parts.items():
        if given:
            message = f"`{action.name}` may have to wait in a queue, from which the engine takes it: {WHY[key]}"
            report.error("queue", (*path, key), message)
    for guard in action.when:
        names = sorted(definition.guards.names(guard.if_)) if guard.if_ in definition.guards else []
        if names := [name for name in names if _is_passing(name)]:
            message = f"`{action.name}` may have to wait in a queue, where `{names[0]}` is another or none"
            report.error("queue", (*path, "when", guard.name), message)


def _is_passing(name: str) -> bool:
    """True for what is another by the time that the engine takes an action from a queue."""
    root, _, rest = name.partition(".")
    return root in ("actor", "checklist", "outcomes") or (root == "counts" and not rest.startswith("total"))
