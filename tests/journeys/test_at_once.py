"""Several people at the same moment, from several processes: one wins each, the others are told why."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import requests

from tests.journeys.client import Server
from tests.journeys.groups import group, member
from tests.journeys.stages import recommended, submitted

PROCESSES, EACH = 4, 5
ASKERS = """
import json, sys
from tests.journeys.test_at_once import at_once
print(json.dumps(at_once(json.loads(sys.stdin.read()))))
"""


def at_once(asked: list[dict[str, Any]]) -> list[tuple[int, list[str]]]:
    """Send requests at the same moment; the status of each answer and the codes of its refusals."""
    barrier = Barrier(len(asked))

    def ask(one: dict[str, Any]) -> tuple[int, list[str]]:
        barrier.wait(timeout=30)
        answer = requests.post(one["url"], json=one["body"], headers=one["headers"], timeout=30)
        return answer.status_code, [refusal["code"] for refusal in answer.json().get("refusals", [])]

    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(ask, asked))


def asking(server: Server, ref: str, action: str, person: str, **body: Any) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {server.token(person)}",
        "Idempotency-Key": str(uuid4()),
        "If-Match": server.tag(ref, person),
    }
    return {"url": f"{server.url}/api/v1/cases/{ref}/actions/{action}", "body": body, "headers": headers}


def drafted(server: Server, facts: dict[str, Any], leader: str = "leader.palu") -> str:
    ref = server.open(leader, facts)
    for kind in ("proposal", "domicile"):
        server.document(ref, kind, leader)
    return ref


def test_two_heads_decide_at_the_same_moment(server: Server) -> None:
    ref = recommended(server, submitted(server))
    reason = "Koordinasi belum lengkap"
    answers = at_once(
        [
            asking(server, ref, "decline", "head.sulteng", reason=reason),
            asking(server, ref, "send_back", "coord.sulteng", reason=reason),
        ]
    )
    assert Counter(status for status, _ in answers) == {200: 1, 412: 1}
    assert server.case(ref, "auditor")["state"] in ("refused", "draft")


def test_two_groups_with_a_common_member_submit_at_the_same_moment(server: Server) -> None:
    common = member(10)
    refs = [drafted(server, group(members=[*group()["members"][:9], common])) for _ in range(2)]
    answers = at_once([asking(server, ref, "submit", "leader.palu") for ref in refs])
    assert sorted(status for status, _ in answers) == [200, 409]
    assert [codes for status, codes in answers if status == 409] == [["claim.one_programme_per_person"]]


def test_the_last_place_of_a_quota_is_asked_for_by_twenty_at_once_from_four_processes(server: Server) -> None:
    region, year = "72.12", str(datetime.now(UTC).year)
    refs = [drafted(server, group(region="72.12.01")) for _ in range(PROCESSES * EACH)]
    server.command("quota", "tkm-kelompok", region, year, "1", "--legal-basis", "Contoh: satu tempat")
    asked = [asking(server, ref, "submit", "leader.palu") for ref in refs]
    running = []
    for number in range(PROCESSES):
        process = subprocess.Popen(
            [sys.executable, "-c", ASKERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(asked[number * EACH : (number + 1) * EACH]))
        process.stdin.close()
        running.append(process)
    answers = [tuple(answer) for process in running for answer in json.loads(process.stdout.read())]  # type: ignore[union-attr]
    assert [process.wait(timeout=60) for process in running] == [0] * PROCESSES
    assert Counter(status for status, _ in answers) == {200: PROCESSES * EACH}
    cases = [server.case(ref, "auditor") for ref in refs]
    assert Counter(case["state"] for case in cases) == {"city_review": 1, "waiting": PROCESSES * EACH - 1}
    turns = sorted(case["queue"]["place"] for case in cases if case["state"] == "waiting")
    assert turns == list(range(1, PROCESSES * EACH))
