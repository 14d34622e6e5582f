"""The event sourcing library's own test cases, run on our recorder and factory over a real Postgres."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder, TrackingRecorder
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresProcessRecorder, PostgresTrackingRecorder
from eventsourcing.tests import persistence as library
from eventsourcing.utils import Environment

from workflow.store.factory import StoreFactory, environment
from workflow.store.recorder import GroupCommitRecorder


class OnOurFactory:
    """A factory on a fresh database for each case."""

    @pytest.fixture(autouse=True)
    def _on_a_fresh_database(self, database_url: str) -> Iterator[None]:
        self.made = StoreFactory(environment(database_url, pool_size=4, create_table=True))
        yield
        self.made.close()

    def new_originator_id(self) -> str:
        return str(uuid4())


class TestApplicationRecorder(OnOurFactory, library.ApplicationRecorderTestCase[GroupCommitRecorder]):
    def create_recorder(self) -> GroupCommitRecorder:
        recorder = self.made.application_recorder()
        assert isinstance(recorder, GroupCommitRecorder)
        return recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingPositions(OnOurFactory, library.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> GroupCommitRecorder:
        recorder = self.made.application_recorder()
        assert isinstance(recorder, GroupCommitRecorder)
        return recorder


class TestAggregateRecorder(OnOurFactory, library.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.made.aggregate_recorder()


class TestTrackingRecorder(OnOurFactory, library.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.made.tracking_recorder()


class TestProcessRecorder(OnOurFactory, library.ProcessRecorderTestCase):
    def create_recorder(self) -> PostgresProcessRecorder:
        recorder = self.made.process_recorder()
        assert isinstance(recorder, PostgresProcessRecorder)
        return recorder


class OurTracking(PostgresTrackingRecorder):
    """Some application's own."""


class TestFactory(library.InfrastructureFactoryTestCase[StoreFactory]):
    @pytest.fixture(autouse=True)
    def _on_a_fresh_database(self, database_url: str) -> None:
        # The library's case encrypts with its own mapper; ours seals values instead.
        named = environment(database_url, create_table=True)
        self.env = Environment(env={key: value for key, value in named.items() if key != "MAPPER_TOPIC"})

    def setUp(self) -> None:
        if hasattr(self, "env"):
            super().setUp()

    def expected_factory_class(self) -> type[StoreFactory]:
        return StoreFactory

    def expected_aggregate_recorder_class(self) -> type[PostgresAggregateRecorder]:
        return PostgresAggregateRecorder

    def expected_application_recorder_class(self) -> type[GroupCommitRecorder]:
        return GroupCommitRecorder

    def expected_tracking_recorder_class(self) -> type[PostgresTrackingRecorder]:
        return PostgresTrackingRecorder

    def tracking_recorder_subclass(self) -> type[PostgresTrackingRecorder]:
        return OurTracking

    def expected_process_recorder_class(self) -> type[PostgresProcessRecorder]:
        return PostgresProcessRecorder
