"""Proves a definition: everything a file can be wrong in although it reads well."""

from workflow.domain.definition.alignment import check_alignment
from workflow.domain.definition.dangling import check_names
from workflow.domain.definition.expressions import compile_all
from workflow.domain.definition.findings import Report
from workflow.domain.definition.flow import check_flow
from workflow.domain.definition.model import Definition
from workflow.domain.definition.staffing import check_people
from workflow.domain.definition.usage import check_expressions


def check(definition: Definition, report: Report) -> None:
    """Compile all expressions and report what docs/definitions.md lists; ways and people wait for right names."""
    check_names(definition, report)
    check_alignment(definition, report)
    names_stand = not report.has_errors
    compile_all(definition, report)
    check_expressions(definition, report)
    if names_stand:
        check_flow(definition, report)
        check_people(definition, report)
