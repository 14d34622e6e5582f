"""Papers as PDF: the same values make the same bytes, whatever the day, the machine and its fonts."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

PAPERS = Path(__file__).parent / "papers"
"""The layouts; what they show comes as data, so that no value can be read as markup."""


def pdf(paper: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """Lay out values on a paper, dated `at` (in the zone that it is given in); tagged for screen readers.

    `paper`: name of a layout in `papers/`. Raises TypstError where the values are not those that it shows.
    """
    date = {"year": at.year, "month": at.month, "day": at.day}
    printed = typst.compile(
        PAPERS / f"{paper}.typ",
        root=PAPERS,
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
        sys_inputs={"values": msgspec.json.encode({**values, "printed": date}).decode()},
    )
    assert isinstance(printed, bytes)
    return printed
