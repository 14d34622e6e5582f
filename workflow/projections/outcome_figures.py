"""What programmes brought about, counted from mentors' reports; docs/harmonisation.md says what each figure means."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from workflow.domain.calendar import HOME_ZONE, local_date


class Report(Struct, frozen=True):
    position: int
    at: datetime
    workers: int
    revenue: int | None = None
    """IDR in the month."""
    loan: int | None = None
    """IDR outstanding."""
    entrepreneurs: int | None = None
    """Members who by then run a business of their own."""


class Group(Struct, frozen=True):
    """A case that began, as it stood, with its reports up to then in order of position."""

    ref: str
    family: str
    """The same for all cases of the same people."""
    programme: str
    region: str
    potential: str | None
    year: int
    workers_now: int | None
    """As its plan said before it began."""
    workers_target: int | None
    grant: int
    """IDR."""
    began: datetime
    reports: tuple[Report, ...] = ()


class Survival(Struct, frozen=True, kw_only=True):
    """What became of groups some months after they began; of those younger than that nothing is said."""

    old_enough: int
    working: int
    stopped: int
    unknown: int
    """No report tells."""


class Figure(Struct, frozen=True, kw_only=True):
    """People are counted once, whatever number of programmes claims their group."""

    groups: int
    """Groups that began."""
    reporting: int
    """Those of them with a report; all figures below but survival are of these."""
    workers_start: int
    workers_now: int
    workers_target: int
    jobs: int
    """Workers now less workers at the start."""
    entrepreneurs: int
    grant: int
    """IDR."""
    cost_per_job: int | None
    """IDR, rounded down; null where no job was made."""
    survival_6: Survival
    survival_12: Survival


def figure(groups: Iterable[Group], day: date) -> Figure:
    """Count groups as of a local day."""
    families = _families(groups)
    reporting = [family for family in families if any(group.reports for group in family)]
    start = sum(family[0].workers_now or 0 for family in reporting)
    now = sum(_reports(family)[-1].workers for family in reporting)
    grant = sum(group.grant for family in reporting for group in family)
    jobs = now - start
    return Figure(
        groups=len(families),
        reporting=len(reporting),
        workers_start=start,
        workers_now=now,
        workers_target=sum(family[-1].workers_target or 0 for family in reporting),
        jobs=jobs,
        entrepreneurs=sum(_entrepreneurs(family) for family in reporting),
        grant=grant,
        cost_per_job=grant // jobs if jobs > 0 else None,
        survival_6=_survival(families, 6, day),
        survival_12=_survival(families, 12, day),
    )


def months_after(day: date, months: int) -> date:
    """The first day on which so many full months have passed; one that the month lacks is the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return months_after(day.replace(day=1), months + 1)


def _families(groups: Iterable[Group]) -> list[list[Group]]:
    """The cases of the same people together, each in the order in which they began."""
    found: dict[str, list[Group]] = {}
    for group in sorted(groups, key=lambda one: (one.began, one.ref)):
        found.setdefault(group.family, []).append(group)
    return list(found.values())


def _reports(family: Sequence[Group]) -> Sequence[Report]:
    if len(family) == 1:
        return family[0].reports
    return sorted((report for group in family for report in group.reports), key=lambda one: one.position)


def _entrepreneurs(family: Sequence[Group]) -> int:
    told = [report.entrepreneurs for report in _reports(family) if report.entrepreneurs is not None]
    return told[-1] if told else 0


def _survival(families: Iterable[Sequence[Group]], months: int, day: date) -> Survival:
    found = {"working": 0, "stopped": 0, "unknown": 0}
    for family in families:
        since = months_after(_local(family[0].began), months)
        if since <= day:
            found[_became(family, since)] += 1
    return Survival(old_enough=sum(found.values()), **found)


def _became(family: Sequence[Group], since: date) -> str:
    """By the first report from a day on; before that, a group whose last report says that nobody works has stopped."""
    reports = _reports(family)
    later = [report for report in reports if _local(report.at) >= since]
    if later:
        return "working" if later[0].workers else "stopped"
    return "stopped" if reports and not reports[-1].workers else "unknown"


def _local(moment: datetime) -> date:
    return local_date(moment, HOME_ZONE)
