"""What is said of a file or map that cannot be used at all, and of a row that is wrong."""

from msgspec import Struct


class BadFile(Exception):
    """The file cannot be read; the message says where, why, and the way out."""


class BadMap(Exception):
    """The map cannot be used; the message says where and why."""


class Problem(Struct, frozen=True):
    """What is wrong with a row, and the way out."""

    row: int
    column: str
    say: str
