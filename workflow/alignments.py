"""All alignments, as an application: as they stand, as they stood, and what keeps terms from being agreed on."""

from datetime import datetime

from msgspec import Struct

from workflow.called import Titles
from workflow.directory import DirectoryApp
from workflow.domain.alignments import STREAM, AlignmentChanged, Alignments, fold
from workflow.domain.context import FactsError, TermsAsked
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.promised import Order
from workflow.domain.terms import Terms
from workflow.domain.terms_checks import Known, Published, check_terms
from workflow.domain.terms_words import Names
from workflow.evidence.replay import until
from workflow.regions import regions
from workflow.registry import RegistryApp
from workflow.store.log import Log
from workflow.streams import FoldedStream


class Version(Struct, frozen=True, kw_only=True):
    """One version of an alignment's terms, from the event that brought them until the next."""

    number: int
    """From 1."""
    position: int
    at: datetime
    hash: str
    terms: Terms


class AlignmentsApp:
    """Safe to share between threads; construct after the fork."""

    stream = STREAM

    def __init__(self, log: Log, registry: RegistryApp, directory: DirectoryApp, titles: Titles) -> None:
        self._log, self._registry, self._directory = log, registry, directory
        self._state = FoldedStream(log, STREAM, Alignments(), fold)
        self._known = Known(regions=regions(), published=self._published, agencies=self._agencies, called=titles.called)

    def current(self) -> Alignments:
        """All of them as they stand in the log now."""
        return self._state.current()

    def cached(self) -> Alignments:
        """All of them as last read in this process: it may be behind, so nothing may be refused from it alone."""
        return self._state.cached()

    def history(self) -> list[Recorded]:
        """Everything that was ever said of alignments, in order."""
        return self._log.read(STREAM)

    def as_of(self, when: datetime | int) -> Alignments:
        """All of them as they stood after a position or at a moment."""
        return fold(until(self.history(), when), Alignments())

    def events(self, ref: str) -> list[Recorded]:
        """What was said of one alignment, in order."""
        return [event for event in self.history() if isinstance(event.body, AlignmentChanged) and event.body.ref == ref]

    def versions(self, ref: str) -> tuple[Version, ...]:
        """The versions of an alignment's terms, in order; empty where there is none of this name."""
        found: list[Version] = []
        for event in self.events(ref):
            body = event.body
            assert isinstance(body, AlignmentChanged)
            if not found or found[-1].hash != body.hash:
                found.append(
                    Version(
                        number=len(found) + 1, position=event.position, at=event.at, hash=body.hash, terms=body.terms
                    )
                )
        return tuple(found)

    def terms_errors(self, terms: Terms, asked: TermsAsked) -> tuple[FactsError, ...]:
        """What terms may not say by what is known now."""
        return check_terms(terms, asked, self._known)

    def _agencies(self) -> frozenset[str]:
        return frozenset(office.agency for office in self._directory.current().offices.values())

    def definition_at(self, programme: str, version: int) -> Definition | None:
        """What a programme published as this version; None: nothing."""
        return self._published(programme, version).definition

    def names_of(self, terms: Terms) -> Names:
        """The words in which a version of terms is told."""
        a, b = (self.definition_at(party.programme, party.version) for party in terms.parties)
        return Names(parties=(a, b), region=regions().name, agencies=self._directory.current().titles)

    def _published(self, programme: str, version: int) -> Published:
        found = self._registry.current(programme)
        if found is None:
            return Published(None, None)
        hash = found.versions.get(version)
        orders = {cell: Order(set_[-1].places, set_[-1].legal_basis) for cell, set_ in found.quotas.items()}
        return Published(self._registry.definition(hash) if hash else None, found.current, orders)
