"""Leads a group from stage to stage by the people whose work it is."""

from typing import Any

from tests.journeys.client import Server
from tests.journeys.groups import group


def submitted(server: Server, facts: dict[str, Any] | None = None) -> str:
    ref = server.open("leader.palu", facts or group())
    for kind in ("proposal", "domicile"):
        server.document(ref, kind, "leader.palu")
    server.act(ref, "submit", "leader.palu")
    return ref


def recommended(server: Server, ref: str) -> str:
    server.document(ref, "site_report", "officer.palu")
    server.act(ref, "verify_site", "officer.palu")
    server.checklist(ref, "officer.palu", members_met=True, not_yet_served=True)
    server.document(ref, "recommendation", "head.palu")
    server.act(ref, "recommend", "head.palu")
    return ref


def coordinated(server: Server, ref: str) -> str:
    server.document(ref, "coordination", "coord.sulteng")
    server.act(ref, "agree", "coord.sulteng")
    return ref


def before_the_panel(server: Server) -> str:
    return coordinated(server, recommended(server, submitted(server)))


def mentored(server: Server) -> str:
    ref = before_the_panel(server)
    for seat in (1, 2, 3):
        server.act(ref, "approve", f"panel{seat}", vote="approve")
    return ref
