"""Why directory and registry refuse: one sentence a reason, in both languages, with the way out."""

import re
from typing import NamedTuple

from workflow.domain.refusal import Refusal
from workflow.domain.words import Text

NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
LONGEST = 500


class Sentence(NamedTuple):
    id: str
    en: str
    how_id: str
    how_en: str


SENTENCES = {
    "name": Sentence(
        "{value} bukan nama yang dapat dipakai",
        "{value} cannot be used as a name",
        "Huruf kecil, angka, titik, garis; diawali huruf; paling panjang 64",
        "Lower-case letters, digits, dots, dashes, underscores; begins with a letter; at most 64",
    ),
    "missing": Sentence(
        "{value} belum diisi",
        "{value} is missing",
        "Isi dengan kalimat atau rujukan dokumennya",
        "Give a sentence or the reference of its document",
    ),
    "unreadable": Sentence(
        "{value} terlalu panjang atau memuat tanda yang tidak dapat dicetak",
        "{value} is too long or holds signs that cannot be printed",
        f"Satu baris, paling panjang {LONGEST} huruf",
        f"One line of at most {LONGEST} characters",
    ),
    "region.code": Sentence(
        "Kode wilayah {region!r} tidak sesuai dengan tingkat {level}",
        "Region code {region!r} does not fit the level {level}",
        "Pakai kode Kemendagri: kota/kabupaten 72.71, provinsi 72, pusat kosong",
        "Use a Kemendagri code: city 72.71, province 72, nation empty",
    ),
    "office.exists": Sentence(
        "Nama {office} sudah dipakai",
        "The name {office} is taken",
        "Pilih nama lain; perubahan kantor dicatat sebagai penerus",
        "Choose another name; a changed office is recorded as a successor",
    ),
    "office.unknown": Sentence(
        "Kantor {office} tidak dikenal",
        "There is no office {office}",
        "Buka dulu dengan `selaras office open`",
        "Open it first with `selaras office open`",
    ),
    "agency.unknown": Sentence(
        "Instansi {agency} tidak dikenal",
        "There is no agency {agency}",
        "Buka dulu kantornya dengan `selaras office open`, lalu beri judul",
        "Open an office of it first with `selaras office open`, then title it",
    ),
    "office.succeeded": Sentence(
        "{office} sudah digantikan oleh {successor}",
        "{office} was succeeded by {successor}",
        "Pakai {successor}",
        "Use {successor}",
    ),
    "successor.region": Sentence(
        "{successor} tidak bekerja di tingkat dan wilayah yang sama dengan {office}",
        "{successor} does not serve the level and region of {office}",
        "Buka kantor penerus pada tingkat dan wilayah yang sama",
        "Open the successor at the same level and region",
    ),
    "successor.ended": Sentence(
        "{successor} bukan kantor lain yang masih bekerja",
        "{successor} is not another office that still serves",
        "Sebut kantor yang belum digantikan",
        "Name an office that has no successor itself",
    ),
    "person.reserved": Sentence(
        "Nama {person} tidak dapat dipakai untuk orang",
        "The name {person} cannot stand for a person",
        "Pilih nama lain",
        "Choose another name",
    ),
    "person.unknown": Sentence(
        "{person} belum terdaftar",
        "{person} is not registered",
        "Daftarkan dulu dengan `selaras person register`",
        "Register them first with `selaras person register`",
    ),
    "appointment.overlap": Sentence(
        "{person} sudah menjabat {role} di {office} pada masa itu (nomor {number})",
        "{person} holds {role} in {office} in that period already (number {number})",
        "Akhiri yang lama lebih dulu, atau pilih masa lain",
        "End the earlier one first, or choose another period",
    ),
    "appointment.unknown": Sentence(
        "Pengangkatan nomor {number} tidak ada",
        "There is no appointment number {number}",
        "Lihat nomornya dengan `selaras person show NAMA`",
        "See the numbers with `selaras person show NAME`",
    ),
    "until.before_since": Sentence(
        "Masa berakhir {until}, sebelum dimulai {since}",
        "The period ends on {until}, before it begins on {since}",
        "Periksa kedua tanggal",
        "Check both dates",
    ),
    "until.later": Sentence(
        "Pengangkatan nomor {number} sudah berakhir pada {until}",
        "Appointment number {number} ends on {until} already",
        "Untuk memperpanjang, buat pengangkatan baru",
        "To prolong it, make a new appointment",
    ),
    "delegation.instead_of": Sentence(
        "{instead_of} bukan pemegang lain peran {role} di {office} pada masa itu",
        "{instead_of} is not another holder of {role} in {office} in that period",
        "Plh: sebut pejabat yang berhalangan; Plt: pejabat itu atau kantor yang jabatannya lowong",
        "Plh: name the absent official; Plt: that official, or the office whose post is vacant",
    ),
    "programme.unknown": Sentence(
        "Program {programme} tidak dikenal",
        "There is no programme {programme}",
        "Terbitkan definisinya dulu dengan `selaras publish`",
        "Publish its definition first with `selaras publish`",
    ),
    "programme.other": Sentence(
        "Definisi ini milik program {id}, bukan {programme}",
        "This definition is of the programme {id}, not {programme}",
        "Terbitkan di bawah programnya sendiri",
        "Publish it under its own programme",
    ),
    "version.taken": Sentence(
        "Versi {version} sudah terbit dengan isi lain",
        "Version {version} is published with other content",
        "Versi yang terbit tidak berubah lagi; beri nomor {next}",
        "A published version never changes; give it the number {next}",
    ),
    "version.next": Sentence(
        "Versi {version} bukan kelanjutan: berikutnya adalah {next}",
        "Version {version} does not follow: the next one is {next}",
        "Beri nomor {next}",
        "Give it the number {next}",
    ),
    "version.supersedes": Sentence(
        "Definisi tidak menyebut bahwa ia menggantikan versi {current}",
        "The definition does not say that it supersedes version {current}",
        "Isi `supersedes` dengan versi {current} dan nasib perkara yang berjalan",
        "Fill `supersedes` with version {current} and what becomes of running cases",
    ),
    "day_off.region": Sentence(
        "{region!r} bukan kode wilayah",
        "{region!r} is no region's code",
        "Pakai kode Kemendagri, seperti 72 atau 72.71; kosongkan untuk seluruh negeri",
        "Use a Kemendagri code, as 72 or 72.71; leave it empty for the whole nation",
    ),
    "day_off.twice": Sentence(
        "{date} sudah disebut pada hari ke-{first}",
        "{date} stands there already, as day {first}",
        "Sebut setiap hari sekali saja",
        "Name each day once",
    ),
    "day_off.declared": Sentence(
        "{date} sudah ditetapkan (nomor {number})",
        "{date} is declared already (number {number})",
        "Lihat kalendernya; untuk mengubah alasannya, cabut dulu",
        "See the calendar; to change its reason, withdraw it first",
    ),
    "day_off.unknown": Sentence(
        "Tidak ada hari libur nomor {number}",
        "There is no day off number {number}",
        "Lihat nomornya dengan `selaras day-off list`",
        "See the numbers with `selaras day-off list`",
    ),
    "day_off.begun": Sentence(
        "{date} sudah dimulai atau lewat",
        "{date} has begun or is over",
        "Jika penetapannya keliru, sebutkan alasannya; tenggat yang sudah lewat tetap lewat",
        "If it was declared by mistake, give the reason; deadlines that have passed stay passed",
    ),
    "finding.resolved": Sentence(
        "Temuan ini sudah selesai oleh peristiwa di posisi {position}",
        "This finding was resolved by the event at position {position}",
        "Lihat temuan yang masih terbuka dengan GET /harmonisation",
        "See the findings that stand with GET /harmonisation",
    ),
    "quota.places": Sentence(
        "Jumlah tempat {places} di luar 0 sampai {most}",
        "{places} places are not between 0 and {most}",
        "Periksa angkanya",
        "Check the number",
    ),
    "quota.year": Sentence(
        "Tahun {year} di luar 2000 sampai 2100",
        "The year {year} is not between 2000 and 2100",
        "Periksa tahunnya",
        "Check the year",
    ),
    "intake.year": Sentence(
        "{day} tidak dalam tahun {year}",
        "{day} does not lie in {year}",
        "Isi hari dalam tahun {year}; tahun lain mendapat masa penerimaannya sendiri",
        "Give a day of {year}; another year gets an intake of its own",
    ),
    "potential.key": Sentence(
        "{key!r} bukan kunci potensi",
        "{key!r} cannot be the key of a potential",
        "Huruf kecil, angka dan garis, diawali huruf, paling panjang 64: `bawang-goreng`",
        "Lower-case letters, digits and dashes, begins with a letter, at most 64: `bawang-goreng`",
    ),
    "kbli.count": Sentence(
        "Sebut 1 sampai {most} kelas KBLI, masing-masing sekali",
        "Name 1 to {most} KBLI classes, each once",
        "Isi dengan kode lima angka seperti 10399",
        "Give codes of five digits such as 10399",
    ),
    "kbli.class": Sentence(
        "{given!r} bukan kelas {edition}",
        "{given!r} is no class of {edition}",
        "Tulis lima angka, seperti 10399, menurut {edition}",
        "Write five digits, such as 10399, as {edition} has them",
    ),
    "kbli.near": Sentence(
        "{given} bukan kelas {edition}",
        "{given} is no class of {edition}",
        "Periksa kodenya; yang terdekat dalam daftar: {near}",
        "Check the code; the nearest on the list are {near}",
    ),
    "kbli.division": Sentence(
        "{given} bukan kelas {edition}: golongan pokok {division} tidak ada",
        "{given} is no class of {edition}: there is no division {division}",
        "Periksa kodenya; golongan pokok yang terdekat: {near}",
        "Check the code; the nearest divisions are {near}",
    ),
    "kbli.edition": Sentence(
        "Edisi {given!r} bukan tahun",
        "The edition {given!r} is no year",
        "Tulis tahun terbit klasifikasi, seperti 2020",
        "Write the year of the classification, as 2020",
    ),
    "kbli.part": Sentence(
        "Daftar ini hanya memuat {count} kelas; daftar yang utuh paling sedikit {least}",
        "There are only {count} classes in this list; a whole one has at least {least}",
        "Muat seluruh daftar kelas lima angka: bagian saja akan menolak semua yang tidak ada di dalamnya",
        "Load the whole list of five-digit classes: a part would refuse all that it lacks",
    ),
    "study.sha256": Sentence(
        "SHA-256 dokumen kajian tidak terbaca",
        "The study's SHA-256 cannot be read",
        "Isi 64 angka heksadesimal huruf kecil, atau kosongkan",
        "Give 64 lower-case hexadecimal digits, or leave it out",
    ),
    "planner.role": Sentence(
        "Daftar potensi {region} diurus oleh pemegang peran {role}",
        "The potentials of {region} are kept by holders of the role {role}",
        "Mintalah kepada pemegang peran {role} di wilayah itu",
        "Ask a holder of the role {role} in that region",
    ),
    "planner.region": Sentence(
        "Jabatan Anda di wilayah {theirs}, daftar ini milik wilayah {region}",
        "You serve {theirs}, and this list is of {region}",
        "Mintalah kepada kantor yang membawahi {region}",
        "Ask an office that {region} lies under",
    ),
    "planner.period": Sentence(
        "Jabatan Anda sebagai {role} tidak berlaku hari ini",
        "Your appointment as {role} is not in force today",
        "Mintalah kepada pemegang peran {role} yang sekarang, atau minta pengangkatan diperbarui",
        "Ask who holds the role {role} now, or have the appointment renewed",
    ),
}


def why(reason: str, field: str, code: str | None = None, **values: object) -> Refusal:
    """The refusal for a reason, to blame on a field; its code is the reason's own unless given."""
    said = Sentence(*(part.format(**values) for part in SENTENCES[reason]))
    how = Text(said.how_id, said.how_en)
    return Refusal(code=code or reason, id=said.id, en=said.en, how=how, pointer="/" + field.replace(".", "/"))


def named(name: str, field: str) -> list[Refusal]:
    """Why a text cannot be the name of a person, an office or a role."""
    return [] if NAME.fullmatch(name) else [why("name", field, f"{field}.name", value=repr(name[:80]))]


def stated(text: str, field: str) -> list[Refusal]:
    """Why a text cannot stand as a statement: it is missing, too long, or holds what no document can."""
    if not text.strip():
        return [why("missing", field, f"{field}.missing", value=field)]
    if len(text) > LONGEST or not text.isprintable():
        return [why("unreadable", field, f"{field}.unreadable", value=field)]
    return []
