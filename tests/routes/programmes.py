"""Two small programmes of one town that serve the same people, and what they agreed on."""

from datetime import UTC, date, datetime
from typing import Any

from tests.domain.agreed import terms
from workflow.domain.alignments import STREAM, AlignmentChanged, Standing, fold
from workflow.domain.alignments import Alignments as Known
from workflow.domain.appointing import Appoint, OpenOffice, RegisterPerson
from workflow.domain.events import Recorded
from workflow.domain.publishing import SetQuota
from workflow.domain.terms import Party, Persons, Terms
from workflow.domain.words import Text
from workflow.engine import Engine
from workflow.store.log import Write

USAHA, KARYA = "usaha-uji", "karya-uji"
LEADER, OTHER_LEADER, OFFICER, HEAD = "leader.palu", "leader2.palu", "officer.palu", "head.palu"
PALU = "72.71.06"
SCOPE = "orang-uji"

HEADER = """\
casework: 1
id: {id}
version: 1
title: {{id: Program Uji, en: Trial programme}}
owner: {owner}
supersedes: null
calendar: {{zone: Asia/Makassar, week: [mon, tue, wed, thu, fri]}}
roles:
  leader:  {{level: applicant}}
  officer: {{level: city}}
  head:    {{level: city}}
"""
STATES = """\
states:
  draft:     {phase: proposal, clock: {due: 60, unit: calendar, then: {to: lapsed, event: Lapsed}}}
  review:    {phase: review, clock: {due: 10, unit: working, then: {escalate: head}}}
  running:   {phase: running}
  completed: {phase: closed, end: true, keeps: [person]}
  withdrawn: {phase: closed, end: true}
  lapsed:    {phase: closed, end: true}
start: draft
"""
ACTIONS = """\
  visit:
    title: {id: Kunjungi, en: Visit}
    event: Visited
    from: [review]
    to: review
    by: [officer]
  accept:
    title: {id: Terima, en: Accept}
    event: Accepted
    from: [review]
    to: running
    by: [head]
    when:
      visited: {if: 'counts.total.visit >= 1', say: {id: Belum dikunjungi, en: Not visited yet}}
  finish:
    title: {id: Selesaikan, en: Finish}
    event: Finished
    from: [running]
    to: completed
    by: [head]
  withdraw:
    title: {id: Tarik, en: Withdraw}
    event: Withdrawn
    from: [draft, review]
    to: withdrawn
    by: [leader]
claims:
  person: {unique: 'facts.PEOPLE.map(m, m.nik)', scope: orang-uji,
           say: {id: Ada anggota di program lain, en: A member is in another programme}}
  place:  {counter: '"quota/" + programme.id + "/" + region.city + "/" + string(period.year)', limit: quota,
           say: {id: Kuota habis, en: No place is left}}
"""
A = (
    HEADER.format(id=USAHA, owner="kementerian-uji")
    + """\
facts:
  by: [leader, officer]
  in: [draft]
  draft_requires: [region]
  schema:
    type: object
    required: [group, region, members, plan]
    additionalProperties: false
    properties:
      group:  {type: string, minLength: 3}
      region: {type: string, pattern: '^72'}
      members:
        type: array
        items:
          type: object
          x-person: nik
          required: [name, nik, born]
          additionalProperties: false
          properties:
            name: {type: string, x-personal: true}
            nik:  {type: string, x-personal: true, format: nik}
            born: {type: string, x-personal: true, format: date}
            role: {enum: [leader, member]}
      plan:
        type: object
        required: [tools]
        additionalProperties: false
        properties:
          tools:     {type: integer, minimum: 0}
          materials: {type: integer, minimum: 0}
eligibility:
  at: [submit]
  dimensions:
    members: {value: size(facts.members), min: 2, max: 4, say: {id: 2 sampai 4 anggota, en: 2 to 4 members}}
    grant:   {value: facts.plan.tools, max: 20, say: {id: Paling banyak 20, en: At most 20}}
benefits: {tools: {payer: kementerian-uji, unit: IDR}}
documents:
  proposal: {title: {id: Usulan, en: Proposal}, types: [application/pdf]}
"""
    + STATES
    + """\
actions:
  submit:
    title: {id: Ajukan, en: Submit}
    event: Submitted
    from: [draft]
    to: review
    by: [leader, officer]
    documents: [proposal]
    claims: [person, place]
"""
    + ACTIONS.replace("PEOPLE", "members")
)
B = (
    HEADER.format(id=KARYA, owner="dinas-uji")
    + """\
facts:
  by: [leader, officer]
  in: [draft]
  draft_requires: [region]
  schema:
    type: object
    required: [name, region, workers, tools]
    additionalProperties: false
    properties:
      name:   {type: string, minLength: 3}
      region: {type: string, pattern: '^72'}
      tools:  {type: integer, minimum: 0}
      days:   {type: integer, minimum: 1}
      workers:
        type: array
        items:
          type: object
          x-person: nik
          required: [name, nik, born]
          additionalProperties: false
          properties:
            name: {type: string, x-personal: true}
            nik:  {type: string, x-personal: true, format: nik}
            born: {type: string, x-personal: true, format: date}
eligibility:
  at: [submit]
  dimensions:
    region:  {value: facts.region, under: ['72.71'], say: {id: Hanya di Palu, en: In Palu only}}
    workers: {value: size(facts.workers), min: 1, max: 3, say: {id: 1 sampai 3 pekerja, en: 1 to 3 workers}}
    grant:   {value: facts.tools, max: 12, say: {id: Paling banyak 12, en: At most 12}}
benefits: {tools: {payer: dinas-uji, unit: IDR}}
documents:
  proposal: {title: {id: Usulan, en: Proposal}, types: [application/pdf]}
"""
    + STATES
    + """\
actions:
  submit:
    title: {id: Ajukan, en: Submit}
    event: Registered
    from: [draft]
    to: review
    by: [leader, officer]
    documents: [proposal]
    claims: [person, place]
"""
    + ACTIONS.replace("PEOPLE", "workers")
)


def set_up(engine: Engine, *, places: int = 50) -> None:
    """Offices and people of the town, both programmes, places for this year and the two before."""
    palu = OpenOffice(
        office="dinas.palu", level="city", region="72.71", title=Text("Dinas Uji", "Trial office"), agency="dinas-uji"
    )
    engine.directory.handle(palu, by="seed")
    for person in (LEADER, OTHER_LEADER):
        engine.directory.handle(RegisterPerson(person=person, language="id", applicant=True), by="seed")
    for person, role in ((OFFICER, "officer"), (HEAD, "head")):
        engine.directory.handle(RegisterPerson(person=person, language="id"), by="seed")
        post = Appoint(person=person, role=role, office="dinas.palu", since=date(2020, 1, 1), legal_basis="SK uji")
        engine.directory.handle(post, by="seed")
    for name, source in ((USAHA, A), (KARYA, B)):
        engine.registry.publish(source, f"{name}.yaml", {}, by="seed")
        for year in range(2020, 2031):
            quota = SetQuota(region="72.71", year=year, places=places, legal_basis="SK uji")
            engine.registry.set_quota(name, quota, by="seed")


def agreed(persons: Persons | None = None, **over: Any) -> Terms:
    """Terms of the two programmes in the town, from 2020 to 2030."""
    parties = (
        Party(programme=USAHA, version=1, agency="kementerian-uji"),
        Party(programme=KARYA, version=1, agency="dinas-uji"),
    )
    return terms(persons, **{"parties": parties, "since": date(2020, 1, 1), "until": date(2030, 12, 31), **over})


def put(engine: Engine, stated: Terms, standing: Standing = "in_force", *, at: datetime | None = None) -> int:
    """Say what becomes of the two programmes' alignment, as its case would; returns the position."""
    version = fold(engine.log.read(STREAM), Known()).version
    body = AlignmentChanged(ref="PENYELARASAN-7271-2026-000001", standing=standing, terms=stated, hash="0" * 64)
    event = Recorded(stream=STREAM, version=version + 1, at=at or datetime.now(UTC), actor="seed", body=body)
    return engine.log.append(Write(events=(event,)))
