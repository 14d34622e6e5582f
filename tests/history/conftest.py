"""An engine on an empty database with the old system's programme, and its logs brought in."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.history.logs import DEFINITION, MAP, Line, as_csv
from workflow.engine import Engine
from workflow.history.broken import Problem
from workflow.history.cases import PastCase, read_cases
from workflow.history.importing import History, Imports
from workflow.history.map import read_map
from workflow.history.rows import read_rows
from workflow.projections.models import ReadModels
from workflow.settings import Settings
from workflow.store.log import Log

SECRET = b"s" * 32
FILE = "f" * 64


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        engine.registry.publish(DEFINITION, "v1.yaml", {}, by="operator")
        yield engine


class Desk:
    """Where past cases come in."""

    def __init__(self, engine: Engine, folder: Path, map: str = MAP) -> None:
        self.engine, self.folder = engine, folder
        (folder / "old.map.yaml").write_text(map)
        self.how = read_map(folder / "old.map.yaml")
        programme = engine.registry.current(self.how.programme)
        assert programme is not None
        self.definition = engine.registry.definition(programme.versions[self.how.version])

    def history(self, log: Log | None = None) -> History:
        engine = self.engine
        return History(log or engine.log, engine.vault, self.definition, self.how, FILE, SECRET)

    def read(self, lines: Iterable[Line]) -> tuple[tuple[PastCase, ...], tuple[Problem, ...]]:
        path = as_csv(self.folder / "old.csv", lines)
        return read_cases(read_rows(path), self.how, self.definition, datetime.now(UTC))

    def bring(self, lines: Iterable[Line], progress: Callable[[int], None] = lambda done: None) -> Imports:
        cases, problems = self.read(lines)
        assert not problems
        return self.history().store(cases, progress)

    def refs(self) -> dict[str, str]:
        """The other system's name of each case to our reference."""
        events = self.engine.log.select(0, 100_000)
        return {e.imported.case: e.stream.removeprefix("case/") for e in events if e.imported}


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


@pytest.fixture
def models(engine: Engine) -> Callable[[], ReadModels]:
    """The read models, level with the log."""
    models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)

    def level() -> ReadModels:
        for name in models.runner.names:
            models.runner.catch_up(name)
        return models

    return level
