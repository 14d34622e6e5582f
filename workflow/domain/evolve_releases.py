"""Folds what was released of a case, and what was deleted of that."""

from msgspec.structs import replace

from workflow.domain.case import Case
from workflow.domain.events import Recorded
from workflow.domain.evolve import apply
from workflow.domain.released import DataReleased, DeletionConfirmed, Release


@apply.register
def _(body: DataReleased, case: Case, event: Recorded) -> Case:
    release = Release(
        position=event.position,
        alignment=body.alignment,
        terms=body.terms,
        event=body.event,
        stands_on=body.stands_on,
        recipient=body.recipient,
        fields=body.fields,
        keep_until=body.keep_until,
    )
    return replace(case, releases=(*case.releases, release))


@apply.register
def _(body: DeletionConfirmed, case: Case, event: Recorded) -> Case:
    releases = (replace(one, deleted=event.at) if one.position == body.release else one for one in case.releases)
    return replace(case, releases=tuple(releases))
