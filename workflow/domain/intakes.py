"""When a programme takes proposals: the window of a region and year, and what stands outside it."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Action, Definition
from workflow.domain.refusal import Refusal
from workflow.domain.sentences import on_day
from workflow.domain.titles import agency_title
from workflow.domain.windows import Window
from workflow.domain.words import Text


class IntakeToday(Struct, frozen=True):
    """A programme's window where a group is, and how it stands on a day."""

    window: Window
    standing: Literal["not_yet", "open", "over"]


def submissions(definition: Definition) -> Iterator[Action]:
    """The actions by which a group enters a programme: out of the start, and not to an end."""
    start = definition.start
    for action in definition.actions.values():
        to = action.to.get(start, start)
        if start in action.from_ and to != start and not definition.states[to].end:
            yield action


def intake(definition: Definition, region: str, context: Context) -> IntakeToday | None:
    """The window of a region today, as the programme's zone has it; None where none is set and proposals are taken."""
    today = local_date(context.at, definition.calendar.zone)
    window = context.window(region, today.year)
    return IntakeToday(window, _standing(window, today)) if window else None


def _standing(window: Window, day: date) -> Literal["not_yet", "open", "over"]:
    if day < window.opens:
        return "not_yet"
    return "open" if day <= window.closes else "over"


def outside(definition: Definition, case: Case, action: Action, region: str, context: Context) -> list[Refusal]:
    """Why a proposal is not taken today; nothing stands against one that was submitted before, or is imported."""
    if case.state != definition.start:
        return []
    entering = list(submissions(definition))
    if action not in entering:
        return []
    # A turn in a queue is no taking that counts, and yet somebody submitted.
    if case.imported_from is not None or any(one.name in case.done_by for one in entering):
        return []
    found = intake(definition, region, context)
    owner = agency_title(context.agency_titles, definition.owner)
    return [_refusal(context.place(region), found, owner)] if found and found.standing != "open" else []


def _refusal(region: str, found: IntakeToday, owner: Text) -> Refusal:
    opens, closes = on_day(found.window.opens), on_day(found.window.closes)
    how = Text(f"Ajukan mulai {opens.id}", f"Submit it from {opens.en} on")
    if found.standing == "over":
        how = Text(
            f"Tunggu masa penerimaan berikutnya; tanyakan kepada {owner.id}",
            f"Wait for the next intake; ask {owner.en} when it is",
        )
    return Refusal(
        code="intake",
        id=f"Usulan dari wilayah {region} diterima {opens.id} sampai {closes.id}",
        en=f"Proposals from {region} are taken from {opens.en} to {closes.en}",
        how=how,
        possible_from=found.window.opens if found.standing == "not_yet" else None,
    )
