"""A worker with a task that waits for as long as the test holds a lock, as one waits for a slow receiver."""

from tests.workers.small import app
from workers import room

__all__ = ["LOCK", "app"]
LOCK = 4711


@app.task(name="wait")
def wait() -> None:
    with room.parts().pool.connection() as connection:
        connection.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [LOCK, LOCK])
