"""`selaras kbli`: the list of classes of business that facts and leading potentials are checked against."""

from pathlib import Path

import click

from selaras.operating import OPERATOR, operating, tell


@click.group()
def kbli() -> None:
    """Classes of business (KBLI): until a list is adopted, five digits under a known division count as one."""


@kbli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", required=True, help="Year of the classification, as 2020.")
@click.option("--legal-basis", required=True, help="The regulation that it stands in, as 'Peraturan BPS 2/2020'.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the log will name them.")
def adopt(file: Path, edition: str, legal_basis: str, by: str) -> None:
    """Adopt the list in FILE (.csv or .xlsx, columns code and title), whole or not at all."""
    from workflow.class_files import read_classes
    from workflow.history.broken import BadFile

    try:
        order = read_classes(file, edition, legal_basis)
    except BadFile as bad:
        raise click.ClickException(f"{bad}; no list was adopted") from None
    with operating() as engine:
        tell(engine.kbli.adopt(order, by=by), f"adopted KBLI {edition} with {len(order.titles)} classes")


@kbli.command("list")
def list_editions() -> None:
    """List the editions that were adopted, the newest first."""
    with operating() as engine:
        for edition, adopted in sorted(engine.kbli.current().editions.items(), reverse=True):
            click.echo(f"{edition}  {len(adopted.titles):>5} classes  {adopted.legal_basis}  sha256:{adopted.sha256}")


commands = [kbli]
