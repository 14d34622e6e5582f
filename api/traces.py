"""What the API writes down of each request: one JSON line, without references, query strings, people or messages."""

import atexit
import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from uuid import UUID, uuid4

requests = logging.getLogger("selaras.requests")
incidents = logging.getLogger("selaras.incidents")

TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def request_id(given: str | None, traceparent: str | None) -> str:
    """The caller's id where it is a UUID or a W3C trace id, for anything else could carry what no log may hold."""
    if traceparent and (found := TRACEPARENT.fullmatch(traceparent)):
        return found[1]
    if given:
        try:
            return str(UUID(given))
        except ValueError:
            pass
    return str(uuid4())


def request_line(request: str, method: str, route: str, status: int, took: float) -> None:
    """Note one reply; `took` is in seconds."""
    requests.info(
        "request",
        extra={"fields": {"request": request, "method": method, "route": route, "status": status, "ms": took * 1000}},
    )


def incident_line(incident: str, request: str, route: str, error: BaseException) -> None:
    """Note an unforeseen error by its kind and place; its message may hold what somebody entered."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    fields = {"incident": incident, "request": request, "route": route, "error": type(error).__name__, "at": places}
    incidents.error("incident", extra={"fields": fields})


def _module(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", None)
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage() if fields is None else record.msg,
        }
        if fields:
            line |= {key: round(value, 1) if isinstance(value, float) else value for key, value in fields.items()}
        return json.dumps(line)


def set_up() -> None:
    """Send the project's own lines to standard error as JSON; call once a process, after the fork."""
    # A thread of its own writes them: requests that wait for one another's lines would stand in a row.
    lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
    writing = QueueListener(lines, logging.StreamHandler(sys.stderr))
    writing.start()
    atexit.register(writing.stop)
    handler = QueueHandler(lines)
    handler.setFormatter(Lines())
    root = logging.getLogger("selaras")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False
