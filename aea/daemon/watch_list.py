"""The directories to watch: provider roots, the spool, and the refs of known repositories."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.ingest import repository_stat
from aea.sources import tree
from aea.sources.registry import SOURCES
from aea.store.write import repositories

if TYPE_CHECKING:
    from aea.daemon.watcher import Watcher
    from aea.sources.base import Source
    from aea.store.engine.db import Connection

# inotify does not see changes made by another machine or by the host of a virtual machine.
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "drvfs", "virtiofs", "vboxsf"})
_REMOTE |= {"afs", "ceph", "glusterfs", "lustre", "prl_fs", "vmhgfs", "sshfs"}
_REF_NAMES = frozenset({"HEAD", "packed-refs", "tables.list", "shallow"})


class _Root(NamedTuple):
    path: str
    is_recursive: bool
    repository: str | None  # the root of the repository whose refs are in `path`


class WatchList:
    """Watches what it can, and records the reason for what it cannot."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._unwatched: dict[str, str] = {}
        self._repositories: dict[str, str] = {}  # git directory -> root of the repository
        self._sessions: list[tuple[str, Source]] = []  # (root with a trailing slash, provider)

    def refresh(self, connection: Connection | None) -> None:
        """Watch what has appeared, and what was replaced, since the last call."""
        self._sessions = [(f"{root}/", source) for root, source in _provider_roots()]
        self._unwatched = {}
        mounts = _mounts()
        for root in (*_fixed_roots(), *(_git_roots(connection) if connection else ())):
            if root.repository is not None:
                self._repositories[root.path] = root.repository
            self._watch(root, mounts)
        for path, reason in self._watcher.lost().items():
            self._unwatched[path] = reason

    def _watch(self, root: _Root, mounts: list[tuple[str, str]]) -> None:
        system = _file_system(os.path.realpath(root.path), mounts)
        if system in _REMOTE or system.startswith("fuse"):
            self._unwatched[root.path] = f"a {system} file system does not report changes"
            return
        try:
            self._watcher.add(root.path, is_recursive=root.is_recursive)
        except FileNotFoundError:
            return  # removed in the meantime
        except OSError as error:
            self._unwatched[root.path] = error.strerror or str(error)

    def unwatched(self) -> dict[str, str]:
        """Return the directories that cannot be watched and must be scanned, with the reason."""
        return dict(self._unwatched)

    def is_reliable(self) -> bool:
        """Return True if every change is reported, in order."""
        return self._watcher.is_ordered and not self._unwatched

    def find_repository(self, path: str) -> str | None:
        """Return the root of the repository whose refs are at a changed path, or None."""
        folder, _, name = path.rpartition("/")
        if folder in self._repositories:
            return self._repositories[folder] if name in _REF_NAMES else None
        while folder:
            folder, _, name = folder.rpartition("/")
            if name in {"refs", "logs", "worktrees", "reftable"} and folder in self._repositories:
                return self._repositories[folder]
        return None

    def is_above_root(self, path: str) -> bool:
        """Return True if a provider's root may have appeared or disappeared below a changed path."""
        return any(root.startswith(f"{path}/") for root, _ in self._sessions)

    def find_source(self, path: str) -> Source | None:
        """Return the provider to which a session file at this path belongs, or None."""
        for root, source in self._sessions:
            if path.startswith(root) and source.is_session(path):
                return source
        return None


def _provider_roots() -> list[tuple[str, Source]]:
    return [
        (str(root), source)
        for source in SOURCES
        for root in source.roots(paths.home(), dict(os.environ))
    ]


def _fixed_roots() -> list[_Root]:
    roots = [_Root(str(paths.spool().parent), is_recursive=False, repository=None)]
    for path, source in _provider_roots():
        if os.path.isdir(path):
            links = tree.followed_links(path, source.OTHER_FOLDERS)
            roots += [_Root(place, is_recursive=True, repository=None) for place in (path, *links)]
        else:
            roots.append(_Root(_nearest(path), is_recursive=False, repository=None))
    return roots


def _nearest(path: str) -> str:
    """Return the nearest existing parent, in which the missing directory will appear."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _git_roots(connection: Connection) -> list[_Root]:
    roots = []
    for _, root in repositories.list_roots(connection):
        git = repository_stat.find_common_dir(root)
        if git is None:
            continue
        roots.append(_Root(git, is_recursive=False, repository=root))
        for name, is_recursive in (
            ("logs", False),
            ("refs", True),
            ("worktrees", True),
            ("reftable", False),
        ):
            path = os.path.join(git, name)
            if os.path.isdir(path):
                roots.append(_Root(path, is_recursive=is_recursive, repository=None))
    return roots


def _file_system(path: str, mounts: list[tuple[str, str]]) -> str:
    """Return the kernel's name of the file system that holds a path, or "" if unknown."""
    best, kind = "", ""
    for mount, name in mounts:
        if len(mount) >= len(best) and (path == mount or path.startswith(mount.rstrip("/") + "/")):
            best, kind = mount, name
    return kind


def _mounts() -> list[tuple[str, str]]:
    """Return (mount point, file system) of every mount, later ones last. Empty outside Linux."""
    if sys.platform != "linux":
        return []
    found = []
    with open("/proc/self/mountinfo", "rb") as file:
        for line in file:
            fields = line.split(b" ")
            point = fields[4].decode("unicode_escape").encode("latin-1")  # a blank is \\040 there
            found.append((os.fsdecode(point), os.fsdecode(fields[fields.index(b"-") + 1])))
    return found
