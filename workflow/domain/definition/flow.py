"""Checks of a case's ways: every state is reached, none is a dead end; clocks, queues, panels, carry fit together."""

from workflow.domain.definition.findings import Report
from workflow.domain.definition.graph import actors, is_applicant, leaving, moves, people, reached
from workflow.domain.definition.model import SYSTEM, Action, Definition, State
from workflow.domain.definition.queues import check_queues


def check_flow(definition: Definition, report: Report) -> None:
    _reachable(definition, report)
    held = _states_with_claims(definition)
    for state in definition.states.values():
        if state.end:
            _end(definition, state, report)
        else:
            _waiting(definition, state, state.name in held, report)
    for action in definition.actions.values():
        _action(definition, action, report)
    _carry(definition, report)
    check_queues(definition, report)
    supersedes = definition.supersedes
    if supersedes is not None and supersedes.version >= definition.version:
        report.error("version", ("supersedes", "version"), f"version {definition.version} can only follow a lower one")


def _reachable(definition: Definition, report: Report) -> None:
    pairs = list(moves(definition))
    ends = [state.name for state in definition.states.values() if state.end]
    forward = reached(pairs, [definition.start])
    backward = reached([(to, from_) for from_, to in pairs], ends)
    for state in definition.states:
        if state not in forward:
            report.error("unreachable", ("states", state), f"no way leads from `{definition.start}` to `{state}`")
        if state not in backward:
            report.error("no-end", ("states", state), f"no way leads from `{state}` to a state with `end: true`")


def _end(definition: Definition, state: State, report: Report) -> None:
    path = ("states", state.name)
    if state.clock is not None or state.queue is not None:
        report.error("end", path, f"`{state.name}` is an end: it has neither clock nor queue")
    if state.name == definition.start:
        report.error("end", ("start",), "a case cannot start at its end")
    for action in definition.actions.values():
        if state.name in action.from_:
            report.error("end", ("actions", action.name, "from"), f"`{state.name}` is an end: nothing is done there")


def _states_with_claims(definition: Definition) -> set[str]:
    """States in which a case may hold claims."""
    taking = [action for action in definition.actions.values() if action.claims]
    starts = {to for action in taking for to in action.to.values()}
    starts |= {claim.else_to for claim in definition.claims.values() if claim.else_to is not None}
    return reached(moves(definition), starts)


def _waiting(definition: Definition, state: State, holds_claims: bool, report: Report) -> None:
    path = ("states", state.name)
    if state.keeps:
        report.error("keeps", (*path, "keeps"), "only an end keeps claims; other states hold them anyway")
    if state.clock is None and not people(definition, state.name):
        report.error("stuck", path, f"in `{state.name}` nobody can act and no clock runs: the case would stay for ever")
    out = leaving(definition, state.name)
    for_applicant = all(any(is_applicant(definition, role) for role in actors(action, state.name)) for action in out)
    ends_itself = state.clock is not None and state.clock.to is not None
    if holds_claims and out and for_applicant and not ends_itself:
        message = (
            f"`{state.name}` waits for the applicant while claims are held: it needs a clock with `then: {{to: …}}`"
        )
        report.error("applicant-clock", path, message)
    if state.clock is not None and state.clock.to == state.name:
        report.error("clock", (*path, "clock", "then"), "a deadline that leads back to its own state ends nothing")


def _action(definition: Definition, action: Action, report: Report) -> None:
    path = ("actions", action.name)
    if action.returns and any(action.to[state] == state for state in action.from_):
        report.error("returns", (*path, "returns"), "a return leads to another state")
    if action.panel is not None:
        _panel(definition, action, report)
    system = any(SYSTEM in roles for roles in action.by.values())
    if system and any(set(roles) != {SYSTEM} for roles in action.by.values()):
        report.error("system", (*path, "by"), "an action of the engine is nobody else's")
    refusals = {other.panel.on_refusal for other in definition.actions.values() if other.panel is not None}
    if system and action.name not in refusals:
        report.error("system", (*path, "by"), f"nothing takes `{action.name}`: no panel names it as `on_refusal`")
    if action.letter is not None:
        taken_by_engine = system or any(s.queue and s.queue.then == action.name for s in definition.states.values())
        letter = definition.letters[action.letter]
        if taken_by_engine and letter.signed_by == "actor" and letter.else_ is None:
            message = f"the engine takes `{action.name}`, and cannot sign: give `{letter.name}` an `else: {{role: …}}`"
            report.error("signature", (*path, "letter"), message)


def _panel(definition: Definition, action: Action, report: Report) -> None:
    panel = action.panel
    assert panel is not None
    path = ("actions", action.name, "panel")
    if panel.quorum > panel.seats:
        report.error("quorum", (*path, "quorum"), f"{panel.seats} seats never reach a quorum of {panel.quorum}")
    refusal = definition.actions[panel.on_refusal]
    for state in action.from_:
        if action.to[state] == state:
            report.error("panel", ("actions", action.name, "to"), "a panel's decision leads out of its state")
        if state not in refusal.from_:
            message = f"`{refusal.name}` cannot be taken in `{state}`, where the panel sits"
            report.error("refusal-action", (*path, "on_refusal"), message)
        others = [o.name for o in definition.actions.values() if o.panel and state in o.from_ and o is not action]
        if others:
            report.error("panel", (*path, "role"), f"two panels sit in `{state}`: also that of `{others[0]}`")
    if any(set(roles) != {SYSTEM} for roles in refusal.by.values()):
        report.error("refusal-action", (*path, "on_refusal"), f"`{refusal.name}` must be `by: [system]`")
    parts = {
        "documents": refusal.documents,
        "checklist": refusal.checklist,
        "when": refusal.when,
        "outcomes": refusal.outcomes,
        "claims": refusal.claims,
        "once": refusal.once,
        "eligibility": any(refusal.name in dimension.at for dimension in definition.eligibility.values()),
    }
    for key, given in parts.items():
        if given:
            message = f"`{refusal.name}` follows from the votes and must always be open: it has no {key}"
            report.error("refusal-action", ("actions", refusal.name, key), message)


def _carry(definition: Definition, report: Report) -> None:
    decided: dict[str, str] = {}
    for name in definition.carry:
        action = definition.actions[name]
        path = ("carry", name)
        if action.panel is not None:
            report.error("carry", path, f"`{name}` is a panel's: votes never carry")
        if action.returns:
            report.error("carry", path, f"`{name}` is a return: it decides nothing that could stand")
        for state in action.from_:
            if action.to[state] == state:
                report.error("carry", path, f"`{name}` does not leave `{state}`: there is nothing to carry on to")
            elif state in decided:
                report.error("carry", path, f"in `{state}` already `{decided[state]}` carries; one decision a state")
            decided.setdefault(state, name)
