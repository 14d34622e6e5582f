"""Processes that sweep the clock of one database at the same time."""

import multiprocessing
from datetime import datetime
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue

from msgspec.structs import asdict

from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.settings import Settings
from workflow.sweep import Done, sweep

_SPAWN = multiprocessing.get_context("spawn")


def swept(settings: Settings, moment: datetime, *, processes: int, times: int) -> list[Done]:
    """What all of them did, each sweeping the same moment so many times."""
    results: Queue[list[Done]] = _SPAWN.Queue()
    running = [sweeping(settings, moment, times=times, results=results) for _ in range(processes)]
    done = [one for _ in running for one in results.get(timeout=240)]
    for process in running:
        process.join(timeout=30)
    return done


def sweeping(
    settings: Settings, moment: datetime, *, times: int, results: "Queue[list[Done]] | None" = None
) -> SpawnProcess:
    """One that has been started."""
    process = _SPAWN.Process(target=_sweep, args=(asdict(settings), moment, times, results))
    process.start()
    return process


def _sweep(settings: dict[str, object], moment: datetime, times: int, results: "Queue[list[Done]] | None") -> None:
    with Engine.open(Settings(**settings), pool_size=3) as engine:
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        done = [one for _ in range(times) for one in sweep(engine, models.runner, moment)]
    if results is not None:
        results.put(done)
