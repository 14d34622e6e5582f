"""A small definition for the registry's tests, in versions that follow each other."""

TEMPLATE = """\
casework: 1
id: {id}
version: {version}
title: {{id: Program Uji, en: Trial programme}}
owner: dinas-uji
supersedes: {supersedes}
calendar: {{zone: Asia/Makassar, week: [mon, tue, wed, thu, fri]}}
roles:
  asker: {{level: applicant}}
  clerk: {{level: city}}
facts:
  by: [asker]
  in: [draft]
  draft_requires: [region]
  schema:
    type: object
    required: [region]
    additionalProperties: false
    properties:
      region: {{type: string, pattern: '^[0-9]{{2}}\\.[0-9]{{2}}$'}}
states:
  draft: {{phase: start}}
  done: {{phase: closed, end: true}}
start: draft
actions:
  finish:
    title: {{id: {title}, en: Finish}}
    event: Finished
    from: [draft]
    to: done
    by: [clerk]
"""


def definition(version: int = 1, *, id: str = "uji", title: str = "Selesai", supersedes: int | None = None) -> str:
    """YAML of a version; from the second on it supersedes the one before unless told."""
    before = supersedes if supersedes is not None else version - 1
    words = f"{{version: {before}, running: finish-on-old}}" if before else "null"
    return TEMPLATE.format(id=id, version=version, title=title, supersedes=words)
