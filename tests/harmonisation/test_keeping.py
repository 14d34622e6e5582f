"""Released data that are kept too long: which cases break the terms on data, until when, and what ended it."""

from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.events import CaseOpened, FactsChanged, Recorded
from workflow.domain.findings.about import Names
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
    sentence = said(one, Names(definitions=picture.world.definitions, place=str))
    assert "data for ministry at Approve" in sentence.en
    assert "data bagi ministry pada Approve" in sentence.id
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


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """A few groups whose data are released, deleted, and whose region changes."""
    log = agreed()
    for ref in ("a", "b", "c"):
        log.open(ref, draw(st.sampled_from([ALPHA, BETA])), draw(st.sampled_from([PALU, SIGI])))
    for _ in range(draw(st.integers(1, 20))):
        ref = draw(st.sampled_from("abc"))
        match draw(st.sampled_from(["release", "release", "delete", "move", "withdraw"])):
            case "release":
                days, agencies = st.sampled_from([LONG_AGO, SOON, LATER]), st.sampled_from(["ministry", "city"])
                log.release(ref, draw(days), draw(agencies))
            case "delete":
                if log.kept.get(ref):
                    log.delete(ref)
            case "move":
                log.change(ref, region=draw(st.sampled_from(["72.71.02", "72.10.05"])))
            case _:
                log.withdraw(ref)
    return log.events


def counted(events: list[Recorded]) -> dict[tuple[str, str], int]:
    """(dimension, region) to the cases, straight from the log."""
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
    today = local_date(NOW, HOME_ZONE)
    late = {(dimension, region[ref], ref) for ref, dimension, until in kept.values() if until < today}
    return {(dimension, where): sum(one[:2] == (dimension, where) for one in late) for dimension, where, _ in late}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), batch=st.integers(1, 12), data=st.data())
def test_at_any_position_it_is_what_is_counted_straight_from_the_log(room, events, batch, data):
    told = room().tell(events, batch)
    for position in [None, *data.draw(st.lists(st.integers(1, len(events)), max_size=4))]:
        standing = {k: one.figure for k, one in breaches(told, as_of=position).items() if one.resolved is None}
        assert standing == counted(events[:position]), position
