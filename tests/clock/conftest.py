"""An engine with the demo's people and programme since long before 2026, places for all, and no groups."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras.demo.loading import set_up
from tests.clock.town import Town
from workflow.domain.publishing import SetQuota
from workflow.engine import Engine
from workflow.settings import Settings

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine, BEGIN)
        for year in (2026, 2027):
            order = SetQuota(region="72.71", year=year, places=10_000, legal_basis="Contoh: uji")
            engine.registry.set_quota("tkm-kelompok", order, by="test", at=BEGIN)
        yield engine


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def commanding(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line asks the engine's own database."""
    for name in ("database_url", "broker_url", "data_dir"):
        monkeypatch.setenv(name.upper(), str(getattr(settings, name)))
    monkeypatch.setenv("SELARAS_MASTER_KEY", settings.master_key.hex())
