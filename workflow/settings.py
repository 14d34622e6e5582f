"""Where the engine finds database, broker, data folder and master key: the environment, else the running server."""

import base64
import binascii
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

RUN_NOTES = "run.json"
"""Written by the launcher into the data folder, mode 600."""
KEY_FILE = "master.key"
PACES = ("gateway_per_second", "mail_per_second", "webhook_per_second")


class BadSettings(Exception):
    """A setting is missing or unusable; the message says which and how to mend it."""


class Settings(Struct, frozen=True, kw_only=True):
    database_url: str
    broker_url: str
    data_dir: Path
    master_key: bytes
    """32 bytes."""
    demo: bool = False
    """True where demonstration and development commands are allowed."""
    public_url: str = ""
    """Where people reach the system, without a slash at its end; messages link there. Empty: links are paths."""
    smtp_url: str | None = None
    """`smtps://USER:PASSWORD@HOST:PORT`, `smtp://…` with STARTTLS, `smtp-plain://…` without TLS; None: no mail."""
    mail_from: str = ""
    """The address that mail comes from."""
    webhook_networks: str = ""
    """Inner networks to which webhooks may go, as `10.0.0.0/8, fd00::/8`; empty: to public addresses only."""
    gateway_url: str | None = None
    """Where messages to phones are handed over; None: none are sent, and nobody can choose them."""
    gateway_secret: str = ""
    """`whsec_…` by which the gateway and we sign; two, the new one first, while it is being replaced."""
    gateway_networks: str = ""
    """Inner networks in which the gateway may be, as `10.0.0.0/8`; empty: at a public address only."""
    gateway_per_second: float = 20.0
    """Messages that the gateway gets at most, from all processes together."""
    mail_per_second: float = 100.0
    """Letters that the mail server gets at most, from all processes together."""
    webhook_per_second: float = 200.0
    """Messages that one receiver of webhooks gets at most."""
    documents_url: str | None = None
    """`s3://BUCKET/PREFIX` for an S3-style store; None: the data folder."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment, filling gaps from DATA_DIR/run.json. Raises BadSettings."""
        data_dir = Path(environ.get("DATA_DIR") or "var").absolute()
        notes = _run_notes(data_dir / RUN_NOTES)
        database_url = environ.get("DATABASE_URL") or notes.get("database_url")
        broker_url = environ.get("BROKER_URL") or notes.get("broker_url")
        if not database_url or not broker_url:
            raise BadSettings(
                "no server is known: start one with `make run`, or set DATABASE_URL and BROKER_URL"
                f" (looked in {data_dir / RUN_NOTES})"
            )
        return cls(
            database_url=database_url,
            broker_url=broker_url,
            data_dir=data_dir,
            master_key=_master_key(environ.get("SELARAS_MASTER_KEY"), data_dir / KEY_FILE),
            demo=(environ.get("DEMO", "1" if notes.get("demo") else "0")) != "0",
            public_url=(environ.get("PUBLIC_URL") or "").rstrip("/"),
            smtp_url=environ.get("SMTP_URL") or None,
            mail_from=environ.get("MAIL_FROM") or "",
            webhook_networks=environ.get("WEBHOOK_NETWORKS", ""),
            gateway_url=environ.get("GATEWAY_URL") or None,
            gateway_secret=environ.get("GATEWAY_SECRET", ""),
            gateway_networks=environ.get("GATEWAY_NETWORKS", ""),
            **_paces(environ),
            documents_url=environ.get("DOCUMENTS_URL"),
        )


def _paces(environ: Mapping[str, str]) -> dict[str, float]:
    """How much each channel's receivers get a second, where the environment says so."""
    found = {}
    for name in PACES:
        text = environ.get(name.upper())
        if not text:
            continue
        try:
            found[name] = float(text)
        except ValueError:
            found[name] = 0.0
        if not 0 < found[name] < math.inf:
            raise BadSettings(f"{name.upper()} is {text!r}, where a number above 0 is needed, as 20 or 0.5")
    return found


def _run_notes(path: Path) -> dict[str, str]:
    try:
        notes = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadSettings(f"{path} cannot be read: {error}") from error
    return notes if isinstance(notes, dict) else {}


def _master_key(given: str | None, path: Path) -> bytes:
    if not given:
        try:
            if path.stat().st_mode & 0o077:
                raise BadSettings(f"{path} may be read by others: chmod 600 it")
            given = path.read_text().strip()
        except FileNotFoundError:
            raise BadSettings(
                f"no master key: set SELARAS_MASTER_KEY (32 bytes as hex or base64) or restore {path}"
            ) from None
    try:
        key = bytes.fromhex(given) if len(given) == 64 else base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        raise BadSettings("the master key is neither hex nor base64") from None
    if len(key) != 32:
        raise BadSettings(f"the master key has {len(key)} bytes where 32 are needed")
    return key
