"""What a finding says to an official, and what can be done about it, in both languages."""

from workflow.domain.findings.about import Names, about
from workflow.domain.findings.finding import DATA, POTENTIAL, Finding
from workflow.domain.words import Text

SAID = {
    "overlap": Text(
        "{a} dan {b} melayani kelompok yang sama di {region}: {figure} kelompok memenuhi syarat keduanya",
        "{a} and {b} serve the same groups in {region}: {figure} groups meet the terms of both",
    ),
    "unaligned": Text(
        "{a} dan {b} tumpang tindih di {region} tanpa penyelarasan yang berlaku; {figure} kelompok terkena",
        "{a} and {b} overlap in {region} without an alignment in force; {figure} groups are concerned",
    ),
    "gap": Text(
        "{figure} kelompok di {region} tidak diterima program mana pun; di {a} karena syarat: {dimension}",
        "{figure} groups in {region} are taken by no programme; by {a} for: {dimension}",
    ),
    "potential": Text(
        "Potensi unggulan {dimension} di {region} tidak disebut program mana pun",
        "The leading potential {dimension} of {region} is named by no programme",
    ),
    "conflict": Text(
        "Dua ketentuan {a} dan {b} di {region} bertentangan: {dimension}",
        "Two clauses of {a} and {b} in {region} contradict each other: {dimension}",
    ),
    "double": Text(
        "{figure} orang tercatat dalam dua perkara {a} dan {b} yang menyentuh {region}",
        "{figure} persons are live in two cases of {a} and {b} that touch {region}",
    ),
    "idle": Text(
        "{figure} tempat {a} di {region} tidak terpakai; {transferable} dapat dipakai hari ini",
        "{figure} places of {a} in {region} are unused; {transferable} could be used today",
    ),
    "over-committed": Text(
        "{a} di {region} menjanjikan {figure} tempat lebih banyak daripada kuotanya",
        "{a} in {region} has committed {figure} places more than its quota",
    ),
    "stale": Text(
        "Ketentuan {a} dan {b} untuk {region} menyebut {dimension} versi {figure}, yang tidak berlaku lagi",
        "The terms of {a} and {b} for {region} name version {figure} of {dimension}, which is no longer current",
    ),
    "breach": Text(
        "{figure} perkara di {region} melanggar ketentuan {dimension} antara {a} dan {b}",
        "{figure} cases in {region} break the terms on {dimension} between {a} and {b}",
    ),
}
HOW = {
    "overlap": Text(
        "Sepakati program mana yang melayani siapa, dan siapa membayar apa",
        "Agree which programme serves whom, and who pays for what",
    ),
    "unaligned": Text("Ajukan penyelarasan dari temuan ini", "Open an alignment from this finding"),
    "gap": Text(
        "Lihat rute kelompok, atau usulkan perubahan syarat kepada pemilik program",
        "Look at the groups' routes, or propose a changed bound to the programme's owner",
    ),
    "conflict": Text(
        "Ubah salah satu ketentuan lewat amendemen penyelarasan",
        "Change one of the clauses by amending the alignment",
    ),
    "ceiling": Text(
        "Turunkan batas pos atau naikkan pagu lewat amendemen; sebut manfaat yang diberikan keduanya sebagai satu pos; "
        "atau terbitkan versi program dengan manfaat yang lebih kecil",
        "Lower an item's cap or raise the ceiling by amending; make a benefit that both give one item of the terms; or "
        "publish a version of the programme that gives less",
    ),
    "promised": Text(
        "Naikkan kuota, atau turunkan tempat dalam ketentuan lewat amendemen",
        "Raise the quota, or lower the places of the terms by amending",
    ),
    "double": Text(
        "Periksa kedua perkara; pertahankan satu, atau sepakati keanggotaan kumulatif",
        "Look at both cases; keep one, or agree that memberships are cumulative",
    ),
    "idle": Text(
        "Alihkan tempat kepada yang menunggu, atau turunkan kuota",
        "Transfer the places to who waits, or lower the quota",
    ),
    "over-committed": Text(
        "Naikkan kuota; tidak ada yang dikeluarkan, usulan baru menunggu",
        "Raise the quota; nobody is put out, new proposals wait",
    ),
    "stale": Text(
        "Periksa versi baru, lalu amendemen penyelarasan dengan versi itu",
        "Read the new version, then amend the alignment to name it",
    ),
    "breach": Text(
        "Tetapkan pendamping lain, atau ubah ketentuannya lewat amendemen",
        "Assign other mentors, or amend the terms",
    ),
    "data": Text(
        "Penerima menghapus data itu dan menyatakannya; pihak lain memintanya secara tertulis",
        "The recipient deletes the data and says so; the other party asks for it in writing",
    ),
}


def how(finding: Finding) -> Text:
    """What can be done about it."""
    return HOW[deed_of(finding)]


def deed_of(finding: Finding) -> str:
    """What tells apart what can be done: the kind, but for data and some conflicts."""
    if finding.dimension.startswith(DATA):
        return "data"
    clash = finding.dimension.partition(".")[0] if finding.kind == "conflict" else ""
    return {"ceiling": "ceiling", "places": "promised"}.get(clash, finding.kind)


def said(finding: Finding, names: Names, **told: object) -> Text:
    """The sentence of a finding; `told` says `region`, `figure` or `transferable` otherwise, of several together."""
    a, b = names.programme(finding.parties[0]), names.programme(finding.parties[-1])
    dimension = about(finding, names)
    values = {
        "region": names.place(finding.region),
        "figure": finding.figure,
        "transferable": finding.transferable or 0,
        **told,
    }
    sentence = SAID["potential" if finding.dimension.startswith(POTENTIAL) else finding.kind]
    return Text(
        sentence.id.format(a=a.id, b=b.id, dimension=dimension.id, **values),
        sentence.en.format(a=a.en, b=b.en, dimension=dimension.en, **values),
    )
