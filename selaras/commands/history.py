"""`selaras history`: past cases of another system into the log."""

from hashlib import file_digest
from pathlib import Path

import click

SHOWN = 20
"""Problems and differences shown before the rest are only counted."""


@click.command("history")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which columns are the case, its facts and its steps.",
)
def history(file: Path, map_file: Path) -> None:
    """Take past cases of another system from a .csv, .xlsx or XES FILE, with their own times and people.

    They are marked as imported with source, row and the file's hash, and are never decisions of this system. The file
    is checked whole before anything is stored; doing it again changes nothing.
    """
    from workflow.engine import Engine
    from workflow.history.cases import read_cases
    from workflow.history.importing import History
    from workflow.history.map import BadMap, read_map
    from workflow.history.rows import BadFile, read_rows
    from workflow.settings import Settings

    with Engine.open(Settings.from_environment()) as engine:
        try:
            how = read_map(map_file)
            programme = engine.registry.current(how.programme)
            if programme is None or how.version not in programme.versions:
                raise click.ClickException(
                    f"{how.programme} version {how.version} is not published here: selaras publish its definition first"
                )
            definition = engine.registry.definition(programme.versions[how.version])
            cases, problems = read_cases(read_rows(file), how, definition)
        except (BadMap, BadFile) as error:
            raise click.ClickException(str(error)) from None
        with file.open("rb") as opened:
            work = History(engine.log, engine.vault, definition, how, file_digest(opened, "sha256").hexdigest())
        problems = problems or work.problems(cases)
        if problems:
            for problem in problems[:SHOWN]:
                click.echo(f"{file.name}: row {problem.row}: {problem.column}: {problem.say}", err=True)
            raise click.ClickException(f"{len(problems)} problems; nothing was stored")
        with click.progressbar(length=len(cases), label="cases") as bar:
            result = work.store(cases, lambda done: bar.update(done - bar.pos))
    steps = sum(len(case.steps) for case in cases)
    click.echo(f"{file.name}: {len(cases)} cases with {steps} steps from {how.source}")
    click.echo(f"stored {result.cases} cases with {result.events} steps; {result.already} cases were there already")
    if result.unforeseen:
        click.echo(
            f"{result.unforeseen} steps are not foreseen by {definition.id} in the state in which they were taken"
        )
    for days, number in result.deadlines.most_common(SHOWN):
        said = "the same day" if days == 0 else f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
        click.echo(f"deadline by our calendar: {said}: {number} cases")
    if result.different:
        for name in result.different[:SHOWN]:
            click.echo(f"{name}: was imported before and reads differently in this file; left as it is", err=True)
        raise click.ClickException(f"{len(result.different)} cases differ from what was imported before")


commands = [history]
