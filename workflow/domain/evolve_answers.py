"""Folds a document that was supplied with an answer: it is the inquiry's, and stands in for none of the case's."""

from msgspec.structs import replace

from workflow.domain.answer_documents import AnswerDocumentAttached
from workflow.domain.case import AnswerDocument, Case
from workflow.domain.events import Recorded
from workflow.domain.evolve import apply


@apply.register
def _(body: AnswerDocumentAttached, case: Case, event: Recorded) -> Case:
    document = AnswerDocument(sha256=body.sha256, type=body.type, size=body.size, by=event.actor, at=event.at)
    inquiries = tuple(
        replace(one, documents=(*one.documents, document)) if one.number == body.number else one
        for one in case.inquiries
    )
    return replace(case, inquiries=inquiries)
