"""`selaras holidays`: the lists of holidays that deadlines are counted by, and a decree's in the package's place."""

from datetime import UTC, datetime
from pathlib import Path

import click

from selaras.operating import OPERATOR, days_in, operating, tell


@click.group()
def holidays() -> None:
    """Holidays and collective leave: adopted from the installed package, or by decree."""


@holidays.command()
@click.argument("year", type=click.IntRange(2000, 2100))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--country", default="ID", show_default=True, help="As programmes name it.")
@click.option("--legal-basis", required=True, help="The decree, as in 'SKB 3 Menteri 933/2025'.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the log will name them.")
def adopt(year: int, file: Path, country: str, legal_basis: str, by: str) -> None:
    """Adopt for YEAR all days of FILE (CSV, header date,category,reason_id,reason_en), and no others."""
    from workflow.calendars import NoSuchHolidays, brought, categories
    from workflow.domain.days_off import AdoptHolidays
    from workflow.holiday_files import read_decree

    try:
        known = categories(country)
        package = brought(country, year)
    except NoSuchHolidays as error:
        raise click.ClickException(str(error)) from None
    days = days_in(file, lambda text: read_decree(text, year, known))
    order = AdoptHolidays(country=country, year=year, legal_basis=legal_basis, days=tuple(days))
    now = datetime.now(UTC)
    with operating() as engine:
        # What held so far is told apart from what is adopted now.
        engine.days_off.bring([package], at=now)
        tell(engine.days_off.adopt(order, by=by, at=now), f"adopted {len(days)} holiday(s) of {year} for {country}")


@holidays.command("list")
def list_adopted() -> None:
    """List what was adopted, the last first; the first of a country and year is the one that holds."""
    with operating() as engine:
        for one in reversed(engine.days_off.current().adopted):
            known = one.list
            source = known.legal_basis or f"edition {known.edition}{', estimated' if known.estimated else ''}"
            click.echo(f"{known.country} {known.year}  {len(known.days):>3} days  {source}  sha256:{known.sha256}")


commands = [holidays]
