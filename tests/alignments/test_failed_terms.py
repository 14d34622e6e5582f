"""Which terms a case fails: told by the bound that it does not fit, never by a value, and never as a refusal."""

from typing import Any

from msgspec.structs import replace

from tests.alignments.aligned_world import AlignedWorld
from tests.alignments.paper import A, terms
from tests.domain.story import Story, recommended
from tests.domain.world import START, members
from workflow.domain.alignments import Alignment
from workflow.domain.terms import read_terms
from workflow.domain.terms_failed import failed


def agreed(*dimensions: tuple[str, str]) -> Alignment:
    rules = [{"dimension": name, "rule": rule} for name, rule in dimensions]
    whole = read_terms(terms({"eligibility": {"dimensions": rules}}))
    return Alignment(ref="P-1", standing="in_force", terms=whole, hash=whole.hash, changed=START, position=1)


def told(story: Story, alignment: Alignment, **facts: Any) -> list[str]:
    case = replace(story.case, facts={**story.case.facts, **facts})
    found = failed(story.world.definition, case, alignment, story.world.context("head.palu", case.ref))
    return [one.pointer.rpartition("/")[2] for one in found]


def story() -> Story:
    return Story(world=AlignedWorld()).given(recommended())


def test_a_group_that_fits_both_fails_nothing() -> None:
    assert told(story(), agreed(("members", "intersection"), ("age", "intersection"), ("grant", "b"))) == []


def test_the_other_partys_bound_counts_where_it_was_agreed_on() -> None:
    many = {"members": members(16)}
    assert told(story(), agreed(("members", "intersection")), **many) == ["members"]
    assert told(story(), agreed(("members", "b")), **many) == ["members"]
    assert told(story(), agreed(("members", "a")), **many) == []


def test_a_fact_that_is_missing_or_was_erased_fits_nothing() -> None:
    group = story()
    assert told(group, agreed(("grant", "intersection")), plan={}) == ["grant"]
    group.world.erased = frozenset({"born"})
    assert told(group, agreed(("age", "intersection"), ("members", "intersection"))) == ["age"]


def test_what_a_group_asks_for_beyond_an_items_cap_fails_it() -> None:
    """The paper's terms cap tools at Rp12 million and materials at Rp8 million."""
    alignment = agreed()
    at_most = {"tools": 12_000_000, "materials": 8_000_000}
    assert told(story(), alignment, plan=at_most) == []
    assert told(story(), alignment, plan={**at_most, "tools": 12_000_001}) == ["tools"]
    assert told(story(), alignment, plan={"tools": 13_000_000, "materials": 9_000_000}) == ["tools", "materials"]
    assert told(story(), alignment, plan={}) == [], "who asks for nothing is beyond no cap"


def test_a_programme_that_is_no_party_or_was_never_published_has_nothing_to_fail() -> None:
    group, alignment = story(), agreed(("members", "intersection"))
    b = alignment.terms.parties[1]
    elsewhere = replace(alignment.terms, parties=(replace(b, programme="lain"), b))
    assert told(group, replace(alignment, terms=elsewhere), members=members(16)) == []
    unknown = replace(alignment.terms, parties=(alignment.terms.parties[0], replace(b, version=9)))
    assert told(group, replace(alignment, terms=unknown), members=members(16)) == []
    assert alignment.terms.side_of(A) == "a"
