"""How far the demo's loading is: told by the process that loads as lines among others, shown by the launcher."""

import sys
from collections.abc import Iterable, Iterator

import click

PREFIX = "loading "


def tell(done: int, of: int) -> None:
    """Say that so many steps of so many are done."""
    print(f"{PREFIX}{done} {of}", flush=True)


def shown(lines: Iterable[str]) -> list[str]:
    """All other lines, once there are no more; meanwhile a bar on standard error, or a line where it is no terminal."""
    told = iter(lines)
    others: list[str] = []
    loading = False
    for line in told:
        if not line.startswith(PREFIX):
            others.append(line.rstrip("\n"))
        elif sys.stderr.isatty():
            others += _bar(line, told)
        elif not loading:
            loading = True
            print(f"loads the demo once, in {_figures(line)[1]} steps", flush=True)
    return others


def _bar(first: str, lines: Iterator[str]) -> Iterator[str]:
    """Show a bar until another line comes, and hand that on."""
    done, of = _figures(first)
    with click.progressbar(length=of, label="Loading the demo", file=sys.stderr) as bar:
        bar.update(done)
        for line in lines:
            if not line.startswith(PREFIX):
                yield line.rstrip("\n")
                return
            now, _ = _figures(line)
            bar.update(now - done)
            done = now


def _figures(line: str) -> tuple[int, int]:
    done, of = line.removeprefix(PREFIX).split()
    return int(done), int(of)
