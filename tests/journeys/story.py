"""`make story`: one group's life over HTTP against the running server, in lines that a newcomer can follow."""

import os
from itertools import count

from tests.journeys.client import Server
from tests.journeys.groups import group


def tell(server: Server) -> None:
    numbers = count(1)

    def say(line: str) -> None:
        print(f"{next(numbers):>2}. {line}")

    ref = server.open("leader.palu", group())
    say(f"leader.palu opens {ref}: a group of ten in Tatanga, Palu, still a draft.")
    reasons = ", ".join(sorted(server.codes(ref, "submit", "leader.palu")))
    say(f"It may not be submitted yet, and the answer names every reason: {reasons}.")
    for kind in ("proposal", "domicile"):
        server.document(ref, kind, "leader.palu")
    server.act(ref, "submit", "leader.palu")
    say("With both documents it is submitted; a place of Palu's quota and ten persons are claimed in the same moment.")
    server.document(ref, "site_report", "officer.palu")
    server.act(ref, "verify_site", "officer.palu")
    say("officer.palu visits the group and verifies the site.")
    server.checklist(ref, "officer.palu", members_met=True, not_yet_served=True)
    server.document(ref, "recommendation", "head.palu")
    reasons = ", ".join(sorted(server.codes(ref, "recommend", "officer.palu")))
    server.act(ref, "recommend", "head.palu")
    say(f"officer.palu may not recommend ({reasons}); head.palu may, and does.")
    server.act(ref, "send_back", "coord.sulteng", reason="Rencana alat perlu dirinci lagi")
    say("coord.sulteng sends it back, for the plan needs more detail; the claims stay.")
    server.change(ref, "leader.palu", {"plan": {"workers_target": 9}})
    state = server.act(ref, "submit", "leader.palu")["state"]
    say(f"leader.palu mends the plan and submits: the city's recommendation did not cover it and carries, to {state}.")
    server.document(ref, "coordination", "coord.sulteng")
    server.act(ref, "agree", "coord.sulteng")
    say("coord.sulteng agrees; five seats of the ministry's panel are fixed.")
    for seat in (1, 2, 3):
        state = server.act(ref, "approve", f"panel{seat}", vote="approve")["state"]
        say(f"panel{seat} votes to approve: the case is in {state}.")
    server.act(ref, "assign_mentor", "mentorlead", assign="mentor1")
    say("mentorlead names mentor1 as its mentor.")
    for month in (1, 2, 3):
        server.document(ref, "monthly_report", "mentor1")
        server.act(ref, "report_progress", "mentor1", outcomes={"workers": 4 + month, "revenue": 9_000_000, "loan": 0})
    say("mentor1 reports on three months: seven workers by now.")
    say(f"mentor1 lets the group graduate: {server.act(ref, 'graduate', 'mentor1')['state']}.")
    told = server.history(ref)
    then = next(event["position"] for event in told if event["event"] == "CityRecommended")
    before = server.case(ref, "auditor", as_of=then)["state"]
    say(f"{len(told)} events tell it all: the auditor sees that after the city's recommendation it was in {before}.")


if __name__ == "__main__":
    tell(Server(os.environ.get("URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"))
