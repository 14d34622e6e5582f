"""Region codes cut to the levels at which offices work (Kemendagri: 72 province, 72.71 city)."""

DEPTH = {"nation": 0, "province": 1, "city": 2}
"""Parts of a region code at each level."""
LEVELS = ("nation", "province", "city")


def area(region: str, level: str) -> str:
    """The part of a region over which an office of `level` stands; the whole nation is the empty text."""
    return ".".join(region.split(".")[: DEPTH[level]])
