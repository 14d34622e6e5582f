"""Papers as stored: groups share them, for each says no more than what kind of paper it is."""

from io import BytesIO
from typing import TYPE_CHECKING

from selaras.demo.papers import paper

if TYPE_CHECKING:
    from workflow.engine import Engine
    from workflow.store.documents import Stored

PAPER_LIMIT = 100_000


class Shelf:
    def __init__(self, engine: "Engine") -> None:
        self.engine = engine
        self.stored: dict[str, Stored] = {}

    def paper(self, kind: str, number: int) -> "Stored":
        """The paper of a kind that a group supplies; `number` counts those of this kind that it supplied."""
        title = f"{kind} {number}"
        if title not in self.stored:
            self.stored[title] = self.engine.documents.put(BytesIO(paper(title)), "application/pdf", PAPER_LIMIT)
        return self.stored[title]
