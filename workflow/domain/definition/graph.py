"""How a case can go from state to state, and who can act in each."""

from collections.abc import Iterable, Iterator

from workflow.domain.definition.model import SYSTEM, Action, Definition


def moves(definition: Definition) -> Iterator[tuple[str, str]]:
    """Pairs of a state and one that can follow it: by an action, a clock, a queue or a claim that diverts."""
    for action in definition.actions.values():
        yield from action.to.items()
        for claim in action.claims:
            rule = definition.claims.get(claim)
            if rule is not None and rule.else_to is not None:
                yield from ((state, rule.else_to) for state in action.from_)
    for state in definition.states.values():
        if state.clock is not None and state.clock.to is not None:
            yield state.name, state.clock.to
        if state.queue is not None:
            yield state.name, state.queue.else_to
            if state.queue.then in definition.actions:
                yield from ((state.name, to) for to in definition.actions[state.queue.then].to.values())


def reached(pairs: Iterable[tuple[str, str]], starts: Iterable[str]) -> set[str]:
    """Everything that can be reached, the starts included."""
    following: dict[str, set[str]] = {}
    for one, other in pairs:
        following.setdefault(one, set()).add(other)
    found, waiting = set(starts), list(starts)
    while waiting:
        for state in following.get(waiting.pop(), ()):
            if state not in found:
                found.add(state)
                waiting.append(state)
    return found


def actors(action: Action, state: str) -> tuple[str, ...]:
    """Roles that can take an action in a state; a panel's role for its action."""
    if state not in action.from_:
        return ()
    return (action.panel.role,) if action.panel is not None else action.by.get(state, ())


def people(definition: Definition, state: str) -> set[str]:
    """Roles that can do something in a state, the engine left out."""
    return {role for action in definition.actions.values() for role in actors(action, state)} - {SYSTEM}


def is_applicant(definition: Definition, role: str) -> bool:
    return role in definition.roles and definition.roles[role].level == "applicant"


def leaving(definition: Definition, state: str) -> list[Action]:
    """Actions that lead out of a state and are not the engine's own."""
    return [
        action
        for action in definition.actions.values()
        if action.to.get(state, state) != state and set(actors(action, state)) != {SYSTEM}
    ]
