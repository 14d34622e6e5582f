"""Some thirty synthetic groups at every stage of the programme, each led there by ordinary commands."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from selaras.demo.papers import member
from selaras.demo.people import LEADERS
from selaras.demo.walk import Shelf, Walk

if TYPE_CHECKING:
    from workflow.engine import Engine


class Story(NamedTuple):
    """Where a group is, how many days ago it was opened, and what became of it; all days count back from now."""

    place: str
    ago: float
    tale: Callable[[Walk], object]


def _ready(walk: Walk) -> Walk:
    return walk.open().supply(walk.leader, "proposal", "domicile")


def _before_ministry(walk: Walk, ago: float) -> Walk:
    return walk.proposed().recommended(ago + 8).coordinated(ago)


def _approved(walk: Walk, ago: float) -> Walk:
    return _before_ministry(walk, ago + 10).approved(ago)


def _refused(walk: Walk, ago: float) -> Walk:
    return _before_ministry(walk, ago + 10).refused(ago)


def _objected(walk: Walk, ago: float) -> Walk:
    return _refused(walk, ago + 7).act(
        walk.leader, "object", ago, reason="Kami mohon rencana usaha ditinjau kembali (contoh)"
    )


def _appealed(walk: Walk, ago: float) -> Walk:
    _objected(walk, ago + 8).act(
        "head.ministry", "dismiss_objection", ago + 4, reason="Keberatan tidak beralasan (contoh)"
    )
    return walk.act(walk.leader, "appeal", ago, reason="Kami mohon putusan menteri (contoh)")


def _carried(walk: Walk) -> None:
    """Returned by the ministry for its plan alone: the city's recommendation stands."""
    _before_ministry(walk, 20).act(
        "head.ministry", "send_back", 15, reason="Rencana jumlah tenaga kerja perlu diperbaiki (contoh)"
    )
    walk.change({"plan": {"workers_target": 15}}, ago=12).act(walk.leader, "submit")
    walk.coordinated(6)


def _returned(walk: Walk) -> None:
    walk.proposed().act(walk.officer, "send_back", 3, reason="Surat domisili tidak terbaca (contoh)")


def _inquired(walk: Walk) -> None:
    walk.proposed().verified(4).inquire(
        walk.officer, "group_leader", "Di mana tempat usaha utama kelompok? (contoh)", 2
    )


def _asked_and_answered(walk: Walk) -> None:
    walk.proposed().recommended(6).inquire("coord.sulteng", "group_leader", "Apakah sudah ada pembeli? (contoh)", 4)
    walk.answer(walk.leader, 1, "Ada tiga kios langganan (contoh)", 3)


def _member_replaced(walk: Walk) -> None:
    _approved(walk, 60).mentored("mentor2", 40, 20, ago=58)
    region = f"72.10.{(1, 9, 5)[walk.group % 3]:02d}"
    people = [member(walk.group, number, region) for number in (*range(1, 10), 11)]
    walk.supply(walk.officer, "member_change", ago=10).act(walk.officer, "replace_member", facts={"members": people})


def _graduated(walk: Walk) -> None:
    _approved(walk, 130).mentored("mentor1", 100, 70, 40, ago=125).act("mentor1", "graduate", 20)


def _annulled(walk: Walk) -> None:
    _approved(walk, 50).act("head.ministry", "annul", 15, reason="Usaha kelompok sudah dibubarkan (contoh)")


def _declined(walk: Walk) -> None:
    walk.proposed().verified(9).act(walk.head, "decline", 7, reason="Tempat usaha tidak ditemukan (contoh)")


STORIES = (
    Story("palu", 6, lambda w: w.open(complete=False)),
    Story("palu", 12, lambda w: w.open()),
    Story("sigi", 5, _ready),
    Story("donggala", 9, lambda w: w.open()),
    Story("palu", 8, _returned),
    Story("palu", 1, lambda w: w.proposed()),
    Story("palu", 3, lambda w: w.proposed().act(w.head, "assign_officer", 2, assign="officer2.palu")),
    Story("palu", 5, lambda w: w.proposed().verified(2)),
    Story("palu", 7, _inquired),
    Story("sigi", 2, lambda w: w.proposed()),
    Story("sigi", 6, lambda w: w.proposed().verified(3).reviewed()),
    Story("sigi", 24, lambda w: w.proposed()),
    Story("palu", 10, lambda w: w.proposed().recommended(4)),
    Story("palu", 70, lambda w: _refused(w, 8)),
    Story("sigi", 9, lambda w: w.proposed().recommended(3).supply("coord.sulteng", "coordination", ago=1)),
    Story("sigi", 14, _asked_and_answered),
    Story("palu", 22, lambda w: _before_ministry(w, 5)),
    Story("palu", 28, lambda w: _before_ministry(w, 9).voted("approve", 1, 4, ago=3)),
    Story("sigi", 30, lambda w: _before_ministry(w, 11).voted("approve", 2, ago=6).voted("refuse", 5, ago=4)),
    Story("palu", 45, _carried),
    Story("palu", 40, lambda w: _approved(w, 4)),
    Story("palu", 90, lambda w: _approved(w, 50).mentored("mentor1", 15, ago=48)),
    Story("sigi", 150, lambda w: _approved(w, 110).mentored("mentor2", 80, 50, 20, ago=105)),
    Story("sigi", 100, _member_replaced),
    Story("palu", 190, _graduated),
    Story("sigi", 195, _graduated),
    Story("palu", 16, _declined),
    Story("sigi", 80, lambda w: _objected(w, 5)),
    Story("sigi", 95, _annulled),
    Story("palu", 11, lambda w: w.proposed().act(w.leader, "withdraw", 6)),
    Story(
        "sigi", 90, lambda w: _objected(w, 12).act("minister", "dismiss_objection", 5, reason="Alasan sama (contoh)")
    ),
    Story("palu", 100, lambda w: _appealed(w, 6)),
    Story(
        "palu",
        140,
        lambda w: _appealed(w, 50).act("minister", "dismiss_appeal", 44, reason="Putusan dikuatkan (contoh)"),
    ),
)
OF_LEADER_PALU = 22
"""The group whose leader is the demo's leader.palu."""


def lead(engine: "Engine", now: datetime) -> int:
    """Lead every group as far as its story goes; how many there are. Done again it changes nothing."""
    shelf = Shelf(engine)
    for number, story in enumerate(STORIES, start=1):
        leader = LEADERS[0] if number == OF_LEADER_PALU else f"leader.{number:02d}"
        story.tale(Walk(engine, shelf, number, story.place, leader, now, story.ago))
    return len(STORIES)
