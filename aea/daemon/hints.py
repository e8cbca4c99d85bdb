"""Paths at which something happened, on their way from the watching thread to the loop."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

LIMIT = 20_000  # more than a burst: look at everything instead


class Hints:
    """Collected by one thread, taken by another, which waits for `fileno` to become readable."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: dict[str, None] = {}  # in the order in which they were first told
        self._is_everything = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """Readable when there are hints."""
        return self._reader

    def tell(self, path: str) -> None:
        """Something happened at a path."""
        with self._lock:
            is_first = not self._paths
            self._paths[path] = None
            if len(self._paths) > LIMIT:
                self._paths.clear()
                self._is_everything = True
        if is_first:
            self._wake()

    def tell_everything(self) -> None:
        """Events were lost: only a look at every source finds what happened."""
        with self._lock:
            self._is_everything = True
        self._wake()

    def take(self) -> tuple[list[str], bool]:
        """(paths, whether everything must be looked at) since the last call."""
        with suppress(BlockingIOError):
            os.read(self._reader, 4096)
        with self._lock:
            found = list(self._paths), self._is_everything
            self._paths, self._is_everything = {}, False
        return found

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # the pipe is full: the reader wakes anyway
            os.write(self._writer, b"\0")

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._reader)
        os.close(self._writer)
