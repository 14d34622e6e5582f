"""Classes of business (KBLI 2020): which codes can be one.

A class has five digits, of which the first two are its division. The divisions are those of ISIC Rev. 4, all 88 of
them (Peraturan BPS 2/2020); the classes below them are many, change between editions, and are not listed here.
"""

import re

CLASS = re.compile(r"[0-9]{5}")
_SECTIONS = (
    (1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56), (58, 63), (64, 66),
    (68, 68), (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93), (94, 96), (97, 98), (99, 99),
)  # fmt: skip
"""First and last division of the sections A to U."""
DIVISIONS = tuple(f"{number:02d}" for first, last in _SECTIONS for number in range(first, last + 1))


def is_class(code: str) -> bool:
    """True for five digits under a division that there is."""
    return CLASS.fullmatch(code) is not None and code[:2] in DIVISIONS


def near(code: str) -> tuple[str, ...]:
    """The divisions on either side of a code's own, where that is none; empty where it is one, or no number."""
    if CLASS.fullmatch(code) is None or code[:2] in DIVISIONS:
        return ()
    below = [one for one in DIVISIONS if one < code[:2]][-1:]
    above = [one for one in DIVISIONS if one > code[:2]][:1]
    return (*below, *above)
