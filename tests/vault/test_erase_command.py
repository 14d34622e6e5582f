"""`selaras erase`: by digest, or by NIK from standard input only."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from selaras.commands.erase import erase
from tests.vault.conftest import KEY
from tests.vault.people import SCHEMA, group, member
from workflow.store.vault import Vault

CASE = "TKM-7271-2026-000001"
NIK = member(1)["nik"]


@pytest.fixture
def stored(sealer: Vault) -> dict[str, Any]:
    return sealer.seal(group(2), SCHEMA, CASE)


@pytest.fixture
def run(prepared_url: str, tmp_path: Any) -> Any:
    def run(*arguments: str, input: str = "", key: bytes = KEY) -> Result:
        environment = {
            "DATABASE_URL": prepared_url,
            "BROKER_URL": "redis+socket:///none",
            "DATA_DIR": str(tmp_path),
            "SELARAS_MASTER_KEY": key.hex(),
        }
        return CliRunner().invoke(erase, arguments, input=input, env=environment)

    return run


def test_by_digest(run: Any, sealer: Vault, stored: dict[str, Any]) -> None:
    done = run(sealer.person(NIK), "--reason", "Permintaan yang bersangkutan", "--by", "dpo")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{sealer.person(NIK)}: erased")
    assert "by dpo: Permintaan yang bersangkutan" in done.output
    assert Vault(sealer._keys._pool, KEY).open(stored, SCHEMA, CASE)["members"][0] == {"role": "member"}


def test_by_nik_on_standard_input_which_is_never_echoed(run: Any, sealer: Vault, stored: dict[str, Any]) -> None:
    done = run("-", "--reason", "Permintaan yang bersangkutan", input=f"{NIK}\n")
    assert done.exit_code == 0, done.output
    assert sealer.person(NIK) in done.output
    assert NIK not in done.output


def test_again_says_when_it_was_done(run: Any, sealer: Vault, stored: dict[str, Any]) -> None:
    run(sealer.person(NIK), "--reason", "yang pertama")
    done = run(sealer.person(NIK), "--reason", "yang kedua")
    assert done.exit_code == 0
    assert "was erased before" in done.output
    assert "yang pertama" in done.output


@pytest.mark.parametrize(
    ("arguments", "given", "code", "sentence"),
    [
        ([NIK, "--reason", "alasan"], "", 2, "standard input"),
        (["-", "--reason", "alasan"], "123\n", 2, "16 digits"),
        (["-", "--reason", f"NIK {NIK}"], f"{NIK}\n", 2, "must not hold a NIK"),
        (["-", "--reason", "  "], f"{NIK}\n", 2, "must say why"),
        (["-"], f"{NIK}\n", 2, "--reason"),
        (["0" * 32, "--reason", "alasan"], "", 1, "nothing was changed"),
    ],
)
def test_misuse_is_one_clear_line(
    run: Any, stored: dict[str, Any], arguments: list[str], given: str, code: int, sentence: str
) -> None:
    done = run(*arguments, input=given)
    assert done.exit_code == code, done.output
    assert sentence in done.output
    assert NIK not in done.output


def test_a_wrong_master_key_erases_nothing(run: Any, sealer: Vault, stored: dict[str, Any]) -> None:
    done = run(sealer.person(NIK), "--reason", "alasan", key=bytes(32))
    assert done.exit_code == 1
    assert "SELARAS_MASTER_KEY" in done.output
    assert sealer.plain(stored, SCHEMA, CASE) == group(2)
