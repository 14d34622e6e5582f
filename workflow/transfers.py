"""Transfers of places as an application: each change of a quota stands in one save with the request that it answers."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from workflow.alignments import AlignmentsApp
from workflow.directory import DirectoryApp
from workflow.domain.alignments import STREAM as ALIGNMENTS
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.places import counter_of
from workflow.domain.reasons import stated
from workflow.domain.refusal import Refused
from workflow.domain.registry import Programme, programme_stream
from workflow.domain.transferring import Grounds, against, approver, asker, undecided
from workflow.domain.transfers import (
    STREAM,
    AskTransfer,
    Side,
    Transfer,
    TransferApproved,
    TransferAsked,
    TransferRefused,
    TransferReturned,
    Transfers,
    fold,
)
from workflow.registry import RegistryApp
from workflow.store.log import CommandKey, CounterWrite, KeyUsed, Log, Rejected
from workflow.streams import ATTEMPTS, Busy, FoldedStream, KeyReused
from workflow.transfers_saved import Plan, moves, untouched, write_of


class NoSuchTransfer(LookupError):
    """No transfer has this reference."""


class Told(Struct, frozen=True):
    """A transfer after a command."""

    transfer: Transfer
    position: int
    repeated: bool = False
    """True where an earlier command with the same key is answered again."""


class _Read(Struct, frozen=True):
    """What a decision stands on, and the versions that its save must find unmoved."""

    grounds: Grounds
    programmes: dict[str, Programme]
    versions: tuple[tuple[str, int], ...]


class TransfersApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log, registry: RegistryApp, directory: DirectoryApp, alignments: AlignmentsApp) -> None:
        self._log, self._registry, self._directory, self._alignments = log, registry, directory, alignments
        self._state = FoldedStream(log, STREAM, Transfers(), fold)

    # --- reading ----------------------------------------------------------------------------------------------

    def current(self) -> Transfers:
        """All transfers as they stand in the log now."""
        return self._state.current()

    # --- changing ---------------------------------------------------------------------------------------------

    def ask(
        self, order: AskTransfer, *, by: str, command: CommandKey | None = None, at: datetime | None = None
    ) -> Told:
        """Ask for places, for an office of the giving or the receiving side. Raises Refused, KeyReused, Busy."""
        moment = at or datetime.now(UTC)
        if command and (repeated := self._repeated(command)):
            return repeated
        ref = f"ALIH-{moment.year}-{self._log.next_number(f'ALIH-{moment.year}'):06d}"

        def plan() -> Plan:
            read = self._read(order, moment)
            grounds = read.grounds
            seat, found = asker(order, by, grounds)
            found += [*against(order, grounds), *stated(order.reason, "reason")]
            if found:
                raise Refused(tuple(found))
            asked = TransferAsked(transfer=ref, order=order)
            return Plan(((STREAM, grounds.transfers.version, asked),), seat, reads=read.versions)

        return self._sure(plan, by, command, moment)

    def approve(
        self,
        ref: str,
        reason: str | None,
        *,
        by: str,
        on_behalf_of: str | None = None,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Told:
        """Move the places, for a holder of the role that the terms name over both regions.

        Raises NoSuchTransfer, Refused, KeyReused, Busy.
        """
        moment = at or datetime.now(UTC)

        def plan() -> Plan:
            asked, read = self._asked(ref, moment)
            grounds = read.grounds
            order, known = asked.order, grounds.alignments.known.get(asked.order.alignment)
            found = undecided(asked) + against(order, grounds)
            rule = known.terms.quota.transfer if known else None
            seat, mine = approver(asked, by, on_behalf_of, rule.approved_by if rule else "", grounds)
            found += mine if rule else []
            found += stated(reason, "reason") if reason else []
            if found or known is None:
                raise Refused(tuple(found))
            approved = TransferApproved(transfer=ref, terms=known.hash, reason=reason)
            events = (*moves(asked, read.programmes, order.places), (STREAM, grounds.transfers.version, approved))
            return Plan(events, seat, untouched(grounds, order.places), read.versions)

        return self._sure(plan, by, command, moment)

    def refuse(
        self,
        ref: str,
        reason: str,
        *,
        by: str,
        on_behalf_of: str | None = None,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Told:
        """Refuse a request, with the reason, whatever became of the alignment since.

        Raises NoSuchTransfer, Refused, KeyReused, Busy.
        """
        moment = at or datetime.now(UTC)

        def plan() -> Plan:
            asked, read = self._asked(ref, moment)
            grounds = read.grounds
            known = grounds.alignments.known.get(asked.order.alignment)
            rule = known.terms.quota.transfer if known else None
            seat, found = approver(asked, by, on_behalf_of, rule.approved_by if rule else "", grounds)
            found = [*undecided(asked), *found, *stated(reason, "reason")]
            if found:
                raise Refused(tuple(found))
            refused = TransferRefused(transfer=ref, reason=reason)
            return Plan(((STREAM, grounds.transfers.version, refused),), seat, reads=read.versions)

        return self._sure(plan, by, command, moment)

    def give_back(self, ref: str, *, command: CommandKey, cause: int) -> Told | None:
        """Return what nobody uses of a transfer whose alignment has ended; None where nothing is left to return."""
        moment = datetime.now(UTC)
        if repeated := self._repeated(command):
            return repeated

        def plan() -> Plan | None:
            asked, read = self._asked(ref, moment)
            grounds = read.grounds
            known, there = grounds.alignments.known.get(asked.order.alignment), asked.order.receiving
            counter = grounds.counters[1]
            programme = read.programmes.get(there.programme)
            if known is None or known.standing != "ended" or counter is None or programme is None:
                return None
            quota = programme.places(there.region, asked.order.year) or 0
            unused = quota - self._log.used(counter) - len(self._log.waiting(counter))
            places = min(asked.moved, unused)
            if places <= 0:
                return None
            returned = TransferReturned(transfer=ref, places=places)
            events = (*moves(asked, read.programmes, places, back=True), (STREAM, grounds.transfers.version, returned))
            limit = CounterWrite(key=counter, delta=0, limit=quota - places)
            return Plan(events, None, (limit,), read.versions)

        return self._save(plan, SYSTEM, command, moment, cause)

    # --- below ------------------------------------------------------------------------------------------------

    def _asked(self, ref: str, at: datetime) -> tuple[Transfer, _Read]:
        found = self._state.current().known.get(ref)
        if found is None:
            raise NoSuchTransfer(ref)
        read = self._read(found.order, at)
        return read.grounds.transfers.known[ref], read

    def _read(self, order: AskTransfer, at: datetime) -> _Read:
        """Everything as it stands now, and the versions that the save must find unmoved."""
        transfers, alignments = self._state.current(), self._alignments.current()
        directory = self._directory.current()
        sides = (order.giving, order.receiving)
        programmes = {side.programme: self._registry.current(side.programme) for side in sides}
        definitions = {name: self._definition(one) for name, one in programmes.items() if one and one.current_hash}
        counters = tuple(_counter(definitions.get(side.programme), side, order.year) for side in sides)
        giving = definitions.get(order.giving.programme)
        known = programmes[order.giving.programme]
        grounds = Grounds(
            today=local_date(at, giving.calendar.zone if giving else HOME_ZONE),
            alignments=alignments,
            transfers=transfers,
            people=directory,
            definitions=definitions,
            counters=(counters[0], counters[1]),
            quota=known.places(order.giving.region, order.year) if known else None,
            used=self._log.used(counters[0]) if counters[0] else 0,
            waiting=len(self._log.waiting(counters[0])) if counters[0] else 0,
        )
        known_ones = {name: one for name, one in programmes.items() if one}
        versions = [(ALIGNMENTS, alignments.version), ("directory", directory.version)]
        versions += [(programme_stream(name), one.version) for name, one in known_ones.items()]
        return _Read(grounds, known_ones, tuple(versions))

    def _definition(self, programme: Programme) -> Definition:
        assert programme.current_hash is not None
        return self._registry.definition(programme.current_hash)

    def _sure(self, plan: Callable[[], Plan], by: str, command: CommandKey | None, at: datetime) -> Told:
        told = self._save(plan, by, command, at, None)
        assert told is not None
        return told

    def _save(
        self,
        plan: Callable[[], Plan | None],
        by: str,
        command: CommandKey | None,
        at: datetime,
        cause: int | None,
    ) -> Told | None:
        """Plan on what stands in the log, and save; again where others moved first. None where nothing is planned."""
        for _ in range(ATTEMPTS):
            if command and (repeated := self._repeated(command)):
                return repeated
            try:
                planned = plan()
            except Refused:
                # Another attempt of the same command may have gone through while this one was deciding.
                if command and (repeated := self._repeated(command)):
                    return repeated
                raise
            if planned is None:
                return None
            try:
                position = self._log.append(write_of(planned, by, command, at, cause))
            except Rejected as rejected:
                for reason in rejected.reasons:
                    if isinstance(reason, KeyUsed):
                        assert command is not None
                        return self._again(command, reason)
            else:
                return self._told(position)
        raise Busy

    def _told(self, position: int, repeated: bool = False) -> Told:
        """The transfer as it stood after the save that ends at a position."""
        (event,) = self._log.select(position - 1, 1)
        events = self._log.read(STREAM)
        state = fold((one for one in events if one.position <= position), Transfers())
        assert isinstance(event.body, TransferAsked | TransferApproved | TransferRefused | TransferReturned)
        return Told(state.known[event.body.transfer], position, repeated)

    def _repeated(self, command: CommandKey) -> Told | None:
        found = self._log.command(command.actor, command.key)
        return self._again(command, found) if found else None

    def _again(self, command: CommandKey, found: KeyUsed) -> Told:
        if found.request != command.request:
            raise KeyReused
        return self._told(found.position, repeated=True)


def _counter(definition: Definition | None, side: Side, year: int) -> str | None:
    return counter_of(definition, side.region, year) if definition else None
