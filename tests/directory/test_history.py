"""Laws of the directory's history, over random orders: the same events fold to the same directory."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.directory.register import BASIS, Register, appoint, delegate, end, office, person
from workflow.domain.appointing import SucceedOffice, overlap
from workflow.domain.directory import DIRECTORY_KINDS, EMPTY, evolve, fold
from workflow.domain.refusal import Refused, Unchanged

OFFICES = ("dinas-palu", "badan-palu", "dinas-sigi")
PEOPLE = ("rina", "sari", "tono")
names, offices = st.sampled_from(PEOPLE), st.sampled_from(OFFICES)
roles = st.sampled_from(("city_officer", "city_head"))
days = st.integers(0, 40).map(lambda n: date(2026, 2, 10) + timedelta(days=n))
orders = st.one_of(
    offices.map(lambda name: office(name, "72.10" if name.endswith("sigi") else "72.71")),
    st.builds(person, names, st.booleans()),
    st.builds(lambda n, r, o, s, u: appoint(n, s, u, role=r, office=o), names, roles, offices, days, st.none() | days),
    st.builds(
        lambda n, i, k, r, o, s, u: delegate(n, i, k, s, u, role=r, office=o),
        names,
        names | offices,
        st.sampled_from(("plh", "plt")),
        roles,
        offices,
        days,
        days,
    ),
    st.builds(end, st.integers(1, 12), days),
    st.builds(lambda a, b: SucceedOffice(office=a, successor=b, legal_basis=BASIS), offices, offices),
)


def after(history: list) -> Register:
    register = Register()
    for order in history:
        try:
            register.obey(order)
        except (Refused, Unchanged):
            continue
    return register


@settings(max_examples=150, deadline=None)
@given(st.lists(orders, max_size=60), st.integers(0, 60))
def test_a_history_folds_to_the_same_directory_however_it_is_cut(history: list, cut: int) -> None:
    register = after(history)
    step = EMPTY
    for event in register.events:
        step = evolve(step, event)
    first = fold(register.events[:cut])
    before = (dict(first.posts), dict(first.offices), dict(first.people))
    assert fold(register.events) == step == register.directory == fold(register.events[cut:], first)
    assert (first.posts, first.offices, first.people) == before, "folding on changes nothing that was given"


@settings(max_examples=150, deadline=None)
@given(st.lists(orders, max_size=60))
def test_nobody_ever_holds_the_same_post_twice_on_one_day(history: list) -> None:
    directory = after(history).directory
    for name in PEOPLE:
        own = [post for post in directory.appointments(name) if post.instead_of is None]
        for index, a in enumerate(own):
            for b in own[index + 1 :]:
                # Two offices that merged may each have had the same person.
                if (a.role, a.office) == (b.role, b.office) and not any(
                    o.successor for o in directory.offices.values()
                ):
                    assert not overlap(a, b.since, b.until)


@settings(max_examples=150, deadline=None)
@given(st.lists(orders, max_size=60))
def test_every_post_stands_once_under_its_person_and_its_numbers_are_dense(history: list) -> None:
    directory = after(history).directory
    assert sorted(directory.posts) == list(range(1, len(directory.posts) + 1))
    assert sorted(n for numbers in directory.posts_of.values() for n in numbers) == sorted(directory.posts)
    held = [post for post in directory.posts.values() if post.instead_of is None]
    assert {p.number for role in ("city_officer", "city_head") for p in directory.holders(role)} == {
        p.number for p in held
    }
    assert directory.version == len(after(history).events)
    for name in directory.offices:
        assert directory.office_now(name).successor is None


def test_no_two_kinds_share_a_tag() -> None:
    tags = [kind.__struct_config__.tag for kind in DIRECTORY_KINDS]
    assert len(set(tags)) == len(tags)
