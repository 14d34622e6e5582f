"""The library's persistence module for our log, and the environment that names it."""

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder
from eventsourcing.postgres import BasePostgresFactory, PostgresFactory
from eventsourcing.utils import Environment, EnvType, strtobool

from workflow.store.datastore import StoreDatastore
from workflow.store.recorder import GroupCommitRecorder
from workflow.store.snapshots import SnapshotRecorder

DATABASE_URL = "DATABASE_URL"
SNAPSHOTS = "snapshots"


def environment(
    database_url: str, *, pool_size: int = 1, max_overflow: int = 9, create_table: bool = False
) -> dict[str, str]:
    """What any Application is constructed with to stand on our log.

    `pool_size`, `max_overflow`: readers' connections kept, and opened beyond that at need; appending has one of its
    own. `create_table`: prepare the database on the way, where `schema.prepare` has not been called.
    """
    return {
        "PERSISTENCE_MODULE": "workflow.store.factory:StoreFactory",
        "MAPPER_TOPIC": "workflow.store.mapper:EventMapper",
        "IS_SNAPSHOTTING_ENABLED": "y",
        "ORIGINATOR_ID_TYPE": "text",
        "CREATE_TABLE": "y" if create_table else "n",
        "POSTGRES_POOL_SIZE": str(pool_size),
        "POSTGRES_MAX_OVERFLOW": str(max_overflow),
        DATABASE_URL: database_url,
    }


class StoreFactory(PostgresFactory):
    application_recorder_class = GroupCommitRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        # The stock constructor wants the address in five parts and would lose the others.
        super(BasePostgresFactory, self).__init__(env)
        url = self.env.get(DATABASE_URL)
        if not url:
            raise OSError(f"the log needs {DATABASE_URL}")
        self.datastore: StoreDatastore = StoreDatastore(
            url,
            pool_size=int(self.env.get("POSTGRES_POOL_SIZE") or 1),
            max_overflow=int(self.env.get("POSTGRES_MAX_OVERFLOW") or 9),
        )
        self._opened: list[GroupCommitRecorder] = []

    def application_recorder(self) -> ApplicationRecorder:
        """One log, whatever the application is called."""
        recorder = self.application_recorder_class(self.datastore)
        self._opened.append(recorder)
        if strtobool(self.env.get(self.CREATE_TABLE) or "yes"):
            recorder.create_table()
        return recorder

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        if purpose == SNAPSHOTS:
            return SnapshotRecorder(self.datastore)
        return super().aggregate_recorder(purpose)

    def close(self) -> None:
        for recorder in self._opened:
            recorder.close()
        super().close()
