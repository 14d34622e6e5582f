"""A world in which alignments are negotiated beside the groups that they bind, by the same rules as everywhere."""

from typing import Any

from msgspec.structs import replace

from tests.alignments.paper import CITY, MINISTRY, A, B, alignment, city
from tests.domain.world import World, tkm
from workflow.domain import signing
from workflow.domain.alignments import STREAM, fold
from workflow.domain.context import Context
from workflow.domain.decided import Decided
from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded
from workflow.domain.terms_checks import Known, Published, check_terms
from workflow.regions import regions

AGENCIES = {"dinas.palu": CITY, "ministry": MINISTRY, "dinas.sulteng": "pemerintah-sulawesi-tengah"}
PROGRAMMES = {A: tkm(), B: city()}


def at_version(programme: str, version: int) -> Definition | None:
    found = PROGRAMMES.get(programme)
    return found if found and found.version == version else None


KNOWN = Known(regions=regions(), published=lambda programme, version: Published(at_version(programme, version), 1))


class AlignedWorld(World):
    """References that begin with `P-` are alignments; what they mean for others is told to the world's alignments."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Recorded] = []
        """What was said of alignments, in order."""

    def context(self, actor: str, ref: str) -> Context:
        return replace(
            super().context(actor, ref),
            terms_errors=lambda terms, asked: check_terms(terms, asked, KNOWN),
            agencies=lambda office: frozenset({AGENCIES.get(office, "-")}),
            definition_at=at_version,
        )

    def decide(self, actor: str, ref: str, command: Any) -> list[Recorded]:
        self.definition = alignment() if ref.startswith("P-") else tkm()
        before, context = self.cases.get(ref), self.context(actor, ref)
        events = super().decide(actor, ref, command)
        decided = [Decided(body=event.body, actor=event.actor, office=event.office) for event in events]
        changed = signing.change(self.definition, before, decided, context)
        if changed is not None:
            self.position += 1
            version = self.alignments.version + 1
            told = Recorded(
                stream=STREAM, version=version, position=self.position, at=self.now, actor=actor, body=changed
            )
            self.told.append(told)
            self.alignments = fold([told], self.alignments)
        return events
