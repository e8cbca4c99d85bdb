"""Where repositories are on this disk: what the store asks when it meets a new directory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.errors import GitError
from aea.paths import storable
from aea.store.write.roots import Located

if TYPE_CHECKING:
    from aea.git.discover import Repository


class Locator:
    """Answers for one run; a repository is looked at once."""

    def __init__(self) -> None:
        self._seen: dict[str, Located | None] = {}

    def at(self, directory: str) -> Located | None:
        """The repository whose root is exactly this directory; two system calls when there is none."""
        if not _may_be_root(directory):
            return None
        if directory not in self._seen:
            self._seen[directory] = _locate(directory)
        return self._seen[directory]

    def remote_key(self, url: str) -> str | None:
        """The key of the repository that a remote address names."""
        from aea.git.discover import normalise_remote

        name = normalise_remote(url)
        return f"git:{name}" if name else None


def _may_be_root(directory: str) -> bool:
    if os.path.lexists(os.path.join(directory, ".git")):
        return True
    is_bare = os.path.isfile(os.path.join(directory, "HEAD"))
    return is_bare and os.path.isdir(os.path.join(directory, "objects"))


def _locate(directory: str) -> Located | None:
    from aea.git import discover  # 6 ms: only when a new repository is met

    try:
        found = discover.find_repository(directory)
        if found is None:
            return None
        roots = [root for root in (directory, *roots_of(found)) if storable(root) == root]
        return Located(found.repository_key, tuple(dict.fromkeys(roots)))
    except GitError:
        return None  # a broken repository explains no directory; `aea ingest` names it


def roots_of(found: Repository) -> list[str]:
    """Every work tree of a repository; the git directory itself when it is bare."""
    from aea.git.discover import work_trees

    trees = work_trees(found)
    return trees or [found.common_dir]
