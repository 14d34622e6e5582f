"""The registry as an application: programmes, their definitions by hash, their places."""

from datetime import datetime
from functools import partial

from workflow.definition_files import read_definition, read_published
from workflow.domain import publishing
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.publishing import SetIntake, SetQuota
from workflow.domain.reasons import NAME, why
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.registry import (
    INDEX_STREAM,
    DefinitionPublished,
    Index,
    Programme,
    ProgrammeListed,
    fold,
    index,
    programme_stream,
)
from workflow.evidence.replay import until
from workflow.store.log import CommandKey, Log
from workflow.streams import FoldedStream, Saved
from workflow.texts import Texts

DEFINITIONS_KEPT = 128


class NoSuchDefinition(LookupError):
    """No published definition has this hash."""


class RegistryApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._index = FoldedStream(log, INDEX_STREAM, Index(), index)
        self._programmes: dict[str, FoldedStream[Programme]] = {}
        self._definitions: dict[str, Definition] = {}

    # --- reading ----------------------------------------------------------------------------------------------

    def current(self, programme: str) -> Programme | None:
        """A programme as it stands in the log now; None where no version of it was ever published."""
        return self._known(programme, fresh=True)

    def cached(self, programme: str) -> Programme | None:
        """A programme as last read in this process: it may be behind, so nothing may be refused from it alone."""
        return self._known(programme, fresh=False)

    def programmes(self) -> tuple[Programme, ...]:
        """All programmes with a published version, in order of first publication, as they stand now."""
        found = (self.current(name) for name in self._index.current().programmes)
        return tuple(programme for programme in found if programme is not None)

    def as_of(self, when: datetime | int) -> tuple[Programme, ...]:
        """All programmes as they stood after a position or at a moment, in order of first publication."""
        found = (
            fold(until(self._log.read(programme_stream(name)), when), Programme(programme=name))
            for name in self._index.current().programmes
        )
        return tuple(programme for programme in found if programme.current is not None)

    def source(self, hash: str) -> str:
        """The YAML file of a definition as it was published. Raises NoSuchDefinition."""
        return self._publication(hash).source

    def texts(self, hash: str) -> Texts:
        """The letters and messages published with a definition. Raises NoSuchDefinition."""
        return self._publication(hash).texts

    def definition(self, hash: str) -> Definition:
        """The definition of this name, compiled; read once a process, whatever is checked by now.

        Raises NoSuchDefinition.
        """
        known = self._definitions.get(hash)
        if known is not None:
            return known
        published = self._publication(hash)
        found = read_published(published.source, f"{published.programme}/v{published.version}.yaml")
        if found.hash != hash:
            raise NoSuchDefinition(f"{hash}: what is stored under this name reads as {found.hash}")
        return self._keep(found)

    def _keep(self, definition: Definition) -> Definition:
        if len(self._definitions) >= DEFINITIONS_KEPT:
            self._definitions.clear()
        # Two threads may have read it at once: all go on with one of the two.
        return self._definitions.setdefault(definition.hash, definition)

    def _publication(self, hash: str) -> DefinitionPublished:
        for programme in self.programmes():
            for version, name in programme.versions.items():
                if name == hash:
                    return self._event(programme, version)
        raise NoSuchDefinition(hash)

    def _event(self, programme: Programme, version: int) -> DefinitionPublished:
        place = programme.published[version].event
        found: Recorded = self._log.read(programme_stream(programme.programme), after=place - 1)[0]
        assert isinstance(found.body, DefinitionPublished)
        return found.body

    def _known(self, programme: str, fresh: bool) -> Programme | None:
        state = self._programmes.get(programme)
        if state is None:
            if not NAME.fullmatch(programme):
                return None
            state = self._stream(programme)
            if state.current().current is None:
                return None
            # Kept only once it is known to be there: names that were merely tried would fill the memory.
            return self._programmes.setdefault(programme, state).cached()
        return state.current() if fresh else state.cached()

    def _stream(self, programme: str) -> FoldedStream[Programme]:
        return FoldedStream(self._log, programme_stream(programme), Programme(programme=programme), fold)

    # --- changing ---------------------------------------------------------------------------------------------

    def publish(
        self,
        source: str,
        name: str,
        texts: Texts,
        *,
        by: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
        programme: str | None = None,
    ) -> Saved:
        """Put a definition in force, for the cases opened from now on.

        `name` is the file's, for its findings; `texts` its letters and messages;
        `programme`, where given, is whose version it has to be.
        Raises BadDefinition with the findings, Refused with every reason, KeyReused, Busy.
        """
        definition = read_definition(source, name, texts)
        if programme is not None and definition.id != programme:
            raise Refused((why("programme.other", "id", id=definition.id, programme=programme),))
        state = self._programmes.get(definition.id) or self._stream(definition.id)
        decide = partial(publishing.publish, definition=definition, source=source, texts=texts)
        before = state.current()
        if before.current is None:
            # What would be refused must not be listed.
            decide(before)
            self._list(definition.id, by, at)
        saved = state.save(decide, by=by, command=command, at=at)
        if saved.changed and not saved.repeated:
            self._keep(definition)
        return saved

    def set_quota(
        self,
        programme: str,
        order: SetQuota,
        *,
        by: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """Set the places of a region and a year. A lowered number evicts nobody. Raises Refused, KeyReused, Busy."""
        decide = partial(publishing.set_quota, order=order)
        return self._published(programme).save(decide, by=by, command=command, at=at)

    def set_intake(
        self,
        programme: str,
        order: SetIntake,
        *,
        by: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """Set when proposals of a region are taken in a year: who proposed before stays. Raises as `set_quota` does."""
        decide = partial(publishing.set_intake, order=order)
        return self._published(programme).save(decide, by=by, command=command, at=at)

    def _published(self, programme: str) -> FoldedStream[Programme]:
        """The stream of a programme that is there. Raises Refused."""
        if self.current(programme) is None:
            raise Refused((why("programme.unknown", "programme", programme=programme[:64]),))
        return self._programmes[programme]

    def _list(self, programme: str, by: str, at: datetime | None) -> None:
        def decide(known: Index) -> tuple[ProgrammeListed, ...]:
            if programme in known.programmes:
                raise Unchanged
            return (ProgrammeListed(programme=programme),)

        self._index.save(decide, by=by, at=at)
