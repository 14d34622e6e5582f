"""Released data as its recipient reads it: the values as they stood at the event, opened for this one reading."""

from datetime import UTC, datetime

import msgspec

from workflow.casework import Casework
from workflow.contexts import Contexts
from workflow.domain.fields import picked
from workflow.domain.released import Release
from workflow.domain.releasing import withheld


class Released:
    """Safe to share between threads."""

    def __init__(self, casework: Casework, contexts: Contexts) -> None:
        self._casework, self._contexts = casework, contexts

    def opened(self, said: str) -> bytes:
        """A CloudEvent of a release with its values, or with why they are withheld; nothing of it is kept."""
        event = msgspec.json.decode(said)
        ref, position = event["data"]["ref"], event["data"]["position"]
        case, definition = self._casework.case(ref)
        release = next(one for one in case.releases if one.position == position)
        why = withheld(release, definition, self._contexts.alignments.current(), datetime.now(UTC))
        event["data"]["released"] |= {"withheld": why} if why else {"facts": self._facts(ref, release)}
        return msgspec.json.encode(event)

    def _facts(self, ref: str, release: Release) -> dict[str, object]:
        then = self._casework.as_of(ref, release.stands_on)
        assert then is not None
        facts = self._contexts.facts(self._contexts.definition_of(then.definition), ref)
        return facts.show(picked(then.facts, release.fields), reveal=True)
