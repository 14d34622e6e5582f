"""Some thirty synthetic groups at every stage of the ministry's programme: the demo's small cast, told one by one."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from selaras.demo import papers
from selaras.demo.past import Past
from selaras.demo.people import LEADERS
from selaras.demo.places import TKM
from selaras.demo.proposal import Proposal
from selaras.demo.regions import BY_SLUG
from selaras.demo.walk import Group, Paper, Step


class Story(NamedTuple):
    """Where a group is, how many days ago it was opened, and what became of it; all days count back from now."""

    place: str
    ago: float
    tale: Callable[[Proposal], object]


STORIES = (
    Story("palu", 6, lambda p: p.open("group", "region")),
    Story("palu", 12, lambda p: p.open()),
    Story("sigi", 5, lambda p: p.ready()),
    Story("donggala", 9, lambda p: p.open()),
    Story("palu", 20, lambda p: p.returned()),
    Story("palu", 13, lambda p: p.proposed()),
    Story("palu", 14, lambda p: p.proposed().act(p.head, "assign_officer", 2, assign="officer2.palu")),
    Story("palu", 15, lambda p: p.proposed().verified(2)),
    Story("palu", 17, lambda p: p.inquired()),
    Story("sigi", 2, lambda p: p.proposed()),
    Story("sigi", 6, lambda p: p.proposed().verified(3).reviewed()),
    Story("sigi", 24, lambda p: p.proposed()),
    Story("palu", 20, lambda p: p.proposed().recommended(4)),
    Story("palu", 70, lambda p: p.turned_down(8)),
    Story("sigi", 9, lambda p: p.proposed().recommended(3).supply("coord.sulteng", "coordination", ago=1)),
    Story("sigi", 14, lambda p: p.asked_and_answered()),
    Story("palu", 22, lambda p: p.at_ministry(5)),
    Story("palu", 28, lambda p: p.at_ministry(9).voted("approve", 1, 4, ago=3)),
    Story("sigi", 30, lambda p: p.at_ministry(11).voted("approve", 2, ago=6).voted("refuse", 5, ago=4)),
    Story("palu", 45, lambda p: p.carried()),
    Story("palu", 40, lambda p: p.taken_in(4)),
    Story("palu", 90, lambda p: p.taken_in(50).mentored("mentor1", 15, ago=48)),
    Story("sigi", 150, lambda p: p.taken_in(110).mentored("mentor2", 80, 50, 20, ago=105)),
    Story("sigi", 100, lambda p: p.member_replaced()),
    Story("palu", 190, lambda p: p.graduated("mentor1", 20)),
    Story("sigi", 195, lambda p: p.graduated("mentor1", 20)),
    Story("palu", 16, lambda p: p.declined(7)),
    Story("sigi", 80, lambda p: p.objecting(5)),
    Story("sigi", 95, lambda p: p.annulled(15)),
    Story("palu", 41, lambda p: p.proposed().act(p.leader, "withdraw", 36)),
    Story("sigi", 90, lambda p: p.objecting(12).act("minister", "dismiss_objection", 5, reason="Alasan sama (contoh)")),
    Story("palu", 100, lambda p: p.appealing(6)),
    Story("palu", 140, lambda p: p.appealed_in_vain(44)),
)
OF_LEADER_PALU = 22
"""The group whose leader is the demo's leader.palu."""


def leader_of(number: int) -> str:
    return LEADERS[0] if number == OF_LEADER_PALU else f"leader.{number:02d}"


def steps(past: Past, paper: Paper) -> Iterator[Step]:
    """The steps of every group's story."""
    for number, story in enumerate(STORIES, start=1):
        region = BY_SLUG[story.place]
        facts = papers.facts(TKM, number, region)
        walk = Proposal(Group(number, TKM, region, leader_of(number), facts), past, paper, story.ago)
        story.tale(walk)
        yield from walk.steps
