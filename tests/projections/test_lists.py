"""Pages: order, sight, and cursors that only the list itself can name."""

import base64

import pytest
from psycopg_pool import ConnectionPool

from workflow.domain.events import FactsChanged
from workflow.projections.cursors import BadCursor, Cursors
from workflow.projections.desks import Desk, Reader
from workflow.projections.items import Area, Filters, ListSight
from workflow.projections.models import ReadModels
from workflow.projections.pages import BadQuery

from .histories import History, Journal, before_panel, reviewed

NATION = ListSight(areas=(Area(""),))
OFFICERS = Reader(person="officer.palu", desks=(Desk(("officer@72.71",)), Desk(("applicant#leader",))))


@pytest.fixture
def twelve(models: ReadModels, journal: Journal) -> ReadModels:
    """Twelve drafts, every second one in Sigi."""
    for number in range(12):
        journal.append(History(f"T-{number:02}", "72.71.01" if number % 2 else "72.10.03").events)
    for name in models.runner.names:
        models.runner.catch_up(name)
    return models


def walk(ask, **arguments) -> list[str]:
    """The references of all pages, one after the other."""
    found, cursor = [], None
    while True:
        page = ask(cursor=cursor, **arguments)
        found += [item.ref for item in page.items]
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("sort", ["opened", "-opened", "due", "-due", "entered", "-waited", "changed"])
def test_pages_show_every_case_once_in_order(twelve, sort):
    def ask(cursor, limit):
        return twelve.lists.cases(NATION, sort=sort, cursor=cursor, limit=limit)

    whole = walk(ask, limit=200)
    assert len(whole) == len(set(whole)) == 12
    assert walk(ask, limit=5) == whole
    assert walk(ask, limit=1) == whole


def test_a_case_at_two_desks_of_one_reader_is_shown_once(twelve):
    def ask(cursor, limit):
        return twelve.lists.inbox(OFFICERS, sort="-opened", cursor=cursor, limit=limit)

    assert len(walk(ask, limit=50)) == 12
    assert walk(ask, limit=3) == walk(ask, limit=50)


def test_a_page_names_the_position_that_it_holds(twelve, journal):
    assert twelve.lists.cases(NATION).position == journal.head()
    assert twelve.lists.inbox(OFFICERS).position == journal.head()


def test_sight_is_nothing_unless_granted(twelve):
    def seen(**sight):
        return {item.region for item in twelve.lists.cases(ListSight(**sight)).items}

    assert seen() == set()
    assert seen(areas=(Area("72.71"),)) == {"72.71.01"}
    assert seen(areas=(Area("72"),)) == {"72.71.01", "72.10.03"}
    assert seen(areas=(Area("72.71.02"),)) == set()
    assert seen(areas=(Area("7"),)) == set()
    assert seen(areas=(Area("72", ("other",)),)) == set()
    assert len(twelve.lists.cases(ListSight(applicant="leader")).items) == 12
    assert not twelve.lists.cases(ListSight(applicant="somebody")).items


def test_filters_narrow_the_list_of_cases(models, journal):
    done = before_panel("D").vote(0).vote(1).taken("approve", "panel2")
    for history in (History("A", group="Nelayan"), reviewed("B", "72.10.03"), done):
        journal.append(history.events)
    models.runner.catch_up("cases")

    def found(**filters):
        return {item.ref for item in models.lists.cases(NATION, Filters(**filters)).items}

    assert found(state="review") == {"B"}
    assert found(ended=True) == {"D"}
    assert found(region="72.10") == {"B"}
    assert found(q="NELAYAN") == {"A"}
    assert found(q="b") == {"B"}
    assert found(programme="other") == set()
    assert found(imported=True) == set()
    assert found(imported=False) == {"A", "B", "D"}


def test_the_longest_waits_come_first_page_by_page(models, journal):
    for ref, hours in (("QUICK", 2), ("SLOW", 900), ("MIDDLE", 30)):
        journal.append(reviewed(ref).taken("send_back", hours=hours).events)
    models.runner.catch_up("cases")
    first = models.lists.cases(NATION, sort="-waited", limit=2)
    assert [(item.ref, item.waited) for item in first.items] == [("SLOW", 900 * 3600), ("MIDDLE", 30 * 3600)]
    assert first.items[0].waited_in == "review"
    rest = models.lists.cases(NATION, sort="-waited", limit=2, cursor=first.next)
    assert [item.ref for item in rest.items] == ["QUICK"]


def test_a_case_waits_from_one_happening_to_the_next_also_within_a_state(models, journal):
    history = History("A").renamed("Tani")
    history.then(FactsChanged(patch={"group": "Tani Baru"}, region="72.71.01"), hours=40)
    journal.append(history.document("proposal").taken("submit", "leader", hours=3).events)
    models.runner.catch_up("cases")
    item = models.lists.cases(NATION).items[0]
    assert (item.state, item.waited, item.waited_in) == ("review", 40 * 3600, "draft")


def test_the_wait_that_goes_on_is_not_counted(models, journal):
    journal.append(History("A").events)
    models.runner.catch_up("cases")
    item = models.lists.cases(NATION).items[0]
    assert (item.waited, item.waited_in) == (0, None)


@pytest.mark.parametrize(
    "forge",
    [
        lambda cursor: cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"),
        lambda cursor: "A" + cursor[1:] if cursor[0] != "A" else "B" + cursor[1:],
        lambda cursor: base64.urlsafe_b64encode(b'["2026-01-01","T-00"]').decode(),
        lambda cursor: "",
        lambda cursor: "!!",
        lambda cursor: "é",
        lambda cursor: cursor * 50,
        lambda cursor: Cursors(b"another key").write(["cases"], ("2026-01-01", "T-00")),
    ],
)
def test_a_forged_cursor_is_refused(twelve, forge):
    cursor = twelve.lists.cases(NATION, limit=2).next
    with pytest.raises(BadCursor):
        twelve.lists.cases(NATION, cursor=forge(cursor), limit=2)


def test_a_cursor_answers_its_own_question_only(twelve):
    cursor = twelve.lists.cases(NATION, limit=2).next
    for asked in (
        {"sight": ListSight(areas=(Area("72.71"),))},
        {"sight": NATION, "sort": "opened"},
        {"sight": NATION, "filters": Filters(state="draft")},
    ):
        with pytest.raises(BadCursor):
            twelve.lists.cases(**asked, cursor=cursor, limit=2)


@pytest.mark.parametrize("asked", [{"sort": "ref"}, {"sort": "due; drop table"}, {"limit": 0}, {"limit": 1000}])
def test_a_list_that_cannot_be_asked_that_way_says_which_field(twelve, asked):
    with pytest.raises(BadQuery) as refused:
        twelve.lists.cases(NATION, **asked)
    assert refused.value.field in asked


def test_text_with_sql_in_it_is_text(twelve):
    assert not twelve.lists.cases(NATION, Filters(q="'; DROP TABLE cases; --", state="x' OR 'a'='a")).items


def test_a_nation_of_cases_is_paged_from_the_index(pool: ConnectionPool, twelve):
    with pool.connection() as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(
            row[0]
            for row in connection.execute(
                "EXPLAIN SELECT ref FROM read_inbox.desks WHERE desk = 'officer@72.71'"
                " AND (due, ref) > ('2026-01-01', '') ORDER BY due, ref LIMIT 50"
            )
        )
    assert "desks_due" in plan
    assert "Sort" not in plan
