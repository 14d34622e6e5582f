"""What the feed says of each event is what the case is after it."""

import json

import msgspec
from hypothesis import given, settings

from workflow.domain.case import Case
from workflow.domain.evolve import evolve
from workflow.projections import feed

from .test_rebuilding import histories


@settings(max_examples=100, deadline=None)
@given(histories())
def test_the_feed_says_what_the_case_is(events):
    cases: dict[str, Case | None] = {}
    standing: dict[str, feed.Standing] = {}
    for event in events:
        ref = event.stream[5:]
        before = cases.get(ref)
        case = cases[ref] = evolve(before, event)
        ((position, programme, region, was, _, _, said),) = feed._told(standing, event)
        told = json.loads(said)["data"]
        assert (position, programme, region) == (event.position, case.programme, case.region)
        assert was == (before.region if before else case.region)
        assert {name: told[name] for name in ("ref", "state", "phase", "round", "ended")} == {
            name: getattr(case, name) for name in ("ref", "state", "phase", "round", "ended")
        }
        assert told["due"] == (None if case.due is None else msgspec.to_builtins(case.due))
