"""Watch directories on systems without inotify, with watchdog's Observer."""

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

    from aea.daemon.change_queue import ChangeQueue

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
    def __init__(self, changes: ChangeQueue) -> None:
        self._changes = changes

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory and isinstance(event, DirMovedEvent | DirCreatedEvent):
            self._changes.add_overflow()  # its contents may not have had events of their own
        for path in (event.src_path, event.dest_path):
            if path:
                self._changes.add(os.fsdecode(path))


class ObserverWatcher:
    """Uses FSEvents, kqueue or ReadDirectoryChangesW. See aea.daemon.watcher."""

    is_ordered = False

    def __init__(self, changes: ChangeQueue) -> None:
        self._handler = _Handler(changes)
        self._watched: dict[str, tuple[ObservedWatch, int]] = {}
        self._observer = Observer()
        self._observer.start()

    def add(self, root: str, *, is_recursive: bool) -> None:
        """See Watcher.add."""
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
        """See Watcher.is_watched."""
        try:
            return root in self._watched and os.stat(root).st_ino == self._watched[root][1]
        except OSError:
            return False

    def lost(self) -> dict[str, str]:
        """The Observer does not report directories below the roots."""
        return {}

    def count(self) -> int:
        """Return the number of watched roots."""
        return len(self._watched)

    def stop(self) -> None:
        """See Watcher.stop."""
        self._observer.stop()
        self._observer.join(5)
