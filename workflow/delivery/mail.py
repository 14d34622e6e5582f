"""E-mail: a title, a reference and a link, over SMTP (RFC 5321) with TLS; nothing personal is in it."""

import re
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from html import escape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from workflow.delivery.channel import Away, Hung, Later, Line, Never, Parcel, one_line
from workflow.delivery.cutting import cut_after
from workflow.delivery.preferences import MAIL, is_address
from workflow.domain.words import Text

TIMEOUT = 20.0
"""Seconds that a server may take for each of its answers."""
PATIENCE = 30.0
"""Seconds for one letter as a whole, from connecting to the last answer."""
PORTS = {"smtps": 465, "smtp": 587, "smtp-plain": 25}
LONGEST_REASON = 200
CLOSING = 421
"""RFC 5321 4.2.2: the server shuts down; whatever comes next would fare the same."""
STATUS = re.compile(rb"\b[245]\.(\d{1,3})\.\d{1,3}\b")
"""An enhanced status code: class, subject, detail (RFC 3463 2)."""
ABOUT = {
    "1": "the address",
    "2": "the mailbox",
    "3": "the receiving system",
    "4": "the network",
    "5": "the protocol",
    "6": "the content",
    "7": "a rule of the server",
}
"""What each subject of these codes is (RFC 3463 3)."""
DIGEST = Text("{count} pemberitahuan Selaras", "{count} notices from Selaras")
FOOT = Text(
    "Anda menerima surel ini karena memilihnya di Selaras. Jangan membalas; ubah pilihan Anda di sana.",
    "You get this e-mail because you chose so in Selaras. Do not answer; change your choice there.",
)


class BadAddress(Exception):
    """An SMTP address or sender that cannot be used; the message says why and how to mend it."""


class Relay(NamedTuple):
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    tls: str
    """`smtps`: from the start; `smtp`: STARTTLS, required; `smtp-plain`: none, for a relay on the same host."""
    user: str
    password: str
    sender: str


def relay_of(url: str, sender: str) -> Relay:
    """Reads `smtps://USER:PASSWORD@HOST:PORT`, `smtp://…` or `smtp-plain://…`. Raises BadAddress."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadAddress("SMTP_URL has to be smtps://HOST, smtp://HOST (STARTTLS) or smtp-plain://HOST (no TLS)")
    if not is_address(sender):
        raise BadAddress("MAIL_FROM has to be a plain address, as selaras@agency.example")
    port = parts.port or PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port, parts.scheme, user, password, sender)


class Mail:
    """Carries parcels to one relay over one connection, opened at the first. Used by one thread."""

    channel = MAIL

    def __init__(self, relay: Relay, timeout: float = TIMEOUT, patience: float = PATIENCE) -> None:
        self._relay, self._timeout, self._patience = relay, timeout, patience
        self._server: smtplib.SMTP | None = None

    def carry(self, parcel: Parcel) -> None:
        if not is_address(parcel.address):
            raise Never("the address is not one that mail can be sent to")
        letter, greeted = compose(parcel, self._relay.sender), False
        try:
            with cut_after(self._patience, lambda: self._server.sock if self._server else None):
                server = self._connected()
                greeted = True
                server.send_message(letter, self._relay.sender, [parcel.address])
        except smtplib.SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()
            self._left(code)
            raise _told(code, said) from None
        except smtplib.SMTPResponseException as error:
            self._left(CLOSING)
            if isinstance(error, smtplib.SMTPDataError):
                raise _told(error.smtp_code, error.smtp_error) from None
            raise Away(_words(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            # It may have been taken all the same: the next attempt has the same Message-ID.
            self._left(CLOSING)
            kind = Hung if greeted else Away
            raise kind(f"{type(error).__name__}: the mail server did not answer") from None

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            host, port, tls, user, password, sender = self._relay
            # Named by its domain: to look up a name of this machine's own may take longer than a letter.
            here = sender.rpartition("@")[2]
            if tls == "smtps":
                context = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=here, timeout=self._timeout, context=context)
            else:
                server = smtplib.SMTP(local_hostname=here, timeout=self._timeout)
            # Known before it is connected, so that a greeting that drips can be cut; the name is what TLS checks.
            self._server, server._host = server, host  # type: ignore[attr-defined]
            server.connect(host, port)
            if tls == "smtp":
                server.starttls(context=ssl.create_default_context())
            if user:
                server.login(user, password)
        return self._server

    def _left(self, code: int) -> None:
        """After a server said that it closes, or something that leaves the connection in doubt."""
        if code == CLOSING and self._server is not None:
            self._server.close()
            self._server = None


def compose(parcel: Parcel, sender: str) -> EmailMessage:
    """The letter of a parcel, in plain text and HTML."""
    titles = [one_line(line.title) for line in parcel.lines]
    many = len(titles) > 1
    subject = _in(DIGEST, parcel.language).format(count=len(titles)) if many else titles[0]
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = parcel.address
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = message_id(parcel.name, sender)
    letter["Auto-Submitted"] = "auto-generated"
    foot = _in(FOOT, parcel.language)
    told = list(zip(titles, parcel.lines, strict=True))
    plain = "\n\n".join(f"{title}\n{line.ref}\n{line.link}" for title, line in told)
    letter.set_content(f"{plain}\n\n-- \n{foot}\n")
    letter.add_alternative(_html(subject, told, foot, parcel.language), subtype="html")
    # Last: setting the content clears what says something of it.
    letter["Content-Language"] = parcel.language
    return letter


def message_id(name: str, sender: str) -> str:
    """The same for a parcel whenever it is sent."""
    return f"<{name}@{sender.rpartition('@')[2]}>"


def _html(subject: str, told: Sequence[tuple[str, Line]], foot: str, language: str) -> str:
    items = "".join(
        f'<p><a href="{escape(line.link)}">{escape(title)}</a><br>{escape(line.ref)}</p>' for title, line in told
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f"<body>{items}<hr><p><small>{escape(foot)}</small></p></body></html>"
    )


def _told(code: int, said: bytes | str) -> Later | Never:
    """What a server's answer to one letter means (RFC 5321 4.2.1)."""
    words = _coded(code, said)
    if code == CLOSING:
        return Away(words)
    return Never(words) if 500 <= code < 600 else Later(words)


def _coded(code: int, said: bytes | str) -> str:
    """A server's answer to one letter as its codes alone: its words may name the recipient in any form."""
    found = STATUS.search(said if isinstance(said, bytes) else said.encode())
    if found is None:
        return str(code)
    about = ABOUT.get(found[1].decode())
    return f"{code} {found[0].decode()}" + (f" ({about})" if about else "")


def _words(code: int, said: bytes | str) -> str:
    """A server's answer before it knows of any recipient."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {one_line(text)}"[:LONGEST_REASON]


def _in(text: Text, language: str) -> str:
    return text.en if language == "en" else text.id
