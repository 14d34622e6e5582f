"""What a person may do with a case now, and every reason why not: the list that the command path refuses with."""

from msgspec import Struct

from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.refusal import Refusal
from workflow.domain.refusals import needs, refusals
from workflow.domain.words import Text


class OpenAction(Struct, frozen=True):
    """An action of the definition as it stands for one person now; open where `refusals` is empty."""

    action: str
    title: Text
    refusals: tuple[Refusal, ...]
    needs: tuple[str, ...]
    """What only the command can bring: reason, outcomes, vote, assign, facts, terms."""


def open_actions(definition: Definition, case: Case, context: Context) -> tuple[OpenAction, ...]:
    """All actions in the definition's order."""
    return tuple(
        OpenAction(name, action.title, refusals(definition, case, name, context, None), needs(definition, case, name))
        for name, action in definition.actions.items()
    )
