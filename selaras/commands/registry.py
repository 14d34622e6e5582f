"""`selaras publish` and `selaras quota`: a programme's definitions in force, and its places."""

from pathlib import Path

import click

from selaras.operating import OPERATOR, operating, tell

_by = click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the log will name them.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_by
def publish(file: Path, by: str) -> None:
    """Put the definition in FILE in force, for cases opened from now on. Exit 1 with its findings if it is wrong."""
    from workflow.definition_files import MOST_BYTES, BadDefinition
    from workflow.texts import texts_beside

    try:
        with file.open("rb") as opened:
            source = opened.read(MOST_BYTES + 1).decode("utf-8-sig")
        texts = texts_beside(file)
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} or a text beside it is not UTF-8") from None
    with operating() as engine:
        try:
            saved = engine.registry.publish(source, str(file), texts, by=by)
        except BadDefinition as bad:
            for finding in bad.findings:
                click.echo(
                    f"{finding.file}:{finding.line}:{finding.column}: {finding.rule}: {finding.message}", err=True
                )
            raise click.ClickException(f"{file} does not hold; nothing was published") from None
    tell(saved, f"published {file}")


@click.command()
@click.argument("programme")
@click.argument("region")
@click.argument("year", type=int)
@click.argument("places", type=int)
@click.option("--legal-basis", required=True, help="The decision that sets them, as in 'Kepmen 12/2026'.")
@_by
def quota(programme: str, region: str, year: int, places: int, legal_basis: str, by: str) -> None:
    """Set the PLACES of PROGRAMME in REGION (Kemendagri code) for YEAR. A lowered number evicts nobody."""
    from workflow.domain.publishing import SetQuota

    order = SetQuota(region=region, year=year, places=places, legal_basis=legal_basis)
    with operating() as engine:
        saved = engine.registry.set_quota(programme, order, by=by)
    tell(saved, f"{programme} has {places} places in {region} in {year}")


commands = [publish, quota]
