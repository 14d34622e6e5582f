"""Clients that never give up: each decision is sent again under its key until it is acknowledged, and noted then."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

import requests
from msgspec import Struct

from tests.journeys.client import PDF, Server
from tests.journeys.groups import group

CLIENTS = 6
PAUSE = 0.05
"""Seconds between tries while the server is away."""


class Acknowledged(Struct, frozen=True):
    key: str
    ref: str
    position: int


class Notes:
    """What the clients know: keys sent, and keys acknowledged with their position."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.sent: set[str] = set()
        self.acknowledged: list[Acknowledged] = []
        self.wrong: list[str] = []

    def note_sent(self, key: str) -> None:
        with self._lock:
            self.sent.add(key)

    def note_acknowledged(self, one: Acknowledged) -> None:
        with self._lock:
            self.acknowledged.append(one)

    def note_wrong(self, line: str) -> None:
        with self._lock:
            self.wrong.append(line)


class Client(Thread):
    """Opens groups, submits them, and has the city's head assign officers to them, until told to stop."""

    def __init__(
        self, server: Server, notes: Notes, stop: Event, assignments: int = 6, gate: Event | None = None
    ) -> None:
        """`gate`: no further group is opened while it is not set."""
        super().__init__(daemon=True)
        self._server, self._notes, self._stop_asked = server, notes, stop
        self._assignments, self._gate = assignments, gate
        self._session = requests.Session()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            if self._gate is not None and not self._gate.wait(PAUSE):
                continue
            ref = self._decided("leader.palu", lambda: ("POST", "/cases", self._opening()))
            if ref is None:
                return
            for kind in ("proposal", "domicile"):
                self._written("leader.palu", "PUT", f"/cases/{ref}/documents/{kind}", PDF + uuid4().hex.encode())
            if not self._acted(ref, "submit", "leader.palu", {}):
                return
            for number in range(self._assignments):
                officer = "officer.palu" if number % 2 else "officer2.palu"
                if not self._acted(ref, "assign_officer", "head.palu", {"assign": officer}):
                    return

    def _opening(self) -> dict[str, Any]:
        return {"programme": "tkm-kelompok", "facts": group()}

    def _acted(self, ref: str, action: str, person: str, body: dict[str, Any]) -> bool:
        path = f"/cases/{ref}/actions/{action}"
        return self._decided(person, lambda: ("POST", path, body), ref) is not None

    def _decided(
        self, person: str, ask: Callable[[], tuple[str, str, dict[str, Any]]], ref: str | None = None
    ) -> str | None:
        """Send one decision until it is acknowledged; its case, or None when told to stop or answered wrongly."""
        key = str(uuid4())
        method, path, body = ask()
        self._notes.note_sent(key)
        tag: str | None = None
        while True:
            if ref is not None and tag is None and (tag := self._tag(ref, person)) is None:
                return None
            headers = {"Idempotency-Key": key, **({"If-Match": tag} if tag else {})}
            answer = self._tried(method, path, person, json=body, headers=headers)
            if answer is None:
                return None
            if answer.status_code in (200, 201):
                told = answer.json()
                self._notes.note_acknowledged(Acknowledged(key, told["ref"], told["position"]))
                return str(told["ref"])
            self._notes.note_wrong(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return None

    def _written(self, person: str, method: str, path: str, data: bytes) -> None:
        headers = {"Content-Type": "application/pdf"}
        answer = self._tried(method, path, person, data=data, headers=headers)
        if answer is not None and answer.status_code not in (200, 201):
            self._notes.note_wrong(f"{method} {path}: {answer.status_code} {answer.text[:300]}")

    def _tag(self, ref: str, person: str) -> str | None:
        answer = self._tried("GET", f"/cases/{ref}", person)
        return None if answer is None else answer.headers.get("ETag")

    def _tried(self, method: str, path: str, person: str, **parts: Any) -> requests.Response | None:
        """The first answer that is one: the server away or saying 5xx is no answer. None once told to stop."""
        parts["headers"] = {"Authorization": f"Bearer {self._server.token(person)}", **parts.get("headers", {})}
        while True:
            try:
                answer = self._session.request(method, f"{self._server.url}/api/v1{path}", timeout=10, **parts)
                if answer.status_code < 500:
                    return answer
            except requests.RequestException:
                pass
            if self._stop_asked.wait(PAUSE):
                return None
