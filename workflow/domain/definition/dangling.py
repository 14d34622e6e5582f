"""Checks that every name in a definition stands for something, and that what is defined is used."""

from collections.abc import Collection, Iterable
from typing import Any

from workflow.domain.definition.findings import Report, nearest
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.definition.schemas import properties
from workflow.domain.events import CASE_KINDS

KINDS = frozenset(kind.__name__ for kind in CASE_KINDS) | {
    "DeadlineWarned",
    "DeadlinePassed",
    "DeadlineMoved",
    "CaseMigrated",
    "CaseRebound",
}
"""Kinds of event of the log: notices may name them, a definition's own events may not be called so."""
OF_INQUIRIES = ("asker", "asked")
"""Recipients that only an inquiry has. Definitions published before they were known may call a role so: that one is
meant there."""
RECIPIENTS = ("handlers", "escalation")
RESERVED_ROLES = {SYSTEM, *RECIPIENTS, "actor", "applicant", "imported"}

Path = tuple[str | int, ...]


class _Names:
    def __init__(self, definition: Definition, report: Report) -> None:
        self.definition = definition
        self.report = report
        self.used: dict[str, set[str]] = {}

    def known(self, path: Path, names: str | Iterable[str] | None, kind: str, extra: Collection[str] = ()) -> None:
        """Report each name that the definition's map of this kind lacks; a list's faulty item is pointed at."""
        many = names is not None and not isinstance(names, str)
        have: Collection[str] = getattr(self.definition, kind)
        for i, name in enumerate(() if names is None else [names] if isinstance(names, str) else names):
            if name in extra:
                continue
            self.used.setdefault(kind, set()).add(name)
            if name not in have:
                word = {"roles": "role", "states": "state"}.get(kind, kind.removesuffix("s"))
                message = f"there is no {word} `{name}`{nearest(name, [*have, *extra])}"
                self.report.error("unknown-name", (*path, i) if many else path, message)


def check_names(definition: Definition, report: Report) -> None:
    names = _Names(definition, report)
    _reserved(definition, report)
    names.known(("start",), definition.start, "states")
    names.known(("facts", "by"), definition.facts.by, "roles")
    names.known(("facts", "in"), definition.facts.in_, "states")
    fields = properties(definition.facts.schema) or {}
    for i, field in enumerate(definition.facts.draft_requires):
        if field not in fields:
            report.error(
                "unknown-name", ("facts", "draft_requires", i), f"facts have no field `{field}`{nearest(field, fields)}"
            )
    for name, kind in (("documents", definition.documents), ("checklists", definition.checklists)):
        for part in kind.values():
            names.known((name, part.name, "by"), part.by, "roles")
            names.known((name, part.name, "in"), part.in_, "states")
    _states(definition, names)
    _actions(definition, names)
    _rules(definition, names)
    _unused(definition, names)


def _reserved(definition: Definition, report: Report) -> None:
    for role in RESERVED_ROLES & definition.roles.keys():
        report.error("name", ("roles", role), f"`{role}` has a meaning of its own and cannot be a role")
    if "total" in definition.actions:
        report.error("name", ("actions", "total"), "`total` has a meaning of its own in guards and cannot be an action")
    for path, event in own_events(definition):
        if event in KINDS:
            report.error("name", path, f"`{event}` is a kind of event of the log; call this one something else")


def own_events(definition: Definition) -> list[tuple[Path, str]]:
    """Names of events that the definition gives, each with its path."""
    found: list[tuple[Path, str | None]] = [
        (("actions", action.name, "event"), action.event) for action in definition.actions.values()
    ]
    for state in definition.states.values():
        if state.clock is not None:
            found.append((("states", state.name, "clock", "then", "event"), state.clock.event))
        if state.queue is not None:
            found.append((("states", state.name, "queue", "else", "event"), state.queue.else_event))
    found += [(("claims", claim.name, "else", "event"), claim.else_event) for claim in definition.claims.values()]
    return [(path, event) for path, event in found if event is not None]


def _states(definition: Definition, names: _Names) -> None:
    for state in definition.states.values():
        path: Path = ("states", state.name)
        names.known((*path, "keeps"), state.keeps, "claims")
        if state.clock is not None:
            names.known((*path, "clock", "then", "to"), state.clock.to, "states")
            names.known((*path, "clock", "then", "escalate"), state.clock.escalate, "roles")
        if state.queue is not None:
            names.known((*path, "queue", "for"), state.queue.for_, "claims")
            names.known((*path, "queue", "then"), state.queue.then, "actions")
            names.known((*path, "queue", "else", "to"), state.queue.else_to, "states")


def _actions(definition: Definition, names: _Names) -> None:
    for action in definition.actions.values():
        path: Path = ("actions", action.name)
        names.known((*path, "from"), action.from_, "states")
        _by_state(names, (*path, "to"), action.to, "states")
        _by_state(names, (*path, "by"), action.by, "roles")
        names.known((*path, "documents"), action.documents, "documents")
        names.known((*path, "checklist"), action.checklist, "checklists")
        names.known((*path, "claims"), action.claims, "claims")
        names.known((*path, "letter"), action.letter, "letters")
        names.known((*path, "assigns"), action.assigns, "roles")
        _paths(names, (*path, "amends"), action.amends)
        if action.panel is not None:
            names.known((*path, "panel", "role"), action.panel.role, "roles")
            names.known((*path, "panel", "on_refusal"), action.panel.on_refusal, "actions")


def _by_state(names: _Names, path: Path, values: dict[str, Any], kind: str) -> None:
    """A map by state, or one value for all states, in which case each name is reported once."""
    extra = (SYSTEM,) if kind == "roles" else ()
    same = len({repr(value) for value in values.values()}) == 1
    for state, value in list(values.items())[: 1 if same else None]:
        names.known(path if same else (*path, state), value, kind, extra)


def _rules(definition: Definition, names: _Names) -> None:
    for i, rule in enumerate(definition.separation):
        names.known(("separation", i, "never_both"), rule.actions, "actions")
    for carry in definition.carry.values():
        names.known(("carry", carry.action), carry.action, "actions")
        _paths(names, ("carry", carry.action, "unless_changed"), carry.unless_changed)
    for dimension in definition.eligibility.values():
        names.known(("eligibility", "dimensions", dimension.name, "at"), dimension.at, "actions")
    for claim in definition.claims.values():
        names.known(("claims", claim.name, "else", "to"), claim.else_to, "states")
    for letter in definition.letters.values():
        for key, signer in (("signed_by", letter.signed_by), ("else", letter.else_)):
            if signer is not None and signer.startswith("role:"):
                names.known(("letters", letter.name, key, "role"), signer.removeprefix("role:"), "roles")
    if (inquiry := definition.inquiry) is not None:
        names.known(("inquiry", "by"), inquiry.by, "roles")
        names.known(("inquiry", "to"), inquiry.to, "roles")
        names.known(("inquiry", "in"), inquiry.in_, "states")
    events = KINDS | {event for _, event in own_events(definition)}
    for i, notice in enumerate(definition.notify):
        names.known(("notify", i, "to"), notice.to, "roles", (*RECIPIENTS, *OF_INQUIRIES))
        if notice.event not in events:
            message = f"there is no event `{notice.event}`{nearest(notice.event, events)}"
            names.report.error("unknown-name", ("notify", i, "event"), message)
        elif not notice.event.startswith("Inquiry") and set(notice.to) & set(OF_INQUIRIES) - definition.roles.keys():
            message = f"`{notice.event}` is about no inquiry: nobody is its asker or asked"
            names.report.error("unknown-name", ("notify", i, "to"), message)
    for state in (definition.supersedes.migrate or {}).values() if definition.supersedes else ():
        names.known(("supersedes", "running", "migrate"), state, "states")


def _paths(names: _Names, path: Path, paths: tuple[str, ...]) -> None:
    """`facts.a.b` leads through objects to a field; `documents.KIND` names a document."""
    for i, written in enumerate(paths):
        root, *fields = written.split(".")
        if root == "documents":
            if path[0] == "actions":
                names.report.error("unknown-name", (*path, i), f"`amends` names facts, and `{written}` is none")
            else:
                names.known((*path, i), ".".join(fields), "documents")
            continue
        known = properties(names.definition.facts.schema)
        for field in fields:
            if known is None or field not in known:
                message = f"there is no `{written}`: no field `{field}`{nearest(field, known or ())}"
                names.report.error("unknown-name", (*path, i), message)
                break
            known = properties(known[field])


def _unused(definition: Definition, names: _Names) -> None:
    for kind in ("documents", "checklists", "claims", "letters"):
        for name in getattr(definition, kind).keys() - names.used.get(kind, set()):
            names.report.warning("unused", (kind, name), f"nothing in the definition uses `{name}`")
    readers = {role.name for role in definition.roles.values() if role.reads_all}
    for name in definition.roles.keys() - names.used.get("roles", set()) - readers:
        names.report.warning("unused", ("roles", name), f"the role `{name}` does nothing here")
