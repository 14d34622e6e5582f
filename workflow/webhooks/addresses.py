"""Where a webhook may go: a public address over TLS, or a network that the operator allows.

What is refused is refused before any connection. The name is looked up once, and the connection goes to the address
that was judged: a name that changes in between reaches nothing else.
Source: OWASP, Server-Side Request Forgery Prevention.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from workflow.domain.words import Text

LONGEST = 2000
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LookUp = Callable[[str, int], Sequence[str]]
"""(name, port) → addresses. Raises OSError."""


class Refused(Exception):
    """An address to which nothing is sent; `say` is the reason."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.say = Text(indonesian, english)


def _only_tls() -> Refused:
    return Refused("Di luar jaringan sendiri hanya https yang diizinkan", "Outside our own network only https is used")


class Target(Struct, frozen=True):
    """An address as judged: connect to `ip`, speak to `host`."""

    secure: bool
    host: str
    ip: str
    port: int
    path: str
    """With the query."""


def networks(text: str) -> tuple[Network, ...]:
    """Networks from a setting, as `10.0.0.0/8, fd00::/8`. Raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def check_form(url: str) -> SplitResult:
    """What can be said of an address without looking it up. Raises Refused."""
    if len(url) > LONGEST or not url.isascii() or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise Refused("Alamat terlalu panjang atau memuat tanda yang tidak sah", "The address is too long or unclean")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("Alamat tidak dapat dibaca", "The address cannot be read") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise Refused("Alamat harus berupa https://…", "The address has to be https://…")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(
            "Alamat tidak boleh memuat nama pengguna, sandi, atau tanda #",
            "The address may hold no user, password or fragment",
        )
    return parts


def check(url: str, allowed: Sequence[Network]) -> None:
    """All that can be said of an address before its name is looked up. Raises Refused."""
    if check_form(url).scheme == "http" and not allowed:
        raise _only_tls()
    with suppress(OSError):
        judged(url, allowed, _written)


def _written(host: str, port: int) -> list[str]:
    """The address that is written instead of a name. Raises OSError where it is a name."""
    if host == "localhost":
        return ["127.0.0.1"]
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        raise OSError("a name") from None


def judged(url: str, allowed: Sequence[Network], look_up: LookUp = look_up) -> Target:
    """Where a message to this address goes. Raises Refused, and OSError where its name is not known now."""
    parts = check_form(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in look_up(host, port)]
    if not found:
        raise OSError("the name has no address")
    inner = all(any(address in network for network in allowed) for address in found)
    if not inner and not all(_public(address) for address in found):
        raise Refused(
            "Alamat menunjuk ke jaringan dalam yang tidak diizinkan",
            "The address leads into a network that is not allowed",
        )
    if not secure and not inner:
        raise _only_tls()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure=secure, host=host, ip=str(found[0]), port=port, path=path)


def _public(address: Address) -> bool:
    """True for an address of the open internet, also where an IPv6 address only wraps one of IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
    return address.is_global and not address.is_multicast
