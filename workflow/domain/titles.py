"""What the parts of programmes are called in words, by the keys under which terms and findings name them."""

from collections.abc import Iterable, Mapping

from workflow.domain.definition.entries import spelled
from workflow.domain.definition.facts_schema import TITLE
from workflow.domain.definition.model import Definition
from workflow.domain.fields import field_within
from workflow.domain.words import Text


def action_title(programmes: Iterable[Definition], name: str) -> Text:
    """Of the first programme that has the action."""
    return next((one.actions[name].title for one in programmes if name in one.actions), spelled(name))


def role_title(programmes: Iterable[Definition], name: str) -> Text:
    titles = (one.roles[name].title for one in programmes if name in one.roles)
    return next((title for title in titles if title is not None), spelled(name))


def benefit_title(programmes: Iterable[Definition], name: str) -> Text:
    return next((one.benefits[name].title for one in programmes if name in one.benefits), spelled(name))


def fact_title(programmes: Iterable[Definition], path: str) -> Text:
    """Of a path as `plan.tools` or `members.name`; as it is written where no programme says what it is called."""
    for one in programmes:
        field = field_within(one.facts.schema, path)
        if field is not None and TITLE in field:
            return Text(**field[TITLE])
    return Text(path, path)


def event_title(programmes: Iterable[Definition], name: str) -> Text:
    """When something happens: at an action, when a time is over, when somebody comes to wait or waits in vain."""
    for one in programmes:
        for action in one.actions.values():
            if action.event == name:
                return quoted(action.title)
        for state in one.states.values():
            title = state_title(one, state.name)
            if state.clock is not None and state.clock.event == name:
                return Text(f"lewatnya tenggat {quoted(title).id}", f"the end of the time for {quoted(title).en}")
            if state.queue is not None and state.queue.else_event == name:
                return Text(f"keluarnya dari {quoted(title).id}", f"the return from {quoted(title).en}")
        for claim in one.claims.values():
            if claim.else_event == name and claim.else_to is not None:
                title = state_title(one, claim.else_to)
                return Text(f"masuknya ke {quoted(title).id}", f"the entry into {quoted(title).en}")
    return Text(name, name)


def agency_title(titles: Mapping[str, Text], agency: str) -> Text:
    """What the directory calls an agency; where it does not, its key is written as the name that it is."""
    if agency in titles:
        return titles[agency]
    name = " ".join(word.capitalize() for word in agency.split("-"))
    return Text(name, name)


def state_title(programme: Definition, name: str) -> Text:
    return programme.states[name].title or spelled(name)


def quoted(title: Text) -> Text:
    return Text(f"“{title.id}”", f"“{title.en}”")
