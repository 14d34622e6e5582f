"""Another process that approves a transfer when it is told to: `python -m tests.places.racing REF KEY [crash]`.

The settings come from the environment; it says `ready`, waits for a line, and tells what came out, or dies unheard.
"""

import os
import sys
from pathlib import Path

from workflow.domain.refusal import Refused
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.store.log import CommandKey
from workflow.streams import Busy

COORD = "coord.sulteng"


def main(ref: str, key: str, *rest: str) -> None:
    settings = Settings(
        database_url=os.environ["DATABASE_URL"],
        broker_url="memory://",
        data_dir=Path(os.environ["DATA_DIR"]),
        master_key=b"k" * 32,
        demo=True,
    )
    with Engine.open(settings, pool_size=2) as engine:
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            told = engine.transfers.approve(
                ref, None, by="coord.sulteng", command=CommandKey("coord.sulteng", key, "r")
            )
        except (Refused, Busy) as error:
            print("refused", error, flush=True)
            return
        if rest:
            os._exit(9)
        print("approved", told.position, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
