"""A group on the way of the city's own programme, and the lives that groups lead there."""

from selaras.demo.offices import SUPERVISORS
from selaras.demo.walk import Walk

OFFICER, HEAD = "labour.palu", "labourhead.palu"


class Registration(Walk):
    """The stages of `padat-karya-palu`."""

    def registered(self) -> "Registration":
        self.open().supply(self.leader, "work_plan", "identity_cards", "ward_statement").act(self.leader, "register")
        return self

    def checked(self, ago: float) -> "Registration":
        self.registered().supply(OFFICER, "field_check", ago=ago).act(OFFICER, "check_field")
        return self

    def working(self, ago: float, *reported: float) -> "Registration":
        """Accepted so many days ago, with tools handed over and a supervisor named."""
        self.checked(ago + 2).check(OFFICER, "residents", "work_exists").act(HEAD, "accept", ago)
        self.supply(OFFICER, "handover", ago=ago - 2).act(OFFICER, "hand_over")
        supervisor = SUPERVISORS[self.group.number % len(SUPERVISORS)]
        self.act(HEAD, "assign_supervisor", assign=supervisor)
        for month, day in enumerate(reported, start=1):
            outcomes = {"workers": 5 + month, "days": 20 * month}
            self.supply(supervisor, "attendance", ago=day).act(supervisor, "report_work", outcomes=outcomes)
        return self

    def finished(self, ago: float) -> "Registration":
        self.working(ago + 70, ago + 40, ago + 10).act(HEAD, "finish", ago)
        return self

    def stopped(self, ago: float) -> "Registration":
        self.working(ago + 40, ago + 15).act(HEAD, "stop", ago, reason="Alat kerja tidak dipakai kelompok (contoh)")
        return self

    def conceded(self, ago: float) -> "Registration":
        self.checked(ago + 9).act(HEAD, "decline", ago + 6, reason="Lokasi kerja di luar kota (contoh)")
        self.act(self.leader, "concede", ago)
        return self
