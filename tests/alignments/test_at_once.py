"""Two servers at once: whatever comes first, no case is bound to terms that were not in force at its position."""

from concurrent.futures import ThreadPoolExecutor

from tests.alignments.table import REASON, Table
from workflow.casework import Stale
from workflow.domain.alignments import AlignmentChanged
from workflow.domain.events import ActionTaken
from workflow.domain.refusal import Refused
from workflow.engine import Engine

ROUNDS = 5


def test_suspensions_and_amendments_race_with_recommendations(table: Table, there: Engine) -> None:
    ref, other = table.in_force(), Table(there)
    groups = [table.ready() for _ in range(8)]

    def negotiate() -> None:
        for number in range(ROUNDS):
            table.suspend(ref)
            table.resume(ref)
            table.amended(ref, {"persons": {"rule": ("cumulative", "exclusive")[number % 2]}})

    def recommend(group: str) -> str:
        for at in (table, other, table, other):
            try:
                at.take(group, "recommend", "head.palu")
            except Stale:
                continue
            return group
        return ""

    with ThreadPoolExecutor(5) as pool:
        negotiating = pool.submit(negotiate)
        done = [group for group in pool.map(recommend, groups) if group]
        negotiating.result()
    assert done
    told = [event for event in table.engine.alignments.history() if isinstance(event.body, AlignmentChanged)]
    for group in done:
        taken = table.engine.casework.history(group)[-1]
        assert isinstance(taken.body, ActionTaken)
        then = [event.body for event in told if event.position < taken.position][-1]
        bound = {one.alignment: one.terms for one in taken.body.binds}
        assert bound == ({ref: then.hash} if then.standing == "in_force" else {})


def test_two_pairs_of_hands_put_two_alignments_in_force_and_one_of_them_is(table: Table, there: Engine) -> None:
    refs = [table.agreed(), table.agreed()]

    def put(at: Table, ref: str) -> set[str]:
        """The codes that refuse it."""
        try:
            at.take(ref, "put_in_force", "head.ministry")
        except Refused as refused:
            return {refusal.code for refusal in refused.refusals}
        return set()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(put, (table, Table(there)), refs))
    assert sorted(outcomes, key=len) == [set(), {"claim.alignment"}]
    known = table.engine.alignments.current().known
    assert sorted(known[ref].standing for ref in refs) == ["in_force", "negotiated"]
    table.take(refs[outcomes.index({"claim.alignment"})], "withdraw", "head.palu", reason=REASON)
