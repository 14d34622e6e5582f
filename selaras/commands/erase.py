"""`selaras erase`: destroys a person's key, so that their values can be read nowhere any more."""

import re
import sys

import click

from selaras.operating import OPERATOR

DIGEST = re.compile(r"[0-9a-f]{32}")
NIK = re.compile(r"[0-9]{16}")


@click.command("erase")
@click.argument("person")
@click.option("--reason", required=True, help="Why; kept with the erasure, so no name or number of the person in it.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who gave the order, as the record will name them.")
def erase(person: str, reason: str, by: str) -> None:
    """Destroy the key of PERSON: their values read "erased" from now on, and no one can bring them back.

    PERSON is the digest that stands in sealed values (sealed:DIGEST:...), or - to give the NIK on standard input: on
    the command line it would stay in the shell's history. Cases, decisions and claims stay as they are.
    """
    from psycopg_pool import ConnectionPool

    from workflow.engine import prepare
    from workflow.settings import Settings
    from workflow.store.vault import NoSuchPerson, Vault, WrongMasterKey

    if not reason.strip() or NIK.search(reason):
        raise click.UsageError("--reason must say why, and must not hold a NIK: it is kept after the erasure")
    if person != "-" and not DIGEST.fullmatch(person):
        raise click.UsageError("PERSON must be a digest of 32 hex digits, or - to give the NIK on standard input")
    settings = Settings.from_environment()
    prepare(settings.database_url)
    with ConnectionPool(settings.database_url, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
        try:
            vault = Vault(pool, settings.master_key)
            done = vault.erase(vault.person(_nik()) if person == "-" else person, reason.strip(), by)
        except WrongMasterKey as error:
            raise click.ClickException(str(error)) from None
        except NoSuchPerson:
            raise click.ClickException("no value of this person was ever sealed here; nothing was changed") from None
    when = f"{done.at:%Y-%m-%d %H:%M:%S%z}"
    click.echo(f"{done.person}: {'was erased before' if done.again else 'erased'}, {when}, by {done.by}: {done.reason}")
    if not done.rewritten:
        click.echo(
            "the table of keys was in use and could not be rewritten: the values are erased; run this again in a quiet"
            " moment to remove what is left of the wrapped key from the database's files",
            err=True,
        )


def _nik() -> str:
    nik = click.prompt("NIK", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    nik = nik.strip()
    if not NIK.fullmatch(nik):
        raise click.UsageError("a NIK has 16 digits")
    return str(nik)


commands = [erase]
