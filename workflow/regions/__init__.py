"""The region codes that come with the engine, read once a process. Source: Kemendagri codes, see NOTICE beside this."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from workflow.domain.regions import Regions, Succession

FOLDER = Path(__file__).parent


@cache
def regions() -> Regions:
    """Every province, regency and city, and district of the country, and the codes that were changed or split."""
    return Regions(
        names={row["code"]: row["name"] for row in _rows("codes.csv")},
        succeeded={
            row["code"]: Succession(
                name=row["name"],
                since=date.fromisoformat(row["since"]),
                legal_basis=row["legal_basis"],
                successors=tuple(row["successors"].split()),
            )
            for row in _rows("successors.csv")
        },
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
