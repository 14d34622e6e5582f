"""Proves a definition: everything a file can be wrong in although it reads well."""

from workflow.domain.definition.dangling import check_names
from workflow.domain.definition.findings import Report
from workflow.domain.definition.flow import check_flow
from workflow.domain.definition.model import Definition
from workflow.domain.definition.staffing import check_people
from workflow.domain.definition.usage import check_expressions


def check(definition: Definition, report: Report) -> None:
    """Report what docs/definitions.md lists under "What is checked"; the rest waits for names to be right."""
    check_names(definition, report)
    if report.has_errors:
        return
    check_flow(definition, report)
    check_people(definition, report)
    check_expressions(definition, report)
