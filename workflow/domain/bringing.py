"""What a command has to bring for an action: reason, outcomes, vote, assignment, amended facts, decisions to redo."""

import re
from collections.abc import Iterator
from typing import Any

from workflow.domain import carry, sentences
from workflow.domain.authority import may_hold
from workflow.domain.case import Case
from workflow.domain.commands import TakeAction
from workflow.domain.context import Context, FactsError
from workflow.domain.definition.model import OPTIONAL, Action, Definition
from workflow.domain.dossier import LARGEST
from workflow.domain.events import Facts
from workflow.domain.merge import diff, touched
from workflow.domain.refusal import Refusal
from workflow.domain.words import Text

TYPES: dict[str, type] = {"integer": int, "string": str, "boolean": bool}
UNBOUNDED = ("type", "description", "title", OPTIONAL)
"""Keywords that bound no value."""
JSON_WORDS = {
    "integer": ("bilangan bulat", "a whole number"),
    "string": ("teks", "text"),
    "boolean": ("ya/tidak", "true or false"),
}


def needs(definition: Definition, case: Case, action: str) -> tuple[str, ...]:
    """What only the command can bring for an action: reason, outcomes, vote, assign, facts, terms."""
    rule = definition.actions[action]
    wanted = {
        "reason": rule.reason_required,
        "outcomes": bool(rule.outcomes),
        "vote": rule.panel is not None,
        "assign": rule.assigns is not None,
        "facts": bool(rule.amends),
        "terms": definition.alignment is not None and action in definition.alignment.signs,
    }
    return tuple(name for name, needed in wanted.items() if needed)


def not_brought(
    definition: Definition, case: Case, action: Action, command: TakeAction, context: Context
) -> list[Refusal]:
    """What the command lacks, or brings where the action has no use for it."""
    found = list(_reason(action, command))
    found += bad_outcomes(action, command.outcomes)
    found += _vote(action, command)
    found += _assign(definition, case, action, command, context)
    known = carry.redoable(definition, case)
    for name in command.redo:
        if not action.returns or name not in known:
            kind = Text("Keputusan yang dapat diulang,", "decision to be done again,")
            found.append(sentences.unknown("redo", kind, name, known if action.returns else ()))
    return found


def has_reason(reason: str | None) -> bool:
    return reason is not None and len(reason.strip()) >= sentences.SHORTEST_REASON


def _reason(action: Action, command: TakeAction) -> Iterator[Refusal]:
    wanted = action.reason_required or (action.panel is not None and command.vote == "refuse")
    if wanted and not has_reason(command.reason):
        yield sentences.no_reason()


def _vote(action: Action, command: TakeAction) -> Iterator[Refusal]:
    if action.panel is not None and command.vote is None:
        yield sentences.brought(
            "vote",
            "Suara belum diberikan",
            "A vote is missing",
            "Isi vote: approve atau refuse",
            "Give vote: approve or refuse",
        )
    if action.panel is None and command.vote is not None:
        yield sentences.brought(
            "vote",
            "Tindakan ini tidak diputus dengan suara",
            "This action takes no votes",
            "Hapus vote",
            "Leave vote out",
        )


def _assign(
    definition: Definition, case: Case, action: Action, command: TakeAction, context: Context
) -> Iterator[Refusal]:
    role, person = action.assigns, command.assign
    if role is None and person is not None:
        yield sentences.brought(
            "assign",
            "Tindakan ini tidak menugaskan siapa pun",
            "This action assigns nobody",
            "Hapus assign",
            "Leave assign out",
        )
    if role is not None and person is None:
        yield sentences.brought(
            "assign",
            "Belum disebut siapa yang ditugaskan",
            "It is not said who is assigned",
            f"Isi assign dengan pemegang peran {role}",
            f"Give a holder of the role {role} as assign",
        )
    if (
        role is not None
        and person is not None
        and (person == case.applicant or not may_hold(definition, context, person, role, case.region))
    ):
        yield sentences.brought(
            "assign",
            f"{person} tidak dapat bertindak sebagai {role} untuk perkara ini",
            f"{person} may not act as {role} on this case",
            f"Pilih pemegang peran {role} yang masih menjabat di wilayah {case.region}",
            f"Choose a holder of the role {role} in force over {case.region}",
        )


def bad_outcomes(action: Action, given: dict[str, Any] | None) -> list[Refusal]:
    """What is wrong with the outcomes that a command carries; all declared ones are needed but the optional ones."""
    given = given or {}
    found = []
    declared = {rule.name: rule.schema for rule in action.outcomes}
    for name in given.keys() - declared.keys():
        said = Text(f"Hasil {name} tidak dikenal", f"There is no outcome {name}")
        known = sentences.listed(declared)
        found.append(sentences.bad_outcome(name, said, Text(f"Yang ada: {known}", f"There are: {known}")))
    for name, schema in declared.items():
        how = Text(*(f"{name}: {part}" for part in _wanted(schema)))
        if name not in given:
            if schema.get(OPTIONAL):
                continue
            said = Text(f"Hasil {name} belum diisi", f"The outcome {name} is missing")
            found.append(sentences.bad_outcome(name, said, how))
        elif not fits_schema(schema, given[name]):
            said = Text(f"Hasil {name} tidak sesuai", f"The outcome {name} does not fit")
            found.append(sentences.bad_outcome(name, said, how))
    return found


def fits_schema(schema: dict[str, Any], value: Any) -> bool:
    """True where a scalar fits the keywords of JSON Schema 2020-12 that bound scalars."""
    if type(value) is not TYPES.get(schema.get("type", ""), type(value)) or type(value) not in TYPES.values():
        return False
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        return False
    if isinstance(value, str):
        return (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", LARGEST)
            and re.search(schema.get("pattern", ""), value) is not None
            and value.isprintable()
        )
    return isinstance(value, bool) or (isinstance(value, int) and _within(schema, value))


def _within(schema: dict[str, Any], number: int) -> bool:
    return bool(
        max(schema.get("minimum", -LARGEST), -LARGEST) <= number <= min(schema.get("maximum", LARGEST), LARGEST)
        and schema.get("exclusiveMinimum", number - 1) < number < schema.get("exclusiveMaximum", number + 1)
        and number % schema.get("multipleOf", 1) == 0
    )


def _wanted(schema: dict[str, Any]) -> tuple[str, str]:
    words = JSON_WORDS.get(schema.get("type", ""), ("nilai", "a value"))
    bounds = ", ".join(f"{key} {value}" for key, value in schema.items() if key not in UNBOUNDED)
    return (f"{words[0]} ({bounds})", f"{words[1]} ({bounds})") if bounds else words


def unstorable(facts: Any, pointer: str = "") -> list[Refusal]:
    """What facts may not hold whatever their schema says: nulls in objects, broken numbers, half characters."""
    found: list[Refusal] = []
    if isinstance(facts, dict):
        for name, value in facts.items():
            at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if value is None:
                found.append(_unstorable(at, "kosong (null)", "null"))
            found += unstorable(value, at)
    elif isinstance(facts, list):
        for index, item in enumerate(facts):
            found += unstorable(item, f"{pointer}/{index}")
    elif isinstance(facts, float) or (isinstance(facts, int) and abs(facts) > LARGEST):
        found.append(
            _unstorable(pointer, "bilangan yang tidak dapat disimpan tepat", "a number that cannot be kept exactly")
        )
    elif isinstance(facts, str) and any("\ud800" <= c <= "\udfff" or c == "\0" for c in facts):
        found.append(_unstorable(pointer, "huruf yang tidak sah", "a character that is none"))
    return found


def _unstorable(pointer: str, what_id: str, what_en: str) -> Refusal:
    said = Text(f"Isian {pointer} memuat {what_id}", f"{pointer} holds {what_en}")
    return sentences.bad_facts(FactsError(pointer=pointer, say=said))


def beyond_amends(case: Case, action: Action, facts: Facts | None) -> list[Refusal]:
    """Which changes of facts an action may not carry."""
    if facts is None:
        return []
    allowed = [tuple(path.split(".")[1:]) for path in action.amends]
    found = []
    for path in touched(diff(case.facts, facts)):
        if not any(path[: len(prefix)] == prefix for prefix in allowed):
            found.append(sentences.facts_fixed("/" + "/".join(path), action.amends))
    return found
