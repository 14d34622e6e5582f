"""Runs `selaras` as an operator would, against the test's own database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from selaras.cli import group


@pytest.fixture
def selaras(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    surroundings = {
        "DATABASE_URL": database_url,
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "DATA_DIR": str(tmp_path),
        "SELARAS_MASTER_KEY": "ab" * 32,
        "DEMO": "1",
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(group, words)
        assert result.exit_code == exit_code, result.output
        return result

    return run
