"""Gathers what a decision may know: directory and registry, opened values, claims held elsewhere."""

from collections.abc import Collection, Mapping
from datetime import datetime

from workflow.alignments import AlignmentsApp
from workflow.asks import Ask, OpenAsk
from workflow.calendars import calendar_for
from workflow.called import Titles
from workflow.days_off import DaysOffApp
from workflow.directory import DirectoryApp
from workflow.domain import days_off as own_days
from workflow.domain.alignments import STREAM
from workflow.domain.calendar import Calendar
from workflow.domain.case import Case
from workflow.domain.context import Context, Elsewhere, People
from workflow.domain.days_off import DaysOff
from workflow.domain.definition.model import Definition
from workflow.domain.directory import Directory
from workflow.domain.registry import Programme
from workflow.domain.windows import Window
from workflow.facts import CaseFacts, TriedFacts
from workflow.kbli import KbliApp
from workflow.memberships import Memberships
from workflow.regions import regions
from workflow.registry import RegistryApp
from workflow.store.log import Log
from workflow.store.vault import Vault

Reads = list[tuple[str, int]]
YEARS_BACK = 3
"""A clock that is counted anew may have begun in an earlier year."""
YEARS_AHEAD = 2
"""A deadline may end in a later year than it begins."""


def years_around(at: datetime) -> range:
    """The years of which a decision may count days."""
    return range(at.year - YEARS_BACK, at.year + YEARS_AHEAD + 1)


class NoSuchProgramme(Exception):
    """The programme is not known, or has no published version."""


class Contexts:
    """Makes contexts. Everything it holds is safe to share between threads."""

    def __init__(
        self,
        log: Log,
        directory: DirectoryApp,
        registry: RegistryApp,
        vault: Vault,
        alignments: AlignmentsApp,
        days_off: DaysOffApp,
        kbli: KbliApp,
        titles: Titles,
    ) -> None:
        self._log, self._directory, self._registry, self._vault = log, directory, registry, vault
        self.alignments, self._days_off, self._kbli = alignments, days_off, kbli
        self._titles = titles

    def definition_of(self, hash: str) -> Definition:
        """A definition by its name in the log."""
        return self._registry.definition(hash)

    def definition(self, case: Case | None, ask: Ask, fresh: bool) -> Definition:
        """The definition that decides: the case's own, or for an opening the programme's current one."""
        if case is not None:
            return self._registry.definition(case.definition)
        assert isinstance(ask, OpenAsk)
        programme = self._programme(ask.programme, fresh)
        if programme is None or programme.current is None:
            raise NoSuchProgramme(ask.programme)
        return self._registry.definition(programme.versions[programme.current])

    def people(self, fresh: bool) -> People:
        """The directory as it stands now, or where not `fresh` as this process last read it."""
        return self._directory.current() if fresh else self._directory.cached()

    def calendar(self, definition: Definition, region: str, moments: Collection[datetime], seen: datetime) -> Calendar:
        """The calendar of a case around these moments, with the days off that were known at one."""
        days = self._days_off.current()
        # A local day may lie in the year beside that of its moment in UTC.
        years = [moment.year for moment in moments]
        around = range(min(years) - 1, max(years) + 2)
        return _calendar(definition, region, around, days, days.version_at(seen))

    def directory(self) -> Directory:
        """Offices, people and posts as they stand now."""
        return self._directory.current()

    def used(self, counter: str) -> int:
        """How many hold a counter as it stands in the log now."""
        return self._log.used(counter)

    def waiting(self, counter: str) -> tuple[str, ...]:
        """Who waits for a place of a counter as it stands in the log now, in order."""
        return self._log.waiting(counter)

    def facts(self, definition: Definition, ref: str) -> CaseFacts:
        """The facts of a case: checked, sealed, opened, shown."""
        return CaseFacts(self._vault, definition, ref, self._kbli.current)

    def tried(self, definition: Definition, ref: str) -> TriedFacts:
        """Facts that are only tried out, for a case of this reference or in its place."""
        return TriedFacts(self._vault, definition, ref, self._kbli.current)

    def context(
        self,
        definition: Definition,
        facts: CaseFacts,
        who: str,
        at: datetime,
        region: str,
        fresh: bool,
        beside: str | None = None,
    ) -> tuple[Context, Reads]:
        """What a decision on the case of `facts` by this person may know, and the streams' versions it stands on:
        these grow with what the decision asks for.

        `beside`: a case that gives its keys to this one in the same save. Read anew where `fresh`. The append is
        rejected if one of the versions has moved by then.
        """
        programme = self._programme(definition.id, fresh)
        directory = self._directory.current() if fresh else self._directory.cached()
        alignments = self.alignments.current() if fresh else self.alignments.cached()
        days = self._days_off.current() if fresh else self._days_off.cached()
        reads = [("directory", directory.version), (STREAM, alignments.version), (own_days.STREAM, days.version)]
        if programme is not None:
            reads.append((f"programme/{definition.id}", programme.version))
        memberships = Memberships(self._log, frozenset((facts.ref, beside or facts.ref)), reads)

        def held_elsewhere(keys: tuple[str, ...]) -> Mapping[str, Elsewhere]:
            # Without terms the append alone finds who holds a key, and all is decided again.
            return memberships(keys) if fresh or alignments.concern(definition.id) else {}

        def used(key: str) -> int:
            return self._log.used(key) if fresh else 0

        def waiting(key: str) -> tuple[str, ...]:
            return self._log.waiting(key) if fresh else ()

        def quota(region: str, year: int) -> int | None:
            return programme.places(region, year) if programme else None

        def window(region: str, year: int) -> Window | None:
            return programme.window(region, year) if programme else None

        def calendar_at(version: int) -> Calendar:
            return _calendar(definition, region, years_around(at), days, version)

        context = Context(
            at=at,
            actor=who,
            people=directory,
            calendar=calendar_at(days.version),
            calendar_at=calendar_at,
            facts_errors=facts.facts_errors,
            opened=facts.opened,
            erased_fields=facts.erased_fields,
            held_elsewhere=held_elsewhere,
            used=used,
            waiting=waiting,
            quota=quota,
            window=window,
            alignments=alignments,
            terms_errors=self.alignments.terms_errors,
            agencies=directory.agencies,
            agency_titles=directory.titles,
            called=self._titles.called,
            definition_at=self.alignments.definition_at,
            place=regions().name,
            formerly=regions().formerly,
        )
        return context, reads

    def _programme(self, name: str, fresh: bool) -> Programme | None:
        return self._registry.current(name) if fresh else self._registry.cached(name)


def _calendar(definition: Definition, region: str, years: range, days: DaysOff, version: int) -> Calendar:
    """The calendar of these years with the holidays and the agency's own days as of a version of theirs."""
    rule = definition.calendar
    own, adopted = days.of(definition.owner, region, version), days.holidays(rule.country, years, version)
    return calendar_for(rule, years[0], years[-1], own, adopted)
