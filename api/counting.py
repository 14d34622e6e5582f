"""Where the processes of one server count together."""

import shutil
from pathlib import Path

import psutil


def shared_folder(data_dir: Path, parent: int) -> Path:
    """The folder for the processes of one server, named by their parent; those of servers that ended are removed."""
    room = data_dir / "metrics"
    room.mkdir(parents=True, exist_ok=True)
    for left in room.iterdir():
        if left.name.isdigit() and int(left.name) != parent and not psutil.pid_exists(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    folder = room / str(parent)
    folder.mkdir(exist_ok=True)
    return folder
