"""The words by which a list names a case, taken from its facts; never a personal value."""

from collections.abc import Mapping
from typing import Any

from workflow.domain.events import Imported

LABEL_FIELDS = ("group", "name", "title", "subject")
"""Facts that name a case, in order of preference; at the top level only."""
LONGEST = 200


def label_of_opening(facts: Mapping[str, Any], imported: Imported | None) -> str:
    """The label of a case as it is opened; an imported one is also named as the other system names it."""
    label = label_of(facts, "")
    return f"{imported.case} {label}".strip()[:LONGEST] if imported else label


def label_of(facts: Mapping[str, Any], before: str) -> str:
    """The label after these facts (or this merge patch of them); `before` where they do not name the case anew.

    A sealed value is personal and never a label.
    """
    for field in LABEL_FIELDS:
        if field in facts:
            value = facts[field]
            return value[:LONGEST] if isinstance(value, str) and not value.startswith("sealed:") else ""
    return before
