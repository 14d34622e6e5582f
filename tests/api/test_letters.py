"""Letters over HTTP: the same bytes for good, for who may see the case."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.asking import Api, assert_problem
from workflow.domain.sentences import on_day
from workflow.printing import pdf

ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture(scope="module")
def recommended(api: Api) -> dict[str, Any]:
    """A case that the city's head has just recommended."""
    return api.case(api.recommended(), "head.palu")


def letter(api: Api, ref: str, position: object, who: str = "head.palu") -> Any:
    return api.get(f"/cases/{ref}/letters/{position}", who)


def test_a_letter_says_what_was_decided_by_whom_and_when(api: Api, recommended: dict[str, Any]):
    ref, (made,) = recommended["ref"], recommended["letters"]
    reply = letter(api, ref, made["position"])
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"] == "application/pdf"
    (event,) = (e for e in api.engine.casework.history(ref) if e.position == made["position"])
    at = event.at.astimezone(ZONE)
    office, programme = "Dinas Koperasi Kota Palu (contoh)", "Tenaga Kerja Mandiri berbasis kelompok"
    decided = (
        f"Setelah verifikasi lokasi dan penelaahan dokumen, {office} merekomendasikan kelompok"
        f" {recommended['facts']['group']} di wilayah Tatanga untuk mengikuti program {programme}."
    )
    expected = {
        "title": "SURAT REKOMENDASI",
        "paragraphs": [
            [f"Nomor berkas: {ref}", f"Tanggal: {on_day(at.date()).id}"],
            [decided],
            ["Ditandatangani oleh head.palu", office],
        ],
        "footer": f"{ref} · city_recommendation · posisi {made['position']}",
    }
    assert reply.content == pdf("letter", expected, at)


def test_a_letter_stays_as_it_was_made(api: Api, recommended: dict[str, Any]):
    ref, (made,) = recommended["ref"], recommended["letters"]
    before = letter(api, ref, made["position"]).content
    reason = "Rencana jumlah tenaga kerja perlu diperbaiki"
    assert api.act(ref, "send_back", "coord.sulteng", reason=reason).status_code == 200
    assert api.patch(ref, {"group": "Kelompok Berganti Nama", "region": "72.71.01"}).status_code == 200
    assert letter(api, ref, made["position"], "leader.palu").content == before


def test_a_letter_is_for_who_may_see_the_case(api: Api, recommended: dict[str, Any]):
    ref, (made,) = recommended["ref"], recommended["letters"]
    assert letter(api, ref, made["position"], "auditor").status_code == 200
    assert_problem(letter(api, ref, made["position"], "head.sigi"), 404)


@pytest.mark.parametrize("position", ["0", "1", "x", "99999999999999999999"])
def test_where_no_letter_was_made_there_is_none(api: Api, recommended: dict[str, Any], position: str):
    assert_problem(letter(api, recommended["ref"], position), 404)


def test_a_letter_signed_by_a_role_names_its_holder(api: Api):
    ref = api.before_the_panel()
    for seat in (1, 2, 3):
        api.act(ref, "approve", f"panel{seat}", vote="approve")
    made = api.case(ref, "auditor")["letters"][-1]
    assert made["signed_by"] == "role:ministry_head"
    values = api.engine.letters.values(api.engine.casework.history(ref), made["position"])
    assert (values["signed_by"], values["office"]) == ("head.ministry", "Kementerian Koperasi (contoh)")


def test_values_are_never_markup(api: Api):
    at = datetime(2026, 11, 25, tzinfo=ZONE)
    shown = {"title": "#panic()", "paragraphs": [["*a* _b_ $x$ #let", "<label> @ref \\ //"]], "footer": "[#x]"}
    assert pdf("letter", shown, at) == pdf("letter", shown, at)
    assert pdf("letter", shown, at).startswith(b"%PDF-")
