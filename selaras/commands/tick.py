"""`selaras tick`: one sweep of the clock as of a moment, to show what time brings."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from selaras.moments import moment_of
from selaras.operating import operating

if TYPE_CHECKING:
    from workflow.sweep import Done

SAID = {"warn": "warned of", "pass": "passed", "lapse": "lapsed"}


@click.command()
@click.option("--now", help="The moment (ISO 8601, UTC unless it says otherwise); without it, the database's own.")
def tick(now: str | None) -> None:
    """Do once all that is due by a moment, and print it (demo or development only)."""
    from workflow.adopting import adopt_holidays
    from workflow.projections.models import ReadModels
    from workflow.sweep import sweep

    at = None if now is None else moment_of(now, "--now")
    with operating() as engine:
        if not engine.settings.demo:
            raise click.ClickException("time is only moved in demo or development: set DEMO=1")
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        adopt_holidays(engine, at or datetime.now(UTC))
        done = sweep(engine, models.runner, at)
    for one in sorted(done, key=lambda one: (one.due, one.ref)):
        click.echo(_line(one))
    click.echo(f"{len(done)} deadlines minded" if done else "nothing is due")


def _line(one: "Done") -> str:
    of = "the deadline" if one.inquiry is None else f"inquiry {one.inquiry}"
    return f"{one.due:%Y-%m-%d %H:%M:%SZ}  {one.ref:<24} {SAID[one.what]} {of} → {one.state}"


commands = [tick]
