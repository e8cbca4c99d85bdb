"""What a watcher offers, and which one serves this platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aea.daemon.hints import Hints


class Watcher(Protocol):
    """Tells `Hints` of every change below the directories that it was given. Never of reads."""

    is_ordered: bool  # hints arrive in the order of the changes, whatever the directories

    def add(self, root: str, *, is_recursive: bool) -> None:
        """Watch a directory, or it and all below it; again is the same as once.

        OSError when the root cannot be watched (ENOENT, ENOSPC: the limit of watches is reached).
        """

    def is_watched(self, root: str) -> bool:
        """Whether the directory now at `root` is watched: not one that was there before."""

    def lost(self) -> dict[str, str]:
        """Directories below the roots that could not be watched, with the reason."""

    def count(self) -> int:
        """How many directories are watched."""

    def stop(self) -> None:
        """End the thread and all watches."""


def make_watcher(hints: Hints) -> Watcher:
    """The watcher of this platform."""
    if sys.platform == "linux":
        from aea.daemon.inotify import InotifyWatcher

        return InotifyWatcher(hints)
    from aea.daemon.observer import ObserverWatcher

    return ObserverWatcher(hints)
