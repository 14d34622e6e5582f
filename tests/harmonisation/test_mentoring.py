"""Terms on mentoring that are broken: by which groups, from which event on, and which event ended it."""

from datetime import UTC, datetime
from typing import Any

from workflow.domain.findings.finding import Finding
from workflow.domain.findings.finding_rules import findings
from workflow.domain.findings.parts import clauses_of, keys_of
from workflow.domain.findings.presence import presence_of
from workflow.domain.terms import Mentoring

from .programmes import ALPHA, BETA
from .telling import PALU, SIGI, Log, terms

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BOTH = ("alpha", "beta")


def asking(groups: int = 9, visits: int = 0) -> Any:
    mentoring = Mentoring(provider="ministry", groups_per_mentor=groups, visits_per_month=visits)
    return terms(mentoring=mentoring)


def mentored(*refs: str) -> Log:
    """Groups of alpha in Palu under one mentor, and their programme beside beta."""
    log = Log()
    for definition in (ALPHA, BETA):
        log.publish(definition)
        log.quota(definition.id, 9)
    for ref in refs:
        hand(log, ref)
    return log


def hand(log: Log, ref: str, mentor: str = "mentor1", region: str = PALU) -> int:
    log.open(ref, region=region)
    for action in ("submit", "approve"):
        log.take(ref, action)
    return log.take(ref, "assign", mentor=mentor)


def breach(room: Any, log: Log, as_of: datetime | int | None = None) -> tuple[Finding | None, list[str]]:
    """The breach as it is told, resolved or not, and the cases it opens to."""
    told = room().tell(log.events, 7).harmonised
    picture = told.told(2026, NOW, as_of).picture
    ours = [one for one in findings(picture) if one.kind == "breach"]
    assert len(ours) <= 1
    if not ours:
        return None, []
    assert clauses_of(picture, ours[0]) or ours[0].resolved
    cases = [one.ref for one in told.made_of(keys_of(picture, ours[0]), as_of, "", 100).cases]
    assert len(cases) == ours[0].figure
    return ours[0], cases


def test_all_groups_of_a_mentor_with_more_than_terms_allow_and_no_others(room):
    log = mentored("a", "b")
    hand(log, "other", "mentor2")
    hand(log, "far", region=SIGI)
    agreed = log.align(agreed=asking(groups=1))
    found, cases = breach(room, log)
    assert found is not None
    assert (found.parties, found.region, found.dimension) == (BOTH, PALU, "groups_per_mentor")
    assert cases == ["a", "b"]
    assert breach(room, log, agreed - 1) == (None, [])
    third = hand(log, "c")
    assert breach(room, log)[1] == ["a", "b", "c"]
    assert breach(room, log, third - 1)[1] == ["a", "b"]
    told = room().tell(log.events).harmonised
    assert told.began(presence_of(found)) == agreed


def test_it_is_ended_by_the_assignment_the_end_of_a_case_or_the_terms(room):
    log = mentored("a", "b")
    log.align(agreed=asking(groups=1))
    handed = log.take("b", "assign", mentor="mentor2")
    found, cases = breach(room, log)
    assert found is not None
    assert (found.resolved, cases) == (handed, [])
    again = log.take("b", "assign", mentor="mentor1")
    assert breach(room, log)[1] == ["a", "b"]
    done = log.take("a", "finish")
    for as_of in (None, done, log.at):
        found, _ = breach(room, log, as_of)
        assert found is not None
        assert found.resolved == done
    assert breach(room, log, again)[1] == ["a", "b"]
    hand(log, "c")
    amended = log.align(agreed=asking(groups=2))
    found, _ = breach(room, log)
    assert found is not None
    assert found.resolved == amended


def test_a_group_visited_less_in_a_full_month_than_terms_ask_once_the_month_is_over(room):
    log = Log()
    for definition in (ALPHA, BETA):
        log.publish(definition)
    log.align(agreed=asking(visits=1))
    for ref in ("seen", "forgotten", "late"):
        log.open(ref)
        log.take(ref, "submit")
    log.at = datetime(2026, 9, 28, tzinfo=UTC)
    for ref in ("seen", "forgotten"):
        log.take(ref, "approve")
    log.at = datetime(2026, 10, 15, tzinfo=UTC)
    log.take("seen", "report")
    last = log.take("late", "approve")
    assert breach(room, log) == (None, [])
    log.at = datetime(2026, 11, 2, tzinfo=UTC)
    first = log.change("late", grant=9)
    found, cases = breach(room, log)
    assert found is not None
    assert (found.parties, found.region, found.dimension, cases) == (BOTH, PALU, "visits_per_month", ["forgotten"])
    assert breach(room, log, last) == (None, [])
    assert room().tell(log.events).harmonised.began(presence_of(found)) == first
    for ref in ("seen", "forgotten", "late"):
        log.take(ref, "report")
    log.at = datetime(2026, 12, 3, tzinfo=UTC)
    december = log.change("late", grant=8)
    for as_of in (None, december, log.at):
        found, _ = breach(room, log, as_of)
        assert found is not None
        assert found.resolved == december
    assert breach(room, log, december - 1)[1] == ["forgotten"]


def test_a_group_that_leaves_and_terms_that_change_end_it_too(room):
    log = mentored("a", "b")
    log.align(agreed=asking(visits=1))
    log.at = datetime(2026, 10, 2, tzinfo=UTC)
    log.change("a", grant=9)
    log.at = datetime(2026, 11, 2, tzinfo=UTC)
    log.change("a", grant=8)
    assert breach(room, log)[1] == ["a", "b"]
    log.take("a", "finish")
    assert breach(room, log)[1] == ["b"]
    suspended = log.align(standing="suspended", agreed=asking(visits=1))
    found, cases = breach(room, log)
    assert found is not None
    assert (found.resolved, cases) == (suspended, [])
