"""From the engine's values to the shapes of the outer contract."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Response
from msgspec import UNSET

from api.operations import Call
from api.preconditions import etag
from api.problems import Change, shown
from api.shapes import ActionItem, CaseShape, HistoryItem, ImportedFrom, ReleasedData
from workflow.casework import Answer, NoSuchCase
from workflow.domain.answer_documents import AnswerDocumentAttached
from workflow.domain.asking import OpenAction
from workflow.domain.case import Case
from workflow.domain.definition.model import Definition
from workflow.domain.events import (
    ActionTaken,
    Binding,
    CaseOpened,
    ChecklistAnswered,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    DecisionCarried,
    DocumentAttached,
    FactsChanged,
    Imported,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Recorded,
    VoteCast,
)
from workflow.domain.rebound import CaseRebound
from workflow.domain.released import DataReleased, DeletionConfirmed
from workflow.domain.routed import GroupRouted
from workflow.evidence.replay import name_of
from workflow.sight import Sight

JSON = "application/json"


def json_reply(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, content_type=JSON)


WORDS = frozenset(["question", "answer", "sha256"])
"""What an event of an inquiry tells to nobody but those whom it concerns."""


def seen_case(call: Call, ref: str) -> tuple[Case, Definition, Sight]:
    """A case that the caller may know of. Raises NoSuchCase, the same whether it is not there or not theirs."""
    case, definition = call.engine.casework.case(ref)
    sight = call.engine.reading.sight(case, definition, call.who)
    if sight is None:
        raise NoSuchCase
    return case, definition, sight


def case_reply(
    call: Call,
    case: Case,
    definition: Definition,
    sight: Sight,
    status: int = 200,
    as_of: datetime | int | None = None,
    fresh: bool = True,
) -> Response:
    """The case, named by its dossier in `ETag`; `as_of` and `fresh` as in `Reading.case`."""
    shape = msgspec.convert(call.engine.reading.case(case, definition, sight, call.who, as_of, fresh), CaseShape)
    reply = json_reply(shape, status)
    reply.headers["ETag"] = etag(shape.dossier)
    return reply


def answer_reply(call: Call, answer: Answer, status: int = 200) -> Response:
    """The case after a command, as the person who gave it may see it."""
    # Who has just acted on a case knows of it, also where the act took it out of their region.
    sight = call.engine.reading.sight(answer.case, answer.definition, call.who, fresh=False) or "sealed"
    return case_reply(call, answer.case, answer.definition, sight, status, fresh=False)


def action_item(found: OpenAction) -> ActionItem:
    return ActionItem(
        action=found.action,
        title=found.title,
        allowed=not found.refusals,
        refusals=[shown(refusal) for refusal in found.refusals],
        needs=list(found.needs),
        waits_for=found.waits_for,
    )


def change(event: Recorded) -> Change:
    """An event as `what_changed` tells it."""
    at = msgspec.to_builtins(event.at.astimezone(UTC))
    return Change(position=event.position, version=event.version, event=name_of(event), at=at, actor=event.actor)


def history_item(event: Recorded, heard: Mapping[int, Sight], cause: int | None = None) -> HistoryItem:
    """An event as history tells it; of an inquiry as much as is `heard`, else only that there was something.

    `cause`: where that stands in no envelope.
    """
    told = _told(event)
    if (number := told.get("inquiry", UNSET)) is not UNSET and heard.get(number) != "open":
        sealed = heard.get(number) == "sealed"
        told = {name: value for name, value in told.items() if sealed and name not in WORDS} or {"inquiry": number}
    return HistoryItem(
        position=event.position,
        version=event.version,
        event=name_of(event),
        kind=type(event.body).__name__,
        at=event.at.astimezone(UTC),
        actor=event.actor,
        office=event.office,
        on_behalf_of=event.on_behalf_of,
        definition=event.definition or UNSET,
        cause=_given(cause if event.cause is None else event.cause),
        imported=_imported(event.imported) if event.imported else UNSET,
        **told,
    )


def _imported(mark: Imported) -> ImportedFrom:
    return ImportedFrom(source=mark.source, row=mark.row, file=mark.file, case=mark.case)


def _told(event: Recorded) -> dict[str, Any]:
    """What is particular to the kind; personal values never."""
    match event.body:
        case CaseOpened() as e:
            return {"to": e.move.to, "changed": _pointers(e.facts), **_moved(e.move)}
        case FactsChanged() as e:
            return {"changed": _pointers(e.patch)}
        case DocumentAttached() as e:
            return {"document": e.document, "sha256": e.sha256, "routed_from": _given(e.origin)}
        case ChecklistAnswered() as e:
            return {"answers": e.answers}
        case VoteCast() as e:
            return {
                "action": e.action,
                "vote": e.vote,
                "reason": e.reason or UNSET,
                "seen": e.dossier,
                "acted_as": e.role,
            }
        case ActionTaken() as e:
            return {
                "action": e.action,
                "diverted": e.diverted or UNSET,
                "acted_as": e.role,
                "reason": e.reason or UNSET,
                "seen": e.dossier or UNSET,
                "outcomes": e.outcomes or UNSET,
                "assigns": e.assigns or UNSET,
                "covers": e.covers or UNSET,
                "binds": _bound(e.binds) or UNSET,
                "terms": _given(e.terms),
                "changed": _pointers(e.amendments) if e.amendments else UNSET,
                "routed_to": _given(e.routed_to),
                **_lettered(e),
                **_moved(e.move),
            }
        case DecisionCarried() as e:
            return {"action": e.action, "stands_on": e.stands_on, **_lettered(e), **_moved(e.move)}
        case GroupRouted() as e:
            return {"routed_from": e.case}
        case InquiryOpened() as e:
            return {"inquiry": e.number, "acted_as": e.role, "asked": e.to, "question": e.question}
        case InquiryAnswered() as e:
            return {"inquiry": e.number, "answer": e.answer}
        case AnswerDocumentAttached() as e:
            return {"inquiry": e.number, "sha256": e.sha256}
        case InquiryLapsed() as e:
            return {"inquiry": e.number}
        case CaseRebound() as e:
            return {"binds": _bound(e.binds), "fails": list(e.fails), "reason": _given(e.reason)}
        case DataReleased() as e:
            return {"stands_on": e.stands_on, "terms": e.terms, "released": released(e)}
        case DeletionConfirmed() as e:
            return {"release": e.release}
        case DeadlineWarned() as e:
            return {"due": e.due, "inquiry": _given(e.inquiry)}
        case DeadlinePassed() as e:
            return {"due": e.due, "escalated": _given(e.escalate), **(_moved(e.move) if e.move else {})}
        case DeadlineMoved() as e:
            moments = {"due": _given(e.due), "warn": _given(e.warn), "days_left": _given(e.days_left)}
            return {"why": e.why, "say": e.say, "inquiry": _given(e.inquiry), "letter": _given(e.letter), **moments}
    return {}


def released(body: DataReleased) -> ReleasedData:
    return msgspec.convert(body, ReleasedData, from_attributes=True)


def _bound(binds: Iterable[Binding]) -> dict[str, str]:
    return {one.alignment: one.terms for one in binds}


def _given(value: Any) -> Any:
    return UNSET if value is None else value


def _moved(move: Any) -> dict[str, Any]:
    return {
        "from_": move.from_,
        "to": move.to,
        "round": move.round,
        "voids": list(move.voids) or UNSET,
        "due": _given(move.due),
    }


def _lettered(body: ActionTaken | DecisionCarried) -> dict[str, Any]:
    return {"letter": body.letter.name, "signed_by": body.letter.signed_by} if body.letter else {}


def _pointers(patch: dict[str, Any]) -> list[str]:
    """The first and second level of what a patch touches, as JSON Pointers."""
    found: list[str] = []
    for key, value in patch.items():
        inner: Iterable[str] = value if isinstance(value, dict) and value else ()
        found += [f"/{key}/{part}" for part in inner] or [f"/{key}"]
    return found
