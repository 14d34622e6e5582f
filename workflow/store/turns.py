"""How turns in a queue stand in the tables: a claim for each who waits, and a counter of how many do."""

SEPARATOR = "\x1f"
"""Stands in no key that a definition makes: what follows it cannot be taken for part of another key."""


def turn(counter: str, ref: str) -> str:
    """The claim's key of one who waits for a place of a counter."""
    return SEPARATOR.join(("turn", counter, ref))


def between(counter: str) -> tuple[str, str]:
    """From the first of these keys, inclusive, to beyond the last."""
    return turn(counter, ""), SEPARATOR.join(("turn", counter)) + chr(ord(SEPARATOR) + 1)


def queue(counter: str) -> str:
    """The key of the counter of those who wait."""
    return SEPARATOR.join(("waiting", counter))
