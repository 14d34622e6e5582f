"""`selaras history`: past cases of another system into the log."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selaras.operating import operating

if TYPE_CHECKING:
    from workflow.domain.definition.model import Definition
    from workflow.engine import Engine
    from workflow.history.broken import Problem
    from workflow.history.importing import Imports
    from workflow.history.map import HistoryMap

SHOWN = 20
"""Problems and differences shown before the rest are only counted."""
COMPARED = 5
"""Differences between deadlines told one by one, the most frequent ones."""
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("history")
@click.argument("file", type=_file)
@click.option("--map", "map_file", required=True, type=_file, help="Which columns are the case, its facts, its steps.")
def history(file: Path, map_file: Path) -> None:
    """Take past cases of another system from a .csv, .xlsx or XES FILE, with their own times and people.

    They are marked as imported with source, row and the file's hash, and are never decisions of this system. The file
    is checked whole before anything is stored; doing it again changes nothing. Exit 1 where the file has problems, or
    says something else of cases that were imported before.
    """
    from workflow.history.broken import BadFile, BadMap
    from workflow.history.cases import read_cases
    from workflow.history.importing import History
    from workflow.history.map import check_map, read_map
    from workflow.history.rows import read_rows
    from workflow.store.master import MasterKey

    with operating() as engine:
        try:
            how = read_map(map_file)
            definition = _definition(engine, how)
            check_map(how, definition)
            with file.open("rb") as opened:
                digest = file_digest(opened, "sha256").hexdigest()
            cases, problems = read_cases(read_rows(file), how, definition, datetime.now(UTC))
        except (BadMap, BadFile) as error:
            raise click.ClickException(str(error)) from None
        secret = MasterKey(engine.settings.master_key).derived("history")
        work = History(engine.log, engine.vault, definition, how, digest, secret)
        problems = problems or work.problems(cases)
        if problems:
            _refuse(file, problems)
        with click.progressbar(length=len(cases), label="cases", file=sys.stderr) as bar:
            result = work.store(cases, lambda done: bar.update(done - bar.pos))
    steps = sum(len(case.steps) for case in cases)
    click.echo(f"{file.name}: {len(cases)} cases with {steps} steps from {how.source}")
    _tell(result, definition)


def _definition(engine: "Engine", how: "HistoryMap") -> "Definition":
    programme = engine.registry.current(how.programme)
    if programme is None or how.version not in programme.versions:
        raise click.ClickException(
            f"{how.programme} version {how.version} is not published here: `selaras publish` its definition first"
        )
    return engine.registry.definition(programme.versions[how.version])


def _refuse(file: Path, problems: Sequence["Problem"]) -> None:
    """Each sentence once, with the first row that it is true of."""
    alike = Counter((problem.column, problem.say) for problem in problems)
    first = {(problem.column, problem.say): problem.row for problem in reversed(problems)}
    for (column, say), number in list(alike.items())[:SHOWN]:
        more = f" (and {number - 1} more rows)" if number > 1 else ""
        click.echo(f"{file.name}: row {first[column, say]}: {column}: {say}{more}", err=True)
    if len(alike) > SHOWN:
        click.echo(f"{file.name}: and {len(alike) - SHOWN} more", err=True)
    raise click.ClickException(f"{len(problems)} problems; nothing was stored")


def _tell(result: "Imports", definition: "Definition") -> None:
    click.echo(f"stored {result.cases} cases with {result.events} steps; {result.already} cases were there already")
    if result.unforeseen:
        click.echo(f"{result.unforeseen} steps were taken in states in which {definition.id} does not foresee them")
    for line in _deadlines(result.deadlines):
        click.echo(line)
    for one in result.different[:SHOWN]:
        click.echo(f"{one.id} ({one.ref}) was imported before and is left as it is; the file says: {one.say}", err=True)
    if result.different:
        raise click.ClickException(f"{len(result.different)} cases differ from what was imported before")


def _deadlines(found: Counter[int]) -> Iterator[str]:
    for days, number in found.most_common(COMPARED):
        said = "the same day" if days == 0 else f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
        yield f"deadline by our calendar: {said}: {number} cases"
    rest = found.total() - sum(number for _, number in found.most_common(COMPARED))
    if rest:
        yield f"deadline by our calendar: another difference, from {min(found)} to {max(found):+} days: {rest} cases"


commands = [history]
