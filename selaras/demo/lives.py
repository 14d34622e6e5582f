"""How a group came to its stage: one life for each stage of each programme, its days drawn by chance."""

from collections.abc import Callable
from random import Random

from selaras.demo.cluster import Cluster
from selaras.demo.past import Past
from selaras.demo.places import KLASTER, PADAT_KARYA, TKM
from selaras.demo.proposal import Proposal
from selaras.demo.registration import Registration
from selaras.demo.walk import Group, Paper, Step

REPORTS = (32, 62, 92, 122, 152, 185)
"""Days after the approval at which a mentor reports; the last tells who still works after six months."""
OBJECTION_OVER = 45
"""Days in which 21 working days have passed whatever holidays there are: the clock has closed the case by then."""
DRAFT_OVER = 63
"""Days in which a draft has lapsed: it has sixty, and begins on a working day."""


class Life:
    """A walk to come: it begins so many days ago as its tale needs."""

    def __init__(self, group: Group, past: Past, paper: Paper, random: Random, mentor: str) -> None:
        self.group, self.past, self._paper, self.random, self.mentor = group, past, paper, random, mentor

    def proposal(self, ago: float) -> Proposal:
        return Proposal(self.group, self.past, self._paper, ago)

    def registration(self, ago: float) -> Registration:
        return Registration(self.group, self.past, self._paper, ago)

    def cluster(self, ago: float) -> Cluster:
        return Cluster(self.group, self.past, self._paper, ago)

    def days(self, least: float, most: float) -> float:
        return self.random.uniform(least, most)

    def odds(self, part: float) -> bool:
        return self.random.random() < part


# --- the ministry's programme ---------------------------------------------------------------------------------


def _draft(life: Life) -> Proposal:
    walk = life.proposal(life.days(3, 45))
    if life.odds(0.3):
        walk.open()
        return walk
    return walk.ready()


def _waiting(life: Life) -> Proposal:
    return life.proposal(life.days(1, 8)).proposed()


def _city(life: Life) -> Proposal:
    ago = life.days(1, 8)
    walk = life.proposal(ago).proposed()
    return walk.verified(ago / 2) if life.odds(0.4) else walk


def _coordination(life: Life) -> Proposal:
    ago = life.days(1, 6)
    return life.proposal(ago + life.days(7, 12)).proposed().recommended(ago)


def _ministry(life: Life) -> Proposal:
    ago = life.days(1, 14)
    walk = life.proposal(ago + life.days(11, 18)).at_ministry(ago)
    return walk.voted("approve", 2, ago=ago / 2) if life.odds(0.3) else walk


def _mentoring(life: Life) -> Proposal:
    ago = life.days(188, 196) if life.odds(0.1) else life.days(10, 110)
    walk = life.proposal(ago + life.days(21, 27)).taken_in(ago)
    return walk.mentored(life.mentor, *(ago - days for days in REPORTS if ago - days > 1), ago=ago - 3)


def _completed(life: Life) -> Proposal:
    ago = life.days(3, 75)
    return life.proposal(ago + life.days(131, 138)).graduated(life.mentor, ago)


def _refused(life: Life) -> Proposal:
    ago = life.days(2, 8)
    if life.odds(0.5):
        return life.proposal(ago + 9).declined(ago)
    return life.proposal(ago + 24).turned_down(ago)


def _objection(life: Life) -> Proposal:
    ago = life.days(1, 5)
    return life.proposal(ago + 31).objecting(ago)


def _closed(life: Life) -> Proposal:
    ago = life.days(96, 125)
    match life.random.randrange(3):
        case 0:
            return life.proposal(ago + 57).annulled(ago)
        case 1 if life.past.to_scale:
            return life.proposal(ago + OBJECTION_OVER + 24).turned_down(ago + OBJECTION_OVER)
        case _:
            return life.proposal(ago + 47).appealed_in_vain(ago)


def _gone(life: Life) -> Proposal:
    ago = life.days(96, 140)
    if life.past.to_scale and life.odds(0.5):
        walk = life.proposal(ago + DRAFT_OVER)
        walk.open()
        return walk
    walk = life.proposal(ago + 4).proposed()
    walk.act(walk.leader, "withdraw", ago)
    return walk


# --- the city's programme -------------------------------------------------------------------------------------


def _registration_draft(life: Life) -> Registration:
    walk = life.registration(life.days(2, 18))
    walk.open()
    return walk


def _review(life: Life) -> Registration:
    ago = life.days(1, 6)
    walk = life.registration(ago)
    return walk.checked(ago / 2) if life.odds(0.5) else walk.registered()


def _at_work(life: Life) -> Registration:
    ago = life.days(20, 60)
    return life.registration(ago + 6).working(ago, ago - 18)


def _work_done(life: Life) -> Registration:
    ago = life.days(4, 30)
    return life.registration(ago + 76).finished(ago)


def _registration_closed(life: Life) -> Registration:
    ago = life.days(5, 60)
    if life.odds(0.3):
        return life.registration(ago + 46).stopped(ago)
    return life.registration(ago + 12).conceded(ago)


def _registration_gone(life: Life) -> Registration:
    ago = life.days(5, 60)
    walk = life.registration(ago + 3).registered()
    walk.act(walk.leader, "withdraw", ago)
    return walk


# --- the province's programme ---------------------------------------------------------------------------------


def _cluster_draft(life: Life) -> Cluster:
    return life.cluster(life.days(3, 60)).ready()


def _regency(life: Life) -> Cluster:
    ago = life.days(1, 12)
    walk = life.cluster(ago)
    return walk.visited(ago / 2) if life.odds(0.5) else walk.put_forward()


def _province(life: Life) -> Cluster:
    ago = life.days(1, 14)
    if life.odds(0.5):
        return life.cluster(ago + 15).appraised(ago)
    return life.cluster(ago + 8).selected(ago)


def _clustered(life: Life) -> Cluster:
    ago = life.days(8, 160)
    return life.cluster(ago + 20).mentored(ago, *(ago - days for days in (85,) if ago > days))


def _released(life: Life) -> Cluster:
    ago = life.days(2, 25)
    return life.cluster(ago + 189).released(ago)


def _cluster_closed(life: Life) -> Cluster:
    ago = life.days(96, 120)
    if life.odds(0.4):
        return life.cluster(ago + 70).dissolved(ago)
    return life.cluster(ago + 20).conceded(ago)


def _cluster_gone(life: Life) -> Cluster:
    ago = life.days(96, 140)
    walk = life.cluster(ago + 5).put_forward()
    walk.act(walk.leader, "withdraw", ago)
    return walk


LIVES: dict[tuple[str, str], Callable[[Life], Proposal | Registration | Cluster]] = {
    (TKM, "draft"): _draft,
    (TKM, "waiting"): _waiting,
    (TKM, "city"): _city,
    (TKM, "coordination"): _coordination,
    (TKM, "ministry"): _ministry,
    (TKM, "mentoring"): _mentoring,
    (TKM, "completed"): _completed,
    (TKM, "refused"): _refused,
    (TKM, "objection"): _objection,
    (TKM, "closed"): _closed,
    (TKM, "gone"): _gone,
    (PADAT_KARYA, "draft"): _registration_draft,
    (PADAT_KARYA, "review"): _review,
    (PADAT_KARYA, "mentoring"): _at_work,
    (PADAT_KARYA, "completed"): _work_done,
    (PADAT_KARYA, "closed"): _registration_closed,
    (PADAT_KARYA, "gone"): _registration_gone,
    (KLASTER, "draft"): _cluster_draft,
    (KLASTER, "regency"): _regency,
    (KLASTER, "province"): _province,
    (KLASTER, "mentoring"): _clustered,
    (KLASTER, "completed"): _released,
    (KLASTER, "closed"): _cluster_closed,
    (KLASTER, "gone"): _cluster_gone,
}


def lived(group: Group, stage: str, past: Past, paper: Paper, random: Random, mentor: str) -> list[Step]:
    """The steps that led a group to its stage."""
    return LIVES[group.programme, stage](Life(group, past, paper, random, mentor)).steps
