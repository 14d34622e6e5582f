"""Checks of what expressions read: outcomes and quota where there are any, and no personal value in a claim's key."""

from workflow.domain.definition.expressions import expressions
from workflow.domain.definition.facts_schema import is_personal
from workflow.domain.definition.findings import Report
from workflow.domain.definition.model import Definition
from workflow.domain.definition.schemas import objects, properties


def check_expressions(definition: Definition, report: Report) -> None:
    declared: dict[str, tuple[str, object]] = {}
    for action in definition.actions.values():
        for outcome in action.outcomes:
            first, schema = declared.setdefault(outcome.name, (action.name, outcome.schema))
            if schema.get("type") != outcome.schema.get("type"):  # type: ignore[attr-defined]
                message = f"`{first}` gives the outcome `{outcome.name}` another type; guards know one"
                report.error("outcome", ("actions", action.name, "outcomes", outcome.name), message)
    for source, path, _ in expressions(definition):
        if source not in definition.guards:
            continue
        names = definition.guards.names(source)
        if "quota" in names and path[0] != "claims":
            report.error("guard", path, "`quota` is only known in a claim's `limit`")
        own = set()
        if path[0] == "actions":
            own = {f"outcomes.{outcome.name}" for outcome in definition.actions[str(path[1])].outcomes}
        for name in sorted(names - own):
            if name.startswith("outcomes"):
                report.error("guard", path, f"`{name}` is only known in guards of an action that declares it")
        if path[0] == "claims":
            _no_personal_key(definition, source, path, report)


def _no_personal_key(definition: Definition, source: str, path: tuple[str | int, ...], report: Report) -> None:
    """Keys are stored as they are, so of all personal values only a NIK may be one: it is seen as its digest."""
    for shape in objects(definition.facts.schema):
        for name, schema in (properties(shape) or {}).items():
            if is_personal(schema) and schema.get("format") != "nik" and name in definition.guards.fields_read(source):
                report.error(
                    "personal", path, f"`{name}` is personal and would be stored unsealed as a key; use the NIK"
                )
