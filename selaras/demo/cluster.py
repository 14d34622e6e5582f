"""A group on the way of the province's programme, and the lives that groups lead there."""

from selaras.demo.offices import FACILITATORS
from selaras.demo.walk import Walk

COORDINATOR, HEAD = "cluster.sulteng", "clusterhead.sulteng"


class Cluster(Walk):
    """The stages of `klaster-potensi`."""

    def ready(self) -> "Cluster":
        self.open().supply(self.leader, "profile", "potential_study", "buyer_letter")
        return self

    def put_forward(self) -> "Cluster":
        self.ready().act(self.leader, "nominate")
        return self

    def visited(self, ago: float) -> "Cluster":
        self.put_forward().act(self.officer, "visit", ago)
        return self

    def selected(self, ago: float) -> "Cluster":
        self.visited(ago + 3).supply(self.head, "nomination", ago=ago).act(self.head, "select")
        return self

    def appraised(self, ago: float) -> "Cluster":
        self.selected(ago + 6).supply(COORDINATOR, "appraisal", ago=ago)
        self.check(COORDINATOR, "raw_material", "market", "not_served")
        self.act(COORDINATOR, "appraise", outcomes={"score": 60 + self.group.number % 35})
        return self

    def mentored(self, ago: float, *reported: float) -> "Cluster":
        """Established so many days ago, with a facilitator who reported on so many quarters."""
        self.appraised(ago + 4).act(HEAD, "establish", ago)
        facilitator = FACILITATORS[self.group.number % len(FACILITATORS)]
        self.act(COORDINATOR, "assign_facilitator", ago - 2, assign=facilitator)
        for quarter, day in enumerate(reported, start=1):
            outcomes = {
                "workers": 6 + quarter,
                "revenue": 8_000_000 * quarter,
                "buyers": quarter,
                "entrepreneurs": quarter,
            }
            self.supply(facilitator, "quarterly_report", ago=day).act(facilitator, "report_quarter", outcomes=outcomes)
        return self

    def released(self, ago: float) -> "Cluster":
        self.mentored(ago + 170, ago + 90, ago + 5).act(COORDINATOR, "release", ago)
        return self

    def dissolved(self, ago: float) -> "Cluster":
        self.mentored(ago + 50).act(HEAD, "dissolve", ago, reason="Anggota klaster tinggal tiga orang (contoh)")
        return self

    def conceded(self, ago: float) -> "Cluster":
        self.selected(ago + 12).act(HEAD, "refuse", ago + 6, reason="Bahan baku tidak cukup (contoh)")
        self.act(self.leader, "concede", ago)
        return self
