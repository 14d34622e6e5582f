"""Groups told as events, and the same figures counted slowly, event by event, by other means than the read model's."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.domain.world import tkm
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, ClaimChange, FactsChanged, Kind, Move, Recorded

PROGRAMMES = {"tkm-kelompok": tkm(), "program-kota": tkm(("id: tkm-kelompok", "id: program-kota"))}
BY_HASH = {definition.hash: definition for definition in PROGRAMMES.values()}
START = datetime(2025, 12, 1, 2, tzinfo=UTC)
PHASES = {name: state.phase for name, state in tkm().states.items()}


def definition_of(name: str) -> Definition:
    return BY_HASH[name]


class Told:
    """One group's case; each step is an event, `days` after the one before."""

    def __init__(
        self,
        ref: str,
        people: Sequence[str],
        programme: str = "tkm-kelompok",
        region: str = "72.71.06",
        potential: str | None = "rotan",
        plan: Sequence[int] = (12_000_000, 8_000_000, 2, 8),
        start: datetime = START,
    ) -> None:
        self.ref, self.people, self.programme, self.at, self.state = ref, people, programme, start, "draft"
        self.events: list[Recorded] = []
        names = ("tools", "materials", "workers_now", "workers_target")
        facts: dict[str, Any] = {"group": ref, "region": region, "plan": dict(zip(names, plan, strict=True))}
        facts |= {"potential": potential} if potential else {}
        body = CaseOpened(
            ref=ref,
            programme=programme,
            definition_version=1,
            applicant="leader",
            region=region,
            facts=facts,
            tracking_code="t",
            move=Move(from_="", to="draft", round=1, phase="proposal"),
        )
        self.then(body, 0)

    def then(self, body: Kind, days: int) -> "Told":
        self.at += timedelta(days=days)
        number = len(self.events) + 1
        hash = PROGRAMMES[self.programme].hash
        event = Recorded(
            stream=f"case/{self.ref}", version=number, at=self.at, actor="someone", definition=hash, body=body
        )
        self.events.append(event)
        return self

    def patched(self, patch: dict[str, Any], region: str = "72.71.06", days: int = 1) -> "Told":
        return self.then(FactsChanged(patch=patch, region=region), days)

    def taken(self, action: str, days: int = 1, **outcomes: int) -> "Told":
        rule = PROGRAMMES[self.programme].actions[action]
        to = rule.to[self.state]
        claims: tuple[ClaimChange, ...] = ()
        if action == "submit":
            claims = tuple(
                ClaimChange(claim="one", key=f"{self.programme}:{person}", kind="unique", taken=True)
                for person in self.people
            )
        ended = PROGRAMMES[self.programme].states[to].end
        move = Move(from_=self.state, to=to, round=1, phase=PHASES[to], ended=ended, claims=claims)
        self.state = to
        body = ActionTaken(action=action, event=rule.event, role="x", dossier="d", outcomes=outcomes, move=move)
        return self.then(body, days)

    def begun(self, days: int = 30) -> "Told":
        return self.taken("submit").taken("recommend").taken("agree").taken("approve", days)

    def report(self, workers: int, days: int = 30, **more: int) -> "Told":
        return self.taken("report_progress", days, workers=workers, revenue=1, loan=0, **more)


def logged(*groups: Told) -> list[Recorded]:
    """The events of all, one case after the other, with their positions."""
    events = [event for group in groups for event in group.events]
    return [replace(event, position=number) for number, event in enumerate(events, start=1)]


# --- the slow count -----------------------------------------------------------------------------------------------


def slow_count(events: Iterable[Recorded], region: str = "72") -> dict[str, int]:
    """Figures over all groups under a region, from the events alone."""
    cases: dict[str, dict[str, Any]] = {}
    first_of: dict[str, list[str]] = {}
    for event in events:
        ref, body = event.stream[5:], event.body
        if isinstance(body, CaseOpened):
            cases[ref] = {"region": body.region, "plan": dict(body.facts["plan"]), "reports": [], "family": ref}
        case = cases[ref]
        if isinstance(body, FactsChanged):
            case["region"] = body.region
            case["plan"] |= body.patch.get("plan", {})
        if not isinstance(body, ActionTaken):
            continue
        people = [change.key.split(":")[1] for change in body.move.claims]
        if people:
            earlier = [(sum(p in theirs for p in people), other) for other, theirs in first_of.items()]
            most = max((shared for shared, _ in earlier), default=0)
            if most and 2 * most >= len(people):
                case["family"] = cases[next(other for shared, other in earlier if shared == most)]["family"]
            first_of[ref] = people
        if body.move.to == "mentoring" and "began" not in case:
            case["began"] = event.at
        if body.action == "report_progress":
            case["reports"].append((event.position, body.outcomes))
    begun = [case for case in cases.values() if "began" in case and case["region"].startswith(region)]
    found = dict.fromkeys(("groups", "reporting", "start", "now", "target", "grant", "entrepreneurs"), 0)
    for family in {case["family"] for case in begun}:
        members = sorted((c for c in begun if c["family"] == family), key=lambda c: c["began"])
        reports = sorted((r for c in members for r in c["reports"]), key=lambda r: r[0])
        found["groups"] += 1
        if reports:
            found["reporting"] += 1
            found["start"] += members[0]["plan"]["workers_now"]
            found["target"] += members[-1]["plan"]["workers_target"]
            found["now"] += reports[-1][1]["workers"]
            found["grant"] += sum(c["plan"]["tools"] + c["plan"]["materials"] for c in members)
            told = [said["entrepreneurs"] for _, said in reports if "entrepreneurs" in said]
            found["entrepreneurs"] += told[-1] if told else 0
    return found
