"""Watch directories on Linux with watchdog's inotify thread (docs/adr/0013).

watchdog's own Observer is not used: it delays every event after a rename by half a second, starts a thread per
root, does not keep the order between roots, and does not report sub-directories that it cannot watch.
"""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyEvent

    from aea.daemon.change_queue import ChangeQueue

_MASK = Mask(
    InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
    | InotifyConstants.IN_EXCL_UNLINK
)
_OURS = CallbackId(1)


class _Watched(NamedTuple):
    path: str
    is_recursive: bool
    inode: int


class InotifyWatcher:
    """One inotify instance and one thread for all directories. See aea.daemon.watcher."""

    is_ordered = True

    def __init__(self, changes: ChangeQueue) -> None:
        self._changes = changes
        self._lock = threading.RLock()  # the thread must not see a watch before it is registered
        self._watched: dict[WatchDescriptor, _Watched] = {}
        self._descriptors: dict[str, WatchDescriptor] = {}
        self._lost: dict[str, str] = {}
        self._inotify = InotifyFD()
        self._inotify.daemon = True
        self._inotify.start()

    def add(self, root: str, *, is_recursive: bool) -> None:
        """See Watcher.add."""
        with self._lock:
            if self.is_watched(root):
                return
            self._lost = {
                path: reason for path, reason in self._lost.items() if not _is_at(path, root)
            }
            self._add_one(root, is_recursive=is_recursive, is_root=True)
            if is_recursive:
                self._add_below(root, reports_files=False)

    def is_watched(self, root: str) -> bool:
        """See Watcher.is_watched."""
        descriptor = self._descriptors.get(root)
        known = self._watched.get(descriptor) if descriptor is not None else None
        try:
            return known is not None and os.stat(root).st_ino == known.inode
        except OSError:
            return False

    def lost(self) -> dict[str, str]:
        """See Watcher.lost."""
        with self._lock:
            return dict(self._lost)

    def count(self) -> int:
        """See Watcher.count."""
        return len(self._watched)

    def stop(self) -> None:
        """See Watcher.stop."""
        self._inotify.stop()
        self._inotify.join(5)

    # The following methods run in the inotify thread.

    def on_event(self, event: InotifyEvent) -> None:
        """Handle one change in a watched directory."""
        with self._lock:
            known = self._watched.get(event.wd)
            if known is None:
                return
            path = os.path.join(known.path, os.fsdecode(event.name)) if event.name else known.path
            if event.is_directory and event.name:
                self._on_directory(event, path, known)
            elif event.is_move_self:
                self._forget(known.path)
        self._changes.add(path)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Forget a watched directory that was deleted."""
        with self._lock:
            known = self._watched.pop(wd, None)
            if known and self._descriptors.get(known.path) == wd:
                del self._descriptors[known.path]

    def on_queue_overflow(self) -> None:
        """Watch the directories that may have been created among the dropped events."""
        with self._lock:
            roots = [known.path for known in self._watched.values() if known.is_recursive]
            for root in roots:
                self._add_below(root, reports_files=False, is_new_only=True)
        self._changes.add_overflow()

    def _on_directory(self, event: InotifyEvent, path: str, known: _Watched) -> None:
        if event.is_moved_from:
            self._forget(path)
            self._changes.add_overflow()  # every path below it was renamed or removed
        elif (event.is_create or event.is_moved_to) and known.is_recursive:
            with suppress(OSError):
                self._add_one(path, is_recursive=True)
            self._add_below(path, reports_files=True)

    def _add_one(self, path: str, *, is_recursive: bool, is_root: bool = False) -> None:
        """Watch one directory. Only a root may be a symbolic link: people move a provider's directory that way."""
        mask = Mask(_MASK & ~InotifyConstants.IN_DONT_FOLLOW) if is_root else _MASK
        try:
            inode = os.stat(path, follow_symlinks=is_root).st_ino
            known = self._watched.get(self._descriptors.get(path, WatchDescriptor(-1)))
            if known is not None and known.inode == inode and not is_root:
                return  # already found while reading its parent, before its own event arrived
            descriptor = self._inotify.add_callback(os.fsencode(path), mask, self, _OURS)
        except OSError as error:
            if error.errno not in {errno.ENOENT, errno.ENOTDIR}:  # otherwise it was removed again
                self._lost[path] = error.strerror or str(error)
            raise
        if descriptor < 0:  # watchdog does not raise for an unreadable directory
            self._lost[path] = os.strerror(errno.EACCES)
            return
        before = self._watched.get(descriptor)
        if before is not None and before.path != path:
            self._descriptors.pop(before.path, None)
        self._watched[descriptor] = _Watched(path, is_recursive, inode)
        self._descriptors[path] = descriptor

    def _add_below(self, root: str, *, reports_files: bool, is_new_only: bool = False) -> None:
        """Watch the directories below `root`. Files created before their watch can be reported."""
        for entry in _entries(root):
            if not entry.is_dir(follow_symlinks=False):
                if reports_files:
                    self._changes.add(entry.path)
            elif not (is_new_only and entry.path in self._descriptors):
                with suppress(OSError):
                    self._add_one(entry.path, is_recursive=True)
                    self._add_below(entry.path, reports_files=reports_files)

    def _forget(self, root: str) -> None:
        """Remove the watches of a renamed directory. They would report its old name."""
        stale = [path for path in self._descriptors if _is_at(path, root)]
        descriptors = [self._descriptors.pop(path) for path in stale]
        for descriptor in descriptors:
            self._watched.pop(descriptor, None)
        with suppress(OSError):
            self._inotify.remove_callbacks([(descriptor, _OURS) for descriptor in descriptors])


def _is_at(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
