"""What the agencies of the demo agreed on, what they suspended and what they still negotiate: three alignments."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from selaras.demo.past import BETWEEN, ZONE, Past
from selaras.demo.places import KLASTER, PADAT_KARYA, PLACES, TKM
from selaras.demo.regions import BY_SLUG, Region
from selaras.demo.walk import Group, Paper, Step, Walk
from workflow.domain.calendar import Calendar, nth_counted
from workflow.domain.terms import read_terms

PROGRAMME = "penyelarasan"
FIRST = 501
"""Alignments are numbered after the groups."""
AGENCY = {TKM: "kementerian-koperasi", PADAT_KARYA: "pemerintah-kota-palu", KLASTER: "pemerintah-sulawesi-tengah"}
DECIDES = {PADAT_KARYA: "accept", KLASTER: "establish"}
"""Where terms bind a case of the other programme: it decides by itself, and recommends nobody to anyone."""
WORDS = "Sesuai hasil pembahasan bersama (contoh)"
LATE = 3
"""Working days by which the province's opinion on the alignment for Sigi is late."""
OPINION = 7
"""Working days that it has."""


def terms(past: Past, region: Region, other: str, sha256: str) -> dict[str, Any]:
    """Terms between the ministry's programme and another for one city or regency."""
    city = other == PADAT_KARYA
    # Where both bounds count, no group of either programme is outside them.
    shared = "age" if city else "members"
    # That both pay for tools is left open in the first version: it is what the meeting has to settle.
    item = ("materials", 8_000_000) if city else ("capital", 15_000_000)
    return {
        "parties": [{"programme": one, "version": 1, "agency": AGENCY[one]} for one in (TKM, other)],
        "regions": [region.code],
        "since": f"{past.year}-01-01",
        "until": f"{past.year + 1}-12-31",
        "legal_basis": {"title": f"Nota Kesepahaman Contoh {region.slug}/DEMO (sintetis)", "sha256": sha256},
        "eligibility": {
            "facts": [{"a": path, "b": path} for path in ("plan.tools", "plan.materials")],
            "dimensions": [{"dimension": shared, "rule": "intersection"}],
        },
        "persons": {"rule": "exclusive"},
        "quota": {
            "places": [
                {"region": region.code, "side": side, "places": PLACES[one][region.code]}
                for side, one in (("a", TKM), ("b", other))
            ],
            "transfer": {
                "cap": 10,
                "until": (past.now.astimezone(ZONE).date() + timedelta(days=60)).isoformat(),
                "approved_by": "province_head",
            },
        },
        "budget": {
            "items": [
                {
                    "item": item[0],
                    "payer": AGENCY[other],
                    "cap": item[1],
                    "total": item[1] * PLACES[other][region.code],
                    "source": "APBD (contoh)",
                }
            ],
            "ceiling": 30_000_000 if city else 35_000_000,
        },
        "mentoring": {"provider": AGENCY[TKM], "groups_per_mentor": 10, "visits_per_month": 2},
        "data": [_released(past)] if city else [],
        "running": {"binds_at": "recommend", "by_side": {"b": DECIDES[other]}},
    }


def _released(past: Past) -> dict[str, Any]:
    """What the ministry learns of each group that the city accepts, so that both plan mentors and training."""
    return {
        "fields": ["group", "sector", "potential", "plan.workers_now", "plan.workers_target"],
        "event": "GroupAccepted",
        "recipient": AGENCY[TKM],
        "purpose": "Perencanaan bersama pendampingan dan pelatihan (contoh)",
        "legal_basis": f"Nota Kesepahaman Contoh palu/DEMO pasal 7, {past.year} (sintetis)",
        "retention_months": 24,
    }


class Agreement(Walk):
    """An alignment on its way; who proposes it signs as the second party."""

    def drafted(self) -> "Agreement":
        self.open().supply(self.leader, "study", "legal_basis")
        return self

    def proposed(self, ago: float | None = None) -> "Agreement":
        self.drafted().act(self.leader, "propose", ago)
        return self

    def in_force(self, ago: float) -> "Agreement":
        """In force since so many days, after some weeks of talks."""
        seen = read_terms(self.group.facts["terms"]).hash
        self.proposed(ago + 25).supply("coord.sulteng", "opinion", ago=ago + 20)
        self.act("coord.sulteng", "give_opinion", reason=WORDS).act("head.ministry", "accept", ago + 12, reason=WORDS)
        self.act("head.ministry", "sign_a", ago + 8, terms=seen).act(self.leader, "sign_b", ago + 6, terms=seen)
        self.act("head.ministry", "put_in_force", ago)
        return self

    def suspended_today(self) -> "Agreement":
        self.wait_until(self.past.now - BETWEEN)
        self.supply("head.ministry", "suspension")
        self.act("head.ministry", "suspend", reason="Pagu modal kerja sedang diperiksa inspektorat (contoh)")
        return self


def steps(past: Past, paper: Paper, calendar: Calendar) -> Iterator[Step]:
    """The steps of all three, in days of the calendar whatever the year's age."""
    past = past.in_days()
    basis = paper("legal_basis", 1).sha256

    def between(number: int, slug: str, other: str, who: str, ago: float) -> Agreement:
        region = BY_SLUG[slug]
        facts = {
            "region": region.code,
            "title": f"Penyelarasan {TKM} dan {other} di {region.title} (contoh)",
            "terms": terms(past, region, other, basis),
        }
        return Agreement(Group(FIRST + number, PROGRAMME, region, who, facts), past, paper, ago)

    today = past.now.astimezone(ZONE).date()
    proposed = _days_ago(calendar, today, OPINION + LATE)
    yield from between(0, "palu", PADAT_KARYA, "head.palu", 320).in_force(290).steps
    yield from between(1, "donggala", KLASTER, "head.sulteng", 320).in_force(290).suspended_today().steps
    yield from between(2, "sigi", KLASTER, "head.sulteng", proposed + 12).proposed(proposed).steps


def _days_ago(calendar: Calendar, today: date, working: int) -> float:
    """How many days ago a day was after which so many working days are over with today."""
    day = today
    while nth_counted(calendar, "working", day, working) > today:
        day -= timedelta(days=1)
    return float((today - day).days)
