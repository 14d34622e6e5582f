"""Orders on the directory: what they lead to, and every reason why one is refused."""

from datetime import date

import pytest

from tests.directory.register import (
    BASIS,
    TODAY,
    TOMORROW,
    YESTERDAY,
    Register,
    appoint,
    delegate,
    end,
    office,
    person,
)
from workflow.domain.agencies import TitleAgency
from workflow.domain.appointing import OpenOffice, SucceedOffice
from workflow.domain.authority import in_force
from workflow.domain.directory import Order
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.titles import agency_title
from workflow.domain.words import Text


@pytest.fixture
def palu() -> Register:
    register = Register()
    register.obey(office(), person("rina"), person("sari"), person("leader", applicant=True))
    return register


def refused(register: Register, order: Order) -> set[str]:
    with pytest.raises(Refused) as caught:
        register.obey(order)
    for refusal in caught.value.refusals:
        assert refusal.id
        assert refusal.en
        assert refusal.how.id
        assert refusal.how.en
        assert refusal.pointer
        assert refusal.pointer.startswith("/")
    return {refusal.code for refusal in caught.value.refusals}


def test_an_agency_is_called_what_it_was_titled_last_and_by_its_key_before(palu: Register) -> None:
    assert agency_title(palu.directory.titles, "kota").en == "Kota"
    for title in (Text("Pemkot", "City"), Text("Pemerintah Kota", "City Government")):
        palu.obey(TitleAgency(agency="kota", title=title))
        assert agency_title(palu.directory.titles, "kota") == title
    with pytest.raises(Unchanged):
        palu.obey(TitleAgency(agency="kota", title=Text("Pemerintah Kota", "City Government")))


def test_an_agency_without_an_office_or_a_title_without_words_is_refused(palu: Register) -> None:
    assert refused(palu, TitleAgency(agency="kta", title=Text("Pemkot", "City"))) == {"agency.unknown"}
    assert refused(palu, TitleAgency(agency="kota", title=Text("Pemkot", " "))) == {"title.en.missing"}


def test_an_appointment_takes_level_and_region_from_its_office(palu: Register) -> None:
    palu.obey(appoint("rina"))
    (post,) = palu.directory.appointments("rina")
    assert (post.number, post.level, post.region, post.role) == (1, "city", "72.71", "city_officer")
    assert palu.directory.holders("city_officer") == (post,)


def test_who_is_registered_to_apply_may_apply_and_nobody_else(palu: Register) -> None:
    assert [palu.directory.is_applicant(name) for name in ("leader", "rina", "nobody")] == [True, False, False]


def test_holders_stand_in_order_of_appointment(palu: Register) -> None:
    palu.obey(appoint("sari"), appoint("rina"))
    assert [post.person for post in palu.directory.holders("city_officer")] == ["sari", "rina"]


def test_every_reason_against_an_appointment_is_given_at_once(palu: Register) -> None:
    order = appoint("nobody", office="dinas-poso", since=TODAY, until=YESTERDAY, legal_basis=" ")
    assert refused(palu, order) == {
        "person.unknown",
        "office.unknown",
        "until.before_since",
        "legal_basis.missing",
    }


def test_the_same_post_twice_in_one_period_is_refused(palu: Register) -> None:
    palu.obey(appoint(since=date(2026, 1, 1), until=TODAY))
    assert refused(palu, appoint(since=TODAY)) == {"appointment.overlap"}
    palu.obey(appoint(since=TOMORROW))
    assert len(palu.directory.appointments("rina")) == 2


def test_another_role_in_the_same_period_is_no_overlap(palu: Register) -> None:
    palu.obey(appoint(), appoint(role="city_head"))
    assert len(palu.directory.appointments("rina")) == 2


def test_the_very_same_order_again_changes_nothing(palu: Register) -> None:
    palu.obey(appoint())
    for order in (office(), person("rina"), appoint()):
        with pytest.raises(Unchanged):
            palu.obey(order)


def test_an_appointment_that_ended_yesterday_is_not_in_force_today(palu: Register) -> None:
    palu.obey(appoint(), end(1, until=YESTERDAY))
    (post,) = palu.directory.appointments("rina")
    assert post.until == YESTERDAY
    at = palu.events[0].at
    assert not in_force(post, at, "Asia/Makassar")
    assert palu.directory.holders("city_officer") == (post,)


def test_an_end_is_refused_before_the_beginning_after_the_end_and_without_reason(palu: Register) -> None:
    palu.obey(appoint(since=TODAY, until=TODAY))
    assert refused(palu, end(1, until=YESTERDAY)) == {"until.before_since"}
    assert refused(palu, end(1, until=TOMORROW, reason="")) == {"until.later", "reason.missing"}
    assert refused(palu, end(7)) == {"appointment.unknown"}


def test_a_delegate_acts_in_the_stead_of_who_is_absent(palu: Register) -> None:
    palu.obey(appoint("rina"), delegate("sari", instead_of="rina"))
    (post,) = palu.directory.appointments("sari")
    assert (post.instead_of, post.role, post.number) == ("rina", "city_officer", 2)
    assert [held.person for held in palu.directory.holders("city_officer")] == ["rina"]


def test_a_vacant_post_is_filled_for_a_term_only_by_a_plt(palu: Register) -> None:
    assert refused(palu, delegate("sari", instead_of="dinas-palu", kind="plh")) == {"delegation.instead_of"}
    palu.obey(delegate("sari", instead_of="dinas-palu", kind="plt"))
    assert palu.directory.appointments("sari")[0].instead_of == "dinas-palu"


@pytest.mark.parametrize("instead_of", ["sari", "leader", "nobody", "dinas-poso"])
def test_nobody_stands_in_for_somebody_without_the_post(palu: Register, instead_of: str) -> None:
    palu.obey(appoint("rina"))
    assert refused(palu, delegate("sari", instead_of=instead_of)) == {"delegation.instead_of"}


def test_nobody_stands_in_for_an_appointment_that_is_over(palu: Register) -> None:
    palu.obey(appoint("rina"), end(1, until=YESTERDAY))
    assert refused(palu, delegate("sari", instead_of="rina", since=TODAY)) == {"delegation.instead_of"}


def test_a_delegation_ends_by_its_number_like_an_appointment(palu: Register) -> None:
    palu.obey(appoint("rina"), delegate("sari", instead_of="rina"), end(2, until=TODAY))
    assert palu.directory.appointments("sari")[0].until == TODAY
    assert type(palu.events[-1].body).__name__ == "DelegationEnded"


def test_who_serves_in_an_office_goes_on_in_its_successor(palu: Register) -> None:
    palu.obey(appoint("rina"), appoint("sari", until=date(2025, 1, 1)), office("badan-palu"))
    palu.obey(SucceedOffice(office="dinas-palu", successor="badan-palu", legal_basis=BASIS))
    (rina,) = palu.directory.appointments("rina")
    (sari,) = palu.directory.appointments("sari")
    assert (rina.office, rina.level, rina.region) == ("badan-palu", "city", "72.71")
    assert sari.office == "dinas-palu", "a period that was over stays where it was served"
    assert palu.directory.office_now("dinas-palu").office == "badan-palu"


def test_a_vacant_post_goes_over_to_the_successor_too(palu: Register) -> None:
    palu.obey(delegate("sari", instead_of="dinas-palu", kind="plt"), office("badan-palu"))
    palu.obey(SucceedOffice(office="dinas-palu", successor="badan-palu", legal_basis=BASIS))
    (post,) = palu.directory.appointments("sari")
    assert (post.office, post.instead_of) == ("badan-palu", "badan-palu")


def test_nobody_is_appointed_to_an_office_that_was_succeeded(palu: Register) -> None:
    palu.obey(office("badan-palu"), SucceedOffice(office="dinas-palu", successor="badan-palu", legal_basis=BASIS))
    assert refused(palu, appoint("rina")) == {"office.succeeded"}
    palu.obey(appoint("rina", office="badan-palu"))


def test_a_successor_serves_the_same_region_and_still_serves(palu: Register) -> None:
    palu.obey(office("dinas-sigi", "72.10"), office("badan-palu"))

    def succeed(old: str, new: str) -> SucceedOffice:
        return SucceedOffice(office=old, successor=new, legal_basis=BASIS)

    assert refused(palu, succeed("dinas-palu", "dinas-sigi")) == {"successor.region"}
    assert refused(palu, succeed("dinas-palu", "dinas-palu")) == {"successor.ended"}
    assert refused(palu, succeed("dinas-palu", "nowhere")) == {"office.unknown"}
    palu.obey(succeed("dinas-palu", "badan-palu"))
    assert refused(palu, succeed("badan-palu", "dinas-palu")) == {"successor.ended"}
    with pytest.raises(Unchanged):
        palu.obey(succeed("dinas-palu", "badan-palu"))


@pytest.mark.parametrize(
    ("level", "region"),
    [
        ("city", "72"),
        ("city", "7271"),
        ("city", "72.71.06"),
        ("province", "72.71"),
        ("province", ""),
        ("nation", "72"),
        ("city", "07.71"),
        ("city", "7\N{ARABIC-INDIC DIGIT TWO}.71"),
        ("city", "72.71\n"),
    ],
)
def test_a_region_reads_like_a_code_of_its_level(palu: Register, level: str, region: str) -> None:
    order = OpenOffice(office="x", title=Text("x", "x"), level=level, region=region, agency="x")  # type: ignore[arg-type]
    assert refused(palu, order) == {"region.code"}


@pytest.mark.parametrize("name", ["system", "imported", "operator"])
def test_nobody_takes_the_name_of_the_engine(palu: Register, name: str) -> None:
    assert refused(palu, person(name)) == {"person.reserved"}


@pytest.mark.parametrize("name", ["", "Rina", "a b", "a\x00", "é", "a" * 65, "-a", "\ud800", "a\n"])
def test_a_name_that_cannot_be_written_plainly_is_refused(palu: Register, name: str) -> None:
    assert refused(palu, person(name)) == {"person.name"}


def test_a_person_and_an_office_never_share_a_name(palu: Register) -> None:
    assert refused(palu, person("dinas-palu")) == {"person.reserved"}
    assert refused(palu, office("rina")) == {"office.exists"}


@pytest.mark.parametrize("basis", ["\ud800", "a\x00b", "x" * 501])
def test_a_legal_basis_that_cannot_be_kept_is_refused(palu: Register, basis: str) -> None:
    assert refused(palu, appoint(legal_basis=basis)) == {"legal_basis.unreadable"}
