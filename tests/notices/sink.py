"""A mail server of our own, run as a process: keeps what it takes, and misbehaves as the file `mode` says."""

import argparse
import asyncio
import itertools
import ssl
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    """`ok`, or an answer such as `550 5.1.1 …` to the recipient, or after DATA one of:

    `data 450 …`, nothing (`hang`, for one recipient `hang at ADDRESS`), a broken line (`die`), or an answer without
    an end (`drip`).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    @property
    def mode(self) -> str:
        return (self.folder / "mode").read_text().strip()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        (self.folder / "asked").open("a").write(f"{address}\n")
        if self.mode[0].isdigit():
            return filled(self.mode, address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        number = next(self.numbers)
        part = self.folder / f"{number}.part"
        part.write_bytes(envelope.content)
        part.rename(self.folder / f"{number}.eml")
        if self.mode in ("hang", f"hang at {envelope.rcpt_tos[0]}"):
            await asyncio.sleep(60)
        if self.mode == "die":
            server.transport.abort()
        while self.mode == "drip":
            await server.push("250-more")
            await asyncio.sleep(0.05)
        if self.mode.startswith("data "):
            return filled(self.mode.removeprefix("data "), envelope.rcpt_tos[0])
        return "250 OK"


def filled(answer: str, address: str) -> str:
    """An answer that names its recipient, as many servers do."""
    return answer.replace("{address}", address).replace("{local}", address.partition("@")[0])


def signed_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (b"selaras", b"p@ss:word")
    return AuthResult(success=known, handled=False)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("--certificate", type=Path)
    given = asked.parse_args()
    secure: dict[str, Any] = {}
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate)
        secure = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": signed_in,
            "auth_required": True,
        }
    asyncio.run(serve(given.folder, secure))


async def serve(folder: Path, secure: dict[str, Any]) -> None:
    handler = Handler(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler, **secure), "127.0.0.1", 0)
    # The port is the system's choice; whoever waits for the file reads it whole.
    part = folder / "port.part"
    part.write_text(str(server.sockets[0].getsockname()[1]))
    part.rename(folder / "port")
    await server.serve_forever()


if __name__ == "__main__":
    main()
