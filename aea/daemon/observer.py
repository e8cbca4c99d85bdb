"""Watch directories where there is no inotify, through watchdog's Observer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from watchdog.observers.api import ObservedWatch

    from aea.daemon.hints import Hints

_EVENTS: list[type[FileSystemEvent]] = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class _Handler(FileSystemEventHandler):
    def __init__(self, hints: Hints) -> None:
        self._hints = hints

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory and isinstance(event, DirMovedEvent | DirCreatedEvent):
            self._hints.tell_everything()  # what is in it may have come without an event of its own
        for path in (event.src_path, event.dest_path):
            if path:
                self._hints.tell(os.fsdecode(path))


class ObserverWatcher:
    """FSEvents, kqueue or ReadDirectoryChangesW; see aea.daemon.watch."""

    is_ordered = False

    def __init__(self, hints: Hints) -> None:
        self._handler = _Handler(hints)
        self._watched: dict[str, tuple[ObservedWatch, int]] = {}
        self._observer = Observer()
        self._observer.start()

    def add(self, root: str, *, is_recursive: bool) -> None:
        """Watch a directory; see Watcher."""
        if self.is_watched(root):
            return
        inode = os.stat(root).st_ino
        before = self._watched.pop(root, None)
        if before is not None:
            self._observer.unschedule(before[0])
        watch = self._observer.schedule(
            self._handler, root, recursive=is_recursive, event_filter=_EVENTS
        )
        self._watched[root] = watch, inode

    def is_watched(self, root: str) -> bool:
        """Whether what is now at `root` is watched; see Watcher."""
        try:
            return root in self._watched and os.stat(root).st_ino == self._watched[root][1]
        except OSError:
            return False

    def lost(self) -> dict[str, str]:
        """Nothing is known of directories below the roots here."""
        return {}

    def count(self) -> int:
        """How many roots are watched."""
        return len(self._watched)

    def stop(self) -> None:
        """End the threads and all watches."""
        self._observer.stop()
        self._observer.join(5)
