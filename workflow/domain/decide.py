"""Commands to events: what a command leads to, or every reason why it is refused."""

from workflow.domain import due, editing, inquiries, opening, promoting, realigning, recount, releasing, tracking
from workflow.domain.case import Case
from workflow.domain.commands import (
    AnswerChecklist,
    AnswerInquiry,
    AttachDocument,
    AttachToAnswer,
    ChangeFacts,
    Command,
    ConfirmDeletion,
    MindDeadline,
    OpenCase,
    OpenInquiry,
    Promote,
    Realign,
    Rebind,
    Recount,
    ReleaseData,
    RevokeTracking,
    TakeAction,
)
from workflow.domain.context import Context
from workflow.domain.decided import Decided
from workflow.domain.definition.model import Definition
from workflow.domain.refusal import Refused
from workflow.domain.refusals import weigh

__all__ = ["Decided", "decide"]


def decide(definition: Definition, case: Case | None, command: Command, context: Context) -> tuple[Decided, ...]:
    """The events of a command, in order, each with whose it is; `case` is None exactly for an opening.

    Raises Refused with every reason, or Unchanged where the case is as the command asks.
    """
    if isinstance(command, OpenCase):
        assert case is None
        return opening.open_case(definition, command, context)
    assert case is not None
    match command:
        case ChangeFacts():
            return editing.change_facts(definition, case, command, context)
        case AttachDocument():
            return editing.attach_document(definition, case, command, context)
        case AnswerChecklist():
            return editing.answer_checklist(definition, case, command, context)
        case TakeAction():
            return take_action(definition, case, command, context)
        case Promote():
            return promoting.promote(definition, case, context)
        case OpenInquiry():
            return inquiries.open_inquiry(definition, case, command, context)
        case AttachToAnswer():
            return inquiries.attach_to_answer(definition, case, command, context)
        case AnswerInquiry():
            return inquiries.answer_inquiry(definition, case, command, context)
        case MindDeadline():
            return due.mind(definition, case, command, context)
        case Rebind():
            return realigning.rebind(definition, case, command, context)
        case Realign():
            return realigning.realign(definition, case, context)
        case ReleaseData():
            return releasing.release(definition, case, command, context)
        case ConfirmDeletion():
            return releasing.confirm_deletion(definition, case, command, context)
        case Recount():
            return recount.recount(definition, case, command, context)
        case RevokeTracking():
            return tracking.revoke_tracking(definition, case, command, context)
    raise TypeError(type(command).__name__)


def take_action(definition: Definition, case: Case, command: TakeAction, context: Context) -> tuple[Decided, ...]:
    weighed = weigh(definition, case, command.action, context, command)
    if weighed.refusals:
        raise Refused(weighed.refusals)
    return weighed.decided
