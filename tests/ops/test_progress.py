"""How far the demo is loaded is shown while it loads, and never mixed with what is said for good."""

import pytest

from selaras.progress import shown, tell


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of a process that loads in three stretches and then names two people."""
    for done in (10, 20, 30):
        tell(done, 30)
    print("officer.palu")
    print("head.palu")
    return capsys.readouterr().out.splitlines(keepends=True)


def test_without_a_terminal_it_is_said_once(capsys: pytest.CaptureFixture[str]):
    assert shown(told(capsys)) == ["officer.palu", "head.palu"]
    assert capsys.readouterr().out == "loads the demo once, in 30 steps\n"


def test_at_a_terminal_a_bar_runs_to_its_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    lines = told(capsys)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert shown(lines) == ["officer.palu", "head.palu"]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "100%" in captured.err


def test_nothing_to_load_shows_nothing(capsys: pytest.CaptureFixture[str]):
    assert shown(["officer.palu\n"]) == ["officer.palu"]
    assert capsys.readouterr() == ("", "")
