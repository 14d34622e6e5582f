"""What waits for whom, and what blocks it."""

from datetime import UTC, date, datetime

import pytest

from workflow.domain.context import Appointment
from workflow.projections.desks import reader_of
from workflow.projections.items import Filters, InboxItem
from workflow.projections.models import ReadModels

from .histories import History, Journal, before_panel, reviewed

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Directory:
    """Appointments as told."""

    def __init__(self, *appointments: Appointment) -> None:
        self._all = appointments

    def appointments(self, person: str) -> tuple[Appointment, ...]:
        return tuple(a for a in self._all if a.person == person)

    def holders(self, role: str) -> tuple[Appointment, ...]:
        return tuple(a for a in self._all if a.role == role and a.instead_of is None)

    def is_applicant(self, person: str) -> bool:
        return person == "leader"


def holds(person: str, role: str, level: str, region: str, until: date | None = None, **rest: object) -> Appointment:
    return Appointment(
        number=1,
        person=person,
        role=role,
        office=f"{role}-{region or 'nation'}",
        level=level,
        region=region,
        since=date(2026, 1, 1),
        until=until,
        **rest,
    )


PEOPLE = Directory(
    holds("officer.palu", "officer", "city", "72.71"),
    holds("officer2.palu", "officer", "city", "72.71"),
    holds("officer.sigi", "officer", "city", "72.10"),
    holds("gone.palu", "officer", "city", "72.71", until=date(2026, 3, 31)),
    holds("head.palu", "head", "city", "72.71"),
    holds("plh.palu", "officer", "city", "72.71", instead_of="officer.palu"),
    *(holds(f"panel{n}", "panel", "nation", "") for n in range(1, 5)),
)


@pytest.fixture
def given(models: ReadModels, journal: Journal):
    def tell(*histories: History) -> None:
        for history in histories:
            journal.append(history.events)
        models.runner.catch_up("inbox")

    return tell


@pytest.fixture
def inbox_of(models: ReadModels):
    def ask(person: str, **filters: object) -> dict[str, InboxItem]:
        page = models.lists.inbox(reader_of(PEOPLE, person, NOW), Filters(**filters))
        return {item.ref: item for item in page.items}

    return ask


def blockers(item: InboxItem, action: str) -> tuple[str, ...]:
    return next(step.blockers for step in item.steps if step.action == action)


def test_a_draft_waits_for_its_leader_and_for_the_city_officer(given, inbox_of):
    given(History("A"))
    assert set(inbox_of("leader")) == {"A"}
    assert set(inbox_of("officer.palu")) == {"A"}
    assert not inbox_of("officer.sigi")
    assert not inbox_of("head.palu")


def test_what_is_missing_is_said_whoever_asks(given, inbox_of):
    given(reviewed("A"))
    item = inbox_of("head.palu")["A"]
    assert blockers(item, "recommend") == ("document.report", "checklist.visit.met", "guard.verified")
    assert item.due is not None


def test_nothing_blocks_once_all_is_there(given, inbox_of):
    given(reviewed("A").document("report").taken("verify", "officer.palu").checklist())
    item = inbox_of("head.palu")["A"]
    assert blockers(item, "recommend") == ()
    assert not item.blocked


def test_a_report_of_an_earlier_round_does_not_count(given, inbox_of):
    given(reviewed("A").document("report").taken("send_back").taken("submit", "leader"))
    assert "document.report" in blockers(inbox_of("head.palu")["A"], "recommend")


def test_an_assigned_case_waits_for_that_officer_alone(given, inbox_of):
    given(reviewed("A").taken("appoint", officer="officer2.palu"))
    assert inbox_of("officer2.palu")["A"].assigned == "officer2.palu"
    assert not inbox_of("officer.palu")


def test_a_case_assigned_to_somebody_who_left_waits_for_the_office(given, inbox_of):
    given(reviewed("A").taken("appoint", officer="gone.palu"))
    assert set(inbox_of("officer.palu")) == {"A"}
    assert not inbox_of("officer.sigi")


def test_a_delegate_sees_what_waits_for_whom_they_stand_in_for(given, inbox_of):
    given(reviewed("A").taken("appoint", officer="officer.palu"))
    assert set(inbox_of("plh.palu")) == {"A"}


def test_a_panel_case_waits_for_the_seats_that_have_not_voted(given, inbox_of):
    given(before_panel("A").vote(0))
    assert not inbox_of("panel1")
    assert set(inbox_of("panel2")) == {"A"}
    assert not inbox_of("panel4")


def test_a_changed_dossier_asks_for_the_votes_anew(given, inbox_of):
    given(before_panel("A").vote(0).document("report"))
    assert set(inbox_of("panel1")) == {"A"}


def test_an_open_inquiry_waits_for_whom_it_asks_and_blocks_the_rest(given, inbox_of):
    history = reviewed("A").inquiry("leader")
    given(history)
    assert [step.action for step in inbox_of("leader")["A"].steps] == ["answer_inquiry"]
    item = inbox_of("head.palu")["A"]
    assert "inquiry" in blockers(item, "recommend")
    assert item.due is None


def test_who_is_asked_sees_when_the_answer_is_due_and_not_the_deadline_of_others(given, inbox_of):
    history = reviewed("A").passed().inquiry("leader")
    answer = history.events[-1].body.answer_due
    given(history)
    assert inbox_of("leader")["A"].due == answer
    assert inbox_of("officer.palu")["A"].due != answer


def test_a_day_off_that_moves_an_answer_moves_it_in_the_inbox(given, inbox_of):
    history = reviewed("A").inquiry("leader").deadline_moved(None, inquiry=1)
    given(history)
    assert inbox_of("leader")["A"].due == history.events[-1].body.due
    assert inbox_of("head.palu")["A"].due is None


def test_an_answer_gives_the_clock_back(given, inbox_of):
    given(reviewed("A").inquiry("leader").answer(1))
    assert not inbox_of("leader")
    assert inbox_of("head.palu")["A"].due is not None


def test_an_ended_case_waits_for_nobody(given, inbox_of):
    given(before_panel("A").vote(0).vote(1).taken("approve", "panel2"))
    assert not any(inbox_of(person) for person in ("leader", "officer.palu", "head.palu", "panel3"))


def test_a_case_that_moves_house_waits_in_the_other_city(given, inbox_of):
    given(History("A").renamed("Tani", region="72.10.03"))
    assert set(inbox_of("officer.sigi")) == {"A"}
    assert not inbox_of("officer.palu")


def test_filters_narrow(given, inbox_of):
    given(History("A", group="Tani Makmur"), reviewed("B", group="Nelayan 100%"))
    assert set(inbox_of("officer.palu", q="nelayan")) == {"B"}
    assert set(inbox_of("officer.palu", q="100%")) == {"B"}
    assert not inbox_of("officer.palu", q="100_")
    assert set(inbox_of("officer.palu", state="draft")) == {"A"}
    assert set(inbox_of("officer.palu", phase="review")) == {"B"}
    assert set(inbox_of("officer.palu", blocked=True)) == {"A", "B"}
    assert not inbox_of("officer.palu", due_before=datetime(2026, 3, 1, tzinfo=UTC))
    assert not inbox_of("officer.palu", imported=True)


def test_an_office_narrows_to_its_own_desk(models, given):
    given(History("A"))
    palu = reader_of(PEOPLE, "officer.palu", NOW, office="officer-72.71")
    assert len(models.lists.inbox(palu).items) == 1
    assert not models.lists.inbox(reader_of(PEOPLE, "officer.palu", NOW, office="elsewhere")).items


def test_a_passed_deadline_is_in_the_inbox_of_the_role_that_it_went_to(given, inbox_of):
    given(reviewed("A").passed("head"), reviewed("B"))
    late = inbox_of("head.palu", escalated=True)
    assert list(late) == ["A"]
    assert late["A"].escalated
    # All that the role may do about it, also what nobody waits for as a rule.
    assert {step.action for step in late["A"].steps} == {"appoint", "recommend", "send_back"}
    assert not inbox_of("officer.palu")["A"].escalated
    assert not inbox_of("head.palu")["B"].escalated


def test_a_later_round_is_late_no_more(given, inbox_of):
    given(reviewed("A").passed("head").taken("send_back").taken("submit", "leader"))
    assert not inbox_of("head.palu")["A"].escalated


def test_a_case_that_its_deadline_ended_waits_for_nobody(given, inbox_of):
    given(reviewed("A").passed(escalate=None))
    assert inbox_of("head.palu") == inbox_of("officer.palu") == {}
