"""Why a case refuses: a sentence a reason, in both languages, with the way out."""

from collections.abc import Iterable
from datetime import date

from workflow.domain.context import Appointment, FactsError
from workflow.domain.definition.model import (
    ChecklistItem,
    ClaimRule,
    Definition,
    Dimension,
    DocumentRule,
    Guard,
    Separation,
)
from workflow.domain.refusal import Refusal
from workflow.domain.titles import role_title, state_title
from workflow.domain.words import Text, in_words

MONTHS = tuple(
    names.split()
    for names in (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "January February March April May June July August September October November December",
    )
)
SHORTEST_REASON = 10


def say(code: str, said: Text, how: Text, pointer: str | None = None) -> Refusal:
    return Refusal(code=code, id=said.id, en=said.en, how=how, pointer=pointer)


def on_day(day: date) -> Text:
    return Text(*(f"{day.day} {names[day.month - 1]} {day.year}" for names in MONTHS))


def listed(names: Iterable[str], none: str = "-") -> str:
    return ", ".join(names) or none


# --- who ----------------------------------------------------------------------------------------------------------


def no_role(programmes: Iterable[Definition], roles: Iterable[str], delegated: Iterable[str]) -> Refusal:
    """`programmes`: those that give the roles their titles."""
    known = tuple(programmes)
    names = in_words(role_title(known, role) for role in roles)
    how = Text(f"Mintalah kepada pemegang peran: {names.id}", f"Ask a holder of the role: {names.en}")
    if stead := listed(delegated, ""):
        how = Text(f"Sebutkan on_behalf_of: {stead}", f"Name in whose stead you act, on_behalf_of: {stead}")
    return say("role", Text(f"Ini tugas peran: {names.id}", f"This is for the role: {names.en}"), how)


def other_region(theirs: str, region: str) -> Refusal:
    """By their names; `theirs` is empty for the whole nation."""
    theirs = theirs or "-"
    return say(
        "region",
        Text(
            f"Perkara ini di wilayah {region}, jabatan Anda di {theirs}", f"The case is in {region}, you serve {theirs}"
        ),
        Text(f"Mintalah kepada kantor yang membawahi {region}", f"Ask an office that {region} lies under"),
    )


def not_in_force(appointment: Appointment, role: Text, today: date) -> Refusal:
    begins = appointment.since > today
    day = on_day(appointment.since if begins or appointment.until is None else appointment.until)
    said = (
        Text(f"Jabatan Anda baru berlaku {day.id}", f"Your appointment begins on {day.en}")
        if begins
        else Text(f"Jabatan Anda berakhir {day.id}", f"Your appointment ended on {day.en}")
    )
    how = Text(
        f"Mintalah kepada pemegang peran {role.id} yang sekarang, atau minta pengangkatan diperbarui",
        f"Ask who holds the role {role.en} now, or have the appointment renewed",
    )
    return say("period", said, how)


def only_applicant() -> Refusal:
    return say(
        "applicant",
        Text("Hanya pemohon perkara ini yang dapat melakukannya", "Only the applicant of this case may do this"),
        Text("Mintalah kepada pemohon", "Ask the applicant"),
    )


def assigned_to(person: str, role: Text) -> Refusal:
    return say(
        "assigned",
        Text(
            f"Perkara ini ditugaskan kepada {person} sebagai {role.id}",
            f"This case is assigned to {person} as {role.en}",
        ),
        Text(f"Mintalah kepada {person}, atau minta ditugaskan ulang", f"Ask {person}, or have it assigned anew"),
    )


def applicant_apart(role: Text) -> Refusal:
    return say(
        "separation.applicant",
        Text("Pemohon tidak boleh bertindak dalam peran lain", "The applicant may act in no other role here"),
        Text(f"Mintalah kepada pemegang lain peran {role.id}", f"Ask another holder of the role {role.en}"),
    )


def apart(rule: Separation, other: Text, persons: Iterable[str]) -> Refusal:
    who = listed(persons)
    return say(
        "separation." + ".".join(rule.actions),
        rule.say,
        Text(
            f"{who} sudah melakukan “{other.id}”; mintalah kepada orang lain",
            f"{who} did “{other.en}”; ask another person",
        ),
    )


# --- when ---------------------------------------------------------------------------------------------------------


def wrong_state(definition: Definition, state: str, wanted: Iterable[str], ended: bool) -> Refusal:
    names, here = in_words(state_title(definition, name) for name in wanted), state_title(definition, state)
    how = Text(f"Dapat dilakukan dalam keadaan: {names.id}", f"It can be done in the state: {names.en}")
    if ended:
        how = Text("Perkara sudah selesai dan tidak berubah lagi", "The case has ended and changes no more")
    return say("state", Text(f"Tidak dapat dalam keadaan “{here.id}”", f"Not in the state “{here.en}”"), how)


def only_once(title: Text) -> Refusal:
    return say(
        "once",
        Text(f"{title.id} hanya dapat sekali", f"{title.en} can be done once only"),
        Text("Tidak dapat diulang; lihat riwayat perkara", "It cannot be repeated; see the case's history"),
    )


def open_inquiries(numbers: Iterable[int]) -> Refusal:
    which = listed(str(n) for n in numbers)
    return say(
        "inquiry",
        Text(f"Permintaan keterangan {which} belum dijawab", f"Inquiry {which} has not been answered"),
        Text("Tunggu jawabannya", "Wait for the answer"),
    )


# --- what ---------------------------------------------------------------------------------------------------------


def bad_facts(error: FactsError) -> Refusal:
    where = error.pointer or "/"
    how = Text(f"Perbaiki isian {where}", f"Correct the field {where}")
    return say("facts", error.say, how, error.pointer)


def facts_fixed(pointer: str, allowed: Iterable[str]) -> Refusal:
    paths = listed(allowed)
    return say(
        "facts",
        Text(f"Isian {pointer} tidak dapat diubah oleh tindakan ini", f"This action cannot change {pointer}"),
        Text(f"Yang dapat diubah: {paths}", f"What it can change: {paths}"),
        pointer,
    )


def missing_document(rule: DocumentRule, newer: bool) -> Refusal:
    said = Text(f"{rule.title.id} belum ada", f"{rule.title.en} is missing")
    if newer:
        said = Text(f"{rule.title.id} yang baru belum ada", f"A new {rule.title.en} is missing")
    how = Text(f"Unggah {rule.title.id} ({rule.name})", f"Supply {rule.title.en} ({rule.name})")
    return say(f"document.{rule.name}", said, how)


def wrong_type(rule: DocumentRule, given: str) -> Refusal:
    types = listed(rule.types)
    return say(
        f"document.{rule.name}",
        Text(f"{rule.title.id} tidak menerima jenis {given}", f"{rule.title.en} cannot be of the type {given}"),
        Text(f"Unggah sebagai {types}", f"Supply it as {types}"),
    )


def unknown(code: str, kind: Text, name: str, known: Iterable[str]) -> Refusal:
    return say(
        code,
        Text(f"{kind.id} {name} tidak dikenal", f"There is no {kind.en} {name}"),
        Text(f"Yang ada: {listed(known)}", f"There are: {listed(known)}"),
    )


def unanswered(checklist: str, item: ChecklistItem, answered_no: bool) -> Refusal:
    how = Text(f"Jawab butir {item.key} pada daftar {checklist}", f"Answer {item.key} on the list {checklist}")
    if answered_no:
        how = Text(f"Penuhi syaratnya lalu jawab ya pada {item.key}", f"Mend it, then answer yes to {item.key}")
    said = Text(f"Belum dipastikan: {item.say.id}", f"Not confirmed: {item.say.en}")
    return say(f"checklist.{checklist}.{item.key}", said, how)


def unmet_guard(rule: Guard, why: str | None) -> Refusal:
    how = Text(f"Penuhi syarat {rule.name}", f"Fulfil the condition {rule.name}")
    if why:
        how = Text("Syarat ini tidak dapat dinilai: ada nilai yang kurang", f"It cannot be judged: {why}")
    return say(f"guard.{rule.name}", rule.say, how)


def ineligible(rule: Dimension, wanted: Text, found: Text) -> Refusal:
    """`wanted`: the bounds in words; `found`: what does not fit them."""
    how = Text(f"Harus {wanted.id}; {found.id}", f"It has to be {wanted.en}; {found.en}")
    return say(f"eligibility.{rule.name}", rule.say, how)


def erased(what: Text) -> Refusal:
    return say(
        "erased",
        Text(
            f"Tidak dapat dinilai karena data pribadi telah dihapus: {what.id}",
            f"It cannot be judged, for personal data was erased: {what.en}",
        ),
        Text("Isi kembali data orang itu dengan persetujuannya", "Enter that person's data anew with their consent"),
    )


def refused_claim(rule: ClaimRule, how: Text, possible_from: date | None = None) -> Refusal:
    said = rule.say
    return Refusal(code=f"claim.{rule.name}", id=said.id, en=said.en, how=how, possible_from=possible_from)


def key_twice(rule: ClaimRule) -> Refusal:
    return say(
        "facts",
        Text(f"Satu kunci tercantum dua kali dalam perkara ini ({rule.name})", f"One key stands twice ({rule.name})"),
        Text("Hapus isian ganda", "Remove the repeated entry"),
    )


# --- what the command brings --------------------------------------------------------------------------------------


def no_reason() -> Refusal:
    return say(
        "reason",
        Text("Alasan wajib diisi", "A reason is required"),
        Text(
            f"Tulis alasan, paling sedikit {SHORTEST_REASON} huruf",
            f"Write a reason of {SHORTEST_REASON} characters or more",
        ),
        "/reason",
    )


def bad_outcome(name: str, said: Text, how: Text) -> Refusal:
    return say(f"outcomes.{name}", said, how, f"/outcomes/{name}")


def brought(field: str, id: str, en: str, how_id: str, how_en: str) -> Refusal:
    return say(field, Text(id, en), Text(how_id, how_en), f"/{field}")


# --- panels -------------------------------------------------------------------------------------------------------


def too_few_seats(role: Text, quorum: int, able: int) -> Refusal:
    return say(
        "panel.seat",
        Text(
            f"Panel {role.id} butuh {quorum} anggota, baru {able} yang dapat duduk",
            f"The panel {role.en} needs {quorum} members, {able} can sit",
        ),
        Text(f"Angkat anggota lain dalam peran {role.id}", f"Appoint further members in the role {role.en}"),
    )


def not_seated(role: Text, seats: Iterable[str]) -> Refusal:
    return say(
        "panel.seat",
        Text("Anda tidak duduk di panel perkara ini", "You have no seat on this case's panel"),
        Text(f"Yang duduk sebagai {role.id}: {listed(seats)}", f"Seated as {role.en}: {listed(seats)}"),
    )


def voted_already() -> Refusal:
    return say(
        "panel.voted",
        Text("Suara untuk kursi ini sudah diberikan", "This seat has voted already"),
        Text("Tunggu suara anggota lain", "Wait for the other members' votes"),
    )
