"""Everything that a process needs to run the engine, opened once after the fork and closed on the way out."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import psycopg
from psycopg_pool import ConnectionPool

from workflow import notices, tokens
from workflow.alignments import AlignmentsApp
from workflow.called import Titles
from workflow.casework import Casework
from workflow.contexts import Contexts
from workflow.days_off import DaysOffApp
from workflow.delivery import dead_letters, pace, preferences, receipts, sent
from workflow.delivery.preferences import Preferences
from workflow.directory import DirectoryApp
from workflow.findings import FindingsApp
from workflow.kbli import KbliApp
from workflow.letters import Letters
from workflow.notices import NoticeBoard
from workflow.potentials import PotentialsApp
from workflow.reading import Reading
from workflow.registry import RegistryApp
from workflow.released import Released
from workflow.routes import Routes
from workflow.routing import RoutingApp
from workflow.settings import Settings
from workflow.store import schema, vault
from workflow.store.datastore import RECONNECT
from workflow.store.documents import DocumentStore, document_store
from workflow.store.factory import environment
from workflow.store.log import Log
from workflow.store.vault import Vault
from workflow.tokens import Tokens
from workflow.transfers import TransfersApp
from workflow.webhooks import subscriptions

POOL_SIZE = 8


class Engine:
    """The parts, joined. Use as a context manager or call `close`."""

    def __init__(self, settings: Settings, pool_size: int = POOL_SIZE) -> None:
        """Raises WrongMasterKey, PoolTimeout; then nothing stays open."""
        self.settings = settings
        with ExitStack() as opened:
            self.pool = ConnectionPool(
                settings.database_url,
                min_size=1,
                max_size=pool_size,
                kwargs={"autocommit": True},
                reconnect_timeout=RECONNECT,
                open=True,
            )
            opened.callback(self.pool.close)
            self.casework = Casework(environment(settings.database_url))
            opened.callback(self.casework.close)
            self.log: Log = self.casework.store
            self.vault = Vault(self.pool, settings.master_key)
            self.directory = DirectoryApp(self.log)
            self.registry = RegistryApp(self.log)
            self.letters = Letters(self.directory, self.registry)
            self.kbli = KbliApp(self.log)
            self.potentials = PotentialsApp(self.log, self.kbli)
            titles = Titles(self.registry, self.potentials)
            self.findings = FindingsApp(self.log)
            self.tokens = Tokens(self.pool)
            self.documents: DocumentStore = document_store(settings, self.pool)
            self.alignments = AlignmentsApp(self.log, self.registry, self.directory, titles)
            self.transfers = TransfersApp(self.log, self.registry, self.directory, self.alignments)
            self.days_off = DaysOffApp(self.log)
            contexts = Contexts(
                self.log, self.directory, self.registry, self.vault, self.alignments, self.days_off, self.kbli, titles
            )
            self.casework.join(contexts)
            self.reading = Reading(contexts)
            self.released = Released(self.casework, contexts)
            self.routes = Routes(contexts, self.registry)
            self.preferences = Preferences(self.pool, self.vault)
            self.notices = NoticeBoard(self.pool, self.registry, settings.master_key, settings.public_url)
            self.routing = RoutingApp(self.casework, contexts, self.routes)
            self._opened = opened.pop_all()

    @classmethod
    def open(cls, settings: Settings, pool_size: int = POOL_SIZE) -> Self:
        """Raises BadSettings, WrongMasterKey, NewerSchema, psycopg.OperationalError."""
        prepare(settings.database_url)
        return cls(settings, pool_size)

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def prepare(database_url: str) -> None:
    """Create every table that is not there yet; refuses a database of a newer version."""
    schema.prepare(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        vault.prepare(connection)
        tokens.prepare(connection)
        dead_letters.prepare(connection)
        notices.prepare(connection)
        preferences.prepare(connection)
        sent.prepare(connection)
        pace.prepare(connection)
        receipts.prepare(connection)
        subscriptions.prepare(connection)
