"""Decisions over HTTP beside a bare route with one INSERT: the same server, threads, client and connections."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from uuid import uuid4

import psutil
import requests

from bench import system
from bench.load import Rate, run
from selaras.launch import HOST, granian
from workflow.domain.dossier import dossier
from workflow.engine import Engine

READY_WITHIN = 30.0
"""Seconds."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, environment: dict[str, str], probe: str) -> Iterator[int]:
    """Granian with an application, as the launcher starts it, its log in a file; the port where it answers."""
    port = free_port()
    with Path(environment["DATA_DIR"], "web.log").open("ab") as log:
        process = subprocess.Popen(
            granian(port, environment, application), env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        for _ in range(int(READY_WITHIN / 0.1)):
            try:
                if requests.get(f"http://{HOST}:{port}{probe}", timeout=5).status_code < 500:
                    break
            except requests.RequestException:
                pass
            Event().wait(0.1)
        yield port
    finally:
        children = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        process.wait(timeout=30)
        for child in children:
            if child.is_running():
                child.kill()


class Connection:
    """One kept-alive connection that sends prepared bytes and reads an answer by its length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> bytes:
        """The whole answer. Raises RuntimeError unless it is a 200."""
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(65536)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((head + body).decode(errors="replace")[:600])
        return body


def request(path: str, body: bytes, **headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def bare(port: int) -> Callable[[int], Callable[[], object]]:
    def prepare(number: int) -> Callable[[], object]:
        connection, sent = Connection(port), request("/insert", b"")
        return lambda: connection.send(sent)

    return prepare


def decisions(engine: Engine, port: int) -> Callable[[int], Callable[[], object]]:
    """Each connection has a group of its own before the city's head, who names its officer again and again."""
    token = engine.tokens.issue(system.HEAD, engine.directory.current(), label="bench", days=1)

    def prepare(number: int) -> Callable[[], object]:
        case, definition = engine.casework.case(system.in_review(engine))
        connection, turns = Connection(port), count()
        path, tag = f"/api/v1/cases/{case.ref}/actions/assign_officer", f'"{dossier(definition, case)}"'
        bodies = [json.dumps({"assign": officer}).encode() for officer in system.OFFICERS]

        def once() -> object:
            sent = request(
                path,
                bodies[next(turns) % 2],
                Authorization=f"Bearer {token}",
                Idempotency_Key=uuid4().hex,
                If_Match=tag,
            )
            return connection.send(sent)

        return once

    return prepare


def compared(
    engine: Engine, raw_url: str, url: str, place: Path, seconds: float, threads: int = 32
) -> tuple[Rate, Rate]:
    """The bare route on the raw limit's table, and our decisions."""
    ours = {
        "DATABASE_URL": url,
        "BROKER_URL": engine.settings.broker_url,
        "DATA_DIR": str(place),
        "SELARAS_MASTER_KEY": engine.settings.master_key.hex(),
        "PYTHONPATH": os.pathsep.join(sys.path),
        # One person sends everything here.
        "REQUESTS_PER_SECOND": "1000000",
    }
    with served("bench.bare:app", {**ours, "DATABASE_URL": raw_url}, "/") as port:
        plain = run(threads, seconds, bare(port))
    with served("api.wsgi:app", ours, "/readyz") as port:
        return plain, run(threads, seconds, decisions(engine, port))
