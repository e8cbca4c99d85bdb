"""Find the repositories of directories on this machine, for the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.errors import GitError
from aea.paths import storable
from aea.store.write.roots import Located

if TYPE_CHECKING:
    from aea.git.discover import Repository


class Locator:
    """Finds repositories during one run, and examines each only once."""

    def __init__(self) -> None:
        self._seen: dict[str, Located | None] = {}
        self._links: dict[str, str | None] = {}

    def at(self, directory: str) -> Located | None:
        """Return the repository whose root is exactly this directory. Costs two system calls if there is none."""
        if not _may_be_root(directory):
            return None
        if directory not in self._seen:
            self._seen[directory] = _locate(directory)
        return self._seen[directory]

    def link(self, path: str) -> str | None:
        """Return the absolute path to which a symbolic link leads, or None. Costs one system call."""
        if path not in self._links:
            self._links[path] = _read_link(path)
        return self._links[path]

    def remote_key(self, url: str) -> str | None:
        """Return the repository key of a remote's URL, or None."""
        from aea.git.discover import normalise_remote

        name = normalise_remote(url)
        return f"git:{name}" if name else None


def _may_be_root(directory: str) -> bool:
    if os.path.lexists(os.path.join(directory, ".git")):
        return True
    is_bare = os.path.isfile(os.path.join(directory, "HEAD"))
    return is_bare and os.path.isdir(os.path.join(directory, "objects"))


def _read_link(path: str) -> str | None:
    try:
        target = os.path.join(os.path.dirname(path), os.readlink(path))
    except (OSError, ValueError):
        return None  # no link, or no path of this system
    return target if storable(target) == target else None


def _locate(directory: str) -> Located | None:
    from aea.git import discover  # 6 ms, needed only for a new repository

    try:
        found = discover.find_repository(directory)
        if found is None:
            return None
        roots = [root for root in (directory, *roots_of(found)) if storable(root) == root]
        return Located(found.repository_key, tuple(dict.fromkeys(roots)), found.lost_remote)
    except GitError:
        return None  # `aea ingest` reports a broken repository


def roots_of(found: Repository) -> list[str]:
    """Return every worktree of a repository, or the git directory of a bare one."""
    from aea.git.discover import list_worktrees

    trees = list_worktrees(found)
    return trees or [found.common_dir]
