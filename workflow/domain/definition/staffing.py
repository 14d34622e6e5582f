"""Checks of who acts: escalation and separation leave somebody, inquiries and documents have people."""

from workflow.domain.definition.findings import Report
from workflow.domain.definition.graph import actors, is_applicant, people
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.definition.schemas import json_type, properties


def check_people(definition: Definition, report: Report) -> None:
    _escalation(definition, report)
    _separation(definition, report)
    _inquiry(definition, report)
    _documents(definition, report)
    _region(definition, report)
    for action in definition.actions.values():
        path = ("actions", action.name)
        if action.panel is not None and is_applicant(definition, action.panel.role):
            report.error("panel", (*path, "panel", "role"), "applicants do not sit on a panel")
        if action.assigns is None:
            continue
        if is_applicant(definition, action.assigns):
            report.error("assigns", (*path, "assigns"), "the applicant is named when the case is opened, not assigned")
        elif not any(action.assigns in people(definition, state) for state in definition.states):
            report.error("assigns", (*path, "assigns"), f"`{action.assigns}` is assigned, but acts nowhere")


def _escalation(definition: Definition, report: Report) -> None:
    for state in definition.states.values():
        if state.clock is None or state.clock.escalate is None:
            continue
        role, path = state.clock.escalate, ("states", state.name, "clock", "then", "escalate")
        here = people(definition, state.name)
        if role not in here or is_applicant(definition, role):
            report.error("escalation", path, f"`{role}` cannot act in `{state.name}`: escalate to a role that can")
        elif not any(other != role and not is_applicant(definition, other) for other in here):
            message = (
                f"only `{role}` acts in `{state.name}`: a vacant post would stop the case; let another role act too"
            )
            report.error("escalation", path, message)


def _separation(definition: Definition, report: Report) -> None:
    seen: set[frozenset[str]] = set()
    for i, rule in enumerate(definition.separation):
        path = ("separation", i, "never_both")
        pair = frozenset(rule.actions)
        if pair in seen:
            report.error("repeated", path, "this pair is separated above already")
        seen.add(pair)
        one, other = (definition.actions[name] for name in rule.actions)
        for first, second in ((one, other), (other, one)):
            if any(SYSTEM in roles for roles in first.by.values()):
                report.error("separation", path, f"`{first.name}` is the engine's: nobody does it")
            state = _applicant_only(definition, second)
            if state is not None and _open_to_applicant(definition, first):
                message = (
                    f"in `{state}` only the applicant can take `{second.name}`, "
                    f"and after `{first.name}` may not: nobody is left"
                )
                report.error("separation", path, message)


def _applicant_only(definition: Definition, action: Action) -> str | None:
    """A state in which the applicant alone can take an action."""
    for state in action.from_:
        roles = actors(action, state)
        if roles and all(is_applicant(definition, role) for role in roles):
            return state
    return None


def _open_to_applicant(definition: Definition, action: Action) -> bool:
    return any(is_applicant(definition, role) for state in action.from_ for role in actors(action, state))


def _inquiry(definition: Definition, report: Report) -> None:
    inquiry = definition.inquiry
    if inquiry is None:
        return
    for i, role in enumerate(inquiry.by):
        if set(inquiry.to) <= {role}:
            report.error("inquiry", ("inquiry", "by", i), f"`{role}` could only ask itself")
    for i, state in enumerate(inquiry.in_):
        if definition.states[state].end:
            report.error("inquiry", ("inquiry", "in", i), f"`{state}` is an end: nobody asks there any more")


def _documents(definition: Definition, report: Report) -> None:
    """Every document that an action asks for can be supplied where it is asked for."""
    for document in definition.documents.values():
        naming = [action for action in definition.actions.values() if document.name in action.documents]
        by = document.by or tuple(r for a in naming for s in a.from_ for r in actors(a, s) if r != SYSTEM)
        in_ = document.in_ or tuple(state for action in naming for state in action.from_)
        if naming and not by:
            report.error("document", ("documents", document.name), f"nobody may supply `{document.name}`: say `by`")
        for action in naming if document.renew_round else ():
            for state in action.from_:
                if state not in in_:
                    message = f"`{document.name}` must be supplied anew in `{state}`, and may not be supplied there"
                    report.error("document", ("actions", action.name, "documents"), message)


def _region(definition: Definition, report: Report) -> None:
    local = [role.name for role in definition.roles.values() if role.level in ("city", "province")]
    if not local:
        return
    fields = properties(definition.facts.schema) or {}
    if "region" not in fields or json_type(fields["region"]) != "string":
        message = f"`{local[0]}` acts in a region, so facts need a text `region` that says where the case lies"
        report.error("region", ("facts", "schema", "properties"), message)
    elif "region" not in definition.facts.draft_requires:
        message = (
            f"`{local[0]}` acts in a region, so `draft_requires` must name `region`: a case lies somewhere at once"
        )
        report.error("region", ("facts", "draft_requires"), message)
