"""Events as they would be logged: programmes, places, alignments and groups, in one order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflow.domain.alignments import STREAM, AlignmentChanged, Standing
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, CaseOpened, ClaimChange, FactsChanged, Imported, Kind, Move, Recorded
from workflow.domain.potentials import STREAM as POTENTIALS
from workflow.domain.potentials import PotentialDropped, PotentialListed, Study
from workflow.domain.registry import DefinitionPublished, IntakeSet, PlacesTransferred, QuotaSet
from workflow.domain.released import DataReleased, DeletionConfirmed
from workflow.domain.terms import Budget, BudgetItem, LegalBasis, Mentoring, Party, Persons, Places, Quota, Terms
from workflow.domain.words import Text

from .programmes import ALPHA, BETA

START = datetime(2026, 2, 2, 1, tzinfo=UTC)
PALU, SIGI = "72.71", "72.10"
STEPS = {"submit": "review", "approve": "mentoring", "assign": "mentoring", "report": "mentoring", "finish": "done"}
PHASES = {"draft": "proposal", "waiting": "proposal", "review": "review", "mentoring": "mentoring"}
ENDS = {"done": ("places", "persons"), "gone": ()}


class Log:
    """What happened, told step by step; `events` in the order of their positions."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.at = START
        self.versions: dict[str, int] = {}
        self.state: dict[str, str] = {}
        self.kept: dict[str, list[int]] = {}
        self.region: dict[str, str] = {}
        self.programme: dict[str, Definition] = {}
        self.held: dict[str, dict[str, ClaimChange]] = {}

    def then(self, stream: str, body: Kind, definition: str | None = None, imported: bool = False) -> int:
        self.at += timedelta(hours=7)
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        mark = Imported(source="old", row=2, file="0" * 64, case="x") if imported else None
        event = Recorded(
            stream=stream,
            version=version,
            position=len(self.events) + 1,
            at=self.at,
            actor="somebody",
            definition=definition,
            imported=mark,
            body=body,
        )
        self.events.append(event)
        return event.position

    def publish(self, definition: Definition) -> int:
        body = DefinitionPublished(programme=definition.id, version=definition.version, hash=definition.hash, source="")
        return self.then(f"programme/{definition.id}", body)

    def quota(self, programme: str, places: int, region: str = PALU, year: int = 2026) -> int:
        return self.then(
            f"programme/{programme}", QuotaSet(region=region, year=year, places=places, legal_basis="test")
        )

    def intake(self, programme: str, closes: date, region: str = PALU) -> int:
        """Proposals are taken from the first day of the year."""
        opens = closes.replace(month=1, day=1)
        body = IntakeSet(region=region, year=closes.year, opens=opens, closes=closes, legal_basis="test")
        return self.then(f"programme/{programme}", body)

    def transfer(
        self,
        programme: str,
        places: int,
        region: str = SIGI,
        to: str = PALU,
        returned: bool = False,
        year: int = 2026,
    ) -> int:
        """Places of a programme go from one region to another, under PEN-1."""
        for direction, one, other in (("out", region, to), ("in", to, region)):
            body = PlacesTransferred(
                transfer="ALIH-1",
                direction=direction,
                region=one,
                year=year,
                places=places,
                programme=programme,
                other_region=other,
                alignment="PEN-1",
                returned=returned,
            )
            self.then(f"programme/{programme}", body)
        return len(self.events)

    def align(self, ref: str = "PEN-1", standing: Standing = "in_force", agreed: Terms | None = None) -> int:
        body = AlignmentChanged(ref=ref, standing=standing, terms=agreed or terms(), hash="0" * 64)
        return self.then(STREAM, body)

    def list_potential(self, key: str, region: str = PALU) -> int:
        study, title = Study(title="test"), Text(key, key)
        body = PotentialListed(region=region, key=key, title=title, kbli=("10399",), study=study, office="dinas")
        return self.then(POTENTIALS, body)

    def drop_potential(self, key: str, region: str = PALU) -> int:
        return self.then(POTENTIALS, PotentialDropped(region=region, key=key, reason="test", office="dinas"))

    def later(self, **span: int) -> None:
        self.at += timedelta(**span)

    # --- groups -----------------------------------------------------------------------------------------------

    def open(
        self, ref: str, definition: Definition = ALPHA, region: str = PALU, imported: bool = False, **facts: Any
    ) -> int:
        self.state[ref], self.programme[ref], self.held[ref], self.region[ref] = "draft", definition, {}, region
        body = CaseOpened(
            ref=ref,
            programme=definition.id,
            definition_version=definition.version,
            applicant="leader",
            region=f"{region}.01",
            facts={"region": f"{region}.01", "size": 8, "grant": 10, "line": ref, **facts},
            tracking_code="t",
            move=Move(from_="", to="draft", round=1, phase="proposal"),
        )
        return self.then(f"case/{ref}", body, definition.hash, imported)

    def change(self, ref: str, **patch: Any) -> int:
        self.region[ref] = patch.get("region", self.region[ref])[:5]
        body = FactsChanged(patch=patch, region=patch.get("region", self.region[ref] + ".01"))
        return self.then(f"case/{ref}", body, self.programme[ref].hash)

    def take(self, ref: str, action: str, persons: tuple[str, ...] = (), mentor: str | None = None) -> int:
        if action == "submit":
            key = self._key(ref)
            turns = [change for change in self.held[ref].values() if change.kind == "turn"]
            claims = [ClaimChange(claim=c.claim, key=c.key, kind="turn", taken=False) for c in turns]
            claims += [ClaimChange(claim="places", key=key, kind="counter", taken=True, limit=1000)]
            claims += [ClaimChange(claim="persons", key=f"persons:{p}", kind="unique", taken=True) for p in persons]
            return self._move(ref, action, "review", tuple(claims))
        return self._move(ref, action, STEPS[action], assigns={"mentor": mentor} if mentor else {})

    def wait(self, ref: str) -> int:
        turn = ClaimChange(claim="places", key=self._key(ref), kind="turn", taken=True)
        return self._move(ref, "submit", "waiting", (turn,))

    def _key(self, ref: str) -> str:
        return f"quota/{self.programme[ref].id}/{self.region[ref]}/2026"

    def withdraw(self, ref: str) -> int:
        return self._move(ref, "withdraw", "gone", ())

    def release(self, ref: str, until: date, recipient: str = "ministry", event: str = "Approve") -> int:
        """Data of a group go to an agency that may keep them until a day, under PEN-1."""
        body = DataReleased(
            alignment="PEN-1",
            terms="0" * 64,
            event=event,
            stands_on=len(self.events),
            recipient=recipient,
            fields=("line",),
            purpose="test",
            legal_basis="test",
            keep_until=until,
        )
        position = self.then(f"case/{ref}", body, self.programme[ref].hash)
        self.kept.setdefault(ref, []).append(position)
        return position

    def delete(self, ref: str, which: int = -1) -> int:
        """The recipient has deleted one of the releases that it still had, the latest where nothing is said."""
        release = self.kept[ref].pop(which)
        return self.then(f"case/{ref}", DeletionConfirmed(release=release), self.programme[ref].hash)

    def _move(
        self,
        ref: str,
        action: str,
        to: str,
        claims: tuple[ClaimChange, ...] = (),
        assigns: dict[str, str] | None = None,
    ) -> int:
        held = self.held[ref]
        for change in claims:
            held.pop(change.key, None)
            if change.taken:
                held[change.key] = change
        if to in ENDS:
            gone = [change for change in held.values() if change.claim not in ENDS[to] or change.kind == "turn"]
            claims += tuple(ClaimChange(claim=c.claim, key=c.key, kind=c.kind, taken=False) for c in gone)
            self.held[ref] = {c.key: c for c in held.values() if c not in gone}
        move = Move(
            from_=self.state[ref],
            to=to,
            round=1,
            phase=PHASES.get(to, "closed"),
            ended=to in ENDS,
            claims=claims,
            period_year=2026 if claims else None,
        )
        self.state[ref] = to
        body = ActionTaken(
            action=action, event=action.title(), role="head", dossier="d", assigns=assigns or {}, move=move
        )
        return self.then(f"case/{ref}", body, self.programme[ref].hash)


def terms(
    one: Definition = ALPHA,
    other: Definition = BETA,
    rule: str = "exclusive",
    regions: tuple[str, ...] = (PALU,),
    items: tuple[BudgetItem, ...] = (),
    ceiling: int | None = None,
    quota: Quota | None = None,
    mentoring: Mentoring | None = None,
    **more: Any,
) -> Terms:
    """Terms between two programmes at the versions given."""
    parties = tuple(Party(programme=d.id, version=d.version, agency=d.owner) for d in (one, other))
    return Terms(
        **{
            "parties": parties,
            "regions": regions,
            "since": date(2026, 1, 1),
            "until": date(2026, 12, 31),
            "legal_basis": LegalBasis(title="test", sha256="0" * 64),
            "persons": Persons(rule=rule),
            "quota": quota or Quota(places=(Places(region=PALU, side="a", places=1),)),
            "budget": Budget(items=items, ceiling=ceiling),
            "mentoring": mentoring,
            **more,
        }
    )


def item(name: str, payer: str, cap: int = 10) -> BudgetItem:
    return BudgetItem(item=name, payer=payer, cap=cap, total=1000, source="test")
