"""What is prepared before a decision: facts, documents, checklist answers."""

from collections.abc import Iterable

from workflow.domain import sentences
from workflow.domain.authority import Standing, scope_of, stand
from workflow.domain.bringing import unstorable
from workflow.domain.case import Case
from workflow.domain.commands import AnswerChecklist, AttachDocument, ChangeFacts
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by
from workflow.domain.definition.model import Action, Checklist, Definition, DocumentRule
from workflow.domain.dossier import checklists_of, counting
from workflow.domain.events import ChecklistAnswered, DocumentAttached, FactsChanged
from workflow.domain.merge import diff, same
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.refusals import roles_of
from workflow.domain.words import Text


def change_facts(definition: Definition, case: Case, command: ChangeFacts, context: Context) -> tuple[Decided, ...]:
    """The event of changed facts; raises Refused, or Unchanged where they are the same."""
    rule = definition.facts
    standing, refused = _may(definition, case, context, rule.by, case.state in rule.in_, rule.in_)
    errors = unstorable(command.facts)
    draft = case.state == definition.start
    errors = errors or [sentences.bad_facts(error) for error in context.facts_errors(command.facts, draft)]
    if refused or errors:
        raise Refused((*refused, *errors))
    assert standing is not None
    if same(command.facts, case.facts):
        raise Unchanged
    region = str(command.facts.get("region", case.region))
    return (by(FactsChanged(patch=diff(case.facts, command.facts), region=region), context, standing),)


def attach_document(
    definition: Definition, case: Case, command: AttachDocument, context: Context
) -> tuple[Decided, ...]:
    """The event of a document supplied; raises Refused, or Unchanged for the same bytes again."""
    rule = definition.documents.get(command.document)
    if rule is None:
        kind = Text("Jenis dokumen", "document")
        raise Refused(
            (sentences.unknown(f"document.{command.document}", kind, command.document, definition.documents),)
        )
    naming = [a for a in definition.actions.values() if rule.name in a.documents]
    standing, refused = _may_prepare(definition, case, context, rule, naming)
    if command.type not in rule.types:
        refused = (*refused, sentences.wrong_type(rule, command.type))
    if refused:
        raise Refused(refused)
    assert standing is not None
    if any(d.sha256 == command.sha256 for d in counting(definition, case, rule.name)):
        raise Unchanged
    body = DocumentAttached(
        document=rule.name,
        sha256=command.sha256,
        type=command.type,
        size=command.size,
        replaces=not rule.many,
    )
    return (by(body, context, standing),)


def answer_checklist(
    definition: Definition, case: Case, command: AnswerChecklist, context: Context
) -> tuple[Decided, ...]:
    """The event of answered items; raises Refused, or Unchanged where they are answered so."""
    rule = _checklist(definition, case, command)
    naming = [a for a in definition.actions.values() if a.checklist == rule.name]
    standing, refused = _may_prepare(definition, case, context, rule, naming)
    known = [item.key for item in rule.items]
    unknown = [key for key in command.answers if key not in known]
    kind = Text("Butir", "item")
    refused = (*refused, *(sentences.unknown("checklist", kind, key, known) for key in unknown))
    if refused:
        raise Refused(refused)
    assert standing is not None
    before = case.answers.get(rule.name, {})
    answers = {key: answer for key, answer in command.answers.items() if before.get(key) is not answer}
    if not answers:
        raise Unchanged
    seen = rule.name in checklists_of(definition, case.state)
    return (by(ChecklistAnswered(checklist=rule.name, answers=answers, seen=seen), context, standing),)


def _checklist(definition: Definition, case: Case, command: AnswerChecklist) -> Checklist:
    """The list that is answered: the one named, or the one that has all of the keys, here rather than elsewhere."""
    kind = Text("Daftar periksa", "checklist")
    if command.checklist is not None:
        if command.checklist not in definition.checklists:
            raise Refused((sentences.unknown("checklist", kind, command.checklist, definition.checklists),))
        return definition.checklists[command.checklist]
    keys = command.answers.keys()
    fitting = [rule for rule in definition.checklists.values() if keys <= {item.key for item in rule.items}]
    here = checklists_of(definition, case.state)
    fitting = [rule for rule in fitting if rule.name in here] or fitting
    if len(fitting) != 1:
        items = [f"{rule.name}: {item.key}" for rule in definition.checklists.values() for item in rule.items]
        raise Refused((sentences.unknown("checklist", Text("Butir", "item"), sentences.listed(keys), items),))
    return fitting[0]


def _may_prepare(
    definition: Definition, case: Case, context: Context, rule: DocumentRule | Checklist, naming: Iterable[Action]
) -> tuple[Standing | None, tuple[Refusal, ...]]:
    """Those who take the actions that name it, in their states, unless the rule says who and where itself."""
    named = tuple(naming)
    states = rule.in_ if rule.in_ is not None else tuple(dict.fromkeys(s for a in named for s in a.from_))
    here = [a for a in named if case.state in a.from_]
    asking = (here or named) if rule.in_ is None else named
    roles = rule.by if rule.by is not None else tuple(dict.fromkeys(r for a in asking for r in roles_of(a, case.state)))
    return _may(definition, case, context, roles, case.state in states, states)


def _may(
    definition: Definition, case: Case, context: Context, roles: tuple[str, ...], here: bool, states: Iterable[str]
) -> tuple[Standing | None, tuple[Refusal, ...]]:
    standing, refused = stand(definition, context, roles, scope_of(case), any_delegation=True)
    if not here or case.ended:
        refused = (sentences.wrong_state(definition, case.state, states, case.ended), *refused)
    return standing, refused
