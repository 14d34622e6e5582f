"""A case's facts over a real vault, under a small definition."""

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.vault.conftest import pool, prepared_url, sealer
from tests.vault.people import SCHEMA
from workflow.domain.definition.model import FactsRule
from workflow.facts import CaseFacts, FactsSchema
from workflow.store.vault import Vault

__all__ = ["pool", "prepared_url", "sealer"]

RULE = FactsRule(by=("group_leader",), in_=("draft",), draft_requires=("region",), schema=SCHEMA)


class Programme:
    """As much of a definition as facts ask for: what its facts are, told from others by its hash."""

    def __init__(self, facts: FactsRule) -> None:
        self.facts = facts
        self.hash = sha256(json.dumps(facts.schema, sort_keys=True).encode()).hexdigest()


@pytest.fixture(scope="session")
def schema() -> FactsSchema:
    return FactsSchema(RULE)


@pytest.fixture
def facts(sealer: Vault) -> CaseFacts:
    programme: Any = Programme(RULE)
    return CaseFacts(sealer, programme, "TKM-7271-2026-000001")
