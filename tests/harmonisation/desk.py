"""Findings over HTTP: read, and accepted with a reason, by people who ask an application in this process."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from api.app import create_app
from workflow.engine import Engine

YEAR = datetime.now(UTC).year
PALU = "72.71"
REASON = "Disepakati dalam rapat koordinasi"


class Desk:
    """People who ask an application in this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.client: FlaskClient = create_app(lambda: engine).test_client()

    def ask(self, method: str, path: str, who: str, **parts: Any) -> Any:
        token = self.engine.tokens.issue(who, self.engine.directory.current())
        headers = {"Authorization": f"Bearer {token}", **parts.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **parts)

    def findings(self, who: str = "head.palu", **query: Any) -> dict[str, dict[str, Any]]:
        """Kind and dimension of each finding in Palu to what is said of it."""
        query = {"region": PALU, "period": YEAR, "at_least": self.engine.log.head(), **query}
        reply = self.ask("GET", "/harmonisation", who, query_string=query)
        assert reply.status_code == 200, reply.text
        return {" ".join(filter(None, (one["kind"], one["dimension"]))): one for one in reply.json["findings"]}

    def accept(self, id: str, who: str = "head.palu", reason: str = REASON, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.ask("POST", f"/findings/{id}/accept", who, json={"reason": reason}, headers=headers)
