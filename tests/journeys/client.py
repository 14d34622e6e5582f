"""A person at the API: signs in with a token, reads, acts. What journeys and the story speak to the server with."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n%"
SELARAS = Path(sys.executable).with_name("selaras")


class Refusal(Exception):
    """The server did not answer as the story goes."""


class Server:
    """A running Selaras at `url`. `environment` lets the command line find it."""

    def __init__(self, url: str, environment: dict[str, str] | None = None) -> None:
        self.url, self._environment, self._tokens = url.rstrip("/"), environment, dict[str, str]()
        self.session = requests.Session()

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `selaras` beside the server."""
        return subprocess.run(
            [SELARAS, *words], capture_output=True, text=True, env=self._environment, check=check, timeout=120
        )

    def token(self, person: str) -> str:
        if person not in self._tokens:
            self._tokens[person] = self.command("token", person).stdout.split()[-1]
        return self._tokens[person]

    def call(
        self, method: str, path: str, person: str, want: int | tuple[int, ...] = 200, **parts: Any
    ) -> requests.Response:
        """One request as a person; raises Refusal unless the status is as wanted."""
        headers = {"Authorization": f"Bearer {self.token(person)}", **parts.pop("headers", {})}
        answer = self.session.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=30, **parts)
        if answer.status_code not in ((want,) if isinstance(want, int) else want):
            raise Refusal(f"{method} {path} as {person}: {answer.status_code}, not {want}: {answer.text[:900]}")
        return answer

    # --- the words of a journey -------------------------------------------------------------------------------

    def open(self, person: str, facts: dict[str, Any], programme: str = "tkm-kelompok", **more: Any) -> str:
        body = {"programme": programme, "facts": facts, **more}
        answer = self.call("POST", "/cases", person, 201, json=body, headers={"Idempotency-Key": str(uuid4())})
        return str(answer.json()["ref"])

    def case(self, ref: str, person: str, **query: Any) -> dict[str, Any]:
        return dict(self.call("GET", f"/cases/{ref}", person, params=query).json())

    def tag(self, ref: str, person: str) -> str:
        return self.call("GET", f"/cases/{ref}", person).headers["ETag"]

    def act(
        self, ref: str, action: str, person: str, want: int | tuple[int, ...] = 200, tag: str | None = None, **body: Any
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": tag or self.tag(ref, person)}
        return dict(
            self.call("POST", f"/cases/{ref}/actions/{action}", person, want, json=body, headers=headers).json()
        )

    def document(self, ref: str, kind: str, person: str, want: int | tuple[int, ...] = (200, 201)) -> dict[str, Any]:
        """Supply a document; its bytes are new each time."""
        data = PDF + uuid4().hex.encode()
        path, headers = f"/cases/{ref}/documents/{kind}", {"Content-Type": "application/pdf"}
        return dict(self.call("PUT", path, person, want, data=data, headers=headers).json())

    def checklist(self, ref: str, person: str, **answers: bool) -> None:
        self.call("PUT", f"/cases/{ref}/checklist", person, json=answers)

    def change(self, ref: str, person: str, patch: dict[str, Any], want: int = 200) -> dict[str, Any]:
        headers = {"If-Match": self.tag(ref, person), "Content-Type": "application/merge-patch+json"}
        return dict(self.call("PATCH", f"/cases/{ref}/facts", person, want, json=patch, headers=headers).json())

    def codes(self, ref: str, action: str, person: str) -> set[str]:
        """The codes of all reasons why the action is not open to this person now."""
        items = self.call("GET", f"/cases/{ref}/actions", person).json()["items"]
        return {refusal["code"] for item in items if item["action"] == action for refusal in item["refusals"]}

    def history(self, ref: str, person: str = "auditor") -> list[dict[str, Any]]:
        return list(self.call("GET", f"/cases/{ref}/history", person, params={"limit": 200}).json()["items"])
