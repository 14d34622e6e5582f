"""What a decider sees, as one hash; and the hashes of what a decision covers."""

import hashlib
from typing import Any

import msgspec

from workflow.domain.case import Case, Document, Inquiry
from workflow.domain.definition.model import Definition
from workflow.domain.merge import value_at

PART = 2047
"""Bytes that `hashlib` hashes without letting another thread run."""
LARGEST = 2**53 - 1
"""The largest whole number that canonical JSON can write exactly (RFC 8785 section 3.2.2.3)."""


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of strings, whole numbers up to `LARGEST`, booleans, null, lists and objects with ASCII names."""
    return msgspec.json.encode(value, order="sorted")


def digest(value: Any) -> str:
    """SHA-256 over canonical JSON, hex."""
    return sha256(canonical(value))


def sha256(data: bytes) -> str:
    """SHA-256, hex, in parts so small that `hashlib` keeps the interpreter's lock: to win it back takes far longer."""
    hashed = hashlib.sha256()
    for start in range(0, len(data), PART):
        hashed.update(data[start : start + PART])
    return hashed.hexdigest()


def counting(definition: Definition, case: Case, kind: str) -> tuple[Document, ...]:
    """The documents of a kind that count now: one renewed by round only in the round in which it was supplied."""
    rule = definition.documents[kind]
    return tuple(d for d in case.documents if d.document == kind and (not rule.renew_round or d.round == case.round))


def checklists_of(definition: Definition, state: str) -> frozenset[str]:
    """The checklists that actions of a state name."""
    return frozenset(a.checklist for a in definition.actions.values() if a.checklist and state in a.from_)


def dossier(definition: Definition, case: Case) -> str:
    """Hash of what every decision on the case now names. Votes are no part of it."""
    known: tuple[Definition, str] | None = case.__dict__.get("dossier")
    if known is None or known[0] is not definition:
        known = case.__dict__["dossier"] = definition, _dossier(definition, case)
    return known[1]


def _dossier(definition: Definition, case: Case) -> str:
    named = checklists_of(definition, case.state)
    supplied = {d.document for d in case.documents} & definition.documents.keys()
    documents = {kind: [d.sha256 for d in counting(definition, case, kind)] for kind in supplied}
    return digest(
        {
            "definition": case.definition,
            "state": case.state,
            "round": case.round,
            "facts": case.facts,
            "documents": {kind: hashes for kind, hashes in documents.items() if hashes},
            "checklists": {name: answers for name, answers in case.answers.items() if name in named and answers},
            "inquiries": {str(i.number): _answered(i) for i in case.inquiries if i.answer is not None},
        }
    )


def _answered(inquiry: Inquiry) -> Any:
    """The answer; with the documents that came with it, where there are any."""
    if not inquiry.documents:
        return inquiry.answer
    return {"answer": inquiry.answer, "documents": sorted(document.sha256 for document in inquiry.documents)}


def covered(definition: Definition, case: Case, path: str) -> str:
    """Hash of the value that a path as `facts.plan` or `documents.proposal` names; a list of persons is a set."""
    root, *names = path.split(".")
    if root == "documents":
        return digest(sorted(d.sha256 for d in counting(definition, case, names[0])))
    schema: Any = definition.facts.schema
    for name in names:
        schema = schema.get("properties", {}).get(name, {}) if isinstance(schema, dict) else {}
    return digest(_unordered(value_at(case.facts, tuple(names)), schema))


def _unordered(value: Any, schema: Any) -> Any:
    """The value with every list of persons in the order of its items' canonical bytes."""
    schema = schema if isinstance(schema, dict) else {}
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return {name: _unordered(item, properties.get(name)) for name, item in value.items()}
    if isinstance(value, list):
        items = schema.get("items")
        plain = [_unordered(item, items) for item in value]
        persons = isinstance(items, dict) and "x-person" in items
        return sorted(plain, key=canonical) if persons else plain
    return value
