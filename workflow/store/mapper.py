"""Between events as the domain knows them and rows of the log: topic `KIND/SCHEMA`, readable JSON."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from eventsourcing.persistence import Mapper, StoredEvent
from msgspec import Struct

from workflow.domain.events import Imported, Kind, Recorded
from workflow.store.kinds import KINDS, tag_of
from workflow.store.snapshots import TOPIC as SNAPSHOT_TOPIC
from workflow.store.snapshots import Snapshot
from workflow.store.upcasters import UPCASTERS, Upcaster, upcast
from workflow.store.write import Unstorable

B = TypeVar("B")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL escaped in JSON, not a backslash before `u0000`: jsonb cannot hold it."""


class UnknownKind(Exception):
    """The log holds an event whose kind this program does not know."""


class Envelope(Struct, Generic[B], frozen=True, kw_only=True, omit_defaults=True):
    """What is stored of an event besides its stream, version and position."""

    at: datetime
    actor: str
    office: str | None = None
    on_behalf_of: str | None = None
    command: str | None = None
    cause: int | None = None
    definition: str | None = None
    imported: Imported | None = None
    body: B


class EventMapper(Mapper[str]):
    """The library's seam. Ciphers and compressors do not apply: values are sealed one by one, JSON stays readable."""

    kinds: Mapping[str, type[Kind]] = KINDS
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._encoder = msgspec.json.Encoder()
        self._old = msgspec.json.Decoder(Envelope[dict[str, Any]])
        self._present: dict[str, tuple[str, msgspec.json.Decoder[Envelope[Any]]]] = {}
        for tag, kind in self.kinds.items():
            decoder = msgspec.json.Decoder(Envelope[kind])  # type: ignore[valid-type]
            self._present[f"{tag}/{kind.schema}"] = tag, decoder

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """A row without its position. Raises Unstorable where the event holds what no database text can."""
        if isinstance(domain_event, Snapshot):
            return domain_event.stored()
        event: Recorded = domain_event
        if event.at.tzinfo is None:
            raise Unstorable("the moment of an event needs its zone")
        envelope = Envelope(
            at=event.at.astimezone(UTC),
            actor=event.actor,
            office=event.office,
            on_behalf_of=event.on_behalf_of,
            command=event.command,
            cause=event.cause,
            definition=event.definition,
            imported=event.imported,
            body=event.body,
        )
        try:
            state = self._encoder.encode(envelope)
        except UnicodeEncodeError:
            raise Unstorable("a text holds half of a surrogate pair") from None
        except (OverflowError, TypeError) as error:
            raise Unstorable(f"a value cannot be stored: {error}") from None
        if b"\\u0000" in state and _NUL.search(state):
            raise Unstorable("a text holds a NUL character")
        kind = type(event.body)
        return StoredEvent(event.stream, event.version, f"{tag_of(kind)}/{kind.schema}", state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The event (position 0, for a row of the library's does not hold it) or snapshot."""
        if stored_event.topic == SNAPSHOT_TOPIC:
            return Snapshot.of(stored_event)
        return self.recorded(
            str(stored_event.originator_id), stored_event.originator_version, 0, stored_event.topic, stored_event.state
        )

    def recorded(self, stream: str, version: int, position: int, topic: str, state: bytes) -> Recorded:
        """The event in a row of the log. Raises UnknownKind, NoWayUp, msgspec.DecodeError."""
        present = self._present.get(topic)
        envelope: Envelope[Any] = present[1].decode(state) if present else self._upcast(topic, state)
        return Recorded(
            stream=stream,
            version=version,
            position=position,
            at=envelope.at,
            actor=envelope.actor,
            office=envelope.office,
            on_behalf_of=envelope.on_behalf_of,
            command=envelope.command,
            cause=envelope.cause,
            definition=envelope.definition,
            imported=envelope.imported,
            body=envelope.body,
        )

    def _upcast(self, topic: str, state: bytes) -> Envelope[Any]:
        tag, _, schema = topic.partition("/")
        kind = self.kinds.get(tag)
        if kind is None or not schema.isdecimal():
            raise UnknownKind(f"the log holds an event of kind {topic}, which this program does not know")
        old = self._old.decode(state)
        body = upcast(tag, int(schema), kind.schema, old.body, self.upcasters)
        return msgspec.structs.replace(old, body=msgspec.convert(body, kind))
