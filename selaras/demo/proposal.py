"""A group on the way of the ministry's programme, and the lives that groups lead there."""

from collections.abc import Mapping

from selaras.demo.papers import member
from selaras.demo.walk import Walk


class Proposal(Walk):
    """The stages of `tkm-kelompok`."""

    def ready(self) -> "Proposal":
        self.open().supply(self.leader, "proposal", "domicile")
        return self

    def proposed(self, ago: float | None = None) -> "Proposal":
        self.ready().act(self.leader, "submit", ago)
        return self

    def verified(self, ago: float | None = None) -> "Proposal":
        self.supply(self.officer, "site_report", ago=ago).act(self.officer, "verify_site")
        return self

    def reviewed(self) -> "Proposal":
        self.check(self.officer, "members_met", "not_yet_served")
        return self

    def recommended(self, ago: float | None = None) -> "Proposal":
        self.verified(ago).reviewed().supply(self.head, "recommendation").act(self.head, "recommend")
        return self

    def coordinated(self, ago: float | None = None) -> "Proposal":
        self.supply("coord.sulteng", "coordination", ago=ago).act("coord.sulteng", "agree")
        return self

    def voted(self, vote: str, *panel: int, ago: float | None = None) -> "Proposal":
        reason = {"reason": "Rencana usaha belum layak (contoh)"} if vote == "refuse" else {}
        for seat in panel:
            self.act(f"panel{seat}", "approve", ago, vote=vote, **reason)
        return self

    def approved(self, ago: float | None = None) -> "Proposal":
        return self.voted("approve", 1, 2, 3, ago=ago)

    def refused(self, ago: float | None = None) -> "Proposal":
        return self.voted("refuse", 3, 4, 5, ago=ago)

    def mentored(self, mentor: str, *reported: float, ago: float | None = None) -> "Proposal":
        self.act("mentorlead", "assign_mentor", ago, assign=mentor)
        for month, day in enumerate(reported, start=1):
            outcomes = {"workers": 2 + month, "revenue": 3_000_000 * month, "loan": 0, "entrepreneurs": month // 2}
            self.supply(mentor, "monthly_report", ago=day).act(mentor, "report_progress", outcomes=outcomes)
        return self

    # --- whole lives ------------------------------------------------------------------------------------------

    def at_ministry(self, ago: float) -> "Proposal":
        """Before the ministry since so many days."""
        return self.proposed().recommended(ago + 8).coordinated(ago)

    def taken_in(self, ago: float) -> "Proposal":
        return self.at_ministry(ago + 10).approved(ago)

    def turned_down(self, ago: float) -> "Proposal":
        return self.at_ministry(ago + 10).refused(ago)

    def objecting(self, ago: float) -> "Proposal":
        self.turned_down(ago + 7).act(
            self.leader, "object", ago, reason="Kami mohon rencana usaha ditinjau kembali (contoh)"
        )
        return self

    def appealing(self, ago: float) -> "Proposal":
        self.objecting(ago + 8).act(
            "head.ministry", "dismiss_objection", ago + 4, reason="Keberatan tidak beralasan (contoh)"
        )
        self.act(self.leader, "appeal", ago, reason="Kami mohon putusan menteri (contoh)")
        return self

    def appealed_in_vain(self, ago: float) -> "Proposal":
        self.appealing(ago + 6).act("minister", "dismiss_appeal", ago, reason="Putusan dikuatkan (contoh)")
        return self

    def annulled(self, ago: float) -> "Proposal":
        self.taken_in(ago + 35).act("head.ministry", "annul", ago, reason="Usaha kelompok sudah dibubarkan (contoh)")
        return self

    def declined(self, ago: float) -> "Proposal":
        self.proposed().verified(ago + 2).act(self.head, "decline", ago, reason="Tempat usaha tidak ditemukan (contoh)")
        return self

    def graduated(self, mentor: str, ago: float) -> "Proposal":
        self.taken_in(ago + 110).mentored(mentor, ago + 80, ago + 50, ago + 20, ago=ago + 105)
        self.act(mentor, "graduate", ago)
        return self

    # --- lives that show a rule -------------------------------------------------------------------------------

    def carried(self) -> None:
        """Returned by the ministry for its plan alone: the city's recommendation stands."""
        self.at_ministry(20).act(
            "head.ministry", "send_back", 15, reason="Rencana jumlah tenaga kerja perlu diperbaiki (contoh)"
        )
        self.change({"plan": {"workers_target": 15}}, ago=12).act(self.leader, "submit")
        self.coordinated(6)

    def returned(self) -> None:
        """Returned by the city, mended, and before the city again with its place kept."""
        self.proposed().act(self.officer, "send_back", 15, reason="Surat domisili tidak terbaca (contoh)")
        self.supply(self.leader, "domicile", ago=13).act(self.leader, "submit")

    def inquired(self) -> None:
        self.proposed().verified(4).inquire(
            self.officer, "group_leader", "Di mana tempat usaha utama kelompok? (contoh)", 2
        )

    def asked_and_answered(self) -> None:
        self.proposed().recommended(6).inquire(
            "coord.sulteng", "group_leader", "Apakah sudah ada pembeli? (contoh)", 4
        ).answer(1, "Ada tiga kios langganan (contoh)", 3)

    def member_replaced(self) -> None:
        self.taken_in(60).mentored("mentor2", 40, 20, ago=58)
        people: list[Mapping[str, str]] = list(self.group.facts["members"])
        others = [*people[:-1], member(self.group.number, len(people) + 1, str(self.group.facts["region"]))]
        self.supply(self.officer, "member_change", ago=10)
        self.act(self.officer, "replace_member", facts={"members": others})
