"""Persons in two programmes: whether terms let a claim's key be taken beside, or after, another membership.

Without terms a key is one case's. Terms in force can allow more; suspended ones allow nothing, and still forbid.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.alignments import Alignment
from workflow.domain.calendar import local_date
from workflow.domain.context import Context, Elsewhere, Membership
from workflow.domain.definition.model import Definition
from workflow.domain.words import Text


class Obstacle(Struct, frozen=True, kw_only=True):
    """Another membership that stands in the way; it says neither whose it is nor where."""

    how: Text
    possible_from: date | None = None
    """The first day on which it no longer does, where that is known."""


ELSEWHERE = Obstacle(
    how=Text(
        "Periksa anggota kelompok; yang sudah terdaftar tidak dapat diikutkan",
        "Check the entries; what is registered already cannot be entered again",
    )
)
SUSPENDED = Obstacle(
    how=Text(
        "Penyelarasan kedua program sedang ditangguhkan; tunggu sampai berlaku lagi, atau ganti anggotanya",
        "The programmes' alignment is suspended; wait until it is in force again, or replace the member",
    )
)


class Persons(Struct, frozen=True, kw_only=True):
    """What terms say of persons to a case of a programme and region on a day."""

    programme: str
    today: date
    zone: str
    terms: tuple[Alignment, ...]
    """In force or suspended, and reaching the case."""
    formerly: Callable[[str], tuple[str, ...]]
    """A region's code → those under which it was known before."""

    def seen(self, elsewhere: Mapping[str, Elsewhere], key: str) -> int | None:
        """What the append has to find for a key to be taken: the last change of it that the decision knew of.

        None where no terms reach the case: then nobody else may hold the key.
        """
        if not self.terms:
            return None
        return elsewhere[key].moved if key in elsewhere else 0

    def in_the_way(self, elsewhere: Iterable[Elsewhere]) -> Obstacle | None:
        """Why keys cannot be taken, None where nothing stands in the way; of several reasons the most lasting."""
        return _hardest(self._weigh(membership) for one in elsewhere for membership in one.memberships)

    def _weigh(self, membership: Membership) -> Obstacle | None:
        between = [
            one
            for one in self.terms
            if membership.programme != self.programme
            and one.terms.side_of(membership.programme) is not None
            and any(one.terms.reaches(code, self.today) for code in self._codes(membership.region))
        ]
        if not between:
            return ELSEWHERE if membership.held else None
        return _hardest(self._under(one, membership) for one in between)

    def _codes(self, region: str) -> tuple[str, ...]:
        return (region, *self.formerly(region))

    def _under(self, alignment: Alignment, membership: Membership) -> Obstacle | None:
        """What terms say to a membership in the other programme."""
        persons = alignment.terms.persons
        if persons.rule == "exclusive":
            return ELSEWHERE if membership.held else None
        if persons.rule == "after":
            months = persons.months or 0
            if membership.ended is None:
                return _while_it_lasts(months)
            first = months_after(local_date(membership.ended, self.zone), months)
            if self.today < first:
                return _not_before(first, months)
        return SUSPENDED if membership.held and alignment.standing != "in_force" else None


def persons(definition: Definition, region: str, context: Context) -> Persons:
    """What terms say of persons to a case of this definition and region now."""
    zone = definition.calendar.zone
    today = local_date(context.at, zone)
    terms = context.alignments.touching(definition.id, region, today, context.formerly(region))
    return Persons(programme=definition.id, today=today, zone=zone, terms=terms, formerly=context.formerly)


def months_after(day: date, months: int) -> date:
    """The first day on which so many full months have passed since a day.

    A day that the month lacks is the first of the next, as the birthday of who was born on 29 February is.
    """
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return months_after(day.replace(day=1), months + 1)


def _hardest(found: Iterable[Obstacle | None]) -> Obstacle | None:
    obstacles = [obstacle for obstacle in found if obstacle is not None]
    return max(obstacles, key=lambda obstacle: obstacle.possible_from or date.max, default=None)


def _while_it_lasts(months: int) -> Obstacle:
    return Obstacle(
        how=Text(
            f"Keanggotaan lain belum berakhir; dapat diajukan {months} bulan penuh setelah berakhir,"
            " atau ganti anggotanya",
            f"The other membership has not ended; it is possible {months} full months after it has,"
            " or replace the member",
        )
    )


def _not_before(first: date, months: int) -> Obstacle:
    day = sentences.on_day(first)
    return Obstacle(
        how=Text(
            f"Dapat diajukan mulai {day.id}, {months} bulan penuh setelah keanggotaan lain berakhir,"
            " atau ganti anggotanya",
            f"It is possible from {day.en}, {months} full months after the other membership ended,"
            " or replace the member",
        ),
        possible_from=first,
    )
