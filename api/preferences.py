"""How I want to be reached: my channels, at once or once a day, my quiet hours, my address and phone."""

from datetime import UTC, datetime, time
from typing import Annotated, Literal
from zoneinfo import available_timezones

import msgspec
from flask import Response
from msgspec import Meta, Struct, field

from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import FieldError, Problem, field_error
from workflow.delivery.gateway import is_set
from workflow.delivery.preferences import MAIL, PHONE, Preference, is_address
from workflow.delivery.when import Quiet, Rhythm
from workflow.domain.calendar import HOME_ZONE
from workflow.facts_formats import is_phone, phone_in_full
from workflow.facts_says import FORMATS

room = Room("preferences")

Channel = Literal["mail", "phone"]
Clock = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time, as 21:30")]


class QuietHours(Struct, frozen=True, kw_only=True):
    from_: Clock = field(name="from")
    until: Clock
    """Over midnight where it is the earlier one."""


class PreferencesAsk(Struct, frozen=True, kw_only=True):
    channels: list[Channel] = []
    """Beside the app, which is always there. `phone`: messages by WhatsApp or SMS, where a gateway is set up."""
    address: Annotated[str, Meta(max_length=254)] | None = None
    phone: Annotated[str, Meta(max_length=20, description="08… or +62…; kept as +62…")] | None = None
    digest: Literal["immediate", "daily"] = "immediate"
    quiet: QuietHours | None = None
    zone: Annotated[str, Meta(max_length=64, description="IANA time zone")] = HOME_ZONE


class PreferencesShape(PreferencesAsk, frozen=True, kw_only=True):
    language: str
    """As the directory has it: notices are in it."""


@room("GET", "/me/preferences", {200: PreferencesShape})
def read_preferences(call: Call) -> Response:
    """How I want to be reached."""
    return _reply(call, call.engine.preferences.of(call.who))


@room("PUT", "/me/preferences", {200: PreferencesShape}, body=PreferencesAsk, key="honoured")
def put_preferences(call: Call) -> Response:
    """Choose how to be reached, all of it anew. My address and phone are stored sealed and shown to nobody else."""
    asked: PreferencesAsk = call.body
    if errors := _errors(call, asked):
        raise Problem("invalid", errors=errors)
    quiet = Quiet(from_=_time(asked.quiet.from_), until=_time(asked.quiet.until)) if asked.quiet else None
    chosen = Preference(
        channels=tuple(dict.fromkeys(asked.channels)),
        address=asked.address,
        phone=None if asked.phone is None else phone_in_full(asked.phone),
        rhythm=Rhythm(digest=asked.digest, quiet=quiet, zone=asked.zone),
    )
    call.engine.preferences.put(call.who, chosen, datetime.now(UTC))
    return _reply(call, chosen)


def _errors(call: Call, asked: PreferencesAsk) -> list[FieldError]:
    found = []
    if asked.address is not None and not is_address(asked.address):
        said_id = "Alamat surel tidak dapat dipakai; tulis seperti nama@instansi.example, tanpa spasi atau baris baru"
        said_en = "The address cannot be used; write it as name@agency.example, without spaces or line breaks"
        found.append(field_error("/address", said_id, said_en))
    if MAIL in asked.channels and asked.address is None:
        said_en = "E-mail needs an address; give one, or leave mail out of channels"
        found.append(field_error("/address", "Surel memerlukan alamat; isi, atau hapus mail dari channels", said_en))
    if asked.phone is not None and not is_phone(asked.phone):
        found.append(field_error("/phone", f"Nomor {FORMATS['phone'].id}", f"The number {FORMATS['phone'].en}"))
    if PHONE in asked.channels and asked.phone is None:
        said_id, said_en = "Pesan memerlukan nomor telepon; isi, atau hapus phone", "Messages need a number; give one"
        found.append(field_error("/phone", f"{said_id} dari channels", f"{said_en}, or leave phone out of channels"))
    if PHONE in asked.channels and not is_set(call.engine.settings):
        said_id = "Pesan ke telepon belum tersedia: pengelola belum memasang gerbang pesan; pilih mail"
        said_en = "Messages to phones are not available: the operator has set up no gateway; choose mail"
        found.append(field_error("/channels", said_id, said_en))
    if asked.zone not in available_timezones():
        said_id, said_en = "Zona waktu tidak dikenal; tulis seperti Asia/Makassar", "There is no such time zone"
        found.append(field_error("/zone", said_id, f"{said_en}; write it as Asia/Makassar"))
    return found


def _reply(call: Call, chosen: Preference) -> Response:
    quiet = chosen.rhythm.quiet
    known = call.engine.directory.cached().people.get(call.who)
    return json_reply(
        PreferencesShape(
            channels=msgspec.convert(chosen.channels, list[Channel]),
            address=chosen.address,
            phone=chosen.phone,
            digest=chosen.rhythm.digest,
            quiet=QuietHours(from_=_words(quiet.from_), until=_words(quiet.until)) if quiet else None,
            zone=chosen.rhythm.zone,
            language=known.language if known else "id",
        )
    )


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _words(moment: time) -> str:
    return moment.isoformat("minutes")
