"""Folds what binds a case anew to the terms of alignments."""

from msgspec.structs import replace

from workflow.domain.case import Case
from workflow.domain.events import Recorded
from workflow.domain.evolve import apply
from workflow.domain.rebound import CaseRebound


@apply.register
def _(body: CaseRebound, case: Case, event: Recorded) -> Case:
    return replace(case, bound=body.binds)
