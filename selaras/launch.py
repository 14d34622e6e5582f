"""`make run`: engines, schema, demo, web server, worker and beat, in front until told to stop."""

import contextlib
import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from selaras.children import MARK, Child, end_all, end_marked, last_line
from selaras.engines import BrokerServer, EngineError, PostgresServer
from selaras.folder import DataFolder, FolderError
from selaras.progress import shown

HOST = "127.0.0.1"
READY_WITHIN = 90.0
"""Seconds for the web server to answer that it is ready."""
HOPELESS = 4
"""Deaths of one child before it is given up while starting."""


class CannotStart(Exception):
    """The system cannot start; the message says why and what to do."""


class Stopped(BaseException):
    """A signal came while starting."""


class Launch:
    """One run of the whole system from one data folder."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.port = _port(environ.get("PORT") or "8000")
        self.url = f"http://{HOST}:{self.port}"
        self.demo = environ.get("DEMO") or "1"
        """`1` all of the demo, `few` its small cast, `0` none."""
        self.folder = DataFolder(Path(environ.get("DATA_DIR") or "var"))
        self.run_id = secrets.token_hex(8)
        self.engines: list[PostgresServer | BrokerServer] = []
        self.children: list[Child] = []
        self.sign_ins: list[str] = []
        self.stopping = threading.Event()
        self.starting = True
        self._ours = False

    def start(self) -> None:
        """Start all and return once it is ready. Raises CannotStart, EngineError, FolderError, Stopped."""
        self.folder.open()
        self._ours = True
        left = self.folder.notes().get("run")
        if left:
            end_marked(left)
        port_is_free(self.port)
        self.folder.write_notes({"run": self.run_id, "pid": os.getpid()})
        say(f"Selaras starts from {self.folder.path} (logs in {self.logs})")
        environ = self._settings()
        self._prepare(environ)
        self.children = children(self.port, environ, self.logs)
        for child in self.children:
            child.start()
        self._wait_until_ready()
        self.starting = False

    def watch(self) -> None:
        """Keep all alive until a signal comes."""
        while not self.stopping.wait(0.25):
            for child in self.children:
                line = child.revive()
                if line:
                    say(line)
            for engine in self.engines:
                if not engine.alive():
                    say(f"{engine.program} ended, again now")
                    self._start_engine(engine)

    def stop(self) -> None:
        """End everything in the order of need; leaves no process, no lock and no notes."""
        with contextlib.ExitStack() as last_to_first:
            if self._ours:
                last_to_first.callback(self.folder.close)
                last_to_first.callback(self.folder.forget_notes)
                last_to_first.callback(end_marked, self.run_id)
            for engine in self.engines:
                last_to_first.callback(engine.stop)
            last_to_first.callback(end_all, self.children)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()
        if self.starting:
            self.starting = False
            raise Stopped

    @property
    def logs(self) -> Path:
        return self.folder.path / "logs"

    def _settings(self) -> dict[str, str]:
        """Start the engines that nobody named, and note where they are; the environment of every child."""
        self.logs.mkdir(exist_ok=True)
        database_url, broker_url = self.environ.get("DATABASE_URL"), self.environ.get("BROKER_URL")
        if not database_url:
            database_url = self._engine(PostgresServer(self.folder.path, dies_with_parent=True))
        if not broker_url:
            broker_url = self._engine(BrokerServer(self.folder.path, dies_with_parent=True))
        if not self.environ.get("SELARAS_MASTER_KEY") and self.folder.make_master_key():
            say(f"made a demo master key in {self.folder.path}: keep it, personal data cannot be opened without it")
        found = {"database_url": database_url, "broker_url": broker_url, "demo": self.demo != "0"}
        self.folder.write_notes({"run": self.run_id, "pid": os.getpid(), "url": self.url, **found})
        return {
            **self.environ,
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "DATA_DIR": str(self.folder.path),
            "DEMO": self.demo,
            "PORT": str(self.port),
            # A message whose link leads nowhere is of no use.
            "PUBLIC_URL": self.environ.get("PUBLIC_URL") or self.url,
            MARK: self.run_id,
        }

    def _engine(self, engine: PostgresServer | BrokerServer) -> str:
        self.engines.append(engine)
        return engine.start()

    def _start_engine(self, engine: PostgresServer | BrokerServer) -> None:
        try:
            engine.start()
        except EngineError as error:
            say(str(error))
            self.stopping.wait(2)

    def _prepare(self, environ: Mapping[str, str]) -> None:
        """Make the database ready in a process of its own: what it loads need not stay loaded here."""
        log = self.logs / "prepare.log"
        with log.open("wb") as errors:
            command = [sys.executable, "-m", "selaras.prepare"]
            with subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE, stderr=errors, text=True) as run:
                assert run.stdout is not None
                try:
                    self.sign_ins = shown(run.stdout)
                except BaseException:
                    run.kill()
                    raise
        if run.returncode:
            raise CannotStart(f"{last_line(log)} (see {log})")

    def _wait_until_ready(self) -> None:
        tries = int(READY_WITHIN / 0.1)
        for _ in range(tries):
            if answers(f"{self.url}/readyz"):
                return
            self.stopping.wait(0.1)
            for child in self.children:
                child.revive()
                if child.deaths >= HOPELESS:
                    raise CannotStart(f"{child.name} does not start: {last_line(child.log)} (see {child.log})")
        raise CannotStart(f"{self.url}/readyz was not ready within {READY_WITHIN:g} seconds (see {self.logs})")


def children(port: int, environ: Mapping[str, str], logs: Path) -> list[Child]:
    """The processes of production, one each: the web server, a worker, one that delivers, and the beat."""
    celery = [sys.executable, "-m", "celery", "-A", "workers.app:app"]
    quiet = ["--loglevel", "WARNING"]
    worker = [*celery, "worker", *quiet, "--concurrency", environ.get("WORKERS") or "2", "--without-gossip"]
    worker += ["--without-mingle", "--hostname"]
    beat = [*celery, "beat", *quiet, "--pidfile="]
    commands = {
        "web": granian(port, environ, "api.wsgi:app"),
        "worker": [*worker, f"selaras-{port}@%h"],
        "deliver": [*worker, f"selaras-deliver-{port}@%h"],
        "beat": beat,
    }
    queues = {"worker": "project,keep,clock", "deliver": "mail,phone,webhook"}
    return [
        Child(name, argv, {**environ, "SELARAS_QUEUES": queues.get(name, "")}, logs / f"{name}.log")
        for name, argv in commands.items()
    ]


def granian(port: int, environ: Mapping[str, str], application: str) -> list[str]:
    """The web server's command line for a WSGI application."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", environ.get("WEB_WORKERS") or "1", "--blocking-threads", environ.get("WEB_THREADS") or "8"]
    command += ["--http", "1", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    return [*command, "--log-level", "warning", application]


def port_is_free(port: int) -> None:
    """Raise CannotStart when something listens there already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise CannotStart(f"port {port} {why}: stop what uses it, or choose another: make run PORT=8001") from None


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def say(line: str) -> None:
    print(line, flush=True)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}, where a number from 1 to 65535 is needed")
    return int(text)


def main() -> int:
    """Run until a signal; 0 after a clean stop, 1 with one line on standard error when it cannot start."""
    try:
        launch = Launch(os.environ)
    except CannotStart as error:
        print(f"Selaras cannot start: {error}", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup asks that a closed terminal ends nothing.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, launch.on_signal)
    try:
        try:
            launch.start()
            say(greeting(launch))
            launch.watch()
        finally:
            launch.starting = False
    except Stopped:
        pass
    except (CannotStart, EngineError, FolderError, OSError) as error:
        print(f"Selaras cannot start: {error}", file=sys.stderr)
        return 1
    finally:
        launch.stop()
    say("Selaras has stopped.")
    return 0


def greeting(launch: Launch) -> str:
    """What a newcomer sees: where it is, who can sign in, and how to stop it."""
    lines = [f"Selaras is ready: {launch.url}"]
    if launch.sign_ins:
        lines += ["", *launch.sign_ins, "", "A token for the API: .venv/bin/selaras token NAME"]
    return "\n".join([*lines, "Ctrl-C stops it."])


if __name__ == "__main__":
    sys.exit(main())
