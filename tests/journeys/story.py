"""`make story`: one group's life over HTTP against the running server, in lines that a newcomer can follow."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

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
    if server.call("GET", "/alignments", "auditor").json()["items"]:
        harmonise(server, say)


def harmonise(server: Server, say: Callable[[str], None]) -> None:
    """A short form of how city and ministry come into tune; `tests/journeys/article.py` leads it through."""

    def get(path: str, **query: object) -> dict[str, Any]:
        return dict(server.call("GET", path, "auditor", params=query).json())

    for palu in get("/alignments", region="72.71", standing="in_force")["items"][:1]:
        say(f"Palu has a programme of its own with the same aim: {palu['ref']} has the two in tune, signed by both.")
    raised = [one["at"] for one in get("/programmes/tkm-kelompok")["quotas"] if one["region"] == "72.71"]
    before = (datetime.fromisoformat(max(raised)) - timedelta(seconds=1)).isoformat()
    then = get("/harmonisation", region="72", as_of=before)
    waiting = sum(cell["waiting"] for cell in then["matrix"] if cell["region"] == "72.71")
    lying = [one for one in then["findings"] if one["kind"] == "idle" and one["status"] != "resolved"]
    idle = sum(one["figure"] for one in lying if one["region"] != "72.71")
    say(f"Before their last meeting {waiting} groups waited in Palu while {idle} places lay idle elsewhere.")
    clashes = [one for one in then["findings"] if one["kind"] == "conflict" and one["status"] != "resolved"]
    for clash in clashes[:1]:
        say(f"{clash['say']['en']}: {clash['how']['en'].lower()}.")
    for stopped in get("/alignments", standing="suspended")["items"][:1]:
        say(f"{stopped['ref']} is suspended: groups that it binds stand still with their clocks, approved ones go on.")
    page = server.call("GET", "/harmonisation/briefing.pdf", "auditor", params={"region": "72.71", "as_of": before})
    say(f"One page tells both where they stand ({len(page.content):,} bytes, the same for good).")


if __name__ == "__main__":
    tell(Server(os.environ.get("URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"))
