"""`selaras token`: bearer tokens of local users, for demonstration and development."""

import click

from selaras.operating import operating


@click.command()
@click.argument("user")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="Days until it expires.")
@click.option("--label", default="command line", show_default=True, help="What it is for.")
@click.option("--revoke", is_flag=True, help="End every token of USER instead of issuing one.")
def token(user: str, days: int, label: str, revoke: bool) -> None:
    """Print an API token for the local user USER (demo or development only); it is shown this once."""
    from workflow.tokens import NotRegistered

    with operating() as engine:
        if revoke:
            click.echo(f"{engine.tokens.revoke_all(user)} tokens of {user} revoked")
            return
        if not engine.settings.demo:
            raise click.ClickException("tokens for local users are only given in demo or development: set DEMO=1")
        try:
            click.echo(engine.tokens.issue(user, engine.directory.current(), label=label, days=days))
        except NotRegistered:
            raise click.ClickException(
                f"{user} is not registered; see `selaras person register`, or the demo's people in docs/start.md"
            ) from None


commands = [token]
