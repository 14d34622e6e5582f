"""All read models, joined: what the API, the workers and the command line open."""

from collections.abc import Iterable

from psycopg_pool import ConnectionPool

from workflow.projections.accounts import Accounts
from workflow.projections.ahead import Log
from workflow.projections.bound import Bound
from workflow.projections.cases import Cases
from workflow.projections.cursors import Cursors
from workflow.projections.deadlines import Deadlines
from workflow.projections.feed import Feed
from workflow.projections.following import Follower
from workflow.projections.harmonisation import Harmonisation
from workflow.projections.harmonised import Harmonised
from workflow.projections.inbox import Inbox
from workflow.projections.judging import VaultOpener
from workflow.projections.lists import Lists
from workflow.projections.notices import Notices
from workflow.projections.outcome_lists import OutcomeLists
from workflow.projections.outcomes import Outcomes
from workflow.projections.places import Places
from workflow.projections.projection import DefinitionOf, Projection
from workflow.projections.runner import Runner
from workflow.projections.stays import Stays
from workflow.projections.tracking import Tracking, TrackingCodes
from workflow.projections.workload import Workload

NAMES = (
    Bound.name,
    Cases.name,
    Inbox.name,
    Feed.name,
    Tracking.name,
    Outcomes.name,
    Stays.name,
    Harmonisation.name,
    Deadlines.name,
    Places.name,
    Notices.name,
)


class ReadModels:
    """`lists` and `harmonised` answer readers, `runner` keeps level, `follower` does so without any message.

    Make it after the fork. `pool`: autocommit connections to the log's database; `beside`: what else the runner drives.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        log: Log,
        definition_of: DefinitionOf,
        master_key: bytes,
        beside: Iterable[Projection] = (),
    ) -> None:
        ours = (
            Bound(),
            Cases(),
            Inbox(definition_of),
            Feed(),
            Tracking(master_key),
            Outcomes(definition_of),
            Stays(definition_of),
            Harmonisation(definition_of, VaultOpener(pool, master_key)),
            Deadlines(),
            Places(definition_of),
            Notices(definition_of),
        )
        self.runner = Runner(pool, log, (*ours, *beside))
        self.runner.prepare()
        self.lists = Lists(pool, Cursors(master_key))
        self.workload = Workload(pool, definition_of)
        self.codes = TrackingCodes(pool, master_key)
        self.outcomes = OutcomeLists(pool)
        self.accounts = Accounts(pool)
        self.harmonised = Harmonised(pool, definition_of, self.accounts)
        self.follower = Follower(self.runner)
