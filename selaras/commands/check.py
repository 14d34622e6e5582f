"""`selaras check`: reads and proves definitions, and says what is wrong and where."""

import sys
from pathlib import Path

import click


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Read and prove the definitions in FILES.

    Each finding is one line: file:line:column: rule: sentence. Exit 1 where a file has an error; warnings do not count.
    """
    from workflow.definition_files import check_file

    failed = False
    for path in files:
        definition, findings = check_file(path)
        for finding in findings:
            click.echo(str(finding) if finding.severity == "error" else f"{finding} (warning)")
        if definition is None:
            failed = True
        else:
            click.echo(f"{path}: {definition.id} version {definition.version}, {definition.hash}")
    sys.exit(1 if failed else 0)


commands: list[click.Command] = [check]
