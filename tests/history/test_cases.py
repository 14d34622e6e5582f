"""Rows become cases in order of time, or problems that name row, column and way out."""

from datetime import UTC, datetime

import pytest

from tests.history.logs import COLUMNS, DEFINITION, MAP, Line, line, two_cases
from workflow.definition_files import read_definition
from workflow.history.cases import read_cases
from workflow.history.map import HistoryMap, read_map

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TWO_O_CLOCK = "2019-03-01 14:00:00"


@pytest.fixture(scope="module")
def how(tmp_path_factory) -> HistoryMap:
    path = tmp_path_factory.mktemp("map") / "map.yaml"
    path.write_text(MAP)
    return read_map(path)


@pytest.fixture
def read(how):
    definition = read_definition(DEFINITION, "v1.yaml")
    return lambda lines: read_cases(enumerate(lines, start=2), how, definition, NOW)


@pytest.fixture
def problems(read):
    """The problems of lines, as `row: column: say`."""

    def problems(*lines: Line) -> list[str]:
        return [f"{p.row}: {p.column}: {p.say}" for p in read(lines)[1]]

    return problems


def test_cases_come_in_order_of_opening_with_their_steps_in_order_of_time(read):
    cases, problems = read(two_cases())
    assert problems == ()
    assert [(case.id, [step.action for step in case.steps]) for case in cases] == [
        ("B-1", ["note", "send", "grant"]),
        ("B-2", ["note", "send"]),
    ]
    first, second = cases
    assert first.opened == datetime(2019, 3, 1, 0, tzinfo=UTC)
    assert first.deadline == datetime(2019, 3, 14, 16, tzinfo=UTC)
    assert (first.steps[2].actor, first.steps[2].office, first.steps[2].row) == ("B. Head", "Upstairs", 5)
    assert first.facts == {"subject": "Warung B-1", "area": 12, "urgent": False}
    assert second.facts == {"subject": "Warung B-2", "urgent": True}


def test_times_without_a_zone_are_in_the_maps_zone(read):
    cases, _ = read(two_cases())
    assert [step.at.isoformat() for step in cases[0].steps] == [
        "2019-03-01T01:00:00+00:00",
        "2019-03-04T02:00:00+00:00",
        "2019-03-20T01:00:00+00:00",
    ]


def test_steps_at_the_same_moment_keep_the_order_of_their_rows(read):
    cases, _ = read([line(n, "B", TWO_O_CLOCK, step) for n, step in enumerate(("Note", "Send", "Note", "Grant"))])
    assert [step.action for step in cases[0].steps] == ["note", "send", "note", "grant"]


def test_a_case_worked_on_before_it_was_opened_was_opened_then(read):
    cases, _ = read([line(1, "B", "2019-02-28 09:00:00", "Note"), line(2, "B", TWO_O_CLOCK, "Send")])
    assert cases[0].opened == cases[0].steps[0].at


def test_the_same_case_has_the_same_fingerprint_wherever_its_rows_stand(read):
    def prints(lines) -> dict[str, str]:
        return {case.id: case.fingerprint(b"secret") for case in read(lines)[0]}

    assert prints(two_cases()) == prints(reversed(two_cases()))
    other = prints([*two_cases()[:-1], two_cases()[-1] | {"org:resource": "C"}])
    assert other["B-1"] == prints(two_cases())["B-1"]
    assert other["B-2"] != prints(two_cases())["B-2"]
    assert read(two_cases())[0][0].fingerprint(b"another") not in prints(two_cases()).values()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Sendd"}, "2: concept:name: 'Sendd' is not among the map's actions; did you mean `Send`?"),
        ({"name": "Fly"}, "2: concept:name: 'Fly' is not among the map's actions; add it to the map"),
        ({"name": ""}, "2: concept:name: is empty, and every row needs it"),
        ({"timestamp": "yesterday"}, "2: time:timestamp: 'yesterday' is no ISO 8601 time; write it as"),
        ({"timestamp": "01/03/2019 14:00"}, "2: time:timestamp: '01/03/2019 14:00' is no ISO 8601 time"),
        ({"timestamp": "2019-02-30 14:00:00"}, "2: time:timestamp: '2019-02-30 14:00:00' is no ISO 8601 time"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "is no ISO 8601 time"),
        ({"timestamp": "1019-03-01 14:00:00"}, "is not in the past, or before 1900"),
        ({"timestamp": "2219-03-01 14:00:00"}, "is not in the past, or before 1900"),
        ({"timestamp": " "}, "2: time:timestamp: is empty"),
        ({"resource": ""}, "2: org:resource: is empty"),
        ({"resource": "A\x00B"}, "2: org:resource: has control characters"),
        ({"resource": "A\udc80"}, "half a surrogate pair"),
        ({"group": "x" * 100_000}, "2: org:group: has 100000 characters where a name has at most 200"),
        ({"id": ""}, "2: event:id: is empty"),
        ({"start": "soon"}, "2: case:start: 'soon' is no ISO 8601 time"),
        ({"deadline": "soon"}, "2: case:deadline: 'soon' is no ISO 8601 time"),
        ({"area": "12.5"}, "2: case:area: '12.5' is no whole number"),
        ({"area": "9" * 30}, "is no whole number"),
        ({"urgent": "perhaps"}, "2: case:urgent: 'perhaps' is neither true nor false"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_row_is_told_with_its_column_and_way_out(problems, changed, said):
    step, others = changed.get("step", "Note"), {name: text for name, text in changed.items() if name != "step"}
    (one,) = problems(line(1, "B", TWO_O_CLOCK, step, **others))
    assert said in one


def test_a_deadline_may_lie_ahead(problems):
    assert problems(line(1, "B", TWO_O_CLOCK, "Note", deadline="2030-01-01")) == []


def test_the_same_event_twice_is_a_problem(problems):
    (said,) = problems(line(1, "B", TWO_O_CLOCK, "Note"), line(1, "B", TWO_O_CLOCK, "Send"))
    assert said == "3: event:id: 'e1' stands in row 2 already; remove one"


def test_rows_that_say_different_things_of_one_case_are_a_problem(problems):
    (said,) = problems(line(1, "B", TWO_O_CLOCK, "Note"), line(2, "B", TWO_O_CLOCK, "Send", subject="other"))
    assert said == "3: case:subject: differs from what row 2 says of the same case"


def test_a_column_that_is_not_in_the_file_is_told_once(problems):
    rows = [
        {name.replace("timestamp", "timestmp"): text for name, text in line(n, "B", TWO_O_CLOCK, "Note").items()}
        for n in range(9)
    ]
    (said,) = problems(*rows)
    assert said.startswith("1: time:timestamp: the map names this column, and the file has none of that name")
    assert said.endswith("did you mean `time:timestmp`?")


def test_every_problem_is_told_at_once(problems):
    lines = [line(1, "B", "never", "Fly"), line(2, "C", TWO_O_CLOCK, "Note", area="x"), line(1, "", "", "")]
    assert len(problems(*lines)) == 6


def test_a_case_of_which_a_row_is_wrong_is_never_half_a_case(read):
    """Whoever stores looks at the problems first; the cases beside them are not complete."""
    _, problems = read([line(1, "B", TWO_O_CLOCK, "Note"), line(2, "B", TWO_O_CLOCK, "Fly")])
    assert problems


def test_all_columns_of_the_map_are_in_the_log(how):
    assert set(how.columns) == set(COLUMNS)
