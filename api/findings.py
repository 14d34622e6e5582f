"""Findings: what is not in tune, what it is made of, accepting one, and opening an alignment from one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct

from api import commands
from api.operations import PREFIX, Call, Room
from api.picture import (
    Asked,
    CaseMemberList,
    CaseRefs,
    CasesQuery,
    MomentQuery,
    address,
    in_use,
    members,
    moment,
    names_in,
    picture_of,
    reach,
    refs,
    shown_to,
)
from api.presenting import answer_reply, json_reply
from api.problems import Problem
from api.shapes import CaseShape, Moment
from workflow.asks import OpenAsk
from workflow.domain.findings import answers
from workflow.domain.findings.about import Names
from workflow.domain.findings.answers import Answer, Covers
from workflow.domain.findings.clause_words import in_words
from workflow.domain.findings.finding import Finding
from workflow.domain.findings.finding_rules import findings
from workflow.domain.findings.parts import ClausePart, clauses_of, keys_of, persons_of
from workflow.domain.findings.sentences import how, said
from workflow.domain.words import Text
from workflow.regions import regions
from workflow.store.log import CommandKey

room = Room("findings")
ALIGNMENT = "penyelarasan"
"""The programme whose cases are alignments."""


class AcceptedShape(Struct, frozen=True, kw_only=True):
    by: str
    reason: str
    at: Moment
    position: int


class ClauseShape(Struct, frozen=True, kw_only=True):
    of: str
    """A programme, the reference of an alignment, or a region whose list it is."""
    path: str
    says: str
    """As it is written there."""
    words: Text | None
    """In the titles of what it names; null where it names nothing that has one."""


class FindingShape(Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    status: str
    """`open`, `aligning`, `accepted` or `resolved`."""
    parties: list[str]
    region: str
    period: int
    dimension: str
    figure: int
    unit: str
    """What the figure counts: groups, persons, places, cases, clauses; `version` names one."""
    unknown: int
    """Groups of which it cannot be told: a fact is missing or erased."""
    transferable: int | None
    alignment: str | None
    """Reference of the case in which it is being aligned."""
    accepted: AcceptedShape | None
    resolved: int | None
    """Position of the event that ended it."""
    say: Text
    how: Text
    cases: str | None
    """Address of the cases it is made of; of places those that hold or use them."""
    members: str | None
    """Address that says which members of these cases are the doubled ones; null for other kinds."""
    align: str | None
    """Address that opens an alignment's case from it; null where it is resolved, or one is negotiated."""
    clauses: list[ClauseShape]


class FindingReply(FindingShape, frozen=True, kw_only=True):
    position: int


class Reason(Struct, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(max_length=500)]


class Title(Struct, frozen=True, kw_only=True):
    title: Annotated[str, Meta(min_length=3, max_length=200)] | None = None


class Shower:
    """Shows findings with their status."""

    def __init__(self, call: Call, asked: Asked) -> None:
        self._call, self._asked = call, asked
        self._answers = call.engine.findings.as_of(asked.when)

    def all(self, found: Iterable[Finding]) -> list[FindingShape]:
        return [FindingShape(**self.fields(one)) for one in found]

    def fields(self, finding: Finding) -> dict[str, Any]:
        names = names_in(self._asked)
        accepted, alignment = self._accepted(finding), self._alignment(finding)
        if finding.resolved is not None:
            status, accepted, alignment = "resolved", None, None
        elif accepted is not None:
            status, alignment = "accepted", None
        else:
            status = "open" if alignment is None else "aligning"
        return {
            "id": finding.id,
            "kind": finding.kind,
            "status": status,
            "parties": list(finding.parties),
            "region": finding.region,
            "period": finding.period,
            "dimension": finding.dimension,
            "figure": finding.figure,
            "unit": finding.unit,
            "unknown": finding.unknown,
            "transferable": finding.transferable,
            "alignment": alignment,
            "accepted": accepted
            and AcceptedShape(by=accepted.by, reason=accepted.reason, at=accepted.at, position=accepted.position),
            "resolved": finding.resolved,
            "say": said(finding, names),
            "how": how(finding),
            "cases": self._cases(finding),
            "members": self._members(finding),
            "align": f"{PREFIX}/findings/{finding.id}/alignment" if status in ("open", "accepted") else None,
            "clauses": [_clause(one, names) for one in clauses_of(self._asked.picture, finding)],
        }

    def _cases(self, finding: Finding) -> str | None:
        if finding.resolved is not None:
            return None
        opens = (
            finding.unit == "places" or finding.dimension == "visits_per_month" or keys_of(self._asked.picture, finding)
        )
        return address(f"/findings/{finding.id}/cases", self._asked, finding.region) if opens else None

    def _members(self, finding: Finding) -> str | None:
        opens = finding.resolved is None and persons_of(self._asked.picture, finding)
        return address(f"/findings/{finding.id}/members", self._asked, finding.region) if opens else None

    def _accepted(self, finding: Finding) -> Answer | None:
        """The acceptance that holds: of this occurrence, and not followed by an alignment."""
        found = self._answers.accepted.get(finding.id)
        if found is None:
            return None
        taken_up = self._answers.taken_up.get(finding.id)
        if taken_up is not None and taken_up.position > found.position:
            return None
        return found if covers(self._call, self._asked)(found, finding) else None

    def _alignment(self, finding: Finding) -> str | None:
        """The case in which a finding is being negotiated: the one opened from it, or one between its parties."""
        taken_up = self._answers.taken_up.get(finding.id)
        if taken_up is not None and self._negotiated(taken_up.alignment):
            return taken_up.alignment
        if len(finding.parties) < 2:
            return None
        world = self._asked.picture.world
        between = world.between(finding.parties[0], finding.parties[1], finding.region, finding.period)
        return next((one.ref for one in between if one.standing == "negotiated"), None)

    def _negotiated(self, ref: str) -> bool:
        known = self._asked.picture.world.alignments.get(ref)
        if known is not None:
            return known.standing == "negotiated"
        when = self._asked.when
        case = self._call.engine.casework.as_of(ref, self._asked.position if when is None else when)
        return case is not None and not case.ended


def _clause(clause: ClausePart, names: Names) -> ClauseShape:
    return ClauseShape(of=clause.of, path=clause.path, says=clause.says, words=in_words(clause, names))


def covers(call: Call, asked: Asked) -> Covers:
    return partial(call.read_models.harmonised.covers, asked.picture, as_of=asked.when)


@room("GET", "/findings/<id>", {200: FindingReply}, query=MomentQuery)
def read_finding(call: Call, id: str) -> Response:
    """One finding with its status, as of any moment."""
    return _reply(call, *find(call, id))


@room("GET", "/findings/<id>/cases", {200: CaseRefs}, query=CasesQuery, headers=("Link",))
def list_cases_of_finding(call: Call, id: str) -> Response:
    """The cases that a finding is made of, in pages, so far as the caller may see them."""
    asked, finding = find(call, id)
    if finding.unit == "places":
        return in_use(call, asked, finding)
    return refs(call, asked, keys_of(asked.picture, finding))


@room("GET", "/findings/<id>/members", {200: CaseMemberList}, query=CasesQuery, headers=("Link",))
def list_members_of_finding(call: Call, id: str) -> Response:
    """Which members of its cases are doubled, in pages of cases, so far as the caller may see case and members.

    Their names are for who may read the case's personal values. Where else somebody is a member is not told.
    """
    asked, finding = find(call, id)
    keys = persons_of(asked.picture, finding)
    if not keys:
        raise Problem("not-found")
    return members(call, asked, keys_of(asked.picture, finding), keys)


@room("POST", "/findings/<id>/accept", {200: FindingReply}, body=Reason, key="honoured", refuses=(403, 409))
def accept_finding(call: Call, id: str) -> Response:
    """Accept a finding as it is, with the reason. For who signs the letters of one of the parties over the region."""
    asked, finding = find(call, id)
    people = call.engine.directory.current()
    definitions, posts = asked.picture.world.definitions, people.appointments(call.who)
    answers.may_accept(finding, definitions, posts, datetime.now(UTC), regions().name)
    command = CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None
    call.engine.findings.accept(finding, covers(call, asked), call.body.reason, by=call.who, command=command)
    return _reply(call, *find(call, id))


@room(
    "POST",
    "/findings/<id>/alignment",
    {201: CaseShape},
    body=Title,
    key="required",
    refuses=(403, 409),
    headers=("ETag", "Location"),
)
def align_finding(call: Call, id: str) -> Response:
    """Open an alignment's case from a finding, with what the finding knows, and link the two."""
    asked, finding = find(call, id)
    answers.check_standing(finding)
    title = call.body.title or said(finding, names_in(asked)).id[:200]
    facts = {"region": finding.region, "title": title, "terms": terms_of(asked, finding)}
    answer = commands.ask(call, None, OpenAsk(programme=ALIGNMENT, facts=facts))
    call.engine.findings.take_up(finding, answer.case.ref, by=call.who)
    reply = answer_reply(call, answer, 201)
    reply.headers["Location"] = f"{PREFIX}/cases/{answer.case.ref}"
    return reply


def terms_of(asked: Asked, finding: Finding) -> dict[str, Any]:
    """The part of the terms that a finding knows: parties, region, the rest of its year, who pays what now."""
    definitions = [asked.picture.world.definitions[name] for name in finding.parties]
    until = date(finding.period, 12, 31)
    terms: dict[str, Any] = {"regions": [finding.region], "until": until.isoformat()}
    if len(definitions) == 2:
        terms["parties"] = [{"programme": one.id, "version": one.version, "agency": one.owner} for one in definitions]
    return terms


def find(call: Call, id: str) -> tuple[Asked, Finding]:
    """A finding that the caller may see, in the picture of its year. Raises Problem 404."""
    query = call.query
    if query is None:
        reach(call, call.engine.log.head())
    when = None if query is None else moment(call, query)
    for year in call.read_models.harmonised.years():
        asked = picture_of(call, year, when, None if query is None else query.as_of)
        for finding in findings(asked.picture):
            if finding.id == id and shown_to(asked.sight, finding):
                return asked, finding
    raise Problem("not-found")


def _reply(call: Call, asked: Asked, finding: Finding) -> Response:
    return json_reply(FindingReply(**Shower(call, asked).fields(finding), position=asked.position))
