"""Makes a database ready in a process of its own: the schema, and the demo once; prints who may sign in."""

import os
import sys

import psycopg

from selaras.demo.raising import before
from selaras.progress import tell
from selaras.sign_ins import sign_ins
from workflow.engine import Engine
from workflow.settings import BadSettings, Settings
from workflow.store.master import WrongMasterKey
from workflow.store.schema import NewerSchema, UnfitDatabase

FEW = "few"
"""The value of DEMO that asks for the small cast alone."""
ONCE = """
CREATE TABLE IF NOT EXISTS set_up (what text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())
"""


def main() -> int:
    """Exit code 0 when the database is ready, else 1 with one line on standard error."""
    try:
        settings = Settings.from_environment()
        _reach_broker(settings.broker_url)
        with Engine.open(settings) as engine:
            if settings.demo:
                few = os.environ.get("DEMO") == FEW
                load_demo_once(engine, few)
                print("\n".join(sign_ins(few, as_of=before(engine))))
    except psycopg.OperationalError as error:
        return _refuse(f"the database does not answer: {str(error).splitlines()[0]}")
    except (BadSettings, NewerSchema, UnfitDatabase, WrongMasterKey, ConnectionError) as error:
        return _refuse(str(error))
    return 0


def load_demo_once(engine: Engine, few: bool) -> bool:
    """Load the demo unless this database has it; a load cut short is repeated, for it changes nothing twice."""
    from selaras import demo

    what = f"demo {FEW}" if few else "demo"
    with engine.pool.connection() as connection:
        connection.execute(ONCE)
        if connection.execute("SELECT 1 FROM set_up WHERE what = %s", [what]).fetchone():
            return False
    demo.load(engine, few=few, told=tell)
    with engine.pool.connection() as connection:
        connection.execute("INSERT INTO set_up (what) VALUES (%s) ON CONFLICT DO NOTHING", [what])
    return True


def _reach_broker(url: str) -> None:
    """Raise ConnectionError when no broker answers; the address is not shown, it may hold a password."""
    from kombu import Connection

    with Connection(url, connect_timeout=5) as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=6)
        except Exception as error:
            raise ConnectionError(f"the broker does not answer at BROKER_URL ({type(error).__name__})") from error


def _refuse(line: str) -> int:
    print(line, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
