"""A tracking code ends, and another takes its place."""

from tests.domain.story import Step, Story, ask, drafted, graduated, proposed
from workflow.domain.commands import RevokeTracking


def revoked(next: str | None = None, by: str = "leader.palu") -> Step:
    return ask(by, RevokeTracking(next=next))


def test_those_who_bring_the_facts_end_a_code():
    Story().given(drafted()).when(revoked("another")).then("TrackingCodeRevoked")
    Story().given(proposed()).when(revoked(by="officer.palu")).then("TrackingCodeRevoked")
    Story().given(graduated()).when(revoked()).then("TrackingCodeRevoked")
    Story().given(proposed()).when(revoked(by="leader2.palu")).then_refused("role")
    Story().given(proposed()).when(revoked(by="head.palu")).then_refused("role")
    Story().given(proposed()).when(revoked(by="officer.sigi")).then_refused("region")


def test_the_case_has_the_new_code_or_none():
    story = Story().given(proposed(), revoked("another"))
    assert story.case.tracking_code == "another"
    story.given(revoked())
    assert story.case.tracking_code == ""
    story.when(revoked()).then_unchanged()
    story.when(revoked("third")).then("TrackingCodeRevoked")


def test_a_code_is_no_part_of_what_a_decider_sees():
    story = Story().given(proposed())
    before = story.case
    story.given(revoked("another"))
    assert (story.case.state, story.case.round, story.case.due) == (before.state, before.round, before.due)
