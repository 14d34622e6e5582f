"""`selaras run`: everything in front, as `make run` does."""

import sys

import click


@click.command()
def run() -> None:
    """Start the whole system in front; PORT, DATA_DIR, DATABASE_URL, BROKER_URL and DEMO=0 change it."""
    from selaras import launch

    sys.exit(launch.main())


commands = [run]
