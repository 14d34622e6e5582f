"""Harmonisation's matrix and findings: how fast they are told, kept up by event, and built anew, few cases and many."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from statistics import median
from time import perf_counter, time
from typing import Any

from msgspec import Struct

from tests.journeys.groups import group
from workflow.domain.events import ActionTaken, CaseOpened, ClaimChange, Kind, Move, Recorded
from workflow.domain.findings.finding_rules import findings
from workflow.domain.publishing import SetQuota
from workflow.engine import Engine
from workflow.facts import schema_of
from workflow.projections.models import ReadModels
from workflow.projections.rebuilding import rebuild
from workflow.projections.runner import Runner
from workflow.settings import Settings
from workflow.store.log import Write
from workflow.texts import texts_beside

DEFINITIONS = Path(__file__).parents[1] / "definitions"
PROGRAMMES = ("tkm-kelompok", "padat-karya-palu", "klaster-potensi")
REGIONS = tuple(f"72.{number:02d}" for number in (*range(1, 13), 71))
FEW = 500
AFTER = 300
"""Events that are applied one by one to see what one costs."""
BATCH = 200
READS = 20
SHAPES = 20
"""Groups of which all others are copies, each sealed for its own case."""
NAMES = ("harmonisation", "places")


class Measured(Struct, frozen=True):
    cases: int
    told: float
    """Milliseconds for the whole matrix of a year with all findings, median."""
    event: float
    """Milliseconds for one event that comes alone."""
    built: float
    """Seconds for a build from nothing, both read models at once."""


class Crowd:
    """Groups whose histories are written straight into the log: facts sealed, claims as events carry them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._programmes = [self._published(name) for name in PROGRAMMES]
        self._plain = [group() for _ in range(SHAPES)]
        self.models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        self.cases = 0

    def _published(self, name: str) -> Any:
        registry = self._engine.registry
        known = registry.current(name)
        if known is None:
            file = DEFINITIONS / name / "v1.yaml"
            registry.publish(file.read_text(encoding="utf-8"), name, texts_beside(file), by="bench")
            known = registry.current(name)
        assert known is not None
        assert known.current_hash is not None
        year = datetime.now(UTC).year
        for region in REGIONS:
            quota = SetQuota(region=region, year=year, places=1_000_000, legal_basis="Contoh: pengukuran")
            registry.set_quota(name, quota, by="bench")
        return registry.definition(known.current_hash)

    def grow(self, cases: int) -> None:
        """Add groups until there are so many."""
        writes = list[Write]()
        for number in range(self.cases, cases):
            writes.append(Write(events=tuple(self._history(number))))
            if len(writes) == BATCH:
                self._engine.log.append_many(writes)
                writes.clear()
        if writes:
            self._engine.log.append_many(writes)
        self.cases = max(cases, self.cases)

    def _history(self, number: int) -> Iterator[Recorded]:
        definition = self._programmes[0]
        ref = f"BENCH-0000-{number:07d}"
        region = REGIONS[number % len(REGIONS)]
        year = datetime.now(UTC).year
        plain = {**self._plain[number % SHAPES], "region": f"{region}.01"}
        facts = self._engine.vault.seal(plain, schema_of(definition).shape, ref)
        opening = Move(from_="", to="draft", round=1, phase="proposal")
        claims = tuple(
            ClaimChange(claim="one_programme_per_person", key=f"bench:{number}:{n}", kind="unique", taken=True)
            for n in range(10)
        )
        place = ClaimChange(
            claim="city_quota",
            key=f"quota/{definition.id}/{region}/{year}",
            kind="counter",
            taken=True,
            limit=1_000_000,
        )
        submitted = Move(
            from_="draft", to="city_review", round=2, phase="review", claims=(*claims, place), period_year=year
        )
        approved = Move(from_="ministry", to="mentoring", round=3, phase="mentoring")
        bodies: tuple[Kind, ...] = (
            CaseOpened(
                ref=ref,
                programme=definition.id,
                definition_version=definition.version,
                applicant="leader.palu",
                region=plain["region"],
                facts=facts,
                tracking_code=ref,
                move=opening,
            ),
            ActionTaken(action="submit", event="GroupProposed", role="group_leader", dossier="", move=submitted),
            ActionTaken(action="approve", event="MinistryApproved", role="system", dossier="", move=approved),
        )
        for version, body in enumerate(bodies, start=1):
            yield Recorded(
                stream=f"case/{ref}",
                version=version,
                at=datetime.now(UTC),
                actor="bench",
                definition=definition.hash,
                body=body,
            )

    def measured(self) -> Measured:
        with ProcessPoolExecutor(len(NAMES), multiprocessing.get_context("spawn")) as processes:
            spans = list(processes.map(_built_anew, NAMES, repeat(self._engine.settings)))
        built = max(end for _, end in spans) - min(start for start, _ in spans)
        self._told()
        told = median(self._told() for _ in range(READS))
        before = self.cases
        self.grow(before + AFTER // 3)
        return Measured(before, told * 1000, self._one_by_one() * 1000, built)

    def _told(self) -> float:
        began = perf_counter()
        now = datetime.now(UTC)
        findings(self.models.harmonised.told(now.year, now).picture)
        return perf_counter() - began

    def _one_by_one(self) -> float:
        """Seconds an event that comes alone."""
        alone = Runner(self._engine.pool, self._engine.log, self.models.runner.projections.values(), batch=1)
        start = alone.place("harmonisation").position
        began = perf_counter()
        events = alone.catch_up("harmonisation") - start
        return (perf_counter() - began) / events


def _built_anew(name: str, settings: Settings) -> tuple[float, float]:
    """When a process began to build a read model anew, and when it was done: each is built by a worker of its own."""
    with Engine.open(settings) as engine:
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, settings.master_key)
        began = time()
        rebuild(models.runner, name)
        return began, time()


def compared(engine: Engine, cases: int) -> tuple[Measured, Measured]:
    """Few groups and many, over 13 regions and three programmes."""
    crowd = Crowd(engine)
    crowd.grow(FEW)
    few = crowd.measured()
    crowd.grow(cases)
    return few, crowd.measured()


def rows(few: Measured, many: Measured) -> Iterator[str]:
    yield row("matrix and findings", f"{few.told:.0f} ms", f"{many.told:.0f} ms", few, many, "< 50 ms, < 200 ms")
    ratio = f"{many.event / few.event:.1f} × of few"
    yield row("one event", f"{few.event:.1f} ms", f"{many.event:.1f} ms, {ratio}", few, many, "flat")
    yield row("built anew", f"{few.built:.1f} s", f"{many.built:.0f} s", few, many, "< 60 s")


def row(what: str, one: str, other: str, few: Measured, many: Measured, goal: str) -> str:
    return f"| harmonisation, {what} | {few.cases:,} cases: {one} | – | {many.cases:,} cases: {other} | – | {goal} |"
