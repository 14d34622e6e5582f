"""The article, over HTTP alone: a city's programme and the ministry's are brought into harmony, and it is felt.

`python -m tests.journeys.article` against the running server tells it in lines; every refusal on the way is asked for.
"""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.journeys.client import Server
from tests.journeys.groups import group, member
from workflow.texts import texts_beside

FOLDER = Path(__file__).parents[2] / "definitions" / "padat-karya-palu"
TKM, OURS, CITY = "tkm-kelompok", "prioritas-palu", "72.71"
BASIS = "Keputusan Contoh {}/DEMO (sintetis)"
YEAR = date.today().year
WAITING, MOVED = 18, 7
REPORTED = 6
"""Workers in the first report."""
Say = Callable[[str], None]


class Article:
    """The town as it goes through the story; each part may be told alone after those before it."""

    def __init__(self, server: Server, say: Say) -> None:
        self.server, self.say = server, say
        self.before = 0
        self.alignment = ""
        self.routed: list[str] = []
        self.queue: list[str] = []
        self.bound: list[str] = []

    # --- words ------------------------------------------------------------------------------------------------

    def get(self, path: str, person: str = "head.palu", **query: Any) -> Any:
        return self.server.call("GET", path, person, params=query).json()

    def post(self, path: str, person: str, want: int | tuple[int, ...] = 200, **body: Any) -> Any:
        return self.server.call("POST", path, person, want, json=body, headers={"Idempotency-Key": str(uuid4())}).json()

    def findings(self, *kinds: str) -> list[dict[str, Any]]:
        at = self.get("/programmes", "auditor")["position"]
        found = self.get("/harmonisation", "auditor", region=CITY, at_least=at)["findings"]
        ours = [one for one in found if one["kind"] in kinds and set(one["parties"]) <= {TKM, OURS}]
        return [one for one in ours if one["status"] != "resolved"]

    def places(self, programme: str) -> dict[str, Any]:
        at = self.get("/programmes", "auditor")["position"]
        items = self.get(f"/programmes/{programme}/quotas", "auditor", region=CITY, year=YEAR, as_of=at)["items"]
        return dict(items[0])

    def set_places(self, programme: str, places: int) -> None:
        body = {"region": CITY, "year": YEAR, "places": places, "legal_basis": BASIS.format("KUOTA")}
        self.server.call("PUT", f"/programmes/{programme}/quotas", "admin", json=body)

    def until(self, what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
        """What the engine does of itself follows within moments."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"it never came to be: {what}")
            time.sleep(0.1)

    def state(self, ref: str) -> str:
        return str(self.server.case(ref, "auditor")["state"])

    # --- the story --------------------------------------------------------------------------------------------

    def register(self) -> None:
        source = (FOLDER / "v1.yaml").read_text(encoding="utf-8").replace("id: padat-karya-palu", f"id: {OURS}", 1)
        body = {"source": source, "texts": texts_beside(FOLDER / "v1.yaml")}
        self.server.call("POST", f"/programmes/{OURS}/versions", "admin", 201, json=body)
        self.set_places(OURS, 16)
        self.say(f"The city registers its priority programme {OURS}, with 16 places in Palu.")
        overlap, unaligned, conflict = (self.findings(kind) for kind in ("overlap", "unaligned", "conflict"))
        assert overlap
        assert unaligned
        assert conflict
        self.before = self.get("/programmes", "auditor")["position"]
        self.say(f"At once it is seen what is not in tune: {conflict[0]['say']['en']}.")

    def negotiate(self) -> None:
        server = self.server
        facts = {"region": CITY, "title": "Penyelarasan TKM dan prioritas Palu (contoh)"}
        self.alignment = ref = server.open("head.palu", facts, "penyelarasan")
        for kind in ("study", "legal_basis"):
            server.document(ref, kind, "head.palu")
        stored = next(d["sha256"] for d in server.case(ref, "head.palu")["documents"] if d["kind"] == "legal_basis")
        wrong = {**terms(stored), "regions": ["72.99"]}
        server.change(ref, "head.palu", {"terms": wrong})
        server.act(ref, "propose", "head.palu", 422)
        server.change(ref, "head.palu", {"terms": terms(stored)})
        server.act(ref, "propose", "head.palu")
        self.say(f"head.palu proposes the alignment {ref}; terms for a region that does not exist were refused.")
        server.document(ref, "opinion", "coord.sulteng")
        server.act(ref, "give_opinion", "coord.sulteng", reason="Selaras dengan rencana provinsi (contoh)")
        question = "Siapa yang membayar alat? (contoh)"
        self.post(f"/cases/{ref}/inquiries", "head.ministry", (200, 201), to="city_head", question=question)
        refused = server.codes(ref, "accept", "head.ministry")
        self.post(f"/cases/{ref}/inquiries/1/answer", "head.palu", answer="Diselesaikan pada versi kedua (contoh)")
        server.act(ref, "accept", "head.ministry", reason="Jawaban cukup (contoh)")
        self.say(f"The province comments; the ministry asks, and decides only once the city answers ({refused.pop()}).")
        seen = server.case(ref, "head.ministry")["terms_hash"]
        server.act(ref, "sign_a", "head.ministry", 412, terms="0" * 64)
        server.act(ref, "sign_a", "head.ministry", terms=seen)
        server.act(ref, "sign_a", "head.ministry", (403, 409), terms=seen)
        server.act(ref, "sign_b", "head.palu", terms=seen)
        server.act(ref, "put_in_force", "head.ministry")
        self.say("Both sign the same hash (another one is 412, a second signature is refused); it is in force.")
        assert not self.findings("unaligned")

    def route(self) -> None:
        server = self.server
        held = self.places(TKM)
        self.set_places(TKM, held["held"] + held["used"] + 2)
        for potential, sector in (("bawang-goreng", "10399"), ("rotan", "31002")):
            facts = small_group(potential, sector)
            ref = server.open("leader.palu", facts, OURS)
            routes = self.get(f"/cases/{ref}/routes", "leader.palu")["items"]
            there = next(one for one in routes if one["programme"] == TKM)
            headers = {"Idempotency-Key": str(uuid4()), "If-Match": server.tag(ref, "leader.palu")}
            taken = server.call(
                "POST", f"/cases/{ref}/routes/{TKM}", "leader.palu", 201, json={}, headers=headers
            ).json()
            assert there["accepted"] or there["documents"], there
            assert taken["programme"] == TKM
            for kind in ("proposal", "domicile"):
                server.document(taken["ref"], kind, "leader.palu")
            assert server.act(taken["ref"], "submit", "leader.palu")["state"] == "city_review"
            self.routed.append(taken["ref"])
        self.say("Groups of fried shallots and of rattan take the route from the city's programme into the ministry's.")

    def wait(self) -> None:
        for _ in range(WAITING):
            ref = self.server.open("leader.palu", group())
            for kind in ("proposal", "domicile"):
                self.server.document(ref, kind, "leader.palu")
            assert self.server.act(ref, "submit", "leader.palu")["state"] == "waiting"
            self.queue.append(ref)
        at = self.get("/programmes", "auditor")["position"]
        line = self.get(f"/programmes/{TKM}/queue", "head.palu", region=CITY, year=YEAR, at_least=at)["items"]
        assert [one["ref"] for one in line][-WAITING:] == self.queue
        self.say(f"Palu's places are taken: {WAITING} groups wait in line, each told its place.")

    def transfer(self) -> None:
        order = {
            "alignment": self.alignment,
            "giving": {"programme": OURS, "region": CITY},
            "receiving": {"programme": TKM, "region": CITY},
            "year": YEAR,
            "places": MOVED,
            "reason": "Tempat kota yang belum terpakai (contoh)",
        }
        self.post("/transfers", "head.palu", (403, 409, 422), **{**order, "places": 17})
        asked = self.post("/transfers", "head.palu", 201, **order)["transfer"]
        self.post(f"/transfers/{asked}/approve", "head.palu", 403)
        self.post(f"/transfers/{asked}/approve", "head.sulteng")
        self.until("seven are taken up", lambda: self.state(self.queue[MOVED - 1]) == "city_review")
        states = [self.state(ref) for ref in self.queue]
        assert states == ["city_review"] * MOVED + ["waiting"] * (WAITING - MOVED)
        self.say(f"{MOVED} of the city's places are transferred under the terms: the first {MOVED} in line go on.")

    def coordinate(self) -> None:
        server = self.server
        for ref in self.queue[:4]:
            recommended(server, ref)
            case = server.case(ref, "coord.sulteng")
            assert self.alignment in [one["ref"] for one in case["alignments"] if one["bound"]]
            self.bound.append(ref)
        approved = self.bound[0]
        server.document(approved, "coordination", "coord.sulteng")
        server.act(approved, "agree", "coord.sulteng")
        for seat in (1, 2, 3):
            server.act(approved, "approve", f"panel{seat}", vote="approve")
        server.act(approved, "assign_mentor", "mentorlead", assign="mentor1")
        self.say("Recommended, four of them are bound by the terms; the province coordinates one, and it is approved.")

    def suspend(self) -> None:
        server, ref = self.server, self.alignment
        server.document(ref, "suspension", "head.ministry")
        server.act(ref, "suspend", "head.ministry", reason="Pagu diperiksa inspektorat (contoh)")
        for stopped in self.bound[1:]:
            assert "alignment.suspended" in server.codes(stopped, "agree", "coord.sulteng")
        self.until("the clocks stand", lambda: all(self._stands(one) for one in self.bound[1:]))
        report(server, self.bound[0], REPORTED)
        self.say("Suspended: three bound cases are refused, their clocks stand; the approved one goes on.")
        server.act(ref, "resume", "head.ministry", reason="Pemeriksaan selesai (contoh)")
        self.until("the clocks run", lambda: not any(self._stands(one) for one in self.bound[1:]))
        server.document(self.bound[1], "coordination", "coord.sulteng")
        server.act(self.bound[1], "agree", "coord.sulteng")
        self.say("Resumed: their clocks run on, and the province coordinates the next.")

    def _stands(self, ref: str) -> bool:
        items = self.get(f"/cases/{ref}/deadlines", "auditor")["items"]
        return any(one["of"] == "state" and one["due"] is None for one in items)

    def amend(self) -> None:
        server, ref = self.server, self.alignment
        (above,) = (one for one in self.findings("conflict") if one["dimension"] == "ceiling")
        assert "Rp37.000.000 a group, above the ceiling of Rp30.000.000" in above["say"]["en"]
        now = server.case(ref, "head.palu")["facts"]["terms"]
        paid = {"payer": "kementerian-koperasi", "cap": 12_000_000, "total": 200_000_000, "source": "APBN"}
        items = [*now["budget"]["items"], *({"item": item, **paid} for item in ("tools", "materials"))]
        changed = {**now, "budget": {**now["budget"], "items": items}}
        server.act(
            ref, "propose_amendment", "head.palu", facts={"terms": changed}, reason="Alat dibayar satu pihak (contoh)"
        )
        seen = server.case(ref, "head.palu")["terms_hash"]
        server.act(ref, "sign_a", "head.ministry", terms=seen)
        server.act(ref, "sign_b", "head.palu", terms=seen)
        said = self.get(f"/alignments/{ref}/difference")
        assert "ceiling" not in {one["dimension"] for one in self.findings("conflict")}
        assert not [one for one in self.findings("conflict") if one["dimension"] == "payer.tools"]
        line = said["items"][0]["en"]
        self.say(f"Amended and signed again ({line}): nobody pays for the tools twice.")

    def report(self) -> None:
        before = self._workers()
        for workers in (8, 9):
            report(self.server, self.bound[0], workers)
        assert self._workers() == before + 9 - REPORTED
        self.say("The mentor's reports come in: workers at the start, now and as planned.")

    def _workers(self) -> int:
        at = self.get("/programmes", "auditor")["position"]
        return int(self.get("/outcomes", "auditor", programme=TKM, region=CITY, at_least=at)["total"]["workers_now"])

    def brief(self) -> None:
        at = self.get("/programmes", "auditor")["position"]
        self.get("/harmonisation", "auditor", region=CITY, at_least=at)
        then, again = (self._page(as_of=self.before) for _ in range(2))
        now = self._page(since=self.before)
        assert then == again != now
        changed = now.split("YANG BERUBAH")[1].split("YANG BELUM SELARAS")[0]
        assert "menunggu" in changed
        assert "Selesai: " in changed
        pdf = self.server.call("GET", "/harmonisation/briefing.pdf", "head.palu", params={"region": CITY}).content
        assert pdf.startswith(b"%PDF-")
        self.say(
            "One page tells city and ministry where they stand and what has changed; the one of before is unchanged."
        )

    def raise_places(self) -> None:
        self.set_places(TKM, 1_000)
        self.until("all are taken up", lambda: self.state(self.queue[-1]) == "city_review")
        assert {self.state(ref) for ref in self.queue[MOVED:]} == {"city_review"}
        self.say(f"The ministry raises Palu's places: the {WAITING - MOVED} who still waited are taken up in order.")

    def _page(self, **query: Any) -> str:
        path = "/harmonisation/briefing.txt"
        return self.server.call("GET", path, "head.palu", params={"region": CITY, **query}).text

    def whole(self) -> None:
        for part in (
            self.register,
            self.negotiate,
            self.route,
            self.wait,
            self.transfer,
            self.coordinate,
            self.suspend,
            self.amend,
            self.report,
            self.brief,
            self.raise_places,
        ):
            part()


def terms(stored: str) -> dict[str, Any]:
    """Terms between the ministry's programme and the city's; that both pay for tools is left open at first."""
    today = date.today()
    return {
        "parties": [
            {"programme": TKM, "version": 1, "agency": "kementerian-koperasi"},
            {"programme": OURS, "version": 1, "agency": "pemerintah-kota-palu"},
        ],
        "regions": [CITY],
        "since": f"{YEAR}-01-01",
        "until": f"{YEAR + 1}-12-31",
        "legal_basis": {"title": "Nota Kesepahaman Contoh/DEMO (sintetis)", "sha256": stored},
        "eligibility": {"dimensions": [{"dimension": "members", "rule": "intersection"}]},
        "persons": {"rule": "exclusive"},
        "quota": {
            "places": [{"region": CITY, "side": side, "places": places} for side, places in (("a", 50), ("b", 16))],
            "transfer": {
                "cap": 10,
                "until": (today + timedelta(days=30)).isoformat(),
                "approved_by": "province_head",
            },
        },
        "budget": {
            "items": [
                {
                    "item": "wages",
                    "payer": "pemerintah-kota-palu",
                    "cap": 5_000_000,
                    "total": 80_000_000,
                    "source": "APBD",
                }
            ],
            "ceiling": 30_000_000,
        },
        "mentoring": {"provider": "kementerian-koperasi", "groups_per_mentor": 10, "visits_per_month": 2},
        "running": {"binds_at": "recommend", "by_side": {"b": "accept"}},
    }


def small_group(potential: str, sector: str) -> dict[str, Any]:
    """Facts that fit both programmes."""
    people = [member(n, "leader" if n == 1 else "member") for n in range(1, 11)]
    plan = {"tools": 7_000_000, "materials": 4_000_000, "workers_now": 1, "workers_target": 6}
    return {**group(), "potential": potential, "sector": sector, "members": people, "plan": plan}


def recommended(server: Server, ref: str) -> None:
    server.document(ref, "site_report", "officer.palu")
    server.act(ref, "verify_site", "officer.palu")
    server.checklist(ref, "officer.palu", members_met=True, not_yet_served=True)
    server.document(ref, "recommendation", "head.palu")
    server.act(ref, "recommend", "head.palu")


def report(server: Server, ref: str, workers: int) -> None:
    server.document(ref, "monthly_report", "mentor1")
    server.act(ref, "report_progress", "mentor1", outcomes={"workers": workers, "revenue": 9_000_000, "loan": 0})


def tell(server: Server) -> None:
    numbers = count(1)
    Article(server, lambda line: print(f"{next(numbers):>2}. {line}", flush=True)).whole()


if __name__ == "__main__":
    tell(Server(os.environ.get("URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"))
