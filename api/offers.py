"""Every operation that the API offers, a room for each resource."""

from api import (
    actions,
    cases,
    checklist,
    described,
    documents,
    facts,
    health,
    history,
    inbox,
    inquiries,
    programmes,
)

ROOMS = (
    cases.room,
    facts.room,
    documents.room,
    checklist.room,
    actions.room,
    inquiries.room,
    history.room,
    inbox.room,
    programmes.room,
    health.room,
    described.room,
)
OPERATIONS = tuple(operation for room in ROOMS for operation in room.operations)
