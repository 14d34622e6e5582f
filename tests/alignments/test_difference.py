"""What changed from one version of the terms to another, told clause by clause in both languages."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.alignments.paper import terms
from workflow.domain.terms import Terms, read_terms
from workflow.domain.terms_difference import difference
from workflow.domain.terms_words import clauses

from .test_words import names_of


def told(before: Terms, after: Terms) -> dict[str, tuple[str, str]]:
    return {one.pointer: (one.id, one.en) for one in difference(before, after, names_of)}


def test_what_changed_is_said_and_nothing_else() -> None:
    before = read_terms(terms())
    after = read_terms(
        terms(
            {
                "until": "2026-12-31",
                "persons": {"rule": "after", "months": 12},
                "quota": {"places": [{"region": "72.71", "side": "a", "places": 60}]},
                "budget": {"ceiling": None},
            }
        )
    )
    assert told(before, after) == {
        "/until": (
            "Berlaku sampai: semula 31 Desember 2027, menjadi 31 Desember 2026",
            "In force until: was 31 December 2027, becomes 31 December 2026",
        ),
        "/persons": (
            "Orang di kedua program: semula hanya satu program sekaligus, "
            "menjadi 12 bulan setelah keanggotaan lain berakhir",
            "A person in both programmes: was one programme at a time, "
            "becomes 12 months after the other membership ended",
        ),
        "/quota/places/72.71/a": (
            "Tempat Tenaga Kerja Mandiri berbasis kelompok di Kota Palu: semula 50, menjadi 60",
            "Places of Group-based self-employment in Kota Palu: was 50, becomes 60",
        ),
        "/quota/places/72.71/b": (
            "Tempat Padat Karya Uji di Kota Palu: dihapus, semula 16",
            "Places of Test Works in Kota Palu: removed, it was 16",
        ),
        "/budget/ceiling": (
            "Pagu per kelompok dari kedua program: dihapus, semula Rp20.000.000",
            "Ceiling for a group from both programmes: removed, it was Rp20.000.000",
        ),
    }


def test_an_order_that_was_turned_is_no_change() -> None:
    turned = terms()
    turned["budget"]["items"].reverse()
    turned["eligibility"]["dimensions"].reverse()
    assert told(read_terms(terms()), read_terms(turned)) == {}


PATCHES = st.fixed_dictionaries(
    {},
    optional={
        "since": st.sampled_from(["2026-01-02", "2026-02-01"]),
        "regions": st.lists(st.sampled_from(["72.71", "72.10", "72.03"]), min_size=1, unique=True),
        "persons": st.sampled_from([{"rule": "cumulative"}, {"rule": "after", "months": 3}]),
        "mentoring": st.sampled_from([None, {"groups_per_mentor": 12}]),
        "running": st.sampled_from([{"later": "rebind"}, {"binds_at": "agree"}, {"by_side": {"b": "agree"}}]),
        "eligibility": st.sampled_from([{"dimensions": [{"dimension": "grant", "rule": "b"}]}, {"facts": []}]),
        "quota": st.sampled_from([None, {"idle_after": "2026-06-01"}, {"transfer": {"cap": 3}}]),
    },
)


@given(PATCHES, PATCHES)
def test_terms_differ_exactly_where_something_is_told(one: dict[str, object], other: dict[str, object]) -> None:
    before, after = read_terms(terms(one)), read_terms(terms(other))
    found = told(before, after)
    assert bool(found) == (sets(before) != sets(after))
    assert found.keys() == told(after, before).keys()
    assert all(said[0] != said[1] for said in found.values())


def sets(whole: Terms) -> object:
    """Terms with their regions in no order, which means nothing."""
    return msgspec.structs.replace(whole, regions=tuple(sorted(whole.regions)))


def test_every_clause_has_a_name_and_says_something() -> None:
    for clause in clauses(read_terms(terms()), names_of(read_terms(terms()))).values():
        assert clause.label.id
        assert clause.label.en
        assert clause.says
        assert all(part.id and part.en for part in clause.says)
