"""What guards see: the table in docs/definitions.md as JSON Schemas of the environment's names."""

from collections.abc import Iterable, Mapping

from workflow.domain.definition.schemas import Schema, record

INTEGER: Schema = {"type": "integer"}
STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}


def environment(
    *,
    facts: Schema,
    documents: Iterable[str],
    actions: Iterable[str],
    checklists: Mapping[str, Iterable[str]],
    outcomes: Mapping[str, Schema],
) -> dict[str, Schema]:
    """Each name with the JSON Schema of its value; `checklists` are the keys of each."""
    counts = dict.fromkeys(actions, INTEGER)
    return {
        "facts": facts,
        "documents": record(dict.fromkeys(documents, INTEGER)),
        "counts": record({**counts, "total": record(counts)}),
        "checklist": record({name: record(dict.fromkeys(keys, BOOLEAN)) for name, keys in checklists.items()}),
        "today": STRING,
        "case": record({"ref": STRING, "round": INTEGER}),
        "region": record({"province": STRING, "city": STRING, "district": STRING}),
        "period": record({"year": INTEGER}),
        "actor": record({"role": STRING, "office": STRING, "region": STRING}),
        "programme": record({"id": STRING, "version": INTEGER}),
        "quota": INTEGER,
        "outcomes": record(dict(outcomes)),
    }
