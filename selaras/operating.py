"""What an operator's commands share: an open engine, and refusals told as lines with their way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workflow.engine import Engine
    from workflow.streams import Saved

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
