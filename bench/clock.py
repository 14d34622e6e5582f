"""One sweep of the clock over many open deadlines of which some are due; each due one is a command of its own."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

from bench import system
from bench.rebuild import BATCH, copied_to
from tests.clock.town import Town
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.settings import Settings
from workflow.store.log import Write
from workflow.sweep import sweep

OPEN, DUE = 1_000_000, 1_000


def swept(settings: Settings) -> tuple[float, int]:
    """Seconds of one sweep by a process that has seen none of the cases, and how many deadlines it minded."""
    with Engine.open(settings, pool_size=12) as engine:
        system.prepare(engine)
        town = Town(engine)
        town.sweep()
        ref = town.proposed(datetime.now(UTC) - timedelta(days=60))
        history, warn = town.history(ref), engine.casework.case(ref)[0].warn
        writes = [
            Write(events=tuple(copied_to(event, f"DUE-0000-2026-{number:06d}") for event in history))
            for number in range(1, DUE)
        ]
        for start in range(0, len(writes), BATCH):
            engine.log.append_many(writes[start : start + BATCH])
        # All are warned of before: one thing is due on each. The second sweep lets the read model hear of it.
        town.sweep(warn)
        town.sweep(warn)
        with engine.pool.connection() as connection:
            connection.execute(
                "INSERT INTO read_deadlines.deadlines (ref, number, programme, region, round, due)"
                " SELECT 'OPEN-0000-2026-' || lpad(n::text, 7, '0'), 0, 'tkm-kelompok', '72.71.06', 2,"
                " now() + make_interval(mins => n) FROM generate_series(1, %s) AS n",
                [OPEN - DUE],
            )
            connection.execute("ANALYZE read_deadlines.deadlines")
    with Engine.open(settings, pool_size=12) as engine:
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, settings.master_key)
        models.runner.catch_up("deadlines")
        began = perf_counter()
        done = sweep(engine, models.runner)
        return perf_counter() - began, len(done)


def row(settings: Settings) -> str:
    """The row of the table."""
    took, minded = swept(settings)
    shown = f"{took:.2f} s, {minded / took:,.0f} commands/s"
    return f"| clock sweep, {OPEN:,} open deadlines, {minded:,} due | – | – | {shown} | {took:.2f} s | < 2 s |"
