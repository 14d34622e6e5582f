"""An engine with the demo's people and two programmes, and terms under which they may transfer places."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras.demo.loading import set_up
from tests.places.agreeing import CITY, publish_city, put
from workflow.domain.publishing import SetQuota
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The ministry's places: none in Palu, three in Sigi, and two of the city's programme; terms are in force."""
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        publish_city(engine)
        for programme, region, places in (
            ("tkm-kelompok", "72.71", 0),
            ("tkm-kelompok", "72.10", 3),
            (CITY, "72.71", 2),
        ):
            order = SetQuota(region=region, year=datetime.now(UTC).year, places=places, legal_basis="Contoh uji")
            engine.registry.set_quota(programme, order, by="admin")
        put(engine)
        yield engine
