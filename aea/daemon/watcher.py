"""The interface of a watcher, and the implementation for each platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aea.daemon.change_queue import ChangeQueue


class Watcher(Protocol):
    """Reports every change below the given directories to a `ChangeQueue`. Reads are not reported."""

    is_ordered: bool  # changes are reported in order, across all directories

    def add(self, root: str, *, is_recursive: bool) -> None:
        """Watch a directory, optionally with everything below it. Idempotent.

        Raises OSError if the root cannot be watched (ENOENT; ENOSPC: the limit of watches is reached).
        """

    def is_watched(self, root: str) -> bool:
        """Return True if the directory now at `root` is watched, not a former one."""

    def lost(self) -> dict[str, str]:
        """Return the directories below the roots that could not be watched, with the reason."""

    def count(self) -> int:
        """Return the number of watched directories."""

    def stop(self) -> None:
        """Stop the thread and all watches."""


def open_watcher(changes: ChangeQueue) -> Watcher:
    """Open the watcher of this platform."""
    if sys.platform == "linux":
        from aea.daemon.inotify import InotifyWatcher

        return InotifyWatcher(changes)
    from aea.daemon.observer import ObserverWatcher

    return ObserverWatcher(changes)
