"""Every operation that the API offers, a room for each resource."""

from api import (
    actions,
    bulk,
    cases,
    checklist,
    dead_letters,
    deadlines,
    described,
    documents,
    facts,
    feed,
    health,
    history,
    inbox,
    inquiries,
    outcomes,
    potentials,
    programmes,
    tracking,
)

ROOMS = (
    cases.room,
    facts.room,
    documents.room,
    checklist.room,
    actions.room,
    bulk.room,
    inquiries.room,
    history.room,
    deadlines.room,
    inbox.room,
    tracking.room,
    programmes.room,
    feed.room,
    potentials.room,
    outcomes.room,
    dead_letters.room,
    health.room,
    described.room,
)
OPERATIONS = tuple(operation for room in ROOMS for operation in room.operations)
