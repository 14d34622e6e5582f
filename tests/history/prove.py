"""Proves `selaras history` on a real log, against a running server: python -m tests.history.prove FILE.

Brings FILE in twice by the command line, counts it by other means, and holds the API and the log against that count.
The server is found as every command finds it: DATA_DIR, or DATABASE_URL and BROKER_URL.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.history.counting import count
from tests.history.proof import prove
from tests.journeys.client import Server
from workflow.engine import Engine
from workflow.history.map import read_map
from workflow.settings import RUN_NOTES, Settings

ROOM = Path(__file__).parents[2] / "definitions" / "penerimaan-izin"
MAP = ROOM / "coselog.map.yaml"
AUDITOR = "auditor"


def main(file: Path) -> None:
    settings = Settings.from_environment()
    server = Server(json.loads((settings.data_dir / RUN_NOTES).read_text())["url"])
    counted = count(file)
    print(f"counted: {len(counted.steps)} cases, {sum(map(len, counted.steps.values()))} steps,", end=" ")
    print(f"{len(counted.people)} people, {len(counted.orders)} orders of work")
    print(server.command("publish", str(ROOM / "v1.yaml")).stdout.strip())
    for _ in range(2):
        began = time.monotonic()
        print(server.command("history", str(file), "--map", str(MAP)).stdout.strip())
        print(f"took {time.monotonic() - began:.1f} s")

    def ask(path: str) -> tuple[dict[str, Any], str | None]:
        # Lists wait until they have read what was stored before they were asked.
        if path.startswith("/cases?"):
            path += f"&at_least={head}" if "at_least" not in path else ""
        reply = server.call("GET", path, AUDITOR)
        following = reply.links.get("next", {}).get("url")
        return reply.json(), following.removeprefix("/api/v1") if following else None

    with Engine.open(settings) as engine:
        head = engine.log.head()
        how = read_map(MAP)
        programme = engine.registry.current(how.programme)
        assert programme is not None
        definition = engine.registry.definition(programme.versions[how.version])
        began = time.monotonic()
        for line in prove(counted, engine, definition, how, ask):
            print(f"holds: {line}")
        print(f"proved in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.history.prove FILE")
    main(Path(sys.argv[1]))
