"""The command line: finds each command in the modules of `selaras.commands`, and turns known failures into one line."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import click

from selaras import commands as rooms

SPEAKING = {
    "workflow.settings": ["BadSettings"],
    "workflow.store.master": ["WrongMasterKey"],
    "workflow.store.schema": ["NewerSchema", "UnfitDatabase"],
}
"""Exceptions whose message is written for the person at the keyboard."""


class Commands(click.Group):
    """Commands by name; the module of the same name is asked first, so that one command loads one module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(command.name or "" for command in self._all())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return next((command for command in self._all(cmd_name) if command.name == cmd_name), None)

    def _all(self, first: str = "") -> Iterator[click.Command]:
        names = [module.name for module in pkgutil.iter_modules(rooms.__path__)]
        for name in sorted(names, key=lambda one: (one != first.replace("-", "_"), one)):
            yield from importlib.import_module(f"{rooms.__name__}.{name}").commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Selaras: case workflow for programmes that several agencies share.

    Exit codes: 0 done, 1 refused or found something, 2 misuse.
    """


def main() -> None:
    """Run one command; what is known to go wrong is one line on standard error, never a traceback."""
    try:
        group(prog_name="selaras")
    except Exception as error:
        line = _known(error)
        if line is None:
            raise
        click.echo(f"selaras: {line}", err=True)
        sys.exit(1)


def _known(error: Exception) -> str | None:
    """A sentence for a failure of the surroundings, by the loaded modules alone: nothing is imported for it."""
    for module, names in SPEAKING.items():
        if isinstance(error, tuple(getattr(sys.modules.get(module), name, ()) for name in names)):
            return str(error)
    if isinstance(error, getattr(sys.modules.get("psycopg_pool"), "PoolTimeout", ())):
        return "the database does not answer: is `make run` running, or DATABASE_URL right?"
    if isinstance(error, getattr(sys.modules.get("psycopg"), "OperationalError", ())):
        return f"the database does not answer: {str(error).splitlines()[0]}"
    return None


if __name__ == "__main__":
    main()
