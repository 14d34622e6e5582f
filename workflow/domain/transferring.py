"""Whether places may be transferred, and by whom: every reason why not, judged at the request and at its approval."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from workflow.domain.alignments import Alignment, Alignments
from workflow.domain.context import Appointment, People
from workflow.domain.definition.model import Definition
from workflow.domain.refusal import Refusal
from workflow.domain.regions import covers
from workflow.domain.sentences import say
from workflow.domain.transfers import AskTransfer, Transfer, Transfers
from workflow.domain.words import Text

MOST = 1_000_000


class Seat(Struct, frozen=True, kw_only=True):
    """The post in which somebody asks or decides."""

    office: str
    on_behalf_of: str | None = None


class Grounds(Struct, frozen=True, kw_only=True):
    """What a decision on a transfer may know, as it stands in the log."""

    today: date
    """In the zone of the giving programme."""
    alignments: Alignments
    transfers: Transfers
    people: People
    definitions: dict[str, Definition]
    """Programmes that are known to their present definitions."""
    counters: tuple[str | None, str | None]
    """Keys of the giving and the receiving side's places; None where they cannot be told."""
    quota: int | None
    """Places of the giving side."""
    used: int
    """Of them, held or used."""
    waiting: int
    """Groups that wait for one of them."""


def against(order: AskTransfer, grounds: Grounds) -> list[Refusal]:
    """Everything about alignment, regions and places that stands in the way."""
    found = [] if 0 < order.places <= MOST else [_places(order)]
    known = grounds.alignments.known.get(order.alignment)
    if known is None or known.standing != "in_force":
        return [*found, _not_in_force(order.alignment, known)]
    terms = known.terms
    for name, side in (("giving", order.giving), ("receiving", order.receiving)):
        if terms.side_of(side.programme) is None or side.programme not in grounds.definitions:
            found.append(_no_party(side.programme, name))
        if not terms.reaches(side.region, grounds.today):
            found.append(_not_reached(side.region, name))
    if (order.giving.programme, order.giving.region) == (order.receiving.programme, order.receiving.region):
        found.append(_same())
    if not terms.since.year <= order.year <= terms.until.year:
        found.append(_other_year(order.year, terms.since.year, terms.until.year))
    rule = terms.quota.transfer
    if rule is None:
        return [*found, _none_agreed()]
    if grounds.today > rule.until:
        found.append(_too_late(rule.until))
    left = rule.cap - grounds.transfers.moved(order.alignment)
    if order.places > left:
        found.append(_beyond_cap(rule.cap, max(left, 0)))
    sides = zip(grounds.counters, ("giving", "receiving"), (order.giving, order.receiving), strict=True)
    untold = [_not_told(side.programme, side.region, name) for counter, name, side in sides if counter is None]
    free = max((grounds.quota or 0) - grounds.used - grounds.waiting, 0)
    if not found and not untold and order.places > free:
        found.append(_not_free(order, free, grounds.waiting))
    return found or untold


def asker(order: AskTransfer, person: str, grounds: Grounds) -> tuple[Seat | None, list[Refusal]]:
    """The post of an office of the giving or the receiving side in which a person may ask."""
    for side in (order.giving, order.receiving):
        definition = grounds.definitions.get(side.programme)
        for post in grounds.people.appointments(person) if definition else ():
            assert definition is not None
            role = definition.roles.get(post.role)
            if role is not None and not role.reads_all and _stands(definition, post, (side.region,), grounds.today):
                return Seat(office=post.office, on_behalf_of=post.instead_of), []
    said = Text(
        "Hanya kantor di wilayah pemberi atau penerima yang dapat meminta",
        "Only an office of the giving or the receiving region may ask",
    )
    how = Text(
        f"Mintalah kepada kantor yang membawahi {order.giving.region} atau {order.receiving.region}",
        f"Ask an office that {order.giving.region} or {order.receiving.region} lies under",
    )
    return None, [say("region", said, how)]


def approver(
    asked: Transfer, person: str, on_behalf_of: str | None, role: str, grounds: Grounds
) -> tuple[Seat | None, list[Refusal]]:
    """The post in which a person holds the role that the terms name, over both regions; never who asked."""
    order = asked.order
    if asked.asked_by in (person, on_behalf_of):
        return None, [_apart(asked.asked_by)]
    regions = (order.giving.region, order.receiving.region)
    posts = [p for p in grounds.people.appointments(person) if p.role == role and p.instead_of == on_behalf_of]
    for post in posts:
        if any(_stands(definition, post, regions, grounds.today) for definition in grounds.definitions.values()):
            return Seat(office=post.office, on_behalf_of=post.instead_of), []
    said = Text(
        f"Ini tugas peran {role} yang membawahi {regions[0]} dan {regions[1]}",
        f"This is for the role {role} over both {regions[0]} and {regions[1]}",
    )
    how = Text(
        f"Mintalah kepada pemegang peran {role}; pelaksana harian menyebut on_behalf_of",
        f"Ask a holder of the role {role}; a delegate names on_behalf_of",
    )
    return None, [say("region" if posts else "role", said, how)]


def undecided(asked: Transfer) -> list[Refusal]:
    """Why a transfer can be decided no more."""
    if asked.status == "asked":
        return []
    word = Text(*{"approved": ("disetujui", "approved"), "refused": ("ditolak", "refused")}[asked.status])
    said = Text(f"Permintaan ini sudah {word.id}", f"This request was {word.en} already")
    return [say("state", said, Text("Ajukan permintaan baru", "Ask for another transfer"))]


def _stands(definition: Definition, post: Appointment, regions: Sequence[str], today: date) -> bool:
    """True where a post is in force, of its role's level in the programme, and over all regions."""
    role = definition.roles.get(post.role)
    if role is None or role.level not in (post.level, "any"):
        return False
    in_force = post.since <= today and (post.until is None or today <= post.until)
    return in_force and all(covers(post.region, region) for region in regions)


# --- sentences ------------------------------------------------------------------------------------------------------


def _apart(asker: str) -> Refusal:
    return say(
        "separation.ask.approve",
        Text("Yang meminta tidak boleh memutuskan", "Who asked may not also decide"),
        Text(f"{asker} yang meminta; mintalah kepada orang lain", f"{asker} asked; ask another person"),
    )


def _places(order: AskTransfer) -> Refusal:
    return say(
        "transfer.places",
        Text(f"{order.places} tempat bukan jumlah yang dapat dialihkan", f"{order.places} places cannot be moved"),
        Text("Isi places dengan bilangan 1 atau lebih", "Give places as a number of 1 or more"),
        "/places",
    )


def _not_in_force(ref: str, known: Alignment | None) -> Refusal:
    if known is not None and known.standing == "suspended":
        return say(
            "alignment.suspended",
            Text(
                f"Penyelarasan {ref} ditangguhkan: {known.reason or '-'}", f"{ref} is suspended: {known.reason or '-'}"
            ),
            Text("Tunggu sampai berlaku kembali", "Wait until it is in force again"),
            "/alignment",
        )
    return say(
        "alignment.standing",
        Text(f"Tidak ada penyelarasan {ref[:40]} yang berlaku", f"No alignment {ref[:40]} is in force"),
        Text("Lihat GET /alignments", "See GET /alignments"),
        "/alignment",
    )


def _no_party(programme: str, side: str) -> Refusal:
    return say(
        "transfer.party",
        Text(
            f"Program {programme[:64]} bukan pihak penyelarasan ini", f"{programme[:64]} is no party of the alignment"
        ),
        Text("Sebut program yang menjadi pihak", "Name a programme that is a party"),
        f"/{side}/programme",
    )


def _not_reached(region: str, side: str) -> Refusal:
    return say(
        "transfer.region",
        Text(f"Wilayah {region[:13]} hari ini di luar ketentuan", f"The terms do not reach {region[:13]} today"),
        Text("Pilih wilayah dan masa yang tercantum dalam ketentuan", "Choose a region and a time that the terms name"),
        f"/{side}/region",
    )


def _same() -> Refusal:
    return say(
        "transfer.same",
        Text("Pemberi dan penerima sama", "The giving and the receiving side are the same"),
        Text("Pilih wilayah atau program lain", "Choose another region or programme"),
        "/receiving",
    )


def _other_year(year: int, first: int, last: int) -> Refusal:
    return say(
        "transfer.year",
        Text(f"Tahun {year} di luar masa ketentuan", f"The year {year} is outside the terms"),
        Text(f"Pilih tahun {first} sampai {last}", f"Choose a year from {first} to {last}"),
        "/year",
    )


def _none_agreed() -> Refusal:
    return say(
        "transfer.terms",
        Text("Ketentuan tidak mengatur pengalihan tempat", "The terms provide for no transfer"),
        Text("Sepakati quota.transfer dalam perubahan ketentuan", "Agree on quota.transfer in an amendment"),
        "/alignment",
    )


def _too_late(until: date) -> Refusal:
    return say(
        "transfer.until",
        Text(f"Batas pengalihan sudah lewat: {until.isoformat()}", f"The last day was {until.isoformat()}"),
        Text("Sepakati tanggal baru dalam perubahan ketentuan", "Agree on a later day in an amendment"),
        "/alignment",
    )


def _beyond_cap(cap: int, left: int) -> Refusal:
    return say(
        "transfer.cap",
        Text(f"Ketentuan membatasi {cap} tempat; tersisa {left}", f"The terms allow {cap} places; {left} are left"),
        Text(f"Minta paling banyak {left}, atau ubah ketentuan", f"Ask for {left} at most, or amend the terms"),
        "/places",
    )


def _not_told(programme: str, region: str, side: str) -> Refusal:
    return say(
        "transfer.counter",
        Text(
            f"Tempat program {programme[:64]} di {region[:13]} tidak dihitung per kota dan tahun",
            f"{programme[:64]} does not count its places in {region[:13]} by city and year",
        ),
        Text("Pilih kota atau kabupaten, seperti 72.71", "Choose a city or regency, as 72.71"),
        f"/{side}/region",
    )


def _not_free(order: AskTransfer, free: int, waiting: int) -> Refusal:
    where = f"{order.giving.programme} {order.giving.region}"
    return say(
        "claim.places",
        Text(
            f"Di {where} hanya {free} tempat yang kosong ({waiting} menunggu)",
            f"Only {free} places are free in {where} ({waiting} wait)",
        ),
        Text(f"Minta paling banyak {free}, atau tunggu", f"Ask for {free} at most, or wait"),
        "/places",
    )
