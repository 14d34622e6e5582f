"""What an operator's commands share: an open engine, and refusals told as lines with their way out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from workflow.engine import Engine
    from workflow.streams import Saved

D = TypeVar("D")

OPERATOR = "operator"
"""Who the log names for orders from the command line, unless told."""


@contextmanager
def operating() -> Iterator["Engine"]:
    """An engine for one command; a refusal ends the command with every reason and exit code 1."""
    from workflow.domain.refusal import Refused
    from workflow.engine import Engine
    from workflow.settings import Settings
    from workflow.streams import Busy

    with Engine.open(Settings.from_environment()) as engine:
        try:
            yield engine
        except Refused as refused:
            raise click.ClickException(
                "refused\n" + "\n".join(f"  {r.code}: {r.en}. {r.how.en}." for r in refused.refusals)
            ) from None
        except Busy:
            raise click.ClickException("others are changing the same things right now; try again") from None


def tell(saved: "Saved", done: str) -> None:
    """One line on what became of an order."""
    click.echo(f"{done} (position {saved.position})" if saved.changed else "nothing to change: all is so already")


def days_in(file: Path, read: Callable[[str], list[D]]) -> list[D]:
    """The days of a file of days off; a fault ends the command, each told by its line."""
    from workflow.holiday_files import BadHolidays

    try:
        return read(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8") from None
    except BadHolidays as bad:
        for fault in bad.faults:
            click.echo(f"{file}:{fault.line}: {fault.en}", err=True)
        raise click.ClickException(f"{file} does not hold; nothing was changed") from None
