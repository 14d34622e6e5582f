"""Messages to phones (WhatsApp or SMS): a signed HTTP call for each parcel to a gateway, whose receipt comes later."""

import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from workflow.delivery.channel import Away, Later, Never, Parcel, one_line
from workflow.delivery.preferences import PHONE
from workflow.domain.words import Text
from workflow.facts_formats import is_phone
from workflow.notices import in_language
from workflow.settings import Settings
from workflow.webhooks import addresses, sending, signing

RECEIPTS = "/api/v1/gateway/receipts"
MOST_LINES = 10
"""Notices that a message names; a phone is no place for a long list."""
MORE = Text("… dan {count} lagi di Selaras", "… and {count} more in Selaras")
OURS = frozenset({401, 403, 404, 405, 410})
"""Answers that take issue with us or the address: whatever else waits would fare the same."""


class BadGateway(Exception):
    """The settings of the gateway cannot be used; the message says which and how to mend it."""


class Access(NamedTuple):
    """Where the gateway is, and how it and we know each other."""

    url: str
    secrets: tuple[bytes, ...]
    """The first one is the youngest; while a secret is being replaced, each signs and each is believed."""
    networks: tuple[addresses.Network, ...]
    receipts: str
    """The address at which we take receipts."""


class Message(Struct, frozen=True):
    """What the gateway gets, as JSON."""

    id: str
    """As in `webhook-id`: the same at every try."""
    to: str
    """`+62…`"""
    language: str
    text: str
    """A line for each notice: its title and its link."""
    receipts: str


def access_of(settings: Settings) -> Access | None:
    """None where no gateway is set. Raises BadGateway."""
    if not settings.gateway_url:
        return None
    try:
        addresses.check_form(settings.gateway_url)
    except addresses.Refused as refused:
        raise BadGateway(f"GATEWAY_URL: {refused.say.en}") from None
    try:
        secrets = tuple(signing.read(text) for text in settings.gateway_secret.split())
    except ValueError as error:
        raise BadGateway(f"GATEWAY_SECRET: {error}") from None
    if not secrets:
        raise BadGateway("GATEWAY_SECRET has to be set: whsec_ and 24 to 64 bytes as base64")
    try:
        networks = addresses.networks(settings.gateway_networks)
    except ValueError as error:
        raise BadGateway(f"GATEWAY_NETWORKS: {error}") from None
    if not settings.public_url:
        raise BadGateway("PUBLIC_URL has to be set: links and receipts lead there")
    return Access(settings.gateway_url, secrets, networks, settings.public_url + RECEIPTS)


def is_set(settings: Settings) -> bool:
    """True where messages can be sent to phones."""
    try:
        return access_of(settings) is not None
    except BadGateway:
        return False


class Gateway:
    """Carries parcels to the gateway over one connection; its address is judged at the first. Used by one thread."""

    channel = PHONE

    def __init__(self, access: Access, id_of: Callable[[str], str], patience: float = sending.PATIENCE) -> None:
        """`id_of`: a parcel's name to the id under which it goes out."""
        self._access, self._id_of, self._patience = access, id_of, patience
        self._line: sending.Line | None = None

    def carry(self, parcel: Parcel) -> None:
        if not is_phone(parcel.address):
            raise Never("the number is not one that messages can be sent to")
        message = Message(
            self._id_of(parcel.name), parcel.address, parcel.language, text_of(parcel), self._access.receipts
        )
        answer = self._posted(message.id, msgspec.json.encode(message))
        if not answer.taken:
            raise _meaning(answer)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _posted(self, id: str, body: bytes) -> sending.Answer:
        if self._line is None:
            try:
                self._line = sending.Line(addresses.judged(self._access.url, self._access.networks), self._patience)
            except addresses.Refused as refused:
                raise Away(f"GATEWAY_URL: {refused.say.en}") from None
            except OSError as error:
                raise Away(f"the gateway's name is not known now: {type(error).__name__}") from None
        signed = signing.headers(id, int(time.time()), body, self._access.secrets)
        return self._line.post(body, {"Content-Type": "application/json", **signed})


def text_of(parcel: Parcel) -> str:
    """Nothing personal is in it: titles without what somebody wrote, and links."""
    lines = [f"{one_line(line.title)} {line.link}" for line in parcel.lines[:MOST_LINES]]
    if (more := len(parcel.lines) - MOST_LINES) > 0:
        lines.append(in_language(MORE, parcel.language).format(count=more))
    return "\n".join(lines)


def _meaning(answer: sending.Answer) -> Later | Never:
    """What an answer other than 2xx means. What the gateway wrote is not kept: it may repeat the number."""
    said = f"the gateway: {answer.why}"
    if answer.of_the_message and answer.status not in OURS:
        # Whoever says when to come again with it refuses it for now alone (a limit of one number).
        return Never(said) if answer.retry_after is None else Later(said, answer.retry_after)
    return Away(said, answer.retry_after or 0.0)
