"""A queue of changed paths, from the watching thread to the loop."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

LIMIT = 20_000  # above this, a scan of all sources is cheaper


class ChangeQueue:
    """Filled by one thread and drained by another, which waits for `fileno` to become readable."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: dict[str, None] = {}  # in the order of their first change
        self._is_overflow = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """The file descriptor that becomes readable when paths are queued."""
        return self._reader

    def add(self, path: str) -> None:
        """Queue a changed path."""
        with self._lock:
            is_first = not self._paths
            self._paths[path] = None
            if len(self._paths) > LIMIT:
                self._paths.clear()
                self._is_overflow = True
        if is_first:
            self._wake()

    def add_overflow(self) -> None:
        """Record that events were lost, so that all sources must be scanned."""
        with self._lock:
            self._is_overflow = True
        self._wake()

    def drain(self) -> tuple[list[str], bool]:
        """Return (changed paths, whether all sources must be scanned) since the last call."""
        with suppress(BlockingIOError):
            os.read(self._reader, 4096)
        with self._lock:
            found = list(self._paths), self._is_overflow
            self._paths, self._is_overflow = {}, False
        return found

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # a full pipe wakes the reader anyway
            os.write(self._writer, b"\0")

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._reader)
        os.close(self._writer)
