"""The first row of a table: every column has a name of its own."""

from workflow.history.broken import BadFile


def check_header(names: list[str]) -> None:
    """Raises BadFile where a column has no name, or columns could be taken for each other."""
    if not any(names):
        raise BadFile("the first row names no columns")
    for number, name in enumerate(names, start=1):
        if not name:
            raise BadFile(f"column {number} has no name in the first row")
        if names.index(name) != number - 1:
            raise BadFile(f"the column {name!r} is named twice; rename one")
