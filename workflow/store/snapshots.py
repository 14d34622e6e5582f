"""States of long cases, kept beside the log so that they load fast, and thrown away when the fold changes."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
from msgspec import Struct
from psycopg.sql import SQL, Identifier, Literal

from workflow.domain import answer_documents as _answer_documents
from workflow.domain import case as _case
from workflow.domain import events as _events
from workflow.domain import evolve as _evolve
from workflow.domain import evolve_alignments as _evolve_alignments
from workflow.domain import evolve_answers as _evolve_answers
from workflow.domain import evolve_deadlines as _evolve_deadlines
from workflow.domain import evolve_releases as _evolve_releases
from workflow.domain import evolve_routes as _evolve_routes
from workflow.domain import holding as _holding
from workflow.domain import merge as _merge
from workflow.domain import rebound as _rebound
from workflow.domain import released as _released
from workflow.domain import routed as _routed
from workflow.domain import words as _words
from workflow.domain.case import Case

EVERY = 50
"""Events folded at one load from which a snapshot is worth its row."""
FOLD_MODULES = (
    _answer_documents,
    _case,
    _events,
    _evolve,
    _evolve_alignments,
    _evolve_answers,
    _evolve_deadlines,
    _evolve_releases,
    _evolve_routes,
    _holding,
    _merge,
    _rebound,
    _released,
    _routed,
    _words,
)
"""All that the fold of a case is made of."""


def _fold_version() -> str:
    """Hash over the code of the fold, so that no one has to remember to raise a number."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}{msgspec.__version__}".encode())
    for module in FOLD_MODULES:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


TOPIC = f"Snapshot/{_fold_version()}"
"""Names the program that folded; another one does not see the row."""


class Snapshot(Struct, frozen=True):
    """The state of a case after `version` events."""

    stream: str
    version: int
    case: Case

    @property
    def originator_id(self) -> str:
        return self.stream

    @property
    def originator_version(self) -> int:
        return self.version

    def stored(self) -> StoredEvent:
        return StoredEvent(self.stream, self.version, TOPIC, _encoder.encode(self.case))

    @classmethod
    def of(cls, row: StoredEvent) -> "Snapshot":
        """Raises msgspec.DecodeError."""
        return cls(str(row.originator_id), row.originator_version, cls.of_state(row.state))

    @staticmethod
    def of_state(state: bytes) -> Case:
        """Raises msgspec.DecodeError."""
        return _decoder.decode(state)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Case)


class SnapshotRecorder(PostgresAggregateRecorder):
    """Keeps the newest snapshot of a stream; sees only those of its own fold."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_snapshots") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.select_events_statement += SQL(" AND topic = {}").format(Literal(TOPIC))
        self._keep = SQL(
            "WITH older AS (DELETE FROM {table} WHERE originator_id = %(stream)s AND originator_version < %(version)s)"
            " INSERT INTO {table} (originator_id, originator_version, topic, state)"
            " VALUES (%(stream)s, %(version)s, %(topic)s, %(state)s)"
            " ON CONFLICT (originator_id, originator_version) DO UPDATE SET topic = EXCLUDED.topic,"
            " state = EXCLUDED.state"
        ).format(table=Identifier(datastore.schema, events_table_name))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Put each in the place of older ones."""
        with self.datastore.get_connection() as connection:
            for row in stored_events:
                connection.execute(
                    self._keep,
                    {
                        "stream": row.originator_id,
                        "version": row.originator_version,
                        "topic": row.topic,
                        "state": row.state,
                    },
                )
