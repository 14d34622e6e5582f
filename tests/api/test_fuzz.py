"""Schemathesis against the real server: no crash, and every reply as /openapi.json says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.offers import OPERATIONS
from tests.api.asking import Api

EXAMPLES = 12
OPERATION_NAMES = sorted(operation.name for operation in OPERATIONS if operation.name != "read_metrics")
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(api: Api) -> schemathesis.BaseSchema:
    load_all_checks()
    return schemathesis.openapi.from_url(f"{api.url}/openapi.json")


@pytest.fixture(scope="module")
def ref(api: Api) -> str:
    return api.submitted()


@pytest.mark.parametrize("name", OPERATION_NAMES)
def test_every_reply_is_as_described(api: Api, schema: schemathesis.BaseSchema, ref: str, name: str):
    operation = schema.find_operation_by_id(name)
    known = {"ref": ref, "programme": "tkm-kelompok", "action": "verify_site", "kind": "site_report", "number": "1"}

    @seed(7271)
    @BOUNDED
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        # Half of the requests go where something is.
        if len(str(case.body)) % 2 == 0:
            case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        case.call_and_validate(
            headers={"Authorization": f"Bearer {api.token('officer.palu')}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
            timeout=30,
            allow_redirects=False,
        )

    ask()
