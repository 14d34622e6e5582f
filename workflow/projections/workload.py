"""What heads look at: how much waits at each office for each role, how late it is, and which steps take longest."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from msgspec import Struct
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool

from workflow.domain.authority import in_force, reaches
from workflow.domain.calendar import end_of, local_date
from workflow.domain.context import Appointment
from workflow.domain.days_off import DaysOff
from workflow.domain.definition.model import Definition
from workflow.domain.directory import Directory
from workflow.projections import pages, positions
from workflow.projections.elapsed import working_days
from workflow.projections.inbox import Inbox
from workflow.projections.items import Area, ListSight
from workflow.projections.pages import Condition
from workflow.projections.projection import DefinitionOf, schema_of
from workflow.projections.stays import Stays

SINCE = timedelta(days=365)
"""How far back the lengths of steps are looked at."""
SLOWEST = 20
STOPPED = """CASE WHEN steps::text LIKE '%%inquiry"%%' THEN
                 jsonb_path_exists(steps::jsonb, '$[*][*] ? (@ == "answer_inquiry")')
                 OR jsonb_path_exists(steps::jsonb, '$[*][1][*] ? (@ == "inquiry")')
             ELSE false END"""
"""Few are: the rest is told apart by its text, which is many times quicker than reading it."""

CITY = "substring(region from '^[^.]*\\.?[^.]*')"


class Days(Struct, frozen=True):
    """Lengths in working days; what lies between two days to a tenth."""

    median: float
    p90: float
    longest: int


class Load(Struct, frozen=True, kw_only=True):
    """What waits at an office for a role; `office` None: for the applicant, or where nobody holds the role."""

    office: str | None
    role: str
    open: int
    due_this_week: int
    """Due from now to Sunday's end."""
    late: int
    stopped: int
    """By an inquiry that is open."""
    waiting: Days
    """Since the present state was entered, of all that is open."""
    overdue: Days | None
    """Since the deadline, of what is late."""


class SlowStep(Struct, frozen=True, kw_only=True):
    programme: str
    state: str
    definition: str
    """The newest under which a case left the state."""
    cases: int
    days: Days


class Waits(Struct, frozen=True):
    """Cases alike in all that is counted."""

    role: str
    region: str
    entered: date
    due: date | None
    """The day on which the clock ends; None where none runs."""
    soon: bool
    late: bool
    stopped: bool
    cases: int


class Workload:
    """Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, definition_of: DefinitionOf) -> None:
        self._pool, self._definition_of = pool, definition_of

    def loads(
        self,
        sight: ListSight,
        directory: Directory,
        days_off: DaysOff,
        at: datetime,
        office: str | None,
        role: str | None,
    ) -> tuple[tuple[Load, ...], int]:
        """The loads of the areas that the reader may see, the latest first, and the position that they stand at."""
        counted: dict[tuple[str | None, str], _Sum] = defaultdict(_Sum)
        with self._pool.connection() as connection:
            here = positions.place(connection, Inbox.name)
            for programme, hash in _definitions(connection):
                areas = [area.region for area in sight.areas if area.programmes is None or programme in area.programmes]
                if areas:
                    definition = self._definition_of(hash)
                    lengths = cache(partial(_lengths, definition, days_off))
                    today = local_date(at, definition.calendar.zone)
                    for waits in _waits(connection, definition, areas, at, role, days_off):
                        for name in _offices(definition, directory, waits, at):
                            if office in (None, name):
                                counted[name, waits.role].add(waits, today, lengths(waits.region))
        found = [total.load(office, role) for (office, role), total in counted.items()]
        found.sort(key=lambda load: (-load.late, -load.due_this_week, -load.open, load.office or "", load.role))
        return tuple(found), here.position if here else 0

    def slowest(self, sight: ListSight, at: datetime, under: str | None) -> tuple[tuple[SlowStep, ...], int]:
        """The steps that took longest in the year before `at`, of the areas that the reader may see."""
        searches = [_seen(area) for area in sight.areas]
        values = [value for search in searches for _, given in search for value in given]
        narrowed = pages.under(under) if under else ("true", ())
        statement = sql.SQL(
            'SELECT programme, state, (array_agg(definition ORDER BY "left" DESC))[1] AS definition, count(*) AS cases,'
            " percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,"
            " percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS p90, max(days) AS longest"
            ' FROM {} WHERE "left" > %s AND "left" <= %s AND ({}) AND {}'
            " GROUP BY programme, state ORDER BY median DESC, p90 DESC, programme, state LIMIT %s"
        ).format(
            sql.Identifier(schema_of(Stays.name, "live"), "stays"),
            sql.SQL(" OR ").join(_all_of(search) for search in searches or [[("false", ())]]),
            sql.SQL(narrowed[0]),
        )
        with self._pool.connection() as connection:
            here = positions.place(connection, Stays.name)
            rows = connection.execute(statement, [at - SINCE, at, *values, *narrowed[1], SLOWEST]).fetchall()
        steps = tuple(
            SlowStep(programme=programme, state=state, definition=definition, cases=cases, days=_rounded(*days))
            for programme, state, definition, cases, *days in rows
        )
        return steps, here.position if here else 0


class _Sum:
    """Counts the cases of one office and role."""

    def __init__(self) -> None:
        self.open = self.soon = self.late = self.stopped = 0
        self.waiting: list[tuple[int, int]] = []
        self.overdue: list[tuple[int, int]] = []

    def add(self, waits: Waits, today: date, length: Callable[[date, date], int]) -> None:
        """`length`: working days from a day (exclusive) to another."""
        self.open += waits.cases
        self.soon += waits.cases * waits.soon
        self.late += waits.cases * waits.late
        self.stopped += waits.cases * waits.stopped
        self.waiting.append((length(waits.entered, today), waits.cases))
        if waits.late and waits.due is not None:
            self.overdue.append((length(waits.due, today), waits.cases))

    def load(self, office: str | None, role: str) -> Load:
        return Load(
            office=office,
            role=role,
            open=self.open,
            due_this_week=self.soon,
            late=self.late,
            stopped=self.stopped,
            waiting=days_of(self.waiting),
            overdue=days_of(self.overdue) if self.overdue else None,
        )


def days_of(lengths: Iterable[tuple[int, int]]) -> Days:
    """Median, 90th percentile and longest of (length, how many), interpolated as Postgres' percentile_cont does."""
    ordered = sorted(lengths)
    total = sum(many for _, many in ordered)

    def nth(index: int) -> int:
        for length, many in ordered:
            if index < many:
                return length
            index -= many
        return ordered[-1][0]

    def percentile(share: float) -> float:
        whole, rest = divmod(share * (total - 1), 1)
        low = nth(int(whole))
        return low + rest * (nth(int(whole) + 1) - low) if rest else float(low)

    return _rounded(percentile(0.5), percentile(0.9), ordered[-1][0])


def _rounded(median: float, p90: float, longest: int) -> Days:
    return Days(round(median, 1), round(p90, 1), longest)


def _seen(area: Area) -> list[Condition]:
    region: list[Condition] = [pages.under(area.region)] if area.region else [("true", ())]
    return region if area.programmes is None else [*region, ("programme = ANY(%s)", (list(area.programmes),))]


def _all_of(search: Sequence[Condition]) -> sql.Composable:
    return sql.SQL("({})").format(sql.SQL(" AND ").join(sql.SQL(condition) for condition, _ in search))


def _lengths(definition: Definition, days_off: DaysOff, region: str) -> Callable[[date, date], int]:
    """How working days are counted in a region, by the days off known now."""
    rule = definition.calendar
    own = frozenset(day for day, _ in days_off.of(definition.owner, region))
    adopted = {one.year: one for one in days_off.holidays(rule.country)}
    return partial(working_days, rule, own=own, adopted=adopted)


def _some_below_cities(days_off: DaysOff) -> bool:
    """True where a day concerns a district alone: then a city's cases are not alike."""
    return any(one.region.count(".") > 1 for one in days_off.standing())


def _definitions(connection: Connection[Any]) -> Sequence[tuple[str, str]]:
    table = sql.Identifier(schema_of(Inbox.name, "live"), "desks")
    found = connection.execute(sql.SQL("SELECT DISTINCT programme, definition FROM {}").format(table))
    return found.fetchall()


def _waits(
    connection: Connection[Any],
    definition: Definition,
    areas: Sequence[str],
    at: datetime,
    role: str | None,
    days_off: DaysOff,
) -> list[Waits]:
    """A case waits once for a role, at however many desks: each seat of a panel has one."""
    zone = definition.calendar.zone
    today = local_date(at, zone)
    week = end_of(today + timedelta(days=6 - today.weekday()), zone)
    seen = [pages.under(area) for area in areas if area] if all(areas) else [("true", ())]
    statement = sql.SQL(
        "SELECT role, place, entered, CASE WHEN due < {never} THEN (due - interval '1 microsecond')::date END,"
        "       due > {now} AND due <= {week}, due <= {now}, stopped, count(*)"
        " FROM (SELECT DISTINCT ref, role, {place} AS place,"
        "              entered::date AS entered, due, {stopped} AS stopped"
        "       FROM {desks} WHERE definition = %s AND (%s::text IS NULL OR role = %s) AND ({seen})) AS waiting"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7"
    ).format(
        never=sql.Literal(pages.NEVER),
        now=sql.Literal(at),
        week=sql.Literal(week),
        place=sql.SQL("region" if _some_below_cities(days_off) else CITY),
        stopped=sql.SQL(STOPPED),
        desks=sql.Identifier(schema_of(Inbox.name, "live"), "desks"),
        seen=sql.SQL(" OR ").join(sql.SQL(condition) for condition, _ in seen),
    )
    values = [definition.hash, role, role, *(value for _, given in seen for value in given)]
    with connection.transaction():
        # Days are those of the definition's zone.
        connection.execute("SELECT set_config('timezone', %s, true)", [zone])
        return [Waits(*row) for row in connection.execute(statement, values)]


def _offices(definition: Definition, directory: Directory, waits: Waits, at: datetime) -> tuple[str | None, ...]:
    rule = definition.roles.get(waits.role)
    if rule is None or rule.level == "applicant":
        return (None,)
    serves: Callable[[Appointment], bool] = lambda a: (  # noqa: E731
        in_force(a, at, definition.calendar.zone) and reaches(definition, a, waits.region)
    )
    return tuple(dict.fromkeys(a.office for a in directory.holders(waits.role) if serves(a))) or (None,)
