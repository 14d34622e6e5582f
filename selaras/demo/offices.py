"""The demo's further offices and people: every regency's, the city's and the province's for their own programmes."""

from selaras.demo.people import BASIS, MINISTRY, PALU, SIGI, SINCE, SULTENG, Post
from selaras.demo.regions import REGIONS
from workflow.domain.agencies import TitleAgency
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.words import Text

LABOUR = "dinas-tenaga-kerja-palu"
SUPERVISORS = ("supervisor1.palu", "supervisor2.palu")
FACILITATORS = tuple(f"facilitator{number}" for number in range(1, 9))
MENTORS = tuple(f"mentor{number}" for number in range(1, 14))
MENTORS_BEFORE = 2
"""Whom the small cast has."""
_OLD = {"palu": PALU, "sigi": SIGI}
_REGENCIES = tuple(region for region in REGIONS if region.slug not in _OLD)


def office_of(slug: str) -> str:
    return _OLD.get(slug, f"dinas-koperasi-{slug}")


OFFICES = (
    *(
        OpenOffice(
            office=office_of(region.slug),
            title=Text(
                f"Dinas Koperasi {region.title} (contoh)",
                f"{region.title.removeprefix('Kabupaten ')} Regency Cooperatives Office (demo)",
            ),
            level="city",
            region=region.code,
            agency=f"pemerintah-{region.slug}",
        )
        for region in _REGENCIES
    ),
    OpenOffice(
        office=LABOUR,
        title=Text("Dinas Tenaga Kerja Kota Palu (contoh)", "Palu City Labour Office (demo)"),
        level="city",
        region="72.71",
        agency="pemerintah-kota-palu",
    ),
)
AGENCIES = tuple(
    TitleAgency(
        agency=f"pemerintah-{region.slug}",
        title=Text(
            f"Pemerintah {region.title} (contoh)",
            f"{region.title.removeprefix('Kabupaten ')} Regency Government (demo)",
        ),
    )
    for region in _REGENCIES
)
POSTS = (
    *(Post(f"officer.{region.slug}", "city_officer", office_of(region.slug)) for region in _REGENCIES),
    *(Post(f"head.{region.slug}", "city_head", office_of(region.slug)) for region in _REGENCIES),
    *(Post(f"officer.{region.slug}", "regency_officer", office_of(region.slug)) for region in REGIONS),
    *(Post(f"head.{region.slug}", "regency_head", office_of(region.slug)) for region in REGIONS),
    *(Post(mentor, "mentor", MINISTRY) for mentor in MENTORS[MENTORS_BEFORE:]),
    Post("labour.palu", "labour_officer", LABOUR),
    Post("labourhead.palu", "labour_head", LABOUR),
    *(Post(supervisor, "field_supervisor", LABOUR) for supervisor in SUPERVISORS),
    Post("cluster.sulteng", "cluster_coord", SULTENG),
    Post("clusterhead.sulteng", "cluster_head", SULTENG),
    *(Post(facilitator, "facilitator", SULTENG) for facilitator in FACILITATORS),
)


def registrations(known: frozenset[str], leaders: tuple[str, ...]) -> tuple[RegisterPerson, ...]:
    """Everybody who is not among the `known`, leaders as applicants."""
    serving = dict.fromkeys(post.person for post in POSTS)
    return (
        *(RegisterPerson(person=person) for person in serving if person not in known),
        *(RegisterPerson(person=leader, applicant=True) for leader in leaders if leader not in known),
    )


def appointments() -> tuple[Appoint, ...]:
    return tuple(
        Appoint(person=post.person, role=post.role, office=post.office, since=SINCE, legal_basis=BASIS)
        for post in POSTS
    )
