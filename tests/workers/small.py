"""The worker's program over the small programme and its journal: `celery -A tests.workers.small:app worker`."""

from psycopg_pool import ConnectionPool

from tests.projections.histories import DEFINITION, Journal
from workers import room
from workers.app import app
from workflow.projections.models import ReadModels
from workflow.settings import Settings

__all__ = ["app"]


def open_parts(settings: Settings) -> room.Parts:
    pool = ConnectionPool(settings.database_url, min_size=1, max_size=4, kwargs={"autocommit": True}, open=True)
    journal = Journal(pool)
    models = ReadModels(pool, journal, lambda name: DEFINITION, settings.master_key)
    return room.Parts(pool, models.follower)


room.open_parts = open_parts
