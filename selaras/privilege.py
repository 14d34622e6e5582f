"""Runs an engine without root's rights: in a user namespace, as another user, or plainly where we are not root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Literal

Way = Literal["plain", "namespace", "user"]
UNPRIVILEGED = 65534


@lru_cache(1)
def way() -> Way:
    """How engines are started here: root is refused by Postgres, and user namespaces are closed on some hosts."""
    if os.geteuid() != 0:
        return "plain"
    unshare = shutil.which("unshare")
    if unshare and _succeeds([unshare, *_mapping(), "true"]):
        return "namespace"
    return "user"


def spawn(
    argv: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    output: IO[Any] | int | None = None,
    dies_with_parent: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` in its own session without root's rights.

    `dies_with_parent` names the signal sent to it when we are killed; elsewhere than on Linux the next start cleans up.
    """
    command = bound_to_parent(argv, dies_with_parent) if dies_with_parent else list(argv)
    identity: dict[str, Any] = {}
    if way() == "namespace":
        command = ["unshare", *_mapping(), *command]
    elif way() == "user":
        account = _account()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        command,
        env=dict(os.environ if environ is None else environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        **identity,
    )


def bound_to_parent(argv: Sequence[str], sign: str) -> list[str]:
    """`argv` so that it gets `sign` when the thread that starts it ends; unchanged where the system cannot."""
    return ["setpriv", "--pdeathsig", sign, *argv] if _can_die_with_parent() else list(argv)


def private_folder(folder: Path) -> Path:
    """Make `folder` with mode 700, owned by whoever the engine runs as."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if way() == "user":
        account = _account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def ours(folder: Path) -> bool:
    """Whether `folder` is free to make, or a folder that we or our engines own; a link is neither."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), _account().pw_uid}


def _mapping() -> list[str]:
    account = _account()
    return ["--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}"]


def _account() -> pwd.struct_passwd:
    """Postgres wants its user in the password file: nobody, or else the last who is not root."""
    try:
        return pwd.getpwuid(UNPRIVILEGED)
    except KeyError:
        return max(pwd.getpwall(), key=lambda one: one.pw_uid)


@lru_cache(1)
def _can_die_with_parent() -> bool:
    return bool(shutil.which("setpriv")) and _succeeds(["setpriv", "--pdeathsig", "keep", "true"])


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
