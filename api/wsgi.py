"""What granian serves: the application, its engine opened in each worker at the first request."""

import atexit
import os

from workflow.engine import Engine
from workflow.settings import Settings

settings = Settings.from_environment()


def _count_together() -> None:
    """Let every worker of this server count in one folder; prometheus_client reads the name when it is imported."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        from api.counting import shared_folder

        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared_folder(settings.data_dir, os.getppid()))


_count_together()

from api import traces  # noqa: E402
from api.app import create_app  # noqa: E402
from workers.nudge import nudge  # noqa: E402


def _open() -> Engine:
    engine = Engine.open(settings)
    engine.casework.after_commit = nudge
    return engine


traces.set_up()
app = create_app(_open)
atexit.register(app.extensions["selaras"].close)
