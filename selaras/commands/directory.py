"""`selaras office`, `agency`, `person`, `appoint`, `end-appointment`, `delegate`: a real installation."""

from datetime import datetime
from typing import Any

import click

from selaras.operating import OPERATOR, operating, tell

DAY = click.DateTime(formats=["%Y-%m-%d"])
_by = click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the log will name them.")
_basis = click.option("--legal-basis", required=True, help="The decision that says so, as in 'SK 12/2026'.")
_since = click.option("--since", type=DAY, required=True, help="First day, YYYY-MM-DD.")


def _day(moment: datetime | None) -> Any:
    return moment.date() if moment else None


@click.group()
def office() -> None:
    """Offices: open one, record its successor, list them."""


@office.command("open")
@click.argument("name")
@click.option("--title-id", required=True, help="Title in Indonesian.")
@click.option("--title-en", required=True, help="Title in English.")
@click.option("--level", type=click.Choice(["city", "province", "nation"]), required=True)
@click.option(
    "--region", default="", help="Kemendagri code: 72.71 for a city, 72 for a province, nothing for the nation."
)
@click.option("--agency", required=True, help="The agency that the office belongs to.")
@_by
def open_office(name: str, title_id: str, title_en: str, level: Any, region: str, agency: str, by: str) -> None:
    """Open the office NAME."""
    from workflow.domain.appointing import OpenOffice
    from workflow.domain.words import Text

    order = OpenOffice(office=name, title=Text(title_id, title_en), level=level, region=region, agency=agency)
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"opened {name}")


@office.command("succeed")
@click.argument("name")
@click.argument("successor")
@_basis
@_by
def succeed(name: str, successor: str, legal_basis: str, by: str) -> None:
    """Record that SUCCESSOR took over from the office NAME; who serves in NAME serves there from now on."""
    from workflow.domain.appointing import SucceedOffice

    order = SucceedOffice(office=name, successor=successor, legal_basis=legal_basis)
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"{successor} succeeds {name}")


@office.command("list")
def offices() -> None:
    """List all offices."""
    with operating() as engine:
        for known in engine.directory.current().offices.values():
            after = f"  → {known.successor}" if known.successor else ""
            click.echo(f"{known.office:<36} {known.level:<9} {known.region:<6} {known.title.en}{after}")


@click.group()
def agency() -> None:
    """Agencies: say what one is called, list them."""


@agency.command("title")
@click.argument("name")
@click.option("--title-id", required=True, help="Title in Indonesian.")
@click.option("--title-en", required=True, help="Title in English.")
@_by
def title_agency(name: str, title_id: str, title_en: str, by: str) -> None:
    """Say what the agency NAME is called wherever people read of it."""
    from workflow.domain.agencies import TitleAgency
    from workflow.domain.words import Text

    order = TitleAgency(agency=name, title=Text(title_id, title_en))
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"{name} is called {title_en}")


@agency.command("list")
def agencies() -> None:
    """List all agencies that have an office, and what they are called."""
    from workflow.domain.titles import agency_title

    with operating() as engine:
        directory = engine.directory.current()
    for name in sorted({one.agency for one in directory.offices.values()}):
        title = agency_title(directory.titles, name)
        click.echo(f"{name:<36} {title.id} / {title.en}")


@click.group()
def person() -> None:
    """People: register one, show their appointments."""


@person.command("register")
@click.argument("name")
@click.option("--applicant", is_flag=True, help="They may apply for a group.")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@_by
def register(name: str, applicant: bool, language: Any, by: str) -> None:
    """Register the person NAME, or change how they are registered."""
    from workflow.domain.appointing import RegisterPerson

    order = RegisterPerson(person=name, applicant=applicant, language=language)
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"registered {name}")


@person.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Show the person NAME and every appointment, with its number. Exit 1 where there is no such person."""
    with operating() as engine:
        directory = engine.directory.current()
    known = directory.people.get(name)
    if known is None:
        raise click.ClickException(f"{name} is not registered; register them with `selaras person register`")
    click.echo(f"{name}: {'applicant, ' if known.applicant else ''}language {known.language}")
    for post in directory.appointments(name):
        stead = f"  instead of {post.instead_of}" if post.instead_of else ""
        click.echo(
            f"{post.number:>6}  {post.since} to {post.until or 'open'!s:<10}  {post.role} in {post.office}{stead}"
        )


@click.command()
@click.argument("name")
@click.argument("role")
@click.argument("office")
@_since
@click.option("--until", type=DAY, help="Last day, inclusive; without it the appointment stays open.")
@_basis
@_by
def appoint(
    name: str, role: str, office: str, since: datetime, until: datetime | None, legal_basis: str, by: str
) -> None:
    """Appoint the person NAME to ROLE in OFFICE."""
    from workflow.domain.appointing import Appoint

    order = Appoint(
        person=name, role=role, office=office, since=since.date(), until=_day(until), legal_basis=legal_basis
    )
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"appointed {name} as {role} in {office}")


@click.command("end-appointment")
@click.argument("number", type=int)
@click.option("--until", type=DAY, required=True, help="Last day, inclusive.")
@click.option("--reason", required=True)
@_by
def end_appointment(number: int, until: datetime, reason: str, by: str) -> None:
    """End the appointment or delegation NUMBER."""
    from workflow.domain.appointing import EndAppointment

    order = EndAppointment(number=number, until=until.date(), reason=reason)
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"appointment {number} ends on {until.date()}")


@click.command()
@click.argument("name")
@click.argument("role")
@click.argument("office")
@click.option(
    "--instead-of", required=True, help="The official in whose stead, or the office where the post is vacant."
)
@click.option("--kind", type=click.Choice(["plh", "plt"]), required=True, help="plh: absent for days; plt: for a term.")
@_since
@click.option("--until", type=DAY, required=True, help="Last day, inclusive.")
@_basis
@_by
def delegate(
    name: str,
    role: str,
    office: str,
    instead_of: str,
    kind: Any,
    since: datetime,
    until: datetime,
    legal_basis: str,
    by: str,
) -> None:
    """Let the person NAME act as ROLE in OFFICE in another's stead."""
    from workflow.domain.appointing import Delegate

    order = Delegate(
        person=name,
        role=role,
        office=office,
        instead_of=instead_of,
        kind=kind,
        since=since.date(),
        until=until.date(),
        legal_basis=legal_basis,
    )
    with operating() as engine:
        tell(engine.directory.handle(order, by=by), f"{name} acts as {role} in {office} for {instead_of}")


commands = [office, agency, person, appoint, end_appointment, delegate]
