"""A messaging gateway of our own, run as a process: keeps what comes, sends receipts, misbehaves as `mode` says.

The file `mode` holds steps, apart by `;`: a status, as `202` or `429 Retry-After=7`; `hang`; `half`, closing in the
middle of the answer; `lost`, taking the message and closing without an answer; `tell STATUS REASON`, a receipt, before
the answer where it stands before it; `hold`, waiting for the file `released`;
`insist STATUS`, a receipt that is told beside the answer, again and again until it is taken.
"""

import json
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from standardwebhooks import Webhook, WebhookVerificationError

from selaras.processes import until


class Exchange(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, secret: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.secret, self.lock, self.number = folder, secret, threading.Lock(), 0
        self.tellers = ThreadPoolExecutor(2)

    def keep(self, came: dict[str, Any]) -> None:
        with self.lock:
            self.number += 1
            part = self.folder / f"{self.number}.part"
            part.write_text(json.dumps(came))
            part.rename(self.folder / f"{self.number}.json")

    def tell(self, message: dict[str, Any], status: str, reason: str | None = None) -> None:
        body: dict[str, Any] = {"id": message["id"], "status": status, "at": datetime.now(UTC).isoformat()}
        answer = post_receipt(message["receipts"], body | ({"reason": reason} if reason else {}), self.secret)
        with (self.folder / "answered").open("a") as lines:
            lines.write(f"{answer.status_code}\n")

    def handle_error(self, *parts: object) -> None:
        """A sender that is killed cuts its line: that is no news."""

    def insist(self, message: dict[str, Any], status: str) -> None:
        body = {"id": message["id"], "status": status, "at": datetime.now(UTC).isoformat()}
        while True:
            with suppress(requests.RequestException):
                if post_receipt(message["receipts"], body, self.secret).status_code == 204:
                    return
            time.sleep(0.2)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Exchange

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = Webhook(self.server.secret).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self._answer(401)
            return
        self.server.keep({"id": self.headers["webhook-id"], "path": self.path, "message": message})
        for step in (self.server.folder / "mode").read_text().split(";"):
            self._do(step.split(), message)

    def _do(self, step: list[str], message: dict[str, Any]) -> None:
        match step:
            case ["hang"]:
                self.connection.settimeout(60)
                self.connection.recv(1)
                self.close_connection = True
            case ["hold"]:
                until((self.server.folder / "released").exists, seconds=60)
            case ["half"]:
                self.connection.sendall(b"HTTP/1.1 2")
                self._close()
            case ["lost"]:
                self._close()
            case ["insist", status]:
                self.server.tellers.submit(self.server.insist, message, status)
            case ["tell", *receipt]:
                self.server.tell(message, *receipt)
            case [status, *headers]:
                self._answer(int(status), *headers)

    def _close(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _answer(self, status: int, *headers: str) -> None:
        self.send_response(status)
        for header in headers:
            self.send_header(*header.split("=", 1))
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.wfile.flush()

    def log_message(self, *parts: object) -> None:
        pass


def post_receipt(url: str, receipt: dict[str, Any], secret: str) -> requests.Response:
    body = json.dumps(receipt).encode()
    return requests.post(url, data=body, headers=signed(body, secret), timeout=30)


def signed(body: bytes, secret: str, seconds: float = 0) -> dict[str, str]:
    """The headers of a body, by the reference library, so many seconds from now."""
    id, moment = uuid4().hex, datetime.fromtimestamp(time.time() + seconds, UTC)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, moment, body.decode()),
        "Content-Type": "application/json",
    }


def main() -> None:
    folder, secret = Path(sys.argv[1]), sys.argv[2]
    exchange = Exchange(folder, secret)
    # The port is the system's choice; whoever waits for the file reads it whole.
    part = folder / "port.part"
    part.write_text(str(exchange.server_port))
    part.rename(folder / "port")
    exchange.serve_forever()


if __name__ == "__main__":
    main()
