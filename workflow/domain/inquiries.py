"""Inquiries: a question to those who act on the case, which stops the state's clock until it is answered."""

from datetime import datetime

from workflow.domain import sentences
from workflow.domain.answer_documents import AnswerDocumentAttached
from workflow.domain.authority import Standing, may_hold, scope_of, stand
from workflow.domain.calendar import deadline
from workflow.domain.case import Case, Inquiry
from workflow.domain.clocks import running_days, warning
from workflow.domain.commands import AnswerInquiry, AttachToAnswer, OpenInquiry
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by
from workflow.domain.definition.model import Definition
from workflow.domain.events import DeadlineMoved, DeadlineWarned, InquiryAnswered, InquiryLapsed, InquiryOpened, Kind
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.titles import role_title
from workflow.domain.words import Text, in_words

MOST_DOCUMENTS = 10
"""Documents with one answer."""
REMIND = 2
"""Working days before an answer is due at which the asked role is reminded."""


def open_inquiry(definition: Definition, case: Case, command: OpenInquiry, context: Context) -> tuple[Decided, ...]:
    """The event of a question asked; raises Refused."""
    rule = definition.inquiry
    if rule is None:
        raise Refused((_refusal("none", definition),))
    standing, refused = stand(definition, context, rule.by, scope_of(case), any_delegation=True)
    found = list(refused)
    if case.state not in rule.in_:
        found.insert(0, sentences.wrong_state(definition, case.state, rule.in_, case.ended))
    if command.to not in rule.to:
        found.append(_refusal("to", definition))
    elif (standing and standing.role == command.to) or _acts_as(definition, case, command.to, context):
        found.append(_refusal("self", definition))
    if sum(1 for i in case.inquiries if i.round == case.round) >= rule.max:
        found.append(_refusal("max", definition))
    if not command.question.strip():
        found.append(_refusal("question", definition))
    if found:
        raise Refused(tuple(found))
    assert standing is not None
    answer_due, remind = deadline(context.calendar, "working", context.at, rule.answer_due, REMIND)
    body = InquiryOpened(
        number=len(case.inquiries) + 1,
        role=standing.role,
        to=command.to,
        question=command.question,
        answer_due=answer_due,
        remind=remind,
        days_left=running_days(definition, case, context),
    )
    return (by(body, context, standing),)


def answer_inquiry(definition: Definition, case: Case, command: AnswerInquiry, context: Context) -> tuple[Decided, ...]:
    """The event of an answer, with the state's deadline if this was the last open question; raises Refused."""
    inquiry, standing, found = _asked(definition, case, command.number, context)
    if inquiry.status != "open":
        if not found and inquiry.answer == command.answer and inquiry.answered_by == context.actor:
            raise Unchanged
        found.append(_refusal("closed", definition))
    if not command.answer.strip():
        found.append(_refusal("answer", definition))
    if found:
        raise Refused(tuple(found))
    assert standing is not None
    due, warn = resumed(definition, case, command.number, context)
    return (by(InquiryAnswered(number=command.number, answer=command.answer, due=due, warn=warn), context, standing),)


def attach_to_answer(
    definition: Definition, case: Case, command: AttachToAnswer, context: Context
) -> tuple[Decided, ...]:
    """The event of a document for an answer that is still to be given; raises Refused, Unchanged for the same bytes."""
    inquiry, standing, found = _asked(definition, case, command.number, context)
    known = {document.sha256 for document in inquiry.documents}
    if not found and command.sha256 in known:
        raise Unchanged
    if inquiry.status != "open":
        found.append(_refusal("closed", definition))
    if len(known) >= MOST_DOCUMENTS:
        found.append(_refusal("documents", definition))
    if found:
        raise Refused(tuple(found))
    assert standing is not None
    body = AnswerDocumentAttached(number=command.number, sha256=command.sha256, type=command.type, size=command.size)
    return (by(body, context, standing),)


def _asked(
    definition: Definition, case: Case, number: int, context: Context
) -> tuple[Inquiry, Standing | None, list[Refusal]]:
    """The inquiry, and in which standing the actor may answer it, or why not; raises Refused where there is none."""
    inquiry = next((i for i in case.inquiries if i.number == number), None)
    if inquiry is None:
        raise Refused((_refusal("unknown", definition),))
    standing, refused = stand(definition, context, (inquiry.to,), scope_of(case), any_delegation=True)
    found = list(refused)
    if context.actor == inquiry.by:
        found.append(_refusal("self", definition))
    return inquiry, standing, found


def resumed(
    definition: Definition, case: Case, number: int, context: Context
) -> tuple[datetime | None, datetime | None]:
    """Due and warning once an inquiry is closed: the stored days again if no other is open, else nothing.

    A warning that lay before the stop was given then and is not given again. What else stops the clock goes on.
    """
    clock, left = definition.states[case.state].clock, case.stopped_days_left
    others = any(i.status == "open" and i.number != number for i in case.inquiries)
    if clock is None or left is None or others or case.clock.standing:
        return None, None
    return deadline(context.calendar, clock.unit, context.at, left, warning(case, clock.warn, left))


def inquiry_of(body: Kind) -> int | None:
    """The number of the inquiry that an event is about."""
    match body:
        case InquiryOpened() | InquiryAnswered() | InquiryLapsed() | AnswerDocumentAttached():
            return body.number
        case DeadlineWarned() | DeadlineMoved():
            return body.inquiry
    return None


def _acts_as(definition: Definition, case: Case, role: str, context: Context) -> bool:
    """True where the asker could answer themselves."""
    if definition.roles[role].level == "applicant":
        return context.actor == case.applicant
    return may_hold(definition, context, context.actor, role, case.region)


def _refusal(why: str, definition: Definition) -> Refusal:
    rule = definition.inquiry
    asked = in_words(role_title((definition,), role) for role in (rule.to if rule else ()))
    most = rule.max if rule else 0
    code, said_id, said_en, how_id, how_en = {
        "none": (
            "inquiry",
            "Program ini tidak mengenal permintaan keterangan",
            "This programme knows no inquiries",
            "Kembalikan perkara dengan alasan",
            "Return the case with a reason",
        ),
        "to": (
            "inquiry.to",
            "Keterangan tidak dapat diminta dari peran itu",
            "That role cannot be asked",
            f"Yang dapat diminta: {asked.id}",
            f"Who can be asked: {asked.en}",
        ),
        "self": (
            "inquiry",
            "Keterangan tidak diminta dari atau dijawab oleh diri sendiri",
            "Nobody asks or answers themselves",
            "Pilih peran yang dipegang orang lain, atau mintalah orang lain menjawab",
            "Choose a role that others hold, or have another person answer",
        ),
        "max": (
            "inquiry",
            f"Sudah {most} permintaan keterangan dalam putaran ini",
            f"There were {most} inquiries in this round already",
            "Putuskan dengan keterangan yang ada, atau kembalikan perkara",
            "Decide on what is there, or return the case",
        ),
        "closed": (
            "inquiry",
            "Permintaan keterangan ini sudah ditutup",
            "This inquiry is closed",
            "Lihat jawabannya di riwayat perkara",
            "See its answer in the case's history",
        ),
        "unknown": (
            "inquiry.number",
            "Permintaan keterangan itu tidak ada",
            "There is no such inquiry",
            "Lihat nomornya pada perkara",
            "See the numbers on the case",
        ),
        "documents": (
            "inquiry.documents",
            f"Sudah ada {MOST_DOCUMENTS} dokumen pada jawaban ini",
            f"There are {MOST_DOCUMENTS} documents with this answer already",
            "Gabungkan menjadi satu berkas",
            "Join them into one file",
        ),
        "question": ("question", "Pertanyaan kosong", "The question is empty", "Tulis pertanyaannya", "Write it"),
        "answer": ("answer", "Jawaban kosong", "The answer is empty", "Tulis jawabannya", "Write it"),
    }[why]
    return sentences.say(code, Text(said_id, said_en), Text(how_id, how_en))
