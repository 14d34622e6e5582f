"""Opens the engine and its read models once in each process, at the first request: never before the fork."""

import threading
from collections.abc import Callable

from workflow.engine import Engine
from workflow.projections.models import ReadModels


class Opener:
    """Calls `open_engine` once, whichever thread comes first; a failed attempt is tried again by the next request."""

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open = open_engine
        self._opened: tuple[Engine, ReadModels] | None = None
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        return self._both()[0]

    @property
    def read_models(self) -> ReadModels:
        return self._both()[1]

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened[0].close()
                self._opened = None

    def _both(self) -> tuple[Engine, ReadModels]:
        opened = self._opened
        if opened is None:
            with self._lock:
                opened = self._opened
                if opened is None:
                    engine = self._open()
                    try:
                        models = ReadModels(
                            engine.pool, engine.log, engine.registry.definition, engine.settings.master_key
                        )
                    except BaseException:
                        engine.close()
                        raise
                    opened = self._opened = (engine, models)
        return opened
