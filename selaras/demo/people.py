"""The demo's offices and people: fixed names, so that scripts can use them; none of them exists."""

from datetime import date
from typing import NamedTuple

from workflow.domain.agencies import TitleAgency
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.words import Text

BASIS = "SK Contoh 001/DEMO (sintetis)"
"""Plainly synthetic: no such decision exists."""
SINCE = date(2024, 1, 1)

PALU, SIGI, SULTENG, GORONTALO = (
    "dinas-koperasi-palu",
    "dinas-koperasi-sigi",
    "dinas-koperasi-sulteng",
    "dinas-koperasi-gorontalo",
)
MINISTRY, INSPECTORATE = "kementerian-koperasi", "inspektorat-kementerian-koperasi"

OFFICES = (
    OpenOffice(
        office=PALU,
        title=Text("Dinas Koperasi Kota Palu (contoh)", "Palu City Cooperatives Office (demo)"),
        level="city",
        region="72.71",
        agency="pemerintah-kota-palu",
    ),
    OpenOffice(
        office=SIGI,
        title=Text("Dinas Koperasi Kabupaten Sigi (contoh)", "Sigi Regency Cooperatives Office (demo)"),
        level="city",
        region="72.10",
        agency="pemerintah-kabupaten-sigi",
    ),
    OpenOffice(
        office=SULTENG,
        title=Text("Dinas Koperasi Sulawesi Tengah (contoh)", "Central Sulawesi Cooperatives Office (demo)"),
        level="province",
        region="72",
        agency="pemerintah-sulawesi-tengah",
    ),
    OpenOffice(
        office=GORONTALO,
        title=Text("Dinas Koperasi Gorontalo (contoh)", "Gorontalo Cooperatives Office (demo)"),
        level="province",
        region="75",
        agency="pemerintah-gorontalo",
    ),
    OpenOffice(
        office=MINISTRY,
        title=Text("Kementerian Koperasi (contoh)", "Ministry of Cooperatives (demo)"),
        level="nation",
        region="",
        agency="kementerian-koperasi",
    ),
    OpenOffice(
        office=INSPECTORATE,
        title=Text("Inspektorat Kementerian Koperasi (contoh)", "Inspectorate, Ministry of Cooperatives (demo)"),
        level="nation",
        region="",
        agency="kementerian-koperasi",
    ),
)

AGENCIES = (
    TitleAgency(
        agency="pemerintah-kota-palu", title=Text("Pemerintah Kota Palu (contoh)", "Palu City Government (demo)")
    ),
    TitleAgency(
        agency="pemerintah-kabupaten-sigi",
        title=Text("Pemerintah Kabupaten Sigi (contoh)", "Sigi Regency Government (demo)"),
    ),
    TitleAgency(
        agency="pemerintah-sulawesi-tengah",
        title=Text("Pemerintah Provinsi Sulawesi Tengah (contoh)", "Central Sulawesi Provincial Government (demo)"),
    ),
    TitleAgency(
        agency="pemerintah-gorontalo",
        title=Text("Pemerintah Provinsi Gorontalo (contoh)", "Gorontalo Provincial Government (demo)"),
    ),
    TitleAgency(
        agency="kementerian-koperasi", title=Text("Kementerian Koperasi (contoh)", "Ministry of Cooperatives (demo)")
    ),
)


class Post(NamedTuple):
    person: str
    role: str
    office: str


POSTS = (
    Post("officer.palu", "city_officer", PALU),
    Post("officer2.palu", "city_officer", PALU),
    Post("head.palu", "city_head", PALU),
    Post("officer.sigi", "city_officer", SIGI),
    Post("head.sigi", "city_head", SIGI),
    Post("coord.sulteng", "province_coord", SULTENG),
    Post("head.sulteng", "province_head", SULTENG),
    Post("coord.gorontalo", "province_coord", GORONTALO),
    *(Post(f"panel{seat}", "ministry_panel", MINISTRY) for seat in range(1, 6)),
    Post("head.ministry", "ministry_head", MINISTRY),
    Post("minister", "minister", MINISTRY),
    Post("mentorlead", "mentor_lead", MINISTRY),
    Post("mentor1", "mentor", MINISTRY),
    Post("mentor2", "mentor", MINISTRY),
    Post("auditor", "auditor", INSPECTORATE),
    Post("admin", "admin", MINISTRY),
    Post("integrator", "integrator", MINISTRY),
    Post("head.palu", "region_planner", PALU),
    Post("head.sigi", "region_planner", SIGI),
    Post("head.sulteng", "region_planner", SULTENG),
)

GROUPS = 40
LEADERS = ("leader.palu", *(f"leader.{number:02d}" for number in range(1, GROUPS + 1)))
ENGLISH = frozenset({"auditor", "integrator"})


def registrations() -> tuple[RegisterPerson, ...]:
    """Everybody, leaders as applicants."""
    served = tuple(
        RegisterPerson(person=person, language="en" if person in ENGLISH else "id")
        for person in dict.fromkeys(post.person for post in POSTS)
    )
    return served + tuple(RegisterPerson(person=leader, applicant=True) for leader in LEADERS)


def appointments() -> tuple[Appoint, ...]:
    """Everybody's post, in order: it is the order in which a panel's seats are filled."""
    return tuple(
        Appoint(person=post.person, role=post.role, office=post.office, since=SINCE, legal_basis=BASIS)
        for post in POSTS
    )
