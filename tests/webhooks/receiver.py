"""A receiver of webhooks as an agency would run one: notes what comes, and answers as it is told."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Came:
    id: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @property
    def event(self) -> dict:
        return dict(json.loads(self.body))


def status(code: int, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """A body of 10 GB, as long as somebody reads it."""
    request.send_response(200)
    request.send_header("Content-Length", str(10 << 30))
    request.end_headers()
    try:
        for _ in range(1 << 12):
            request.wfile.write(b"x" * (1 << 16))
    except OSError:
        request.close_connection = True


def half(request: BaseHTTPRequestHandler) -> None:
    """Closes in the middle of the answer's first line."""
    request.connection.sendall(b"HTTP/1.1 2")
    request.connection.shutdown(socket.SHUT_RDWR)
    request.close_connection = True


def silent(seconds: float) -> Answer:
    """Says nothing for so long, unless the other side goes away."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.connection.settimeout(seconds)
        try:
            request.connection.recv(1)
        except TimeoutError:
            status(200)(request)
        request.close_connection = True

    return answer


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A byte now and then: no single wait is long."""
    try:
        for sign in "HTTP/1.1 200 OK\r\nX-Slow: " + "y" * 10_000:
            request.connection.sendall(sign.encode())
            time.sleep(0.05)
    except OSError:
        request.close_connection = True


@dataclass
class Receiver:
    answers: list[Answer] = field(default_factory=list)
    """What to answer, one after the other; then 204 for ever."""
    came: list[Came] = field(default_factory=list)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append(Came(self.headers["webhook-id"], dict(self.headers.items()), body))
                (receiver.answers.pop(0) if receiver.answers else status(204))(self)

            def log_message(self, *parts: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *parts: object) -> None:
                """A sender that is killed cuts its line: that is no news."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/selaras?from=test"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
