"""Released data that are kept too long: which cases break the terms on data, until when, what ended it, and which of it
an acceptance covers."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.events import CaseOpened, FactsChanged, Recorded
from workflow.domain.findings.about import Names
from workflow.domain.findings.answers import Answer
from workflow.domain.findings.finding import Finding
from workflow.domain.findings.finding_rules import findings
from workflow.domain.findings.parts import clauses_of, keys_of
from workflow.domain.findings.sentences import how, said
from workflow.domain.released import DataReleased, DeletionConfirmed
from workflow.domain.terms import DataClause

from .programmes import ALPHA, BETA
from .telling import PALU, SIGI, Log, terms

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SOON, LONG_AGO, LATER = date(2026, 2, 4), date(2025, 12, 31), date(2026, 12, 31)
CLAUSE = DataClause(
    fields=("line",), event="Approve", recipient="ministry", purpose="test", legal_basis="test", retention_months=1
)


def agreed() -> Log:
    log = Log()
    for definition in (ALPHA, BETA):
        log.publish(definition)
    log.align(agreed=terms(data=(CLAUSE,)))
    return log


def breaches(told, at: datetime = NOW, as_of: int | datetime | None = None, period: int = 2026) -> dict[tuple, Finding]:
    """(dimension, region) to each breach of terms on data."""
    picture = told.harmonised.told(period, at, as_of).picture
    return {
        (one.dimension, one.region): one
        for one in findings(picture)
        if one.kind == "breach" and one.dimension.startswith("data.")
    }


OURS = ("data.Approve.ministry", PALU)


def test_what_is_not_deleted_by_the_last_day_is_a_breach_from_the_next_day_on(room):
    log = agreed()
    for ref in ("a", "b", "kept-in-time"):
        log.open(ref)
    log.release("a", LATER)
    log.release("b", LATER)
    log.release("kept-in-time", LATER)
    log.delete("kept-in-time")
    told = room().tell(log.events)
    assert breaches(told, datetime(2026, 12, 31, 12, tzinfo=UTC)) == {}
    (one,) = breaches(told, datetime(2027, 1, 2, tzinfo=UTC), period=2027).values()
    assert (one.parties, one.region, one.dimension, one.figure) == (("alpha", "beta"), PALU, "data.Approve.ministry", 2)
    assert breaches(told, datetime(2027, 1, 2, tzinfo=UTC), period=2026).keys() == {OURS}
    assert breaches(told, datetime(2027, 1, 2, tzinfo=UTC), period=2028) == {}


def test_it_names_the_clause_and_opens_to_its_cases(room):
    log = agreed()
    log.open("a")
    log.release("a", SOON)
    told = room().tell(log.events)
    picture = told.harmonised.told(2026, NOW).picture
    (one,) = breaches(told).values()
    (clause,) = clauses_of(picture, one)
    assert (clause.of, clause.path, clause.says) == ("PEN-1", "data.Approve.ministry", "line; retention_months: 1")
    assert [case.ref for case in told.harmonised.made_of(keys_of(picture, one), None, "", 10).cases] == ["a"]
    sentence = said(one, Names(world=picture.world, place=str))
    assert "data for Ministry at Approve" in sentence.en
    assert "data bagi Ministry pada Approve" in sentence.id
    assert "deletes" in how(one).en


def test_a_case_counts_once_however_much_of_it_is_kept_and_until_all_is_deleted(room):
    log = agreed()
    log.open("a")
    log.release("a", LONG_AGO)
    log.release("a", SOON)
    log.release("a", LATER)
    assert {key: one.figure for key, one in breaches(room().tell(log.events)).items()} == {OURS: 1}
    log.delete("a")
    log.delete("a")
    assert {key: one.figure for key, one in breaches(room().tell(log.events)).items()} == {OURS: 1}
    log.at = NOW
    last = log.delete("a")
    (one,) = breaches(room().tell(log.events), datetime(2026, 11, 26, tzinfo=UTC)).values()
    assert (one.figure, one.resolved) == (0, last)


def test_a_deletion_that_came_late_says_which_event_ended_the_breach_and_as_of_before_it_stood(room):
    log = agreed()
    log.open("a")
    before = log.release("a", SOON)
    log.at = datetime(2026, 3, 1, tzinfo=UTC)
    last = log.delete("a")
    told = room().tell(log.events)
    assert {key: one.resolved for key, one in breaches(told).items()} == {OURS: last}
    assert {key: (one.figure, one.resolved) for key, one in breaches(told, as_of=before).items()} == {OURS: (1, None)}
    february = datetime(2026, 2, 20, tzinfo=UTC)
    assert {key: one.figure for key, one in breaches(told, february, february).items()} == {OURS: 1}


def test_it_stands_when_the_alignment_has_ended(room):
    log = agreed()
    log.open("a")
    log.release("a", SOON)
    log.align(standing="ended", agreed=terms(data=(CLAUSE,)))
    assert breaches(room().tell(log.events)).keys() == {OURS}


def accepted(log: Log) -> Answer:
    """An acceptance of everything that stood with the last event."""
    last = log.events[-1]
    return Answer(by="head", at=last.at, position=last.position)


def covered(told, answer: Answer, at: datetime) -> bool:
    picture = told.harmonised.told(at.year, at).picture
    return told.harmonised.covers(picture, answer, breaches(told, at, period=at.year)[OURS])


def test_what_was_accepted_is_covered_whatever_of_it_is_deleted_and_nothing_that_is_over_later(room):
    log = agreed()
    log.open("a")
    log.release("a", SOON)
    log.release("a", date(2026, 2, 20))
    log.release("a", LATER)
    log.later(days=60)
    log.open("b")
    answer = accepted(log)
    assert covered(room().tell(log.events), answer, NOW)
    log.delete("a", 0)
    told = room().tell(log.events)
    assert covered(told, answer, NOW)
    assert not covered(told, answer, datetime(2027, 1, 2, tzinfo=UTC)), "the third one was not over then"


def test_what_was_over_that_very_day_is_not_covered_for_it_was_kept_rightly_still(room):
    log = agreed()
    log.open("a")
    log.release("a", SOON)
    log.later(hours=10)
    log.open("b")
    answer = accepted(log)
    assert local_date(answer.at, HOME_ZONE) == date(2026, 2, 4) == SOON
    assert not covered(room().tell(log.events), answer, NOW)


def test_a_case_that_came_from_another_region_is_not_covered_there_and_back_home_it_is(room):
    log = agreed()
    log.open("a", region=SIGI)
    log.open("b")
    log.release("a", SOON)
    log.release("b", SOON)
    log.later(days=60)
    log.open("c")
    answer = accepted(log)
    assert covered(room().tell(log.events), answer, NOW)
    log.change("a", region="72.71.02")
    assert not covered(room().tell(log.events), answer, NOW)
    log.change("b", region="72.10.05")
    log.change("a", region="72.10.05")
    log.change("b", region="72.71.02")
    assert covered(room().tell(log.events), answer, NOW)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """A few groups whose data are released, deleted, and whose region changes."""
    log = agreed()
    for ref in ("a", "b", "c"):
        log.open(ref, draw(st.sampled_from([ALPHA, BETA])), draw(st.sampled_from([PALU, SIGI])))
    for _ in range(draw(st.integers(1, 20))):
        ref = draw(st.sampled_from("abc"))
        match draw(st.sampled_from(["release", "release", "delete", "move", "withdraw", "later"])):
            case "release":
                # Nothing is released after its last day.
                today = local_date(log.at, HOME_ZONE) + timedelta(days=1)
                days = st.sampled_from([LATER, *(today + timedelta(days=days) for days in range(3))])
                log.release(ref, draw(days), draw(st.sampled_from(["ministry", "city"])))
            case "delete":
                if kept := log.kept.get(ref):
                    log.delete(ref, draw(st.integers(0, len(kept) - 1)))
            case "move":
                log.change(ref, region=draw(st.sampled_from(["72.71.02", "72.10.05"])))
            case "later":
                log.later(days=draw(st.integers(1, 3)))
            case _:
                log.withdraw(ref)
    return log.events


def overdue(events: list[Recorded], at: datetime) -> dict[tuple[str, str], dict[int, str]]:
    """(dimension, region) to the releases that are kept too long, each with its case, straight from the log."""
    kept: dict[int, tuple[str, str, date]] = {}
    region: dict[str, str] = {}
    for event in events:
        ref = event.stream.removeprefix("case/")
        match event.body:
            case CaseOpened() | FactsChanged() as body:
                region[ref] = body.region[:5]
            case DataReleased() as body:
                kept[event.position] = (ref, f"data.{body.event}.{body.recipient}", body.keep_until)
            case DeletionConfirmed() as body:
                del kept[body.release]
    today = local_date(at, HOME_ZONE)
    found: dict[tuple[str, str], dict[int, str]] = {}
    for position, (ref, dimension, until) in kept.items():
        if until < today:
            found.setdefault((dimension, region[ref]), {})[position] = ref
    return found


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), batch=st.integers(1, 12), data=st.data())
def test_at_any_position_it_is_what_is_counted_straight_from_the_log(room, events, batch, data):
    told = room().tell(events, batch)
    for position in [None, *data.draw(st.lists(st.integers(1, len(events)), max_size=4))]:
        standing = {k: one.figure for k, one in breaches(told, as_of=position).items() if one.resolved is None}
        counted = {k: len({*kept.values()}) for k, kept in overdue(events[:position], NOW).items()}
        assert standing == counted, position


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), batch=st.integers(1, 12), data=st.data())
def test_at_any_position_an_acceptance_covers_the_releases_that_it_was_given_for_and_no_other(
    room, events, batch, data
):
    told = room().tell(events, batch)
    then = events[data.draw(st.integers(0, len(events) - 1))]
    answer = Answer(by="head", at=then.at, position=then.position)
    given_for = overdue(events[: then.position], then.at)
    for position in data.draw(st.lists(st.integers(then.position, len(events)), min_size=1, max_size=4)):
        at = events[position - 1].at + timedelta(days=data.draw(st.sampled_from([0, 1, 3, 100])))
        picture = told.harmonised.told(2026, at, position).picture
        stands = overdue(events[:position], at)
        for named, one in breaches(told, at, position).items():
            if one.resolved is None:
                expected = stands[named].keys() <= given_for.get(named, {}).keys()
                assert told.harmonised.covers(picture, answer, one, position) == expected, (named, position, at)
