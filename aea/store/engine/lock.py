"""A lock file: one process at a time ingests, so no bytes are read twice."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLL_SECONDS = 0.005
_PAUSE_SECONDS = 0.01  # long enough for a process that polls
_held: list[int] = []


@contextmanager
def writer_lock(wait_seconds: float) -> Iterator[None]:
    """Hold the lock of this data directory. BusyError if another process holds it for longer than `wait_seconds`."""
    directory = paths.data_dir()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(directory / "writer.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _wait(handle, clock.monotonic() + wait_seconds)
        _held.append(handle)
        yield
    finally:
        if handle in _held:
            _held.remove(handle)
        os.close(handle)  # releases the lock, as a kill does


def let_others_write(wait_seconds: float = 60.0) -> None:
    """Release the lock for a moment, between two transactions of a long task. BusyError if it is not given back."""
    for handle in _held:
        fcntl.flock(handle, fcntl.LOCK_UN)
        time.sleep(_PAUSE_SECONDS)
        _wait(handle, clock.monotonic() + wait_seconds)


def _wait(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if clock.monotonic() >= deadline:
                message = "another aea process is reading sessions and commits"
                raise BusyError(message, "wait for it to end, or try again") from None
            time.sleep(_POLL_SECONDS)
        else:
            return
