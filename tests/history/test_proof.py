"""A whole town's log, in the shape of the real one, through the command line and held against a count over HTTP."""

import csv
import itertools
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.app import create_app
from selaras.cli import group
from selaras.demo import people
from tests.history.counting import count
from tests.history.logs import MAP, as_csv, line, two_cases
from tests.history.proof import prove
from tests.history.town import town
from workflow import tokens
from workflow.engine import Engine
from workflow.history.map import read_map

ROOM = Path(__file__).parents[2] / "definitions" / "penerimaan-izin"
CASES = 250


@pytest.fixture
def selaras(settings, monkeypatch):
    """The command line beside the engine's database."""
    surroundings = {
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": settings.broker_url,
        "DATA_DIR": str(settings.data_dir),
        "SELARAS_MASTER_KEY": settings.master_key.hex(),
        "DEMO": "1",
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str | Path, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(group, [str(word) for word in words])
        assert result.exit_code == exit_code, result.output
        return result

    return run


@pytest.fixture
def ask(engine, settings):
    """What the auditor is answered over HTTP."""
    with engine.pool.connection() as connection:
        tokens.prepare(connection)
    for order in (*people.OFFICES, *people.registrations(), *people.appointments()):
        engine.directory.handle(order, by="seed")
    token = engine.tokens.issue("auditor", engine.directory.current())
    app = create_app(lambda: Engine.open(settings))
    client = app.test_client()

    def ask(path: str):
        if path.startswith("/cases?") and "at_least" not in path:
            path += f"&at_least={engine.log.head()}"
        reply = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 200, reply.text
        link = reply.headers.get("Link")
        return reply.json, link[link.index("<") + 1 : link.index(">")].removeprefix("/api/v1") if link else None

    yield ask
    app.extensions["selaras"].close()


def test_every_case_and_step_of_a_town_is_accounted_for(engine, selaras, ask, tmp_path):
    file = tmp_path / "town.csv.gz"
    rows = list(town(CASES))
    as_csv(file, rows, columns=tuple(rows[0]))
    counted = count(file)
    steps = sum(map(len, counted.steps.values()))
    assert (len(counted.steps), steps) == (CASES, len(rows))
    assert len(counted.orders) > 100
    assert any(a[0] == b[0] for steps in counted.steps.values() for a, b in itertools.pairwise(steps))

    selaras("publish", ROOM / "v1.yaml")
    first = selaras("history", file, "--map", ROOM / "coselog.map.yaml").output
    assert f"stored {CASES} cases with {len(rows)} steps; 0 cases were there already" in first
    head = engine.log.head()
    again = selaras("history", file, "--map", ROOM / "coselog.map.yaml").output
    assert f"stored 0 cases with 0 steps; {CASES} cases were there already" in again
    assert engine.log.head() == head
    assert f"deadline by our calendar: the same day: {counted.differences[0]} cases" in first

    programme = engine.registry.current("penerimaan-izin")
    definition = engine.registry.definition(programme.versions[1])
    held = list(prove(counted, engine, definition, read_map(ROOM / "coselog.map.yaml"), ask))
    assert len(held) == 7


@pytest.mark.parametrize("what", ["lost", "moved", "doubled"])
def test_the_proof_sees_what_is_not_as_the_file_says(engine, selaras, ask, tmp_path, what):
    file, other = tmp_path / "town.csv", tmp_path / "other.csv"
    rows = list(town(3))
    changed = {"lost": rows[:-1], "moved": [rows[0] | {"org:resource": "X"}, *rows[1:]], "doubled": rows}[what]
    as_csv(file, rows, columns=tuple(rows[0]))
    as_csv(other, changed, columns=tuple(rows[0]))
    selaras("publish", ROOM / "v1.yaml")
    selaras("history", other, "--map", ROOM / "coselog.map.yaml")
    if what == "doubled":
        renamed = tmp_path / "another.map.yaml"
        renamed.write_text((ROOM / "coselog.map.yaml").read_text().replace("source: CoSeLoG", "source: Other"))
        selaras("history", other, "--map", renamed)
    programme = engine.registry.current("penerimaan-izin")
    definition = engine.registry.definition(programme.versions[1])
    with pytest.raises(AssertionError):
        list(prove(count(file), engine, definition, read_map(ROOM / "coselog.map.yaml"), ask))


# --- the command's words --------------------------------------------------------------------------------------


@pytest.fixture
def old_map(tmp_path) -> Path:
    path = tmp_path / "old.map.yaml"
    path.write_text(MAP)
    return path


def test_a_file_with_problems_is_refused_whole_with_each_sentence_once(engine, selaras, tmp_path, old_map):
    lines = [*two_cases(), *(line(n, f"C-{n}", "2019-03-01 09:00:00", "Notte") for n in range(10, 14))]
    before = engine.log.head()
    said = selaras("history", as_csv(tmp_path / "a.csv", lines), "--map", old_map, exit_code=1).output
    assert "a.csv: row 7: concept:name: 'Notte' is not among the map's actions; did you mean `Note`?" in said
    assert said.count("Notte") == 1
    assert "(and 3 more rows)" in said
    assert "4 problems; nothing was stored" in said
    assert engine.log.head() == before


def test_facts_that_do_not_fit_are_refused_before_anything_is_stored(engine, selaras, tmp_path, old_map):
    before = engine.log.head()
    lines = [*two_cases(), line(9, "C", "2019-03-01 09:00:00", "Note", area="0")]
    said = selaras("history", as_csv(tmp_path / "a.csv", lines), "--map", old_map, exit_code=1).output
    assert "a.csv: row 7: case:area: " in said
    assert engine.log.head() == before


def test_a_changed_file_is_told_and_exits_with_one(engine, selaras, tmp_path, old_map):
    selaras("history", as_csv(tmp_path / "a.csv", two_cases()), "--map", old_map)
    before = engine.log.head()
    changed = [one | {"case:subject": "New"} for one in two_cases()]
    said = selaras("history", as_csv(tmp_path / "b.csv", changed), "--map", old_map, exit_code=1).output
    assert "was imported before and is left as it is; the file says: other facts: subject" in said
    assert "2 cases differ from what was imported before" in said
    assert "New" not in said
    assert engine.log.head() == before


def test_a_file_or_map_that_cannot_be_used_is_one_line(engine, selaras, tmp_path, old_map):
    broken = tmp_path / "a.csv"
    broken.write_text("")
    assert "a.csv: the first row names no columns" in selaras("history", broken, "--map", old_map, exit_code=1).output
    sound = as_csv(tmp_path / "b.csv", two_cases())
    old_map.write_text(MAP.replace("version: 1", "version: 7"))
    said = selaras("history", sound, "--map", old_map, exit_code=1).output
    assert "izin-lama version 7 is not published here" in said
    selaras("history", tmp_path / "none.csv", "--map", old_map, exit_code=2)
    selaras("history", sound, exit_code=2)


def test_replay_marks_what_was_imported(engine, selaras, tmp_path, old_map, desk):
    selaras("history", as_csv(tmp_path / "a.csv", two_cases()), "--map", old_map)
    said = selaras("replay", desk.refs()["B-1"]).output
    assert said.count("[imported from SIMPEL, row ") == 4
    assert "closed (done), round 3" in said


def test_a_town_is_the_same_for_the_same_seed(tmp_path):
    rows = list(town(5))
    assert rows == list(town(5))
    assert {row["case:concept:name"] for row in rows} == {f"case-{n}" for n in range(5)}
    assert list(csv.DictReader(as_csv(tmp_path / "a.csv", rows, columns=tuple(rows[0])).open())) == rows
