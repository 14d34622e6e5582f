"""Reads who else holds, or held, the keys that a case wants: which programme and until when, never which case."""

from collections.abc import Mapping

from workflow.domain.case import Case
from workflow.domain.context import Elsewhere, Membership
from workflow.saves import case_stream
from workflow.store.log import Held, Log


class Memberships:
    """What one decision finds in other cases; `stood_on` grows by the streams whose versions it stands on."""

    def __init__(self, log: Log, own: frozenset[str], stood_on: list[tuple[str, int]]) -> None:
        """`own`: references of the cases whose keys are not another's."""
        self._log, self._own, self._stood_on = log, own, stood_on
        self._cases: dict[str, Case] = {}

    def __call__(self, keys: tuple[str, ...]) -> Mapping[str, Elsewhere]:
        """Each key that somebody holds or held to what is known of it."""
        rows: dict[str, list[Held]] = {}
        for row in self._log.memberships(keys):
            rows.setdefault(row.key, []).append(row)
        return {key: self._of(found) for key, found in rows.items()}

    def _of(self, rows: list[Held]) -> Elsewhere:
        others = tuple(self._membership(row) for row in rows if row.holder not in self._own)
        return Elsewhere(memberships=others, moved=max(row.position for row in rows))

    def _membership(self, row: Held) -> Membership:
        case = self._case(row.holder)
        if row.ended:
            (event,) = self._log.select(row.position - 1, 1)
            return Membership(programme=case.programme, region=case.region, held=False, ended=event.at)
        return Membership(programme=case.programme, region=case.region, ended=case.entered if case.ended else None)

    def _case(self, ref: str) -> Case:
        if ref not in self._cases:
            case = self._log.load(case_stream(ref))
            assert case is not None
            self._cases[ref] = case
            if not case.ended:
                # Where it is and whether it goes on may change until the save.
                self._stood_on.append((case_stream(ref), case.version))
        return self._cases[ref]
