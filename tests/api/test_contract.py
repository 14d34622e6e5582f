"""The description and the code say the same; no address outside is needed to read it."""

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import create_app
from api.offers import OPERATIONS
from tests.api.asking import Api

PROMISED = {
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
    "POST /api/v1/cases",
    "GET /api/v1/cases",
    "GET /api/v1/cases/{ref}",
    "PATCH /api/v1/cases/{ref}/facts",
    "PUT /api/v1/cases/{ref}/documents/{kind}",
    "GET /api/v1/cases/{ref}/documents/{sha256}",
    "PUT /api/v1/cases/{ref}/checklist",
    "GET /api/v1/cases/{ref}/actions",
    "POST /api/v1/cases/{ref}/actions/{action}",
    "POST /api/v1/cases/{ref}/inquiries",
    "POST /api/v1/cases/{ref}/inquiries/{number}/answer",
    "GET /api/v1/cases/{ref}/history",
    "GET /api/v1/cases/{ref}/deadlines",
    "GET /api/v1/cases/{ref}/routes",
    "POST /api/v1/routes",
    "POST /api/v1/bulk",
    "GET /api/v1/inbox",
    "GET /api/v1/track/{code}",
    "GET /api/v1/workload",
    "GET /api/v1/notices",
    "POST /api/v1/notices/{id}/read",
    "GET /api/v1/cases/{ref}/notices",
    "POST /api/v1/cases/{ref}/tracking",
    "GET /api/v1/harmonisation",
    "POST /api/v1/findings/{id}/accept",
    "GET /api/v1/programmes",
    "GET /api/v1/programmes/{programme}",
    "POST /api/v1/programmes/{programme}/versions",
    "PUT /api/v1/programmes/{programme}/quotas",
}


@pytest.fixture
def described(api: Api) -> dict[str, Any]:
    return dict(api.get("//openapi.json").json())


def offered(described: dict[str, Any]) -> set[str]:
    return {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}


def test_the_description_is_valid_openapi_3_1(described: dict[str, Any]):
    assert described["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_every_route_is_described_and_nothing_else(described: dict[str, Any]):
    rules = create_app(lambda: pytest.fail("no engine is needed to know the routes")).url_map.iter_rules()
    routes = {
        method + " " + rule.rule.replace("<", "{").replace(">", "}")
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert offered(described) == routes


def test_all_that_was_promised_is_offered(described: dict[str, Any]):
    assert offered(described) >= PROMISED


def test_each_operation_has_a_name_of_its_own_and_says_what_it_does(described: dict[str, Any]):
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert all(one["summary"].endswith(".") for one in operations)


def test_only_the_doors_are_open_to_nobody(described: dict[str, Any]):
    public = {
        path for path, methods in described["paths"].items() for one in methods.values() if one.get("security") == []
    }
    assert {path for path in public if path.startswith("/api/")} == {"/api/v1/track/{code}"}


def test_writes_name_their_conditions(described: dict[str, Any]):
    def needed(path: str, method: str) -> dict[str, bool]:
        parameters = described["paths"][path][method]["parameters"]
        return {one["name"]: one["required"] for one in parameters if one["in"] == "header"}

    both = {"Idempotency-Key": True, "If-Match": True}
    assert needed("/api/v1/cases/{ref}/actions/{action}", "post") == both
    assert needed("/api/v1/cases", "post") == {"Idempotency-Key": True}
    assert needed("/api/v1/cases/{ref}/facts", "patch") == {"Idempotency-Key": False, "If-Match": True}
    for operation in OPERATIONS:
        # What is only tried out leaves nothing that could happen twice.
        if operation.method != "GET" and operation.name != "try_routes":
            assert operation.key != "none", operation.name


def test_the_bare_address_leads_to_the_page(api: Api):
    reply = api.get("//", allow_redirects=False)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/docs")


def test_the_page_needs_nothing_from_outside(api: Api):
    page = api.get("//docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 5
    for link in links:
        assert link.startswith("/")
        assert api.get("/" + link).status_code == 200, link
    assert re.findall(r"<script(?! src=)", page.text) == []
    assert api.get("//docs/index.html").status_code == 404


def test_a_message_links_to_a_page_that_tells_nothing_by_itself(api: Api) -> None:
    page = api.get("//cases/TKM-7271-2026-000001")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.content == api.get("//cases/NOT-THERE").content
    assert all(api.get(f"//pages/{name}").status_code == 200 for name in ("case.css", "case.js"))
    assert api.get("//pages/case.html").status_code == 404
