"""What must be watched, and what cannot be: provider roots, the spool, the refs of known repositories."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.ingest import signature
from aea.sources.registry import SOURCES
from aea.store.write import repositories

if TYPE_CHECKING:
    from aea.daemon.watch import Watcher
    from aea.sources.base import Source
    from aea.store.engine.db import Connection

# Changes made on another machine, or by another system below, reach no inotify.
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "drvfs", "virtiofs", "vboxsf"})
_REMOTE |= {"afs", "ceph", "glusterfs", "lustre", "prl_fs", "vmhgfs", "sshfs"}
_REF_NAMES = frozenset({"HEAD", "packed-refs", "tables.list", "shallow"})


class _Root(NamedTuple):
    path: str
    is_recursive: bool
    repository: str | None  # the root of the repository whose refs are there


class Places:
    """Watches as far as it goes; says why not where it does not."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._scanned: dict[str, str] = {}
        self._repositories: dict[str, str] = {}  # directory below .git -> root of the repository
        self._sessions: list[tuple[str, Source]] = []  # (root with a slash, provider)

    def refresh(self, connection: Connection | None) -> None:
        """Watch what has appeared since the last call; notice what was made anew in the same place."""
        self._sessions = [(f"{root}/", source) for root, source in _provider_roots()]
        self._scanned = {}
        mounts = _mounts()
        for root in (*_fixed_roots(), *(_git_roots(connection) if connection else ())):
            if root.repository is not None:
                self._repositories[root.path] = root.repository
            self._watch(root, mounts)
        for path, reason in self._watcher.lost().items():
            self._scanned[path] = reason

    def _watch(self, root: _Root, mounts: list[tuple[str, str]]) -> None:
        system = _file_system(os.path.realpath(root.path), mounts)
        if system in _REMOTE or system.startswith("fuse"):
            self._scanned[root.path] = f"a {system} file system tells of no change"
            return
        try:
            self._watcher.add(root.path, is_recursive=root.is_recursive)
        except FileNotFoundError:
            return  # gone meanwhile
        except OSError as error:
            self._scanned[root.path] = error.strerror or str(error)

    def scanned(self) -> dict[str, str]:
        """Directories that are scanned instead of watched, with the reason."""
        return dict(self._scanned)

    def is_exact(self) -> bool:
        """Whether every change is known when all hints before it are."""
        return self._watcher.is_ordered and not self._scanned

    def repository_at(self, path: str) -> str | None:
        """The root of the repository whose refs a hint speaks of; None for any other path."""
        folder, _, name = path.rpartition("/")
        if folder in self._repositories:
            return self._repositories[folder] if name in _REF_NAMES else None
        while folder:
            folder, _, name = folder.rpartition("/")
            if name in {"refs", "logs", "worktrees", "reftable"} and folder in self._repositories:
                return self._repositories[folder]
        return None

    def is_root(self, path: str) -> bool:
        """Whether a hint speaks of a directory in which a provider's root may have appeared or gone."""
        return any(root.startswith(f"{path}/") for root, _ in self._sessions)

    def source_of(self, path: str) -> Source | None:
        """The provider whose session a path would be; None for any other path."""
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
    for path, _ in _provider_roots():
        if os.path.isdir(path):
            roots.append(_Root(path, is_recursive=True, repository=None))
        else:
            roots.append(_Root(_nearest(path), is_recursive=False, repository=None))
    return roots


def _nearest(path: str) -> str:
    """The nearest directory upwards that exists: there the missing one will appear."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _git_roots(connection: Connection) -> list[_Root]:
    roots = []
    for _, root in repositories.list_roots(connection):
        git = signature.common_dir(root)
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
    """The kind of file system that holds a path, as the kernel calls it; empty where it does not say."""
    best, kind = "", ""
    for mount, name in mounts:
        if len(mount) >= len(best) and (path == mount or path.startswith(mount.rstrip("/") + "/")):
            best, kind = mount, name
    return kind


def _mounts() -> list[tuple[str, str]]:
    """(mount point, kind) of every mount, later ones last; none where the kernel has no such list."""
    if sys.platform != "linux":
        return []
    found = []
    with open("/proc/self/mountinfo", "rb") as file:
        for line in file:
            fields = line.split(b" ")
            point = fields[4].decode("unicode_escape").encode("latin-1")  # a blank is \\040 there
            found.append((os.fsdecode(point), os.fsdecode(fields[fields.index(b"-") + 1])))
    return found
