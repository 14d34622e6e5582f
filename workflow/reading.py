"""A case as a reader may see it: the shape of the outer contract, personal values opened, masked or erased."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from workflow.contexts import Contexts
from workflow.domain.authority import handlers
from workflow.domain.calendar import local_date
from workflow.domain.case import Case, Inquiry
from workflow.domain.deadlines import Deadline, deadlines
from workflow.domain.definition.entries import spelled
from workflow.domain.definition.model import Definition
from workflow.domain.dossier import dossier
from workflow.domain.events import Recorded
from workflow.domain.evolve import fold
from workflow.domain.places import counter_of
from workflow.domain.signing import terms_of
from workflow.projections import waiting
from workflow.regions import regions
from workflow.sight import Sight, hears, sight
from workflow.store.shapes import Pointer
from workflow.store.vault import HIDDEN
from workflow.tracking import Progress, progress

NAME = "name"
"""The field of a person's object by which readers know them."""


class Reading:
    """Shows cases. Safe to share between threads."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    def sight(self, case: Case, definition: Definition, who: str, fresh: bool = True) -> Sight | None:
        """How much this person may see of a case now; None: it is not theirs to know of.

        Not `fresh`: by the directory as last read, which is enough where a decision has just stood on it.
        """
        return sight(case, definition, self._contexts.people(fresh), who, datetime.now(UTC))

    def heard(self, case: Case, definition: Definition, who: str) -> dict[int, Sight]:
        """The inquiries of a case that concern a person who sees it, by number, and how much of them."""
        people, now = self._contexts.people(fresh=True), datetime.now(UTC)
        found = ((one.number, hears(case, definition, one, people, who, now)) for one in case.inquiries)
        return {number: seen for number, seen in found if seen is not None}

    def inquiries(self, case: Case, definition: Definition, who: str) -> list[dict[str, Any]]:
        """The inquiries that concern a person, in order; their words only where they are open to them."""
        if not case.inquiries:
            return []
        heard = self.heard(case, definition, who)
        return [_inquiry(one, heard[one.number]) for one in case.inquiries if one.number in heard]

    def case(
        self,
        case: Case,
        definition: Definition,
        seen: Sight,
        who: str,
        as_of: datetime | int | None = None,
        fresh: bool = True,
    ) -> dict[str, Any]:
        """The case as JSON values; personal values as `seen` allows, those of an erased person as `erased`; inquiries
        as far as they concern `who`.

        `as_of`: the moment or position as of which `case` is given, for what else stood then. Not `fresh`: with the
        alignments as last read, which is enough where a decision has just stood on them.
        """
        terms = terms_of(definition, case.facts)
        return {
            "ref": case.ref,
            "programme": case.programme,
            "definition": case.definition,
            "state": case.state,
            "titles": {
                "programme": to_builtins(definition.title),
                "state": to_builtins(definition.states[case.state].title or spelled(case.state)),
            },
            "phase": case.phase,
            "ended": case.ended,
            "round": case.round,
            "version": case.version,
            "position": case.position,
            "dossier": dossier(definition, case),
            "applicant": case.applicant,
            "region": case.region,
            "opened": case.opened,
            "entered": case.entered,
            "imported_from": case.imported_from,
            "facts": self.facts(case, definition, seen),
            "documents": [
                {
                    "kind": d.document,
                    "sha256": d.sha256,
                    "type": d.type,
                    "size": d.size,
                    "by": d.by,
                    "at": d.at,
                    "round": d.round,
                }
                for d in case.documents
            ],
            "checklist": {key: value for answers in case.answers.values() for key, value in answers.items()},
            "votes": [to_builtins(vote) for vote in case.votes],
            "deadlines": _deadline(case),
            "inquiries": self.inquiries(case, definition, who),
            "letters": [to_builtins(letter) for letter in case.letters],
            "assigned": case.assigned,
            "queue": self._queue(case) if as_of is None else None,
            "handlers": list(handlers(definition, case.state)),
            "alignments": self.alignments(case, definition, as_of, fresh),
            "terms_hash": terms.hash if terms else None,
            "tracking_code": (case.tracking_code or None) if seen == "open" else None,
        }

    def _queue(self, case: Case) -> dict[str, Any] | None:
        """The case's own place in its queue now; None where it does not wait."""
        waiting = self._contexts.waiting(case.turn.key) if case.turn else ()
        if case.turn is None or case.ref not in waiting:
            return None
        return {"place": waiting.index(case.ref) + 1, "of": len(waiting), "claim": case.turn.claim}

    def facts(self, case: Case, definition: Definition, seen: Sight) -> dict[str, Any]:
        """The facts as `seen` allows."""
        return self._contexts.facts(definition, case.ref).show(case.facts, reveal=seen == "open")

    def members(
        self, case: Case, definition: Definition, seen: Sight, keys: Collection[str]
    ) -> tuple[tuple[str, str | None], ...]:
        """Those of a case's persons whom these claim keys name: JSON Pointer into the facts, and the name.

        The name only where personal values are open; `erased` for an erased person.
        """
        scopes = {rule.scope for rule in definition.claims.values() if rule.kind == "unique"}
        places = [
            place
            for place, person in self._contexts.facts(definition, case.ref).owners(case.facts)
            if any(f"{scope}:{person}" in keys for scope in scopes)
        ]
        shown = self.facts(case, definition, seen) if places and seen == "open" else {}
        return tuple((f"/{'/'.join(map(str, place))}", _name(shown, place)) for place in places)

    def alignments(
        self, case: Case, definition: Definition, as_of: datetime | int | None = None, fresh: bool = True
    ) -> list[dict[str, Any]]:
        """The alignments that reach the case, and those that bind it: standing, the terms' hash, whether they bind."""
        app = self._contexts.alignments
        now = app.current if fresh else app.cached
        known = now() if as_of is None else app.as_of(as_of)
        day = as_of if isinstance(as_of, datetime) else datetime.now(UTC)
        zone, bound = definition.calendar.zone, {one.alignment: one.terms for one in case.bound}
        formerly = regions().formerly(case.region)
        reaching = {one.ref for one in known.touching(definition.id, case.region, local_date(day, zone), formerly)}
        return [
            {"ref": ref, "standing": one.standing, "terms": bound.get(ref, one.hash), "bound": ref in bound}
            for ref, one in sorted(known.known.items())
            if ref in reaching or ref in bound
        ]

    def deadlines(self, case: Case, definition: Definition) -> tuple[Deadline, ...]:
        """What is due on the case now, with every day from the start of each clock to its end."""
        moments = [case.entered, *(m for i in case.inquiries for m in (i.at, i.answer_due, i.closed) if m is not None)]
        if case.due is not None:
            moments.append(case.due)
        known = partial(self._contexts.calendar, definition, case.region, moments)
        # A deadline that has passed stays as it was counted.
        passed = known(case.clock.passed) if case.clock.passed else None
        return deadlines(definition, case, known(datetime.now(UTC)), passed)

    def progress(self, history: Sequence[Recorded], at: datetime) -> tuple[Case, Progress]:
        """A case of this history, and where it is at a moment, in plain words without any personal value."""
        case = fold(history)
        remembered: dict[str, waiting.Waiting] = {}
        for event in history:
            waiting.fold(remembered, event)
        definition = self._contexts.definition_of(case.definition)
        return case, progress(definition, case, remembered[case.ref], self._contexts.directory(), at)

    def places_used(self, definition: Definition, region: str, year: int) -> int | None:
        """How many hold a place of a quota now; None where the definition's counters do not tell."""
        counter = counter_of(definition, region, year)
        return None if counter is None else self._contexts.used(counter)


def _name(facts: Any, place: Pointer) -> str | None:
    """What the person at a place of opened facts is called; None where they are not opened, or have no name."""
    for part in (*place, NAME):
        known = isinstance(facts, list) or (isinstance(facts, dict) and part in facts)
        facts = facts[part] if known else None
    return facts if isinstance(facts, str) else None


def _inquiry(inquiry: Inquiry, seen: Sight) -> dict[str, Any]:
    if seen == "sealed":
        inquiry = replace(inquiry, question=HIDDEN, answer=inquiry.answer and HIDDEN, documents=())
    return dict(to_builtins(inquiry))


def _deadline(case: Case) -> list[dict[str, Any]]:
    if case.due is None:
        return []
    clock = case.clock
    became = {"warned": clock.warned, "passed": clock.passed, "escalated": clock.escalated}
    return [{"state": case.state, "due": case.due, "warn": case.warn, **became}]
