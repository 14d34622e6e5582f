"""The worker's program over the small programme and its journal: `celery -A tests.workers.small:app worker`."""

from psycopg_pool import ConnectionPool

from tests.projections.histories import DEFINITION, Journal
from workers import room
from workers.app import app
from workflow.projections.models import ReadModels
from workflow.settings import Settings

__all__ = ["app"]


class SmallEngine:
    """The parts of the engine that workers use."""

    def __init__(self, settings: Settings) -> None:
        kwargs = {"autocommit": True}
        self.pool = ConnectionPool(settings.database_url, min_size=1, max_size=4, kwargs=kwargs, open=True)
        self.log = Journal(self.pool)
        self.runner = ReadModels(self.pool, self.log, lambda name: DEFINITION, settings.master_key).runner


room.open_engine = SmallEngine
