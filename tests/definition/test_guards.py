"""Guards: typed when the file is read, and never passing when something is missing."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.definition.paper import TEXT, assert_found, patched
from workflow.definition_files import read_definition
from workflow.domain.definition.ages import age
from workflow.domain.definition.guards import Guards, Missing
from workflow.domain.definition.reading import BadExpression

VARIABLES = read_definition(TEXT, "v").guards.variables
MEMBERS = [
    {"name": "Ani", "nik": "d1", "born": "2000-02-29", "role": "leader"},
    {"name": "Budi", "nik": "d2", "born": "1990-05-01", "role": "member"},
]
UNWORKABLE = "the expression cannot be worked out from these values"
VALUES = {
    "facts": {"group": "Maju", "region": "72.71.01", "members": MEMBERS, "plan": {"tools": 6, "materials": 4}},
    "counts": {"verify_site": 1, "total": {"verify_site": 2}},
    "today": "2026-11-25",
    "region": {"province": "72", "city": "72.71"},
    "period": {"year": 2026},
    "programme": {"id": "tkm-kelompok", "version": 1},
    "quota": 50,
}


def evaluated(source, values=VALUES):
    guards = Guards(VARIABLES)
    guards.add(source)
    return guards.evaluate(source, values)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("facts.plan.tools * 10 >= (facts.plan.tools + facts.plan.materials) * 6", True),
        ('facts.members.exists_one(m, m.role == "leader")', True),
        ("facts.members.map(m, age(m.born, today))", [26, 36]),
        ("facts.members.map(m, m.nik)", ["d1", "d2"]),
        ('"quota/" + programme.id + "/" + region.city + "/" + string(period.year)', "quota/tkm-kelompok/72.71/2026"),
        ("counts.verify_site + counts.total.verify_site", 3),
        ("counts.submit + counts.total.submit + documents.proposal", 0),
        ("checklist.city_review.members_met", False),
        ("quota", 50),
        ("has(facts.plan) && has(facts.plan.tools)", True),
        ("!has(facts.potential) || facts.potential == 'rattan'", True),
        ('facts.members.filter(m, m.role == "leader")[0].name', "Ani"),
        ("facts.members.exists(m, m == facts.members[1])", True),
    ],
)
def test_what_a_guard_says(source, value):
    assert evaluated(source) == value


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("facts.sector == '01234'", "facts.sector is missing"),
        ("true || facts.sector == '01234'", "facts.sector is missing"),
        ("facts.sector == '01234' || true", "facts.sector is missing"),
        ("!(facts.plan.workers_now > 1 && false)", "facts.plan.workers_now is missing"),
        ("facts.members.exists(m, m.phone == '1') || true", "phone is missing"),
        ("facts.members.all(m, m.phone != '1')", "phone is missing"),
        ("size(facts.members.map(m, m.phone)) >= 0", "phone is missing"),
        ("region.district == '72.71.01'", "region.district is missing"),
        ("age(facts.group, today) >= 0 || true", UNWORKABLE),
        (
            "facts.plan.tools / (facts.plan.tools - 6) > 0 || true",
            UNWORKABLE,
        ),
        ("facts.members[9].nik == 'd1' || true", UNWORKABLE),
        ("facts.plan.tools + 9223372036854775807 > 0", UNWORKABLE),
    ],
)
def test_a_missing_value_or_a_fault_never_passes(source, why):
    assert evaluated(source) == Missing(why)


@pytest.mark.parametrize("value", [None, "6", [6], {"a": 6}, 2**70])
def test_a_value_of_another_type_never_passes(value):
    facts = {**VALUES["facts"], "plan": {"tools": value, "materials": 4}}
    assert isinstance(evaluated("facts.plan.tools > 1 || true", {**VALUES, "facts": facts}), Missing)


def test_a_reason_repeats_no_personal_value():
    facts = {**VALUES["facts"], "members": [{"born": "1990-13-45"}]}
    found = evaluated("facts.members.all(m, age(m.born, today) > 0)", {**VALUES, "facts": facts})
    assert isinstance(found, Missing)
    assert "1990" not in found.why


def test_a_guard_that_loops_without_end_is_stopped():
    many = {**VALUES, "facts": {"members": [{"nik": str(i)} for i in range(50)]}}
    inner = "a.nik + b.nik + c.nik != 'x'"
    source = f"facts.members.all(a, facts.members.all(b, facts.members.all(c, {inner}))) || true"
    assert evaluated(source, many) == Missing("the expression takes too many steps")


@pytest.mark.parametrize(
    ("source", "says", "at"),
    [
        ('facts.members.all(m, m.nikk == "1")', "no field `nikk`; did you mean `nik`?", ".nikk"),
        ("facts.members.exists(m, has(m.nikk))", "did you mean `nik`?", "(m.nikk"),
        ('facts.members.filter(m, m.role == "leader")[0].nam == "x"', "did you mean `name`?", ".nam "),
        ('facts["regoin"] == ""', "did you mean `region`?", '["regoin"'),
        ("facts.regoin == ''", "did you mean `region`?", ".regoin"),
        ("fact.region == ''", "did you mean `facts`?", ".region"),
        ("counts.total.submitt > 1", "did you mean `submit`?", ".submitt"),
        ("checklist.city_review.members_mett", "did you mean `members_met`?", ".members_mett"),
        ("facts.members.all(m, m.born > 5)", "'(string, int)'", "> 5"),
        ("facts.members.all(m,\n  m.role == 4)", "'(string, int)'", "== 4"),
        ("facts.plan.tools == 'x'", "'(int, string)'", "== 'x'"),
        ("(true ? facts.plan : facts.members[0]).tools > 1", "not known here", ".tools"),
        ("facts.members.map(m, {'a': m})[0].b == 1", "not known here", ".b "),
        ("facts.plan.tools >", "Syntax error", None),
        ("", "Syntax error", None),
        ("now() > 1", "undeclared reference to 'now'", None),
    ],
)
def test_what_does_not_fit_is_found_when_it_is_read(source, says, at):
    with pytest.raises(BadExpression) as raised:
        Guards(VARIABLES).add(source)
    assert says in raised.value.message
    if at is not None:
        assert source[raised.value.at :].startswith(at)


def test_a_misspelt_guard_is_a_finding_in_the_file():
    text = patched(
        ("'facts.members.all(m, age(m.born, today) >= 17)'", "'facts.members.all(m, age(m.bron, today) >= 17)'")
    )
    assert_found(text, "guard", "m.bron", "no field `bron`", "did you mean `born`?")


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        ("'counts.report_progress >= 3'", "'counts.report_progress'", "guard-type", "must give BOOL, and gives INT"),
        ("value: size(facts.members),", "value: facts.sector,", "guard-type", "must give INT, and gives STRING"),
        ("each: 'facts.members.map(m, age(m.born, today))'", "each: 'facts.plan.tools'", "guard-type", "LIST<INT>"),
        ("unique: 'facts.members.map(m, m.nik)'", "unique: 'facts.region'", "guard-type", "LIST<STRING>"),
        ("limit: quota ", "limit: facts.region ", "guard-type", "must give INT"),
        ("limit: quota ", "limit: qouta ", "guard", "did you mean `quota`?"),
        ("'counts.report_progress >= 3'", "'quota > 3'", "guard", "only known in a claim's `limit`"),
        ("'counts.report_progress >= 3'", "'outcomes.loan > 3'", "guard", "an action that declares it"),
        ("unique: 'facts.members.map(m, m.nik)'", "unique: 'facts.members.map(m, m.phone)'", "personal", "unsealed"),
    ],
)
def test_an_expression_must_fit_its_place(old, new, rule, says):
    assert_found(patched((old, new)), rule, new, says)


def test_guards_of_an_action_see_the_outcomes_that_it_declares():
    text = patched(("'counts.total.assign_mentor >= 1'", "'counts.total.assign_mentor >= 1 && outcomes.loan >= 0'"))
    read_definition(text, "v")


def test_which_fields_of_the_facts_it_reads():
    guards = Guards(VARIABLES)
    reads = {
        "facts.members.all(m, age(m.born, today) >= 17)": {"members", "born"},
        "size(facts.members) > 1": {"members"},
        "facts.members.exists(m, m == facts.members[0])": {"members", "name", "nik", "born", "phone", "role"},
        "has(facts.plan.tools) && counts.submit > 0": {"plan", "tools"},
        "today == ''": set(),
    }
    for source, fields in reads.items():
        guards.add(source)
        assert guards.fields_read(source) == fields


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("2008-02-29", "2025-02-28", 16),
        ("2008-02-29", "2025-03-01", 17),
        ("2008-02-29", "2024-02-28", 15),
        ("2008-02-29", "2024-02-29", 16),
        ("2008-03-01", "2025-02-28", 16),
        ("2008-11-25", "2025-11-24", 16),
        ("2008-11-25", "2025-11-25", 17),
        ("2025-11-25", "2025-11-25", 0),
    ],
)
def test_full_years(born, today, years):
    assert age(born, today) == years


@given(st.dates(), st.dates())
def test_years_grow_by_one_a_year_and_never_shrink(one, other):
    born, today = sorted((one, other))
    years = age(born.isoformat(), today.isoformat())
    assert years in (today.year - born.year, today.year - born.year - 1)
    assert years >= 0 or today.year == born.year


def test_threads_share_the_compiled_guards():
    guards = Guards(VARIABLES)
    source = "facts.members.map(m, age(m.born, today))"
    guards.add(source)
    found = []

    def work():
        found.extend(guards.evaluate(source, VALUES) for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[26, 36]] * 1600
