"""Kemendagri region codes as values."""


def covers(office_region: str, region: str) -> bool:
    """True where a region lies under an office's own; empty is the whole nation, a code covers what begins with it."""
    return office_region == "" or region == office_region or region.startswith(office_region + ".")
