"""Terms bind a case where its own programme decides, which either party may call otherwise."""

from typing import Any

import pytest

from tests.alignments.aligned_world import AlignedWorld
from tests.alignments.paper import terms
from tests.domain.story import Story, before_the_panel, recommended
from tests.domain.world import START
from workflow.domain.alignments import STREAM, AlignmentChanged, Alignments, Standing, fold
from workflow.domain.binding import holding
from workflow.domain.events import Recorded
from workflow.domain.terms import read_terms


def world(standing: Standing = "in_force", at: AlignedWorld | None = None, **running: Any) -> AlignedWorld:
    """The alignment P-1 as it stands, with what its terms say of running cases."""
    made, whole = at or AlignedWorld(), read_terms(terms({"running": running}))
    body = AlignmentChanged(ref="P-1", standing=standing, terms=whole, hash=whole.hash)
    event = Recorded(stream=STREAM, version=1, position=1, at=START, actor="seed", body=body)
    made.alignments = fold([event], Alignments())
    return made


def bound(story: Story) -> list[str]:
    return [one.alignment for one in story.case.bound]


def test_a_case_is_bound_at_the_action_of_its_own_side() -> None:
    own = {"by_side": {"a": "agree"}}
    assert bound(Story(world=world(**own)).given(recommended())) == []
    assert bound(Story(world=world(**own)).given(before_the_panel())) == ["P-1"]


@pytest.mark.parametrize(
    "running", [{}, {"by_side": {"b": "agree"}}, {"binds_at": "agree", "by_side": {"a": "recommend"}}]
)
def test_what_is_said_of_the_other_side_changes_nothing(running: dict[str, Any]) -> None:
    assert bound(Story(world=world(**running)).given(recommended())) == ["P-1"]


def test_a_suspension_holds_what_its_own_action_bound() -> None:
    own = {"by_side": {"a": "agree"}}
    story = Story(world=world(**own)).given(before_the_panel())
    world("suspended", story.world, **own)
    context = story.world.context("panel1", story.ref)
    assert [one.ref for one in holding(story.world.definition, story.case, context)] == ["P-1"]
