"""What the ministry's and the city's programme agreed on, for tests of transfers; and requests under it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.domain.agreed import terms
from workflow.domain.alignments import STREAM, AlignmentChanged, Alignments, Standing, fold
from workflow.domain.events import Recorded
from workflow.domain.terms import Party, Quota, Transfer
from workflow.domain.transfers import AskTransfer, Side
from workflow.engine import Engine
from workflow.store.log import Write
from workflow.texts import texts_beside

MINISTRY, CITY = "tkm-kelompok", "padat-karya-palu"
ALIGNMENT = "PENYELARASAN-7271-2026-000001"
REASON = "Daftar tunggu Palu panjang"
FILE = Path(__file__).parents[2] / "definitions" / CITY / "v1.yaml"


def publish_city(engine: Engine) -> None:
    if engine.registry.current(CITY) is None:
        engine.registry.publish(FILE.read_text(encoding="utf-8"), "v1.yaml", texts_beside(FILE), by="admin")


def put(engine: Engine, standing: Standing = "in_force", cap: int = 5, late: bool = False, **over: Any) -> int:
    """Say what becomes of the alignment, as its case would; returns the position."""
    today = date.today()
    rule = Transfer(cap=cap, until=today - timedelta(days=2) if late else date(today.year, 12, 31), approved_by=ROLE)
    stated = terms(
        parties=(
            Party(programme=MINISTRY, version=1, agency="kementerian-koperasi"),
            Party(programme=CITY, version=1, agency="dinas-palu"),
        ),
        regions=("72.71", "72.10"),
        since=date(today.year, 1, 1),
        until=date(today.year + 1, 12, 31),
        quota=Quota(transfer=rule),
    )
    version = fold(engine.log.read(STREAM), Alignments()).version
    body = AlignmentChanged(
        ref=ALIGNMENT, standing=standing, terms=replace(stated, **over), hash="0" * 64, reason="Alasan uji"
    )
    event = Recorded(stream=STREAM, version=version + 1, at=datetime.now(UTC), actor="seed", body=body)
    return engine.log.append(Write(events=(event,)))


ROLE = "province_coord"


def request(places: int = 1, **over: Any) -> AskTransfer:
    """So many of the ministry's places, from Sigi to Palu."""
    asked = AskTransfer(
        alignment=ALIGNMENT,
        giving=Side(programme=MINISTRY, region="72.10"),
        receiving=Side(programme=MINISTRY, region="72.71"),
        year=datetime.now(UTC).year,
        places=places,
        reason=REASON,
    )
    return replace(asked, **over)


def quotas(engine: Engine, programme: str = MINISTRY) -> dict[str, int | None]:
    year, known = datetime.now(UTC).year, engine.registry.current(programme)
    assert known is not None
    return {region: known.places(region, year) for region in ("72.71", "72.10")}
