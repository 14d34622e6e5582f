"""Bounds a call as a whole: a timeout for each read bounds no receiver that drips."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def cut_after(seconds: float, line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Whoever still waits on the line after so many seconds finds it closed. `line` is asked when the time is up."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            if (open_line := line()) is not None:
                open_line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
