"""Two agencies' programmes come into tune over HTTP alone, and every running case feels it."""

from datetime import UTC, datetime
from pathlib import Path

from selaras.demo import loading
from tests.journeys.article import Article
from tests.journeys.client import Server
from workflow.engine import Engine
from workflow.settings import Settings


def test_the_article_can_be_told(server: Server, folder: Path):
    with Engine.open(Settings.from_environment({"DATA_DIR": str(folder)})) as engine:
        loading.set_up_province(engine, datetime.now(UTC))
    lines: list[str] = []
    Article(server, lines.append).whole()
    assert len(lines) == 15
