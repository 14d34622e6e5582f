"""Small programmes that are compared: the same path, other bounds, places, benefits and payers."""

from functools import cache

from workflow.definition_files import read_published
from workflow.domain.definition.model import Definition

SOURCE = """
casework: 1
id: {id}
version: {version}
title: {{id: {id}, en: {id}}}
owner: {payer}
supersedes: {supersedes}
calendar: {{zone: Asia/Makassar, week: [mon, tue, wed, thu, fri]}}
roles:
  leader: {{level: applicant}}
  officer: {{level: city}}
  head: {{level: city}}
  mentor: {{level: city}}
  auditor: {{level: any, reads: all}}
facts:
  by: [leader]
  in: [draft]
  schema:
    type: object
    required: [region]
    additionalProperties: false
    properties:
      region: {{type: string}}
      size: {{type: integer}}
      grant: {{type: integer}}
      line: {{type: string}}
      potential: {{type: string}}
eligibility:
  at: [submit]
  dimensions:
    region: {{value: facts.region, under: [{under}], say: {{id: w, en: r}}}}
    size: {{value: facts.size, min: {least}, max: {most}, say: {{id: w, en: r}}}}
    grant: {{value: facts.grant, max: {grant}, say: {{id: w, en: r}}}}{more}
benefits: {{{benefits}}}
states:
  draft: {{title: {{id: d, en: d}}, phase: proposal}}
  waiting: {{title: {{id: d, en: d}}, phase: proposal,
             queue: {{for: places, then: submit, else: {{to: draft, event: NoPlace}}}}}}
  review: {{title: {{id: d, en: d}}, phase: review, clock: {{due: 10, unit: working, then: {{escalate: head}}}}}}
  mentoring: {{title: {{id: d, en: d}}, phase: mentoring, clock: {{due: 90, unit: calendar, then: {{escalate: head}}}}}}
  done: {{title: {{id: d, en: d}}, phase: closed, end: true, keeps: [places, persons]}}
  gone: {{title: {{id: d, en: d}}, phase: closed, end: true}}
start: draft
actions:
  submit: {{title: {{id: s, en: s}}, event: Submitted, from: [draft], to: review, by: [leader],
            claims: [persons, places]}}
  approve: {{title: {{id: s, en: s}}, event: Approved, from: [review], to: mentoring, by: [head], letter: decision}}
  assign: {{title: {{id: s, en: s}}, event: Assigned, from: [mentoring], to: mentoring, by: [head], assigns: mentor}}
  report: {{title: {{id: s, en: s}}, event: Reported, from: [mentoring], to: mentoring, by: [mentor],
            outcomes: {{workers: {{type: integer}}}}}}
  finish: {{title: {{id: s, en: s}}, event: Finished, from: [mentoring], to: done, by: [head]}}
  withdraw: {{title: {{id: s, en: s}}, event: Withdrawn, from: [draft, waiting, review, mentoring], to: gone,
              by: [leader]}}
claims:
  persons: {{unique: '[facts.line]', scope: persons, say: {{id: s, en: s}}}}
  places:
    counter: '"quota/" + programme.id + "/" + region.city + "/" + string(period.year)'
    limit: quota
    say: {{id: s, en: s}}
    else: {{to: waiting, event: Queued}}
letters:
  decision: {{template: letters/decision, signed_by: actor}}
"""


@cache
def programme(
    id: str = "alpha",
    version: int = 1,
    under: str = "'72'",
    size: tuple[int, int] = (5, 15),
    grant: int = 20,
    payer: str = "ministry",
    items: tuple[str, ...] = ("tools",),
    most: int = 10,
    more: str = "",
) -> Definition:
    """A definition; `most` is the `max` of each benefit, `more` are further dimensions, as lines of the file."""
    source = SOURCE.format(
        id=id,
        version=version,
        supersedes="null" if version == 1 else f"{{version: {version - 1}, running: finish-on-old}}",
        payer=payer,
        under=under,
        least=size[0],
        most=size[1],
        grant=grant,
        more=more,
        benefits=", ".join(f"{item}: {{payer: {payer}, unit: IDR, max: {most}}}" for item in items),
    )
    return read_published(source, f"{id}/v{version}.yaml")


ALPHA = programme()
BETA = programme("beta", under="'72.71'", size=(3, 10), grant=12, payer="city")
GAMMA = programme("gamma", size=(8, 25), grant=15, payer="province")
BETA_2 = programme("beta", 2, under="'72.71'", size=(3, 7), grant=12, payer="city", most=4)
PERMIT = programme("permit", items=())
ALL = (ALPHA, BETA, GAMMA, BETA_2, PERMIT)
BY_HASH = {one.hash: one for one in ALL}
