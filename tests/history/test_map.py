"""A map is read strictly: what is wrong with it is told with its place and the way out."""

from pathlib import Path

import pytest

from tests.history.logs import DEFINITION, MAP
from workflow.definition_files import read_definition
from workflow.history.broken import BadMap
from workflow.history.map import check_map, read_map

ROOM = Path(__file__).parents[2] / "definitions" / "penerimaan-izin"


def refused(tmp_path, before: str, after: str) -> str:
    """What is said of the map with one text of it replaced."""
    assert before in MAP
    path = tmp_path / "a.map.yaml"
    path.write_text(MAP.replace(before, after, 1))
    with pytest.raises(BadMap) as said:
        check_map(read_map(path), read_definition(DEFINITION, "v1.yaml"))
    return str(said.value)


def test_the_map_shipped_with_a_definition_fits_it():
    definition = read_definition((ROOM / "v1.yaml").read_text(), "v1.yaml")
    how = read_map(ROOM / "coselog.map.yaml")
    check_map(how, definition)
    assert (how.programme, how.version) == (definition.id, definition.version)
    assert len(how.event.actions) == len(set(how.event.actions.values())) == 27


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  id: 'event:id'", "  ids: 'event:id'", "a.map.yaml:12:3: Object contains unknown field `ids`"),
        ("  at: 'time:timestamp'\n", "", "a.map.yaml:11:1: Object missing required field `at`"),
        ("version: 1", "version: one", "a.map.yaml:4:1: Expected `int`, got `str`"),
        ("history: 1", "history: 2", "a.map.yaml:1:1: 2 is not known; this version reads 1"),
        ("zone: Asia/Makassar", "zone: Asia/Makasar", "a.map.yaml:5:1: there is no time zone 'Asia/Makasar'"),
        ("zone: Asia/Makassar", "zone: ../../etc/passwd", "there is no time zone"),
        ("source: SIMPEL", "source: ''", "the other system needs a name"),
        ("source: SIMPEL", "source: &a SIMPEL", "anchors (&) are not allowed"),
        ("source: SIMPEL", "source: SIMPEL\nsource: other", "the key `source` stands here twice"),
        ("Send: send", "Send: sent", "'Send' leads to 'sent', which is no action; did you mean `send`?"),
        ("{subject:", "{subjct:", "there is no field 'subjct'; did you mean `subject`?"),
        ("source: SIMPEL", "source: [", "a.map.yaml:"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, before, after, said):
    assert said in refused(tmp_path, before, after)


def test_a_map_that_is_no_text_or_too_large_is_refused(tmp_path):
    path = tmp_path / "a.map.yaml"
    for content, said in ((b"\xff\xfe", "is not UTF-8"), (b"#" * 300_000, "at most 256 KiB"), (b"", "empty")):
        path.write_bytes(content)
        with pytest.raises(BadMap, match=said):
            read_map(path)
    with pytest.raises(BadMap, match="cannot be read"):
        read_map(tmp_path / "none.yaml")
