"""The letters that decisions made, as PDF: texts of the time, filled from the case as it stood at their position."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from workflow.directory import DirectoryApp
from workflow.domain.authority import in_force
from workflow.domain.calendar import local_date
from workflow.domain.context import Appointment
from workflow.domain.definition.model import Definition
from workflow.domain.directory import Directory
from workflow.domain.events import ActionTaken, DecisionCarried, Letter, Recorded
from workflow.domain.evolve import fold
from workflow.domain.regions import covers
from workflow.domain.sentences import on_day
from workflow.evidence.replay import until
from workflow.printing import pdf
from workflow.regions import regions
from workflow.registry import RegistryApp
from workflow.texts import fill, letter_text

BY_ROLE = "role:"
"""Begins the name of who signs where that is whoever holds a role."""


class NoSuchLetter(LookupError):
    """No letter was made at that position."""


class Letters:
    """Safe to share between threads."""

    def __init__(self, directory: DirectoryApp, registry: RegistryApp) -> None:
        self._directory, self._registry = directory, registry

    def pdf(self, history: Sequence[Recorded], position: int) -> bytes:
        """The letter that an event made, from the case's whole history and the event's position.

        Later changes of facts, people and texts change nothing of it. Raises NoSuchLetter.
        """
        event, letter = _made(history, position)
        definition = self._registry.definition(event.definition or "")
        text = self._registry.texts(definition.hash).get(letter_text(letter.template))
        if text is None:
            raise NoSuchLetter(f"{letter.template}: published without its text")
        values = self.values(history, position)
        title, _, body = fill(text, values).strip().partition("\n")
        shown = {
            "title": title,
            "paragraphs": [paragraph.strip().splitlines() for paragraph in body.strip().split("\n\n")],
            "footer": f"{values['ref']} · {letter.name} · posisi {position}",
        }
        return pdf("letter", shown, event.at.astimezone(ZoneInfo(definition.calendar.zone)))

    def values(self, history: Sequence[Recorded], position: int) -> dict[str, str]:
        """What a letter's text is filled with, by the placeholders of `workflow.texts`. Raises NoSuchLetter."""
        event, letter = _made(history, position)
        definition = self._registry.definition(event.definition or "")
        case = fold(until(history, position))
        people = self._directory.as_of(position)
        body = event.body
        signed_by, office = event.actor, event.office
        if event.on_behalf_of and event.on_behalf_of != event.office:
            signed_by = f"{event.actor} a.n. {event.on_behalf_of}"
        if letter.signed_by.startswith(BY_ROLE):
            role = letter.signed_by.removeprefix(BY_ROLE)
            holder = _holder(people, role, case.region, event, definition)
            signed_by, office = (holder.person, holder.office) if holder else (role, None)
        known = people.offices.get(office or "")
        return {
            "ref": case.ref,
            "programme": definition.title.id,
            "group": str(case.facts.get("group", case.ref)),
            "region": regions().name(case.region),
            "date": on_day(local_date(event.at, definition.calendar.zone)).id,
            "reason": (body.reason or "") if isinstance(body, ActionTaken) else "",
            "signed_by": signed_by,
            "office": known.title.id if known else "",
        }


def _made(history: Sequence[Recorded], position: int) -> tuple[Recorded, Letter]:
    for event in history:
        if event.position == position and isinstance(event.body, ActionTaken | DecisionCarried) and event.body.letter:
            return event, event.body.letter
    raise NoSuchLetter(str(position))


def _holder(people: Directory, role: str, region: str, event: Recorded, definition: Definition) -> Appointment | None:
    """The first who held a role over a region at the moment of an event."""
    zone = definition.calendar.zone
    holders = (a for a in people.holders(role) if covers(a.region, region) and in_force(a, event.at, zone))
    return next(holders, None)
