"""Every path of the terms in an official's words: what changes, comes or goes is told without a key, in both languages.

`words.txt` holds, for each path, the value that is put there and the sentences that it makes, Indonesian above English.
A part that may be left out, or a list, stands there once more: without it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from tests.alignments.paper import A, B, city, data, terms
from tests.domain.world import V1
from workflow.definition_files import read_definition
from workflow.domain.terms import Clause, Terms, read_terms
from workflow.domain.terms_difference import difference
from workflow.domain.terms_words import Names
from workflow.regions import regions

KLASTER = "klaster-potensi"
PROGRAMMES = {
    A: read_definition(V1.read_text(encoding="utf-8"), "a.yaml"),
    B: city(
        (
            "title: {id: Tenaga Kerja Mandiri berbasis kelompok, en: Group-based self-employment}",
            "title: {id: Padat Karya Uji, en: Test Works}",
        ),
        ("Anggota 10 sampai 20 orang, en: 10 to 20 members", "Anggota 5 sampai 15 orang, en: 5 to 15 members"),
    ),
    KLASTER: read_definition((V1.parents[1] / KLASTER / "v1.yaml").read_text(encoding="utf-8"), "c.yaml"),
}
WHOLE = terms(
    {
        **data(legal_basis="Pasal 5 (contoh)", purpose="pendataan", fields=["group", "members.name"]),
        "persons": {"rule": "after", "months": 12},
        "quota": {"places": [{"region": "72.71", "side": "a", "places": 50}], "idle_after": "2026-06-01"},
        "running": {"binds_at": "recommend", "by_side": {"a": "recommend", "b": "agree"}},
    }
)
"""Terms in which every part is there, and one item of every list."""


def names_of(whole: Terms) -> Names:
    a, b = (PROGRAMMES[party.programme] for party in whole.parties)
    return Names(parties=(a, b), region=regions().name)


def told(before: Any, after: Any) -> list[tuple[str, str]]:
    return [(one.id, one.en) for one in difference(read_terms(before), read_terms(after), names_of)]


def put(whole: Any, path: str, value: Any) -> Any:
    """The terms with another value at a path; of a list's items the first."""
    name, _, rest = path.partition(".")
    inner = value
    if rest and isinstance(whole[name], list):
        inner = [put(whole[name][0], rest, value), *whole[name][1:]]
    elif rest:
        inner = put(whole[name], rest, value)
    return {**whole, name: inner}


def paths(shape: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """Every path of the terms down to its values; true for those of a part that may be left out or is a list."""
    for name, kind in get_type_hints(shape).items():
        path = f"{at}{name}"
        options = [one for one in get_args(kind) if one is not NoneType] if get_origin(kind) in (UnionType,) else [kind]
        several = get_origin(options[0]) is tuple
        inner = get_args(options[0])[0] if several else options[0]
        whole = isinstance(inner, type) and issubclass(inner, Clause)
        if (len(get_args(kind)) > 1 and NoneType in get_args(kind)) or (several and name != "parties"):
            yield path, True
        if whole:
            yield from paths(inner, f"{path}.")
        else:
            yield path, False


def table() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """(path, value, sentences in both languages)."""
    for block in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split("\n\n"):
        head, *said = block.strip().split("\n")
        path, value = head.split(" = ")
        lines = [line.strip() for line in said]
        yield path, value, list(zip(lines[::2], lines[1::2], strict=True))


TABLE = {(path, value in ("null", "[]")): (json.loads(value), said) for path, value, said in table()}
"""(path, whether it is left out) to the value and the sentences."""


def test_every_path_of_the_terms_has_its_words() -> None:
    assert TABLE.keys() == set(paths(Terms)), "a new path needs a clause in terms_words and its sentences in words.txt"


@pytest.mark.parametrize(("path", "gone"), TABLE, ids=lambda part: str(part))
def test_a_path_is_told_when_it_changes_and_both_ways_when_it_goes(path: str, gone: bool) -> None:
    value, sentences = TABLE[path, gone]
    after = put(WHOLE, path, value)
    assert told(WHOLE, after) == sentences
    assert sentences
    added = [
        (id.replace("dihapus, semula ", "ditambahkan, "), en.replace("removed, it was ", "added, "))
        for id, en in sentences
    ]
    if gone and added != sentences:
        assert told(after, WHOLE) == added


KEYS = re.compile(
    r"""[a-z]_[a-z]  # city_head
      | [a-z]-[a-z]+-  # pemerintah-kota-palu
      | [a-z]\.[a-z]  # plan.tools
      | [a-z][A-Z]  # CityRecommended
      | \b\d\d\.\d\d\b  # 72.71
      | \d{4}-\d\d  # 2026-12-31
      | \d{5,}  # 20000000""",
    re.VERBOSE,
)


def test_no_sentence_names_anything_by_its_key() -> None:
    for path, (_, sentences) in TABLE.items():
        for said in (text for pair in sentences for text in pair):
            assert not KEYS.search(said), (path, said)
