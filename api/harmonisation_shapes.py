"""The shapes of harmonisation's answer: the matrix and the findings."""

from msgspec import Struct

from api.findings import FindingShape
from api.shapes import Moment


class MatrixCell(Struct, frozen=True, kw_only=True):
    programme: str
    region: str
    quota: int | None
    """null where no places were set."""
    held: int
    """Places of running cases."""
    used: int
    """Places that ended cases keep."""
    waiting: int
    """Groups that wait for a place."""
    groups: int
    """All that ever proposed."""
    free: int | None
    """`quota` less `held` and `used`; negative where more are in use than were set."""
    made_of: dict[str, str]
    """Figure to the address of its cases."""


class HarmonisationShape(Struct, frozen=True, kw_only=True):
    period: int
    region: str | None
    as_of: str | None
    at: Moment
    matrix: list[MatrixCell]
    findings: list[FindingShape]
    hidden: int
    """Cells of the matrix and findings that are not yours to see: ask the office over that region."""
    position: int
