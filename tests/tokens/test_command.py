"""`selaras token` against a real database: what scripts read, and who is refused."""

from tests.directory.operator import selaras

__all__ = ["selaras"]


def test_a_token_is_the_last_word_and_only_for_registered_people_in_a_demo(selaras, monkeypatch) -> None:
    selaras("person", "register", "rina")
    assert selaras("token", "rina", "--days", "1").stdout.split()[-1].startswith("sel_")
    assert "not registered" in selaras("token", "nobody", exit_code=1).output
    assert "1 tokens of rina revoked" in selaras("token", "rina", "--revoke").output
    monkeypatch.setenv("DEMO", "0")
    assert "DEMO=1" in selaras("token", "rina", exit_code=1).output
