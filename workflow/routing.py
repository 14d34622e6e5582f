"""Taking a route as an application: both cases decided on what stands now, stored in one save or not at all."""

from datetime import UTC, datetime

from msgspec.structs import replace

from workflow.asks import OpenAsk, RouteAsk
from workflow.casework import Answer, Casework, Stale
from workflow.contexts import Contexts, Reads
from workflow.domain import routes, routing, sentences
from workflow.domain.case import Case
from workflow.domain.commands import OpenCase
from workflow.domain.definition.model import Definition
from workflow.domain.dossier import dossier
from workflow.domain.events import ActionTaken, Recorded
from workflow.domain.evolve import evolve
from workflow.domain.merge import merge
from workflow.domain.refusal import Refused
from workflow.domain.routed import GroupRouted
from workflow.domain.routing import Passage, Side
from workflow.domain.words import Text
from workflow.preparing import FactsInvalid, command_of, next_reference
from workflow.routes import Routes
from workflow.saves import both, case_stream, write_of
from workflow.store.log import CommandKey, KeyUsed, Rejected, Write
from workflow.streams import ATTEMPTS, Busy


class RoutingApp:
    """Safe to share between threads."""

    def __init__(self, casework: Casework, contexts: Contexts, known: Routes) -> None:
        self._casework, self._contexts, self._routes = casework, contexts, known

    def take(
        self,
        ref: str,
        ask: RouteAsk,
        who: str,
        *,
        key: str | None = None,
        request: str = "",
        if_match: frozenset[str] | None = None,
        at: datetime | None = None,
    ) -> Answer:
        """End a case and open the other programme's in its place; answers with the new one.

        Raises NoSuchCase, Refused, FactsInvalid, Stale, KeyReused, Busy.
        """
        command = CommandKey(actor=who, key=key, request=request) if key else None
        moment = at or datetime.now(UTC)
        taken: str | None = None
        for _ in range(ATTEMPTS):
            if command and (repeated := self._casework.repeated(command)):
                return repeated
            try:
                case, own = self._casework.case(ref)
                facts = self._contexts.facts(own, ref)
                context, reads = self._contexts.context(own, facts, who, moment, case.region, fresh=True)
                self._casework.check_seen(case, own, context, if_match, fresh=True)
                other = self._other(case, ask.programme)
                taken = taken or next_reference(self._casework.store, other, case.region, moment)
                write = self._decide(Side(own, context), reads, case, other, taken, ask, command)
            except (Refused, FactsInvalid, Stale):
                # Another attempt of the same command may have gone through while this one was deciding.
                if command and (repeated := self._casework.repeated(command)):
                    return repeated
                raise
            if write is None:
                continue
            try:
                position = self._casework.store.append(write)
            except Rejected as rejected:
                used = [reason for reason in rejected.reasons if isinstance(reason, KeyUsed)]
                if used and command:
                    return self._casework.again(command, used[0])
            else:
                return self._stored(case, other, write, position)
        raise Busy

    def cause(self, event: Recorded) -> int | None:
        """Position of the event in the other case, for the two that one save linked; None for all others."""
        body = event.body
        if isinstance(body, GroupRouted):
            return self._casework.store.read(case_stream(body.case), after=body.version - 1)[0].position
        if isinstance(body, ActionTaken) and body.routed_to is not None:
            return self._casework.store.read(case_stream(body.routed_to))[0].position
        return None

    def _other(self, case: Case, programme: str) -> Definition:
        open_ones = [one for one in self._routes.open(case.region) if one.id != case.programme]
        for one in open_ones:
            if one.id == programme:
                return one
        kind = Text("Program yang dibuka di wilayah ini,", "programme open in this region,")
        raise Refused((sentences.unknown("programme", kind, programme, [one.id for one in open_ones]),))

    def _decide(
        self,
        own: Side,
        reads: Reads,
        case: Case,
        other: Definition,
        taken: str,
        ask: RouteAsk,
        command: CommandKey | None,
    ) -> Write | None:
        """The save; None where the two sides were read at different versions, so that all is read again."""
        who, at = own.context.actor, own.context.at
        facts = self._contexts.facts(other, taken)
        context, also_reads = self._contexts.context(other, facts, who, at, case.region, fresh=True, beside=case.ref)
        way = self._routes.way(case, own.definition, other, context)
        plain = OpenAsk(programme=other.id, facts=merge(way.facts, ask.facts), applicant=case.applicant)
        opening = command_of(plain, taken, None, other, facts)
        assert isinstance(opening, OpenCase)
        passage = Passage(
            opening=opening,
            documents=routes.fitting(case, own.definition, other),
            steps=way.steps,
            alignment=way.alignment,
            reason=ask.reason,
        )
        decided = routing.take_route(own, case, Side(other, context), passage)
        known = dict(reads)
        if any(known.get(stream, version) != version for stream, version in also_reads):
            return None
        ends = write_of(case.ref, case, decided.ends, at, own.definition.hash, command, reads)
        return both(ends, write_of(taken, None, decided.begins, at, other.hash, command, also_reads))

    def _stored(self, case: Case, other: Definition, write: Write, position: int) -> Answer:
        """Both cases as they stand after the save; the new one is the answer."""
        ended, begun = case, None
        first = position - len(write.events) + 1
        for number, event in enumerate(write.events):
            placed = replace(event, position=first + number)
            if event.stream == write.events[0].stream:
                ended = evolve(ended, placed)
            else:
                begun = evolve(begun, placed)
        assert begun is not None
        self._casework.keep(ended)
        self._casework.keep(begun)
        self._casework.after_commit(position)
        return Answer(begun, other, position, dossier(other, begun))
