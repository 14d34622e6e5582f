"""Terms on the table: two programmes, the terms between them, changed here and there."""

from functools import cache
from pathlib import Path
from typing import Any

from tests.domain.world import V1
from workflow.definition_files import read_definition
from workflow.domain.definition.model import Definition
from workflow.domain.merge import merge
from workflow.engine import Engine
from workflow.texts import texts_beside

PENYELARASAN = Path(__file__).parents[2] / "definitions" / "penyelarasan" / "v1.yaml"
MINISTRY, CITY = "kementerian-koperasi", "pemerintah-kota-palu"
A, B = "tkm-kelompok", "padat-karya-uji"


def city_text(*changes: tuple[str, str]) -> str:
    """A programme of the city beside the ministry's: smaller groups, other bounds, the same way."""
    text = V1.read_text(encoding="utf-8")
    for old, new in (
        ("id: tkm-kelompok", f"id: {B}"),
        (f"owner: {MINISTRY}  ", f"owner: {CITY}  "),
        ("min: 10, max: 20,", "min: 5, max: 15,"),
        ("under: ['72']", "under: ['72.71']"),
        *changes,
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@cache
def city(*changes: tuple[str, str]) -> Definition:
    return read_definition(city_text(*changes), "b.yaml")


@cache
def alignment() -> Definition:
    return read_definition(PENYELARASAN.read_text(encoding="utf-8"), "penyelarasan.yaml")


def terms(patch: dict[str, Any] | None = None) -> dict[str, Any]:
    """Terms that hold, with a merge patch."""
    whole = {
        "parties": [
            {"programme": A, "version": 1, "agency": MINISTRY},
            {"programme": B, "version": 1, "agency": CITY},
        ],
        "regions": ["72.71"],
        "since": "2026-01-01",
        "until": "2027-12-31",
        "legal_basis": {"title": "Nota Kesepahaman Contoh 1/2026 (sintetis)", "sha256": "ab" * 32},
        "eligibility": {
            "facts": [{"a": "plan.tools", "b": "plan.tools"}],
            "dimensions": [{"dimension": "members", "rule": "intersection"}, {"dimension": "grant", "rule": "a"}],
            "recognised": [{"side": "b", "action": "verify_site", "counts_as": "verify_site", "days": 90}],
        },
        "persons": {"rule": "exclusive"},
        "quota": {
            "places": [{"region": "72.71", "side": "a", "places": 50}, {"region": "72.71", "side": "b", "places": 16}],
            "transfer": {"cap": 7, "until": "2026-12-15", "approved_by": "province_head"},
        },
        "budget": {
            "items": [
                {"item": "tools", "payer": MINISTRY, "cap": 12_000_000, "total": 600_000_000, "source": "APBN"},
                {"item": "materials", "payer": CITY, "cap": 8_000_000, "total": 200_000_000, "source": "APBD"},
            ],
            "ceiling": 20_000_000,
        },
        "mentoring": {"provider": MINISTRY, "groups_per_mentor": 10, "visits_per_month": 2, "reports_to": [CITY]},
        "running": {"binds_at": "recommend"},
    }
    return dict(merge(whole, patch or {}))


def data(**over: Any) -> dict[str, Any]:
    """Terms by which the city shares each recommended group with the ministry's partner agency, with what differs."""
    clause = {
        "fields": ["group", "plan.workers_now", "members.name"],
        "event": "CityRecommended",
        "recipient": CITY,
        "purpose": "Pendataan calon wirausaha (contoh)",
        "legal_basis": "Pasal 5 Nota Kesepahaman Contoh 1/2026 (sintetis)",
        "retention_months": 2,
        **over,
    }
    return {"data": [clause]}


def publish(engine: Engine) -> None:
    """The city's programme and alignments, beside the ministry's programme that is there."""
    if engine.registry.current("penyelarasan") is None:
        source = PENYELARASAN.read_text(encoding="utf-8")
        engine.registry.publish(source, "v1.yaml", texts_beside(PENYELARASAN), by="seed")
    publish_city(engine, city_text())


def publish_city(engine: Engine, text: str) -> int:
    """The position at which a version of the city's programme is in force."""
    return engine.registry.publish(text, "city.yaml", texts_beside(V1), by="seed").position
