"""What a file now says of a case that was imported before, and said otherwise; names of fields, never their values."""

from collections.abc import Sequence

from workflow.domain.events import ActionTaken, CaseOpened, Recorded
from workflow.domain.merge import same
from workflow.facts import CaseFacts
from workflow.history.cases import PastCase
from workflow.store.vault import Erased


def difference(stored: Sequence[Recorded], case: PastCase, facts: CaseFacts) -> str:
    """A sentence on where the case in the file and the imported events differ."""
    opened, *later = stored
    assert isinstance(opened.body, CaseOpened)
    found = []
    if opened.at != case.opened:
        found.append("opened at another moment")
    then = facts.plain(opened.body.facts)
    names = [name for name in sorted({*then, *case.facts}) if not _same(then.get(name), case.facts.get(name))]
    if names:
        found.append(f"other facts: {', '.join(names)}")
    before = [
        (event.at, event.actor, event.office, event.body.action)
        for event in later
        if event.imported and isinstance(event.body, ActionTaken)
    ]
    now = [(step.at, step.actor, step.office, step.action) for step in case.steps]
    if before != now:
        number = next(
            (n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), min(len(before), len(now))
        )
        found.append(f"{len(now)} steps where {len(before)} were imported, differing from step {number + 1} on")
    return "; ".join(found) or "read by another map"


def _same(then: object, now: object) -> bool:
    return isinstance(then, Erased) or same(then, now)
