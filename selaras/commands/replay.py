"""`selaras replay`: a case as it stood, and what each event changed."""

from datetime import datetime

import click

from selaras.moments import moment_of


@click.command("replay")
@click.argument("ref")
@click.option("--as-of", "as_of", help="A time (ISO 8601) or a position; without it, now.")
@click.option("--diff", is_flag=True, help="Show what each event changed in the state.")
def replay(ref: str, as_of: str | None, diff: bool) -> None:
    """Tell case REF again from its events: who did what as whom, and how it stands.

    Personal values stay sealed. Exit 1 where there is no such case.
    """
    from workflow.casework import NoSuchCase
    from workflow.engine import Engine
    from workflow.evidence.replay import Step, replay, said
    from workflow.settings import Settings

    when = _moment(as_of)
    with Engine.open(Settings.from_environment()) as engine:
        try:
            steps = list(replay(engine.casework.history(ref), when))
        except NoSuchCase:
            raise click.ClickException(f"there is no case {ref!r}") from None
    if not steps:
        raise click.ClickException(f"{ref} was not opened yet at {as_of}")

    def line(step: Step) -> str:
        event = step.event
        acting = event.actor + (f" for {event.on_behalf_of}" if event.on_behalf_of else "")
        place = f" ({event.office})" if event.office else ""
        mark = f"  [imported from {event.imported.source}, row {event.imported.row}]" if event.imported else ""
        moment = f"{event.position:>8}  {event.at:%Y-%m-%d %H:%M:%SZ}"
        return f"{moment}  {step.name:<24} {acting}{place} → {step.case.state}{mark}"

    for step in steps:
        click.echo(line(step))
        if reason := said(step.event):
            click.echo(f"{'':>10}reason: {reason}")
        if diff:
            for change in step.changes:
                click.echo(f"{'':>10}{change.path}: {_shown(change.before)} → {_shown(change.after)}")
    case = steps[-1].case
    click.echo()
    place = f"after version {case.version}, position {case.position}"
    click.echo(f"{case.ref} {place}: {case.state} ({case.phase}), round {case.round}")
    if case.due:
        click.echo(f"due {case.due:%Y-%m-%d %H:%M:%SZ}")
    if case.held:
        click.echo("holds " + ", ".join(f"{name} ({len(keys)})" for name, keys in case.held.items()))


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _moment(text: str | None) -> datetime | int | None:
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    return moment_of(text, "--as-of")


commands = [replay]
