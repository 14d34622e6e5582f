"""`selaras briefing`: the page for the meeting of city and ministry."""

from collections.abc import Callable
from pathlib import Path

import click

from selaras.operating import operating

PATIENCE = 60.0
"""Seconds that the read models may take to reach the head of the log."""


@click.command()
@click.argument("region")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.pdf, .xlsx, .txt or .json.")
@click.option("--as-of", "position", type=click.IntRange(0), help="Position; the head of the log unless given.")
@click.option("--since", type=click.IntRange(0), help="Position since which changes are told.")
@click.option("--period", type=click.IntRange(2000, 2100), help="Year; that of the position's moment unless given.")
def briefing(region: str, output: Path | None, position: int | None, since: int | None, period: int | None) -> None:
    """Where REGION (Kemendagri code) stands, what is not in tune, what each side can do, in Indonesian.

    Without a file it is printed as text. The operator sees all programmes.
    """
    import msgspec

    from workflow.briefing import papers
    from workflow.briefing.composing import compose
    from workflow.briefing.gathering import Briefings, Reader
    from workflow.briefing.parts import Briefing
    from workflow.projections.models import ReadModels
    from workflow.regions import regions

    writers: dict[str, Callable[[Briefing], bytes]] = {
        ".pdf": papers.page,
        ".xlsx": papers.workbook,
        ".txt": lambda made: papers.text(made).encode(),
        ".json": msgspec.json.encode,
    }
    if output is not None and output.suffix not in writers:
        raise click.UsageError(f"a briefing is written as {', '.join(writers)}")
    if not regions().exists(region):
        raise click.ClickException(f"there is no region {region}")
    with operating() as engine:
        head = engine.log.head()
        at = head if position is None else position
        if (latest := max(at, since or 0)) > head:
            raise click.ClickException(f"position {latest} is beyond the head of the log, {head}")
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        for name in ("harmonisation", "places", "outcomes"):
            models.runner.wait_for(name, at, PATIENCE)
        briefings = Briefings(engine.log, engine.directory, engine.potentials, models.harmonised, models.outcomes)
        found = briefings.gather(region, at, period, Reader())
        before = None if since is None else briefings.gather(region, since, found.picture.period, Reader())
        made = compose(found, before)
    if output is None:
        click.echo(papers.text(made), nl=False)
        return
    output.write_bytes(writers[output.suffix](made))
    click.echo(f"{output}: position {at}")


commands = [briefing]
