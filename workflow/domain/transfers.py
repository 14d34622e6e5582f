"""Transfers of places under the terms of an alignment: asked for, approved or refused, returned; events and state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain.events import Kind, Recorded

STREAM = "transfers"

Status = Literal["asked", "approved", "refused"]


class Side(Struct, frozen=True, kw_only=True):
    """A region of a programme that gives places, or receives them."""

    programme: str
    region: str


class AskTransfer(Struct, frozen=True, kw_only=True):
    """What is asked: so many places of a year, from one side to the other."""

    alignment: str
    """Reference of the alignment under whose terms."""
    giving: Side
    receiving: Side
    year: int
    places: int
    reason: str


class TransferAsked(Kind, frozen=True, kw_only=True, tag=True):
    transfer: str
    order: AskTransfer


class TransferApproved(Kind, frozen=True, kw_only=True, tag=True):
    transfer: str
    terms: str
    """Hash of the terms under which it is approved."""
    reason: str | None = None


class TransferRefused(Kind, frozen=True, kw_only=True, tag=True):
    transfer: str
    reason: str


class TransferReturned(Kind, frozen=True, kw_only=True, tag=True):
    """Places that nobody used when the alignment ended go back."""

    transfer: str
    places: int


TRANSFER_KINDS: tuple[type[Kind], ...] = (TransferAsked, TransferApproved, TransferRefused, TransferReturned)


class Transfer(Struct, frozen=True, kw_only=True):
    """One transfer as it stands."""

    transfer: str
    order: AskTransfer
    status: Status
    asked_by: str
    asked_office: str | None
    asked: datetime
    decided_by: str | None = None
    decided_office: str | None = None
    on_behalf_of: str | None = None
    decided: datetime | None = None
    reason: str | None = None
    """Of the decision."""
    returned: int = 0
    """Places that went back."""
    position: int
    """Of its last event."""

    @property
    def moved(self) -> int:
        """Places that are on the receiving side by it."""
        return self.order.places - self.returned if self.status == "approved" else 0


class Transfers(Struct, frozen=True, kw_only=True):
    """All of them at one version of the stream."""

    version: int = 0
    known: dict[str, Transfer] = {}
    """By reference, in the order in which they were asked for."""

    def moved(self, alignment: str) -> int:
        """Places that are transferred under an alignment now."""
        return sum(one.moved for one in self.known.values() if one.order.alignment == alignment)


def fold(events: Iterable[Recorded], transfers: Transfers) -> Transfers:
    """The transfers after more events, in order."""
    version, known = transfers.version, dict(transfers.known)
    for event in events:
        version = event.version
        match event.body:
            case TransferAsked() as e:
                known[e.transfer] = Transfer(
                    transfer=e.transfer,
                    order=e.order,
                    status="asked",
                    asked_by=event.actor,
                    asked_office=event.office,
                    asked=event.at,
                    position=event.position,
                )
            case TransferApproved() as e:
                known[e.transfer] = _decided(known[e.transfer], "approved", e.reason, event)
            case TransferRefused() as e:
                known[e.transfer] = _decided(known[e.transfer], "refused", e.reason, event)
            case TransferReturned() as e:
                one = known[e.transfer]
                known[e.transfer] = replace(one, returned=one.returned + e.places, position=event.position)
    return Transfers(version=version, known=known)


def _decided(one: Transfer, status: Status, reason: str | None, event: Recorded) -> Transfer:
    return replace(
        one,
        status=status,
        decided_by=event.actor,
        decided_office=event.office,
        on_behalf_of=event.on_behalf_of,
        decided=event.at,
        reason=reason,
        position=event.position,
    )
