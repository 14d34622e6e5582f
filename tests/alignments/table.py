"""What city, province and ministry do with an alignment and with groups, in words that tests can be told in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from tests.alignments.paper import A, data, terms
from tests.journeys.groups import group, member
from workflow.asks import ActionAsk, Ask, ChecklistAsk, DocumentAsk, FactsAsk, OpenAsk
from workflow.casework import Answer
from workflow.domain.case import Case
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Finding
from workflow.domain.findings.finding_rules import findings
from workflow.domain.refusal import Refused
from workflow.domain.signing import terms_of
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.projections.moments import moment_of
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting
from workflow.releasing import Releasing

REASON = "Sesuai hasil pembahasan bersama"
_paper = count(1)


def this_year(patch: dict[str, Any] | None = None) -> dict[str, Any]:
    """Terms that hold today."""
    year = date.today().year
    own = terms({"since": f"{year - 1}-01-01", "until": f"{year + 1}-12-31"})
    own["quota"]["transfer"]["until"] = f"{year}-12-31"
    return dict(_merged(own, patch or {}))


def _merged(whole: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    from workflow.domain.merge import merge

    return dict(merge(whole, patch))


class Table:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ask(self, ref: str | None, ask: Ask, who: str, **more: Any) -> Answer:
        return self.engine.casework.handle(ref, ask, who, **{"key": str(uuid4()), **more})

    @contextmanager
    def released(self, **clause: Any) -> Iterator[str]:
        """A recommended group some data of which were released under terms, which end afterwards."""
        alignment = self.in_force(data(**clause))
        ref = self.recommended()
        reactions = Runner(self.engine.pool, self.engine.log, reacting(self.engine), first_pause=0)
        reactions.prepare()
        reactions.catch_up(Releasing.name)
        yield ref
        self.suspend(alignment)
        self.end(alignment)

    def take(self, ref: str, action: str, who: str, **brought: Any) -> Answer:
        return self.ask(ref, ActionAsk(action=action, **brought), who)

    def refused(self, ref: str, action: str, who: str, **brought: Any) -> dict[str, str]:
        """Code to English sentence of every reason against it."""
        with pytest.raises(Refused) as refused:
            self.take(ref, action, who, **brought)
        return {refusal.code: refusal.en for refusal in refused.value.refusals}

    def matrix(self, position: int) -> tuple[dict[Key, int], tuple[Finding, ...]]:
        """Every figure and finding as of a position."""
        engine = self.engine
        models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        for name in models.runner.names:
            models.runner.catch_up(name)
        picture = models.harmonised.told(date.today().year, moment_of(position, engine.log, models.outcomes), position)
        told = picture.picture
        return {key: value for key, value in told.figures.items() if value}, findings(told)

    def paper(self, ref: str, *kinds: str, by: str) -> str:
        """Supply documents; the SHA-256 of the last."""
        sha256 = ""
        for kind in kinds:
            sha256 = f"{next(_paper):064x}"
            self.ask(ref, DocumentAsk(document=kind, sha256=sha256, type="application/pdf", size=9), by)
        return sha256

    def case(self, ref: str) -> Case:
        return self.engine.casework.case(ref)[0]

    def state(self, ref: str) -> str:
        return self.case(ref).state

    def now(self) -> datetime:
        return datetime.now(UTC)

    # --- alignments -------------------------------------------------------------------------------------------

    def hash(self, ref: str) -> str:
        """Of the terms that stand in the case."""
        case, definition = self.engine.casework.case(ref)
        found = terms_of(definition, case.facts)
        assert found is not None
        return found.hash

    def drafted(self, patch: dict[str, Any] | None = None, region: str = "72.71") -> str:
        facts = {"region": region, "title": "Penyelarasan Contoh", "terms": this_year(patch)}
        ref = self.ask(None, OpenAsk(programme="penyelarasan", facts=facts), "head.palu").case.ref
        self.paper(ref, "study", "legal_basis", by="head.palu")
        return ref

    def proposed(self, patch: dict[str, Any] | None = None) -> str:
        ref = self.drafted(patch)
        self.take(ref, "propose", "head.palu")
        return ref

    def to_sign(self, patch: dict[str, Any] | None = None) -> str:
        ref = self.proposed(patch)
        self.paper(ref, "opinion", by="coord.sulteng")
        self.take(ref, "give_opinion", "coord.sulteng", reason=REASON)
        self.take(ref, "accept", "head.ministry", reason=REASON)
        return ref

    def signed(self, ref: str) -> str:
        self.take(ref, "sign_a", "head.ministry", terms=self.hash(ref))
        self.take(ref, "sign_b", "head.palu", terms=self.hash(ref))
        return ref

    def agreed(self, patch: dict[str, Any] | None = None) -> str:
        return self.signed(self.to_sign(patch))

    def in_force(self, patch: dict[str, Any] | None = None) -> str:
        ref = self.agreed(patch)
        self.take(ref, "put_in_force", "head.ministry")
        return ref

    def amended(self, ref: str, patch: dict[str, Any]) -> None:
        """Other terms, proposed and signed by both."""
        self.take(ref, "propose_amendment", "head.palu", reason=REASON, facts={"terms": patch})
        self.signed(ref)

    def suspend(self, ref: str, reason: str = "Anggaran bersama sedang diperiksa") -> str:
        """The letter's SHA-256."""
        letter = self.paper(ref, "suspension", by="head.ministry")
        self.take(ref, "suspend", "head.ministry", reason=reason)
        return letter

    def resume(self, ref: str) -> None:
        self.take(ref, "resume", "head.ministry", reason=REASON)

    def end(self, ref: str) -> None:
        self.take(ref, "end", "head.ministry", reason=REASON)

    # --- groups -----------------------------------------------------------------------------------------------

    def ready(self, members: int = 10) -> str:
        """A group's case that only the city's recommendation is missing."""
        people = [member(n, "leader" if n == 1 else "member") for n in range(1, members + 1)]
        ref = self.ask(None, OpenAsk(programme=A, facts=group(members=people)), "leader.palu").case.ref
        self.paper(ref, "proposal", "domicile", by="leader.palu")
        self.take(ref, "submit", "leader.palu")
        self.paper(ref, "site_report", by="officer.palu")
        self.take(ref, "verify_site", "officer.palu")
        self.paper(ref, "recommendation", by="head.palu")
        self.ask(ref, ChecklistAsk(answers={"members_met": True, "not_yet_served": True}), "officer.palu")
        return ref

    def recommended(self) -> str:
        ref = self.ready()
        self.take(ref, "recommend", "head.palu")
        return ref

    def before_the_panel(self) -> str:
        ref = self.recommended()
        self.paper(ref, "coordination", by="coord.sulteng")
        self.take(ref, "agree", "coord.sulteng")
        return ref

    def approved(self) -> str:
        ref = self.before_the_panel()
        for seat in (1, 2, 3):
            self.take(ref, "approve", f"panel{seat}", vote="approve")
        return ref

    def bound(self, ref: str) -> dict[str, str]:
        """Alignment to the hash of the terms that bind the case."""
        return {one.alignment: one.terms for one in self.case(ref).bound}

    def edit(self, ref: str, patch: dict[str, Any], who: str = "head.palu") -> None:
        self.ask(ref, FactsAsk(patch=patch), who)
