"""Every CEL expression of a definition, compiled with the type that its place wants."""

from collections.abc import Iterator

from workflow.domain.definition.findings import Report
from workflow.domain.definition.model import Definition
from workflow.domain.definition.reading import BadExpression

Path = tuple[str | int, ...]


def expressions(definition: Definition) -> Iterator[tuple[str, Path, str]]:
    """Every CEL expression with its path in the file and the type it must have, as in `LIST<STRING>`."""
    for action in definition.actions.values():
        for guard in action.when:
            yield guard.if_, ("actions", action.name, "when", guard.name, "if"), "BOOL"
    for dimension in definition.eligibility.values():
        kind = "INT" if dimension.min is not None or dimension.max is not None else "STRING"
        path = ("eligibility", "dimensions", dimension.name, "each" if dimension.each else "value")
        yield dimension.value, path, f"LIST<{kind}>" if dimension.each else kind
    for claim in definition.claims.values():
        yield claim.key, ("claims", claim.name, claim.kind), "LIST<STRING>" if claim.kind == "unique" else "STRING"
        if claim.limit is not None:
            yield claim.limit, ("claims", claim.name, "limit"), "INT"


def compile_all(definition: Definition, report: Report) -> None:
    """Compile all into the definition's guards; report those that do not fit."""
    for source, path, wanted in expressions(definition):
        try:
            definition.guards.add(source)
        except BadExpression as error:
            near = source[error.at : error.at + 20].split("\n")[0]
            report.error("guard", path, error.message + (f" (at `{near}`)" if near else ""))
            continue
        got = definition.guards.type_of(source)
        if got != wanted:
            report.error("guard-type", path, f"this must give {wanted}, and gives {got}")
