"""What a person may do with a case now, and every reason why not: the list that the command path refuses with."""

from msgspec import Struct

from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.refusal import Refusal
from workflow.domain.refusals import needs, weigh
from workflow.domain.words import Text


class OpenAction(Struct, frozen=True):
    """An action of the definition as it stands for one person now; open where `refusals` is empty."""

    action: str
    title: Text
    refusals: tuple[Refusal, ...]
    needs: tuple[str, ...]
    """What only the command can bring: reason, outcomes, vote, assign, facts, terms."""
    waits_for: Text | None = None
    """Set where it is open but would lead into a queue: what is lacking."""


def open_actions(definition: Definition, case: Case, context: Context) -> tuple[OpenAction, ...]:
    """All actions in the definition's order."""
    return tuple(_asked(definition, case, name, context) for name in definition.actions)


def _asked(definition: Definition, case: Case, name: str, context: Context) -> OpenAction:
    weighed = weigh(definition, case, name, context)
    lacking = None if weighed.refusals or weighed.diverts is None else definition.claims[weighed.diverts].say
    return OpenAction(
        name,
        definition.actions[name].title,
        weighed.refusals,
        needs(definition, case, name),
        lacking,
    )
