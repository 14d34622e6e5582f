"""Full years between two dates, as guards count them."""

from datetime import date


def age(born: str, today: str) -> int:
    """Full years from `born` to `today` (ISO dates); born on 29 February: 1 March in other years.

    Raises ValueError, without the value, where either is no ISO date or `born` is later than `today`.
    """
    try:
        birth, now = date.fromisoformat(born), date.fromisoformat(today)
    except ValueError:
        raise ValueError("not a date") from None
    if birth > now:
        raise ValueError("born later than today")
    return now.year - birth.year - ((now.month, now.day) < (birth.month, birth.day))
