"""Find the repositories of directories that are not here any more (aea/lost_trees.py has the rule)."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from aea import lost_trees
from aea.git.discover import list_linked_worktrees
from aea.ingest import repository_stat
from aea.spelling import is_absolute, normalised, on_disk
from aea.store.write import lost_trees as known
from aea.store.write import repositories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.ingest.run import IngestRun
    from aea.lost_trees import Signs
    from aea.store.engine.db import Connection
    from aea.store.write.lost_trees import Lost


def conclude(run: IngestRun) -> int:
    """Assign the lost directories whose repository is certain. Returns how many."""
    count, finder = 0, _Finder(run.connection)
    for lost in known.list_lost(run.connection):
        found = finder.find_root(lost)
        if found is None or run.identities.roots.repository_of(found[0]):
            continue
        with run.transaction():
            run.identities.roots.set_root(*found)
            run.identities.forget()
        count += 1
    return count


def list_hints(connection: Connection) -> Iterator[tuple[str, Signs]]:
    """(directory, signs) where a person should decide: not enough speaks for a repository, or it does for two."""
    finder = _Finder(connection)
    for lost in known.list_lost(connection):
        for signs in finder.read_signs(lost) if lost.repository_id is None else ():
            if signs.is_hint():
                yield lost.path, signs


class _Finder:
    """Reads the evidence; what all directories share is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_root(self, lost: Lost) -> tuple[str, int, str] | None:
        """(root, repository, evidence) of a lost directory."""
        if lost.repository_id is not None:
            root = self._find_clone(lost, lost.repository_id)
            return (root, lost.repository_id, "remote") if root else None
        chosen = lost_trees.choose(self.read_signs(lost))
        evidence = chosen.evidence() if chosen else None
        return (chosen.tree, chosen.repository_id, evidence) if chosen and evidence else None

    def read_signs(self, lost: Lost) -> list[Signs]:
        """What speaks for each repository."""
        trees = _list_lost_trees(lost.path)
        return list(known.read_signs(self._connection, lost, trees, self._registered))

    @cached_property
    def _registered(self) -> dict[str, int]:
        """The linked work trees that git has in its records, also those that are gone."""
        found = {}
        for repository_id, root in repositories.list_roots(self._connection):
            common_dir = repository_stat.find_common_dir(root)
            for _, place in list_linked_worktrees(common_dir) if common_dir else ():
                found[normalised(place)] = repository_id
        return found

    def _find_clone(self, lost: Lost, repository_id: int) -> str | None:
        """The directory, or the one above it, below which git has most of the files that sessions wrote."""
        written = known.list_written(self._connection, lost.directory_id)
        best, most = None, 0
        for tree in lost_trees.list_trees(normalised(lost.path)):
            count = known.count_files(self._connection, tree, written, repository_id)
            if count > most:
                best, most = tree, count
        return best


def _list_lost_trees(directory: str) -> list[str]:
    """The directory and those above it that are not on this disk."""
    trees = lost_trees.list_trees(normalised(directory))
    return [tree for tree in trees if is_absolute(tree) and not os.path.lexists(on_disk(tree))]
