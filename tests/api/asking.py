"""People who ask the API over HTTP, in words that tests can be told in."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import requests

from tests.journeys.groups import group
from workflow.asks import DeadlineAsk
from workflow.engine import Engine

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n%"
PROBLEM = "application/problem+json"


class Api:
    """A server and those who may sign in to it."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url, self.engine = url, engine
        self._tokens: dict[str, str] = {}
        self.session = requests.Session()

    def token(self, who: str) -> str:
        if who not in self._tokens:
            self._tokens[who] = self.engine.tokens.issue(who, self.engine.directory.current())
        return self._tokens[who]

    def ask(self, method: str, path: str, who: str | None = None, **parts: Any) -> requests.Response:
        """One request; `path` below /api/v1, or from the root where it begins with two slashes."""
        headers = dict(parts.pop("headers", {}))
        if who:
            headers.setdefault("Authorization", f"Bearer {self.token(who)}")
        address = self.url + (path[1:] if path.startswith("//") else f"/api/v1{path}")
        return self.session.request(method, address, headers=headers, timeout=30, **parts)

    def get(self, path: str, who: str | None = None, **parts: Any) -> requests.Response:
        return self.ask("GET", path, who, **parts)

    # --- cases ------------------------------------------------------------------------------------------------

    def open(self, who: str = "leader.palu", facts: dict[str, Any] | None = None, **more: Any) -> requests.Response:
        body = {"programme": "tkm-kelompok", "facts": group() if facts is None else facts, **more}
        return self.ask("POST", "/cases", who, json=body, headers=key())

    def opened(self, **over: Any) -> str:
        """The reference of a case that was opened."""
        reply = self.open(facts=group(**over))
        assert reply.status_code == 201, reply.text
        return str(reply.json()["ref"])

    def tag(self, ref: str, who: str = "leader.palu") -> str:
        return self.get(f"/cases/{ref}", who).headers["ETag"]

    def case(self, ref: str, who: str = "leader.palu") -> dict[str, Any]:
        return dict(self.get(f"/cases/{ref}", who).json())

    def act(self, ref: str, action: str, who: str, tag: str | None = None, **body: Any) -> requests.Response:
        headers = {**key(), "If-Match": tag or self.tag(ref, who)}
        return self.ask("POST", f"/cases/{ref}/actions/{action}", who, json=body, headers=headers)

    def patch(self, ref: str, patch: Any, who: str = "leader.palu") -> requests.Response:
        headers = {"If-Match": self.tag(ref, who), "Content-Type": "application/merge-patch+json"}
        return self.ask("PATCH", f"/cases/{ref}/facts", who, json=patch, headers=headers)

    def document(self, ref: str, kind: str, who: str, data: bytes | None = None, **headers: str) -> requests.Response:
        sent = {"Content-Type": "application/pdf", **headers}
        data = PDF + uuid4().hex.encode() if data is None else data
        return self.ask("PUT", f"/cases/{ref}/documents/{kind}", who, data=data, headers=sent)

    def codes(self, ref: str, action: str, who: str) -> set[str]:
        items = self.get(f"/cases/{ref}/actions", who).json()["items"]
        return {refusal["code"] for item in items if item["action"] == action for refusal in item["refusals"]}

    # --- stages -----------------------------------------------------------------------------------------------

    def submitted(self, **over: Any) -> str:
        ref = self.opened(**over)
        for kind in ("proposal", "domicile"):
            assert self.document(ref, kind, "leader.palu").status_code == 201
        return self._done(ref, self.act(ref, "submit", "leader.palu"))

    def recommended(self) -> str:
        ref = self.submitted()
        self.document(ref, "site_report", "officer.palu")
        self._done(ref, self.act(ref, "verify_site", "officer.palu"))
        self.document(ref, "recommendation", "head.palu")
        answers = {"members_met": True, "not_yet_served": True}
        self.ask("PUT", f"/cases/{ref}/checklist", "officer.palu", json=answers)
        return self._done(ref, self.act(ref, "recommend", "head.palu"))

    def before_the_panel(self) -> str:
        ref = self.recommended()
        self.document(ref, "coordination", "coord.sulteng")
        return self._done(ref, self.act(ref, "agree", "coord.sulteng"))

    def lapsed(self, ref: str, due: str, number: int = 1) -> None:
        """The engine lapses an inquiry at the moment when its answer was due."""
        ask, at = DeadlineAsk(what="lapse", inquiry=number), datetime.fromisoformat(due)
        assert self.engine.casework.handle(ref, ask, "system", at=at).changed

    def _done(self, ref: str, reply: requests.Response) -> str:
        assert reply.status_code == 200, reply.text
        return ref


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def assert_problem(reply: requests.Response, status: int, *words: str) -> dict[str, Any]:
    """The reply is a problem of this status, in both languages; each word is somewhere in it. Returns its body."""
    assert reply.status_code == status, f"{reply.status_code}: {reply.text[:800]}"
    assert reply.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = reply.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "id", "en", "how", "request"} <= body.keys()
    assert body["how"]["id"]
    assert body["how"]["en"]
    for one in (*body.get("errors", ()), *body.get("refusals", ())):
        assert one["id"]
        assert one["en"]
    for word in words:
        assert word in reply.text, f"{word} is not in {reply.text[:800]}"
    return body


def pointers(body: dict[str, Any]) -> set[str]:
    return {error["pointer"] for error in body.get("errors", ())}


def refusal_codes(body: dict[str, Any]) -> set[str]:
    return {refusal["code"] for refusal in body.get("refusals", ())}
