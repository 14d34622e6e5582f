"""The data folder: one owner at a time, a format number, the demo's master key and the notes for other shells."""

import contextlib
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from workflow.settings import KEY_FILE, RUN_NOTES

FORMAT = 1
"""Raised when an older Selaras could not use the folder."""


class FolderError(Exception):
    """The data folder cannot be used; the message says why and what to do."""


class DataFolder:
    """`path` while we hold it: `open()` takes it, `close()` lets go and leaves no lock behind."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    def open(self) -> None:
        """Take the folder for ourselves. Raises FolderError when it is taken, unusable or from a newer Selaras."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = self._take()
            self._check_format()
        except (OSError, ValueError) as error:
            self.close()
            raise FolderError(f"the data folder {self.path} cannot be used: {error}; set another DATA_DIR") from error

    def close(self) -> None:
        if self._lock is not None:
            (self.path / "lock").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def make_master_key(self) -> bool:
        """Make the demo's key, readable by us alone, unless there is one; True when it was made."""
        try:
            handle = os.open(self.path / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(handle, "w") as key:
            key.write(secrets.token_bytes(32).hex() + "\n")
        return True

    def notes(self) -> dict[str, Any]:
        """What a run wrote for other shells; empty when none runs or none was killed."""
        with contextlib.suppress(OSError, ValueError):
            notes = json.loads((self.path / RUN_NOTES).read_text())
            return notes if isinstance(notes, dict) else {}
        return {}

    def write_notes(self, notes: dict[str, Any]) -> None:
        """Replace the notes in one step; they hold addresses that may carry a password, so nobody else reads them."""
        draft = self.path / f"{RUN_NOTES}.new"
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(notes, file, indent=1)
        draft.replace(self.path / RUN_NOTES)

    def forget_notes(self) -> None:
        (self.path / RUN_NOTES).unlink(missing_ok=True)

    def _take(self) -> int:
        path = self.path / "lock"
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                notes = self.notes()
                where = f" at {notes['url']} (process {notes['pid']})" if "url" in notes else ""
                raise FolderError(
                    f"Selaras already runs from {self.path}{where}: stop it first, or set another DATA_DIR and PORT"
                ) from None
            # The one before us removes the file on its way out: a lock on a removed file holds nothing.
            with contextlib.suppress(FileNotFoundError):
                if os.stat(path).st_ino == os.fstat(handle).st_ino:
                    return handle
            os.close(handle)

    def _check_format(self) -> None:
        path = self.path / "format"
        found = int(path.read_text()) if path.exists() else FORMAT
        if found > FORMAT:
            self.close()
            raise FolderError(
                f"{self.path} was written by a newer Selaras (format {found}, this one knows {FORMAT}): "
                "use that version, or set another DATA_DIR"
            )
        path.write_text(f"{FORMAT}\n")
