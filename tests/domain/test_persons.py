"""Persons in two programmes: exclusive, after so many months, cumulative; never whose membership, nor where."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.agreed import OTHER, alignments, terms
from tests.domain.story import Story, drafted, later, proposed, send_back, submit
from tests.domain.world import PALU, SIGI, START, digest_of, members
from workflow.domain.alignments import Alignments
from workflow.domain.context import Elsewhere, Membership
from workflow.domain.persons import months_after
from workflow.domain.terms import Persons, Terms

CODE = "claim.one_programme_per_person"
KEY = f"person-in-self-employment-programme:{digest_of(members()[0]['nik'])}"
CUMULATIVE = terms(Persons(rule="cumulative"))
AFTER_12 = terms(Persons(rule="after", months=12))
LAST_YEAR = datetime(2025, 11, 24, 15, 59, tzinfo=UTC)
"""One minute before midnight in Palu: on 24 November still."""


def elsewhere(
    programme: str = OTHER, region: str = PALU, held: bool = True, ended: datetime | None = None
) -> Elsewhere:
    return Elsewhere(memberships=(Membership(programme=programme, region=region, held=held, ended=ended),), moved=7)


def story(known: Elsewhere, agreed: Alignments) -> Story:
    """A group whose leader is, or was, elsewhere."""
    told = Story().given(drafted())
    told.world.elsewhere[KEY] = known
    told.world.alignments = agreed
    return told


def submitted(known: Elsewhere, *agreed: Terms) -> Story:
    return story(known, alignments(*agreed)).when(submit())


def how(told: Story) -> str:
    assert told.refused is not None
    return told.refused[0].how.en


def test_without_terms_a_member_elsewhere_is_refused_and_a_former_one_is_not():
    submitted(elsewhere()).then_refused(CODE)
    submitted(elsewhere(ended=LAST_YEAR)).then_refused(CODE)
    submitted(elsewhere(held=False, ended=LAST_YEAR)).then("GroupProposed")


def test_exclusive_refuses_as_if_there_were_no_terms():
    submitted(elsewhere(), terms()).then_refused(CODE)
    submitted(elsewhere(held=False, ended=LAST_YEAR), terms()).then("GroupProposed")


def test_cumulative_allows_both_and_the_event_says_on_what_it_stood():
    told = submitted(elsewhere(), CUMULATIVE).then("GroupProposed")
    changes = {c.key: c for c in told.events[0].body.move.claims}
    assert changes[KEY].seen == 7
    assert {c.seen for key, c in changes.items() if c.kind == "unique" and key != KEY} == {0}


def test_without_terms_an_event_says_that_nobody_else_may_hold_its_keys():
    told = Story().given(drafted()).when(submit()).then("GroupProposed")
    assert {c.seen for c in told.events[0].body.move.claims} == {None}


def test_after_12_months():
    ended = elsewhere(ended=LAST_YEAR)
    told = submitted(ended, AFTER_12).then_refused(CODE)
    assert "24 November 2026" in how(told)
    assert told.refused[0].possible_from == date(2026, 11, 24)
    assert told.world.now.date() == date(2026, 11, 23)
    told.given(later(hours=14), submit())
    assert told.state == "city_review"


def test_after_counts_from_the_release_where_the_case_goes_on_without_the_person():
    told = submitted(elsewhere(held=False, ended=START - timedelta(days=30)), AFTER_12).then_refused(CODE)
    assert "24 October 2027" in how(told)


def test_after_gives_no_day_while_the_other_membership_lasts():
    told = submitted(elsewhere(), AFTER_12).then_refused(CODE)
    assert "12 full months after it has" in how(told)
    assert told.refused[0].possible_from is None


def test_of_two_memberships_the_later_day_counts():
    both = Elsewhere(
        memberships=tuple(
            Membership(programme=OTHER, region=PALU, held=False, ended=day) for day in (LAST_YEAR, START)
        ),
        moved=9,
    )
    assert "23 November 2027" in how(submitted(both, AFTER_12).then_refused(CODE))


def test_a_refusal_says_neither_whose_membership_it_is_nor_where():
    for agreed in ((), (terms(),), (AFTER_12,)):
        told = submitted(elsewhere(region=SIGI if not agreed else PALU), *agreed).then_refused(CODE)
        refusal = told.refused[0]
        said = f"{refusal.id} {refusal.en} {refusal.how.id} {refusal.how.en} {refusal.pointer}"
        for word in (OTHER, "Palu", "72.", "Anggota Uji 1", members()[0]["nik"], digest_of(members()[0]["nik"])):
            assert word not in said


def test_terms_reach_only_the_two_programmes_their_regions_and_their_days():
    submitted(elsewhere(programme="klaster"), CUMULATIVE).then_refused(CODE)
    submitted(elsewhere(programme="tkm-kelompok"), CUMULATIVE).then_refused(CODE)
    submitted(elsewhere(region=SIGI), CUMULATIVE).then_refused(CODE)
    submitted(elsewhere(), terms(Persons(rule="cumulative"), regions=("72.10",))).then_refused(CODE)
    submitted(elsewhere(), terms(Persons(rule="cumulative"), until=date(2026, 11, 22))).then_refused(CODE)
    submitted(elsewhere(), terms(Persons(rule="cumulative"), until=date(2026, 11, 23))).then("GroupProposed")


def test_suspended_terms_allow_nothing_and_still_forbid():
    suspended = alignments(CUMULATIVE, standing="suspended")
    told = story(elsewhere(), suspended).when(submit()).then_refused(CODE)
    assert "suspended" in how(told)
    recent = elsewhere(held=False, ended=START - timedelta(days=30))
    story(recent, suspended).when(submit()).then("GroupProposed")
    story(recent, alignments(AFTER_12, standing="suspended")).when(submit()).then_refused(CODE)


def test_terms_reach_a_region_whose_code_has_changed_since():
    told = story(elsewhere(), alignments(terms(Persons(rule="cumulative"), regions=("72.99",))))
    told.when(submit()).then_refused(CODE)
    told.world.former_codes[PALU] = ("72.99.01",)
    told.when(submit()).then("GroupProposed")


def test_negotiated_and_ended_terms_change_nothing():
    for standing in ("negotiated", "ended"):
        story(elsewhere(), alignments(CUMULATIVE, standing=standing)).when(submit()).then_refused(CODE)


def test_what_a_case_holds_already_is_not_asked_again():
    told = Story().given(proposed(), send_back("head.palu"))
    told.world.elsewhere[KEY] = elsewhere()
    told.when(submit()).then("GroupProposed")


def test_full_months_end_on_the_same_day_or_on_the_first_after_a_month_that_lacks_it():
    assert months_after(date(2025, 11, 24), 12) == date(2026, 11, 24)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 3, 1)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 3, 1)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 3, 1)
    assert months_after(date(2026, 5, 5), 0) == date(2026, 5, 5)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_more_months_never_end_earlier(day: date, months: int, more: int):
    assert day <= months_after(day, months) <= months_after(day, months + more)
    assert months_after(day, months).day in (day.day, 1)
