"""From asks to the domain's commands: facts merged, checked, sealed; references allotted."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from workflow.asks import (
    ActionAsk,
    AnswerAsk,
    AnswerDocumentAsk,
    Ask,
    ChecklistAsk,
    DeadlineAsk,
    DeletionAsk,
    DocumentAsk,
    FactsAsk,
    InquiryAsk,
    OpenAsk,
    PromoteAsk,
    RealignAsk,
    RebindAsk,
    RecountAsk,
    ReleaseAsk,
    TrackingAsk,
)
from workflow.domain import commands
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import FactsError
from workflow.domain.definition.model import Definition
from workflow.domain.events import Facts
from workflow.domain.merge import merge
from workflow.facts import CaseFacts
from workflow.store.log import Log


class FactsInvalid(Exception):
    """Facts that do not fit, with every error."""

    def __init__(self, errors: tuple[FactsError, ...]) -> None:
        super().__init__(", ".join(error.pointer for error in errors))
        self.errors = errors


def region_of(ask: Ask) -> str:
    """The region in which a case is opened; empty where its facts do not say it."""
    return str(ask.facts.get("region", "")) if isinstance(ask, OpenAsk) else ""


def next_reference(log: Log, definition: Definition, region: str, at: datetime) -> str:
    """The next reference of the programme's series for a city and the year of a moment, as TKM-7271-2026-000001.

    Gaps are allowed: an opening may be refused after its number was given.
    """
    area = "".join(region.split(".")[:2])
    if not (area.isascii() and area.isdigit() and len(area) <= 4):
        area = "0000"
    series = f"{definition.id.split('-')[0].upper()}-{area}-{local_date(at, definition.calendar.zone).year}"
    return f"{series}-{log.next_number(series):06d}"


def new_code() -> str:
    """A tracking code that nobody guesses: 128 random bits."""
    return token_urlsafe(16)


def command_of(ask: Ask, ref: str, case: Case | None, definition: Definition, facts: CaseFacts) -> commands.Command:
    """The domain's command for an ask; personal values are sealed. Raises FactsInvalid."""
    if isinstance(ask, OpenAsk):
        sealed = _sealed(facts, ask.facts, {}, draft=True)
        return commands.OpenCase(ref=ref, facts=sealed, applicant=ask.applicant, tracking_code=new_code())
    assert case is not None
    match ask:
        case FactsAsk():
            draft = case.state == definition.start
            return commands.ChangeFacts(facts=_patched(facts, case, ask.patch, draft))
        case DocumentAsk():
            return commands.AttachDocument(document=ask.document, sha256=ask.sha256, type=ask.type, size=ask.size)
        case ChecklistAsk():
            return commands.AnswerChecklist(answers=ask.answers)
        case ActionAsk():
            amended = None if ask.facts is None else _patched(facts, case, ask.facts, draft=False)
            return commands.TakeAction(
                action=ask.action,
                reason=ask.reason,
                outcomes=ask.outcomes,
                on_behalf_of=ask.on_behalf_of,
                vote=ask.vote,
                assign=ask.assign,
                facts=amended,
                redo=ask.redo,
                terms=ask.terms,
            )
        case PromoteAsk():
            return commands.Promote()
        case RebindAsk():
            return commands.Rebind(reason=ask.reason)
        case RealignAsk():
            return commands.Realign()
        case InquiryAsk():
            return commands.OpenInquiry(to=ask.to, question=ask.question)
        case DeadlineAsk():
            return commands.MindDeadline(what=ask.what, inquiry=ask.inquiry)
        case RecountAsk():
            return commands.Recount(version=ask.version, why=ask.why, say=ask.say)
        case ReleaseAsk():
            return commands.ReleaseData(shared=ask.shared, stands_on=ask.stands_on)
        case DeletionAsk():
            return commands.ConfirmDeletion(release=ask.release)
        case AnswerDocumentAsk():
            return commands.AttachToAnswer(number=ask.number, sha256=ask.sha256, type=ask.type, size=ask.size)
        case AnswerAsk():
            return commands.AnswerInquiry(number=ask.number, answer=ask.answer)
        case TrackingAsk():
            return commands.RevokeTracking(next=new_code() if ask.renew else None)
    raise TypeError(type(ask).__name__)


def _patched(facts: CaseFacts, case: Case, patch: Mapping[str, Any], draft: bool) -> Facts:
    """The case's facts after a merge patch, sealed. RFC 7396."""
    return _sealed(facts, merge(facts.plain(case.facts), patch), case.facts, draft)


def _sealed(facts: CaseFacts, plain: Mapping[str, Any], previous: Facts, draft: bool) -> Facts:
    errors = facts.plain_errors(plain, draft, previous)
    if errors:
        raise FactsInvalid(errors)
    return facts.seal(plain, previous)
