"""Two programmes of the smallest kind, with a queue and no papers, and the town in which they give places."""

from datetime import UTC, date, datetime

from tests.domain.agreed import terms
from workflow.domain.alignments import STREAM, AlignmentChanged
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.events import Recorded
from workflow.domain.publishing import SetQuota
from workflow.domain.terms import Party, Quota, Transfer
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.store.log import Write

SMALL, OTHER = "kecil-a", "kecil-b"
ALIGNMENT = "PENYELARASAN-7271-2026-000001"
LEADER, COORD, OFFICER = "leader", "coord", "officer"
CITIES = ("72.71", "72.10")
TEXT = """\
casework: 1
id: {id}
version: 1
title: {{id: Program kecil, en: Small programme}}
owner: dinas-uji
supersedes: null
calendar: {{zone: Asia/Makassar, week: [mon, tue, wed, thu, fri]}}
roles:
  leader:      {{level: applicant}}
  officer:     {{level: city}}
  coordinator: {{level: province}}
facts:
  by: [leader]
  in: [draft]
  draft_requires: [region]
  schema:
    type: object
    required: [region]
    additionalProperties: false
    properties:
      region: {{type: string, pattern: '^72'}}
eligibility: {{at: [submit], dimensions: {{}}}}
benefits: {{}}
states:
  draft:     {{phase: proposal, clock: {{due: 60, unit: calendar, then: {{to: withdrawn, event: Lapsed}}}}}}
  waiting:   {{phase: proposal, clock: {{due: 60, unit: calendar, then: {{to: withdrawn, event: Lapsed}}}},
              queue: {{for: place, then: submit, else: {{to: draft, event: SentBack}}}}}}
  running:   {{phase: running, clock: {{due: 300, unit: calendar, then: {{to: withdrawn, event: Lapsed}}}}}}
  withdrawn: {{phase: closed, end: true}}
start: draft
actions:
  submit:
    title: {{id: Ajukan, en: Submit}}
    event: Submitted
    from: [draft]
    to: running
    by: [leader]
    claims: [place]
  withdraw:
    title: {{id: Tarik, en: Withdraw}}
    event: Withdrawn
    from: [draft, waiting, running]
    to: withdrawn
    by: [leader, officer, coordinator]
claims:
  place: {{counter: '"quota/" + programme.id + "/" + region.city + "/" + string(period.year)', limit: quota,
          say: {{id: Kuota habis, en: No place is left}}, else: {{to: waiting, event: Waitlisted}}}}
"""


def year() -> int:
    return datetime.now(UTC).year


def set_up(engine: Engine) -> None:
    """The offices, the leader of all groups, both programmes, three places in each city, and terms in force."""
    register = engine.directory
    since = date(2020, 1, 1)
    for office, level, region in (("kantor.palu", "city", "72.71"), ("kantor.sulteng", "province", "72")):
        title = Text("Kantor uji", "Trial office")
        register.handle(
            OpenOffice(office=office, agency="dinas-uji", title=title, level=level, region=region), by="seed"
        )
    register.handle(RegisterPerson(person=LEADER, language="id", applicant=True), by="seed")
    for person, role, office in ((OFFICER, "officer", "kantor.palu"), (COORD, "coordinator", "kantor.sulteng")):
        register.handle(RegisterPerson(person=person, language="id"), by="seed")
        post = Appoint(person=person, role=role, office=office, since=since, legal_basis="Contoh uji")
        register.handle(post, by="seed")
    for programme in (SMALL, OTHER):
        engine.registry.publish(TEXT.format(id=programme), "v1.yaml", {}, by="seed")
    for city in CITIES:
        engine.registry.set_quota(SMALL, quota(city, 3, "awal"), by="seed")
    stated = terms(
        parties=(
            Party(programme=SMALL, version=1, agency="dinas-uji"),
            Party(programme=OTHER, version=1, agency="dinas-uji"),
        ),
        regions=CITIES,
        since=since,
        until=date(year() + 1, 12, 31),
        quota=Quota(transfer=Transfer(cap=100_000, until=date(year() + 1, 12, 31), approved_by="coordinator")),
    )
    body = AlignmentChanged(ref=ALIGNMENT, standing="in_force", terms=stated, hash="0" * 64)
    event = Recorded(stream=STREAM, version=1, at=datetime.now(UTC), actor="seed", body=body)
    engine.log.append(Write(events=(event,)))


def quota(city: str, places: int, why: str) -> SetQuota:
    return SetQuota(region=city, year=year(), places=places, legal_basis=f"Contoh {why}")
