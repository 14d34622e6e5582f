"""`selaras projections` and `selaras rebuild`: how far each read model has come, and building one anew."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workflow.projections.runner import Runner


@click.command("projections")
@click.option("--resume", metavar="NAME", help="Let a stopped one try again from the event at which it stopped.")
def projections(resume: str | None) -> None:
    """Position and lag of each read model and reaction; exit 1 where one has stopped."""
    with _runner(reactions=True) as runner:
        if resume is not None:
            _known(runner, resume)
            click.echo(f"{resume} {'goes on' if runner.resume(resume) else 'had not stopped'}")
            runner.catch_up(resume)
        head = runner.log.head()
        places = runner.places()
    click.echo(f"{'name':<12} {'build':<6} {'version':>7} {'position':>12} {'lag':>9}  state")
    for place in places:
        if place.stopped_at is not None:
            state = f"stopped at {place.stopped_at}: {place.reason}"
        elif place.reason is not None:
            state = f"tries again at {place.position + 1}: {place.reason}"
        else:
            state = "level" if place.position >= head else "behind"
        lag = max(head - place.position, 0)
        click.echo(f"{place.name:<12} {place.build:<6} {place.version:>7} {place.position:>12} {lag:>9}  {state}")
    sys.exit(1 if any(place.stopped_at is not None for place in places) else 0)


@click.command("rebuild")
@click.argument("name")
def rebuild(name: str) -> None:
    """Build the read model NAME anew beside the live one, and swap them when it is level."""
    from workflow.projections import rebuilding

    shown = sys.stderr.isatty()

    def progress(position: int, head: int) -> None:
        if shown:
            click.echo(f"\r{name}: {position} of {head} ({position * 100 // max(head, 1)}%)", err=True, nl=False)

    with _runner() as runner:
        _known(runner, name)
        try:
            reached = rebuilding.rebuild(runner, name, progress)
        except rebuilding.UnderWay:
            raise click.ClickException(
                f"{name} is being built anew by another process; see `selaras projections`"
            ) from None
        except rebuilding.TakenOver:
            raise click.ClickException(f"another process took the build of {name} over; nothing was swapped") from None
        except rebuilding.NotBuilt as error:
            raise click.ClickException(f"{error}; the live one answers as before") from None
    if shown:
        click.echo(err=True)
    click.echo(f"{name} was built anew up to position {reached}")


def _known(runner: "Runner", name: str) -> None:
    if name not in runner.names:
        raise click.UsageError(f"there is no read model {name}; there are {', '.join(runner.names)}")


@contextmanager
def _runner(reactions: bool = False) -> "Iterator[Runner]":
    """With the reactions where they may go on; they are never built anew."""
    from workflow.engine import Engine
    from workflow.projections.models import ReadModels
    from workflow.reactions_known import reacting
    from workflow.settings import Settings

    with Engine.open(Settings.from_environment(), pool_size=4) as engine:
        definition_of = engine.registry.definition
        beside = reacting(engine) if reactions else ()
        yield ReadModels(engine.pool, engine.log, definition_of, engine.settings.master_key, beside).runner


commands = [projections, rebuild]
