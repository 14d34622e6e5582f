"""What a case holds, folded: keys taken and released, and the turn for which it waits."""

from collections.abc import Iterable

from msgspec.structs import replace

from workflow.domain.case import Case, Turn
from workflow.domain.events import ClaimChange, Move


def claimed(case: Case, move: Move) -> Case:
    """The case with the claims of a move."""
    if not move.claims and move.period_year is None:
        return case
    held = changed(case.held, (c for c in move.claims if c.kind != "turn"))
    counters = set(case.counters) | {c.claim for c in move.claims if c.kind == "counter"}
    counting = tuple(sorted(counters & held.keys()))
    turn = case.turn
    for change in move.claims:
        if change.kind == "turn":
            turn = Turn(claim=change.claim, key=change.key) if change.taken else None
    year = move.period_year or case.period_year if counting or turn else None
    return replace(case, held=held, counters=counting, turn=turn, period_year=year)


def changed(held: dict[str, tuple[str, ...]], changes: Iterable[ClaimChange]) -> dict[str, tuple[str, ...]]:
    """The keys held by claim after changes; a claim without keys is left out."""
    keys = {name: list(kept) for name, kept in held.items()}
    for change in changes:
        now = keys.setdefault(change.claim, [])
        if change.taken:
            now.append(change.key)
        else:
            now.remove(change.key)
    return {name: tuple(kept) for name, kept in keys.items() if kept}
