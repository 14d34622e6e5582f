"""Plainly synthetic groups that pass every rule of the demo's definition."""

from itertools import count
from secrets import randbelow
from typing import Any
from uuid import uuid4

BIRTHDAYS, SERIALS = 29 * 12 * 28, 9999
_serials = count(randbelow(BIRTHDAYS * SERIALS))
"""A random start: processes that begin at the same moment must not make the same people."""


def member(number: int, role: str = "member", region: str = "727106") -> dict[str, str]:
    """A person who does not exist: the NIK's serial is counted up, name and phone say so."""
    serial = next(_serials)
    year, month, day = 1975 + serial % 29, 1 + serial // 29 % 12, 1 + serial // 348 % 28
    woman = number % 2 * 40
    return {
        "name": f"Anggota Contoh {number}",
        "nik": f"{region}{day + woman:02d}{month:02d}{year % 100:02d}{serial // BIRTHDAYS % SERIALS + 1:04d}",
        "born": f"{year}-{month:02d}-{day:02d}",
        "phone": f"0812000{serial % 100000:05d}",
        "role": role,
    }


def group(region: str = "72.71.06", **over: Any) -> dict[str, Any]:
    """Facts of a group of ten, the first of whom leads."""
    people = [member(n, "leader" if n == 1 else "member") for n in range(1, 11)]
    plan = {"tools": 12_000_000, "materials": 8_000_000, "workers_now": 2, "workers_target": 8}
    facts = {
        "group": f"Kelompok Contoh {uuid4().hex[:6]}",
        "region": region,
        "sector": "10399",
        "potential": "bawang-goreng",
        "members": people,
        "plan": plan,
    }
    return {**facts, **over}
