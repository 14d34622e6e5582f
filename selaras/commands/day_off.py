"""`selaras day-off`: days that an agency does not work, with their legal basis."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selaras.operating import OPERATOR, days_in, operating, tell

if TYPE_CHECKING:
    from workflow.domain.days_off import OwnDay

_by = click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the log will name them.")
_basis = click.option("--legal-basis", required=True, help="The decree that says so, as in 'SK Wali Kota 12/2026'.")
_agency = click.option("--agency", help="Whose programmes it concerns, as they name their owner; without it, all.")
_region = click.option("--region", default="", help="Kemendagri code under which it holds; without it, everywhere.")


@click.group("day-off")
def day_off() -> None:
    """An agency's own days off: open deadlines that they touch move, each with the reason."""


@day_off.command()
@click.argument("day", type=click.DateTime(formats=["%Y-%m-%d"]))
@click.option("--reason-id", required=True, help="The reason in Indonesian.")
@click.option("--reason-en", required=True, help="The reason in English.")
@_agency
@_region
@_basis
@_by
def declare(
    day: datetime, reason_id: str, reason_en: str, agency: str | None, region: str, legal_basis: str, by: str
) -> None:
    """Declare DAY (YYYY-MM-DD) off."""
    from workflow.domain.days_off import OwnDay
    from workflow.domain.words import Text

    _declare([OwnDay(date=day.date(), reason=Text(reason_id, reason_en))], agency, region, legal_basis, by)


@day_off.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_agency
@_region
@_basis
@_by
def load(file: Path, agency: str | None, region: str, legal_basis: str, by: str) -> None:
    """Declare all days of FILE (CSV with the header date,reason_id,reason_en), or none where a line does not hold."""
    from workflow.holiday_files import read_holidays

    _declare(days_in(file, read_holidays), agency, region, legal_basis, by)


@day_off.command()
@click.argument("number", type=int)
@click.option("--reason-id", help="Why it was a mistake, in Indonesian; needed once the day has begun.")
@click.option("--reason-en", help="The same in English.")
@_basis
@_by
def withdraw(number: int, reason_id: str | None, reason_en: str | None, legal_basis: str, by: str) -> None:
    """Withdraw the day off NUMBER."""
    from workflow.domain.days_off import WithdrawDay
    from workflow.domain.words import Text

    reason = Text(reason_id or "", reason_en or "") if reason_id or reason_en else None
    with operating() as engine:
        order = WithdrawDay(legal_basis=legal_basis, reason=reason)
        tell(engine.days_off.withdraw(number, order, by=by, at=datetime.now(UTC)), f"withdrew day off {number}")


@day_off.command("list")
def list_days() -> None:
    """List the days that are declared off, by date."""
    with operating() as engine:
        for one in engine.days_off.current().standing():
            whose = one.agency or "every agency"
            click.echo(f"{one.number:>5}  {one.date}  {one.region or 'nation':<8} {whose:<28} {one.say.en}")


def _declare(days: "list[OwnDay]", agency: str | None, region: str, legal_basis: str, by: str) -> None:
    from workflow.domain.days_off import DeclareDays

    order = DeclareDays(agency=agency, region=region, legal_basis=legal_basis, days=days)
    with operating() as engine:
        tell(engine.days_off.declare(order, by=by), f"declared {len(days)} day(s) off")


commands = [day_off]
