"""The application: load, decide, append. Every caller that changes a case passes here."""

from collections.abc import Callable
from datetime import UTC, datetime

from eventsourcing.application import Application, LRUCache
from msgspec import Struct
from msgspec.structs import replace

from workflow.asks import ActionAsk, Ask, DeletionAsk, OpenAsk, PromoteAsk
from workflow.contexts import Contexts
from workflow.domain import signing
from workflow.domain.asking import OpenAction, open_actions
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.decide import decide
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.dossier import dossier
from workflow.domain.events import Recorded
from workflow.domain.evolve import evolve, fold
from workflow.domain.refusal import Refused, Unchanged
from workflow.evidence.replay import until
from workflow.preparing import FactsInvalid, command_of, next_reference, region_of
from workflow.saves import case_stream, write_of
from workflow.sight import sight
from workflow.store.log import CommandKey, KeyUsed, Log, Rejected
from workflow.streams import ATTEMPTS, Busy, KeyReused
from workflow.terms_seen import changed_since, overtook


class NoSuchCase(Exception):
    """There is no such case, or it is not theirs to know of."""


class Stale(Exception):
    """The dossier is no longer what the caller saw; `what_changed` holds the events since, where that is known."""

    def __init__(self, what_changed: tuple[Recorded, ...], dossier: str) -> None:
        super().__init__("the dossier changed")
        self.what_changed = what_changed
        self.dossier = dossier


class Answer(Struct, frozen=True):
    case: Case
    definition: Definition
    position: int
    dossier: str
    repeated: bool = False
    """True where an earlier command with the same key is answered again."""
    changed: bool = True
    """False where the command found everything as it asks."""


class Casework(Application[str]):
    """Cases by reference. Construct after the fork: the constructor opens connections."""

    def __init__(self, env: dict[str, str], cache_size: int = 2000) -> None:
        super().__init__(env)
        self.store = Log(self)
        self._states: LRUCache[str, Case] = LRUCache(maxsize=cache_size)
        self.after_commit: Callable[[int], None] = lambda position: None

    def join(self, contexts: Contexts) -> None:
        """Give the casework what it decides with; it is made before that, which reads its log."""
        self._contexts = contexts

    # --- deciding ---------------------------------------------------------------------------------------------

    def handle(
        self,
        ref: str | None,
        ask: Ask,
        who: str,
        *,
        key: str | None = None,
        request: str = "",
        if_match: frozenset[str] | None = None,
        at: datetime | None = None,
        cause: int | None = None,
    ) -> Answer:
        """Decide one command and append what follows; `ref` is None exactly for an opening, `cause` the position of the
        event that led to the command.

        Raises NoSuchCase, NoSuchProgramme, Refused, FactsInvalid, Stale, KeyReused, Busy.
        """
        command = CommandKey(actor=who, key=key, request=request) if key else None
        moment = at or datetime.now(UTC)
        # Who comes first in a queue is never read from a cache: nothing would catch it.
        fresh = ref is None or isinstance(ask, PromoteAsk)
        if ref is None:
            assert isinstance(ask, OpenAsk)
            if command and (repeated := self.repeated(command)):
                return repeated
            definition = self._contexts.definition(None, ask, fresh=True)
            ref = next_reference(self.store, definition, region_of(ask), moment)
        for _ in range(ATTEMPTS):
            try:
                return self._attempt(ref, ask, who, command, if_match, moment, fresh, cause)
            except Rejected as rejected:
                for reason in rejected.reasons:
                    if isinstance(reason, KeyUsed):
                        assert command is not None
                        return self.again(command, reason)
                fresh = True
            except (Refused, FactsInvalid, Stale, NoSuchCase, Unchanged):
                # A key that was used before is found by the append; what never gets there is looked up here.
                if command and (repeated := self.repeated(command)):
                    return repeated
                # A cache may allow, never refuse: all is read anew before a refusal, or a "so already", is given.
                if fresh:
                    raise
                fresh = True
        raise Busy

    def _attempt(
        self,
        ref: str,
        ask: Ask,
        who: str,
        command: CommandKey | None,
        if_match: frozenset[str] | None,
        at: datetime,
        fresh: bool,
        cause: int | None,
    ) -> Answer:
        case = None if isinstance(ask, OpenAsk) else self._state(ref, fresh)
        definition = self._contexts.definition(case, ask, fresh)
        facts = self._contexts.facts(definition, ref)
        region = case.region if case else region_of(ask)
        context, reads = self._contexts.context(definition, facts, who, at, region, fresh)
        if case is not None:
            # To whom something was released knows of that, and of nothing else: the domain refuses all others.
            if not isinstance(ask, DeletionAsk):
                self.check_seen(case, definition, context, if_match, fresh)
            self._check_terms(case, definition, context, ask)
        prepared = command_of(ask, ref, case, definition, facts)
        try:
            decided = decide(definition, case, prepared, context)
        except Unchanged:
            if not fresh:
                raise
            assert case is not None
            return Answer(case, definition, case.position, dossier(definition, case), changed=False)
        ahead = signing.change(definition, case, decided, context)
        write = write_of(ref, case, decided, at, definition.hash, command, reads, cause, ahead)
        try:
            position = self.store.append(write)
        except Rejected as rejected:
            moved = overtook(rejected, definition, case, decided, context, self._contexts.alignments) if fresh else ()
            if case is not None and moved:
                raise Stale(moved, dossier(definition, case)) from None
            raise
        own = write.events[-len(decided) :]
        for number, event in enumerate(own, start=1):
            case = evolve(case, replace(event, position=position - len(own) + number))
        assert case is not None
        self.keep(case)
        self.after_commit(position)
        return Answer(case, definition, position, dossier(definition, case))

    def check_seen(
        self, case: Case, definition: Definition, context: Context, if_match: frozenset[str] | None, fresh: bool
    ) -> None:
        """That the actor may know of the case and has seen it as it is. Raises NoSuchCase, Stale."""
        # The engine itself is nobody's reader, and no person can be registered under its name.
        if context.actor != SYSTEM and sight(case, definition, context.people, context.actor, context.at) is None:
            raise NoSuchCase
        seen = dossier(definition, case)
        if if_match is not None and seen not in if_match:
            raise Stale(self._since(case.ref, definition, if_match) if fresh else (), seen)

    def _check_terms(self, case: Case, definition: Definition, context: Context, ask: Ask) -> None:
        """Whoever names terms acts on those and no others."""
        if not isinstance(ask, ActionAsk) or ask.terms is None:
            return
        alignments = self._contexts.alignments
        changed = changed_since(ask.terms, definition, case, context, alignments, lambda: self.history(case.ref))
        if changed is not None:
            raise Stale(changed, dossier(definition, case))

    def repeated(self, command: CommandKey) -> Answer | None:
        """The answer that a command was given already, if it was. Raises KeyReused."""
        found = self.store.command(command.actor, command.key)
        return self.again(command, found) if found else None

    def again(self, command: CommandKey, found: KeyUsed) -> Answer:
        """The answer that the command was given the first time: the case as it stood then."""
        if found.request != command.request:
            raise KeyReused
        (event,) = self.store.select(found.position - 1, 1)
        case = self.as_of(event.stream.removeprefix("case/"), found.position)
        assert case is not None
        definition = self._contexts.definition_of(case.definition)
        return Answer(case, definition, found.position, dossier(definition, case), repeated=True)

    # --- reading ----------------------------------------------------------------------------------------------

    def case(self, ref: str) -> tuple[Case, Definition]:
        """The case as it stands in the log, and its definition. Raises NoSuchCase."""
        case = self._state(ref, fresh=True)
        return case, self._contexts.definition_of(case.definition)

    def history(self, ref: str) -> list[Recorded]:
        """All events of a case in order. Raises NoSuchCase."""
        events = self.store.read(case_stream(ref))
        if not events:
            raise NoSuchCase
        return events

    def as_of(self, ref: str, when: datetime | int) -> Case | None:
        """The case as it stood after a position or at a moment; None before it was opened. Raises NoSuchCase."""
        events = list(until(self.history(ref), when))
        return fold(events) if events else None

    def actions(self, ref: str, who: str, at: datetime | None = None) -> tuple[OpenAction, ...]:
        """Every action of the definition with every reason why it is not open to this person now. Raises NoSuchCase."""
        moment = at or datetime.now(UTC)
        case, definition = self.case(ref)
        facts = self._contexts.facts(definition, ref)
        context, _ = self._contexts.context(definition, facts, who, moment, case.region, fresh=True)
        if sight(case, definition, context.people, who, moment) is None:
            raise NoSuchCase
        return open_actions(definition, case, context)

    # --- states -----------------------------------------------------------------------------------------------

    def _state(self, ref: str, fresh: bool) -> Case:
        stream = case_stream(ref)
        try:
            cached = self._states.get(stream)
        except KeyError:
            case = self.store.load(stream)
            if case is None:
                raise NoSuchCase from None
        else:
            if not fresh:
                return cached
            case = cached
            for event in self.store.read(stream, after=cached.version):
                case = evolve(case, event)
            if case is cached:
                return cached
        self.keep(case)
        return case

    def keep(self, case: Case) -> None:
        """Remember a case as it stands after a save."""
        stream = case_stream(case.ref)
        try:
            newer = self._states.get(stream).version > case.version
        except KeyError:
            newer = False
        if not newer:
            self._states.put(stream, case)

    def _since(self, ref: str, definition: Definition, tags: frozenset[str]) -> tuple[Recorded, ...]:
        """The events after the last version whose dossier is among `tags`; empty where there is none."""
        events = self.history(ref)
        case: Case | None = None
        last = None
        for index, event in enumerate(events):
            case = evolve(case, event)
            if dossier(definition, case) in tags:
                last = index
        return tuple(events[last + 1 :]) if last is not None else ()
