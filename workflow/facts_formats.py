"""What a NIK, a phone number and a class of business look like in Indonesia, and what a NIK says about its holder."""

import re
from datetime import date

_PROVINCES = (
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96"
)
PROVINCES = frozenset(_PROVINCES.split())
"""Kemendagri codes of provinces. Cities and districts are not looked up: a NIK keeps a code that was split since."""
WOMAN = 40
"""Added to the day of birth."""

NIK = re.compile(r"[0-9]{16}")
PHONE = re.compile(r"08[0-9]{8,11}|\+62[1-9][0-9]{7,11}")


def is_nik(value: str) -> bool:
    """16 digits: a province's code, city and district; a day of birth that exists (women: 40 more); a serial."""
    return (
        NIK.fullmatch(value) is not None
        and value[:2] in PROVINCES
        and value[2:4] != "00"
        and value[4:6] != "00"
        and (_born(value, 1900) or _born(value, 2000)) is not None
    )


def disagree(nik: str, born: str) -> bool:
    """Whether a NIK and a birth date (ISO 8601) speak of different days; not where one of them cannot be read."""
    if nik[6:12] == born[8:10] + born[5:7] + born[2:4] or not is_nik(nik):
        return False
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return False
    return _born(nik, day.year // 100 * 100) != day


def phone_in_full(value: str) -> str:
    """`+62…` of a phone number in either form."""
    return "+62" + value.removeprefix("+62").removeprefix("0")


def is_phone(value: str) -> bool:
    """As entered, `08…`, or in full, `+62…`; digits only."""
    return PHONE.fullmatch(value) is not None


def _born(nik: str, century: int) -> date | None:
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    try:
        return date(century + year, month, day - WOMAN if day > WOMAN else day)
    except ValueError:
        return None
