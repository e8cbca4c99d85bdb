"""Find the repository of a directory by known roots, repositories on disk and aliases."""

from __future__ import annotations

import re
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aea.generated import is_generated
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


_WORK_TREE = re.compile(r"/(?:\.worktrees|\.claude/worktrees)/[^/]+(?=/|$)")


class Located(NamedTuple):
    """A repository found on disk."""

    repository_key: str
    roots: tuple[str, ...]  # work trees, the main one first; else the bare git directory


class Locator(Protocol):
    """Access to the disk and to git, which the store itself does not have."""

    def at(self, directory: str) -> Located | None:
        """The repository on disk whose root is this directory."""

    def remote_key(self, url: str) -> str | None:
        """The key of the repository with this remote URL."""


class Roots:
    """The known roots, with a cache of the directories below them."""

    def __init__(self, connection: Connection, locator: Locator) -> None:
        self._connection = connection
        self._locator = locator
        self.forget()

    def forget(self) -> None:
        """Read the known roots again."""
        known = db.rows(
            self._connection,
            "SELECT directory_path, repository_id FROM metadata_directories WHERE is_root = 1",
        )
        self._roots: dict[str, int] = dict(known)
        self._resolved: dict[str, tuple[int, str] | None] = {}

    def repository_of(self, directory: str) -> tuple[int, str] | None:
        """(repository, its root) for the nearest root at or above the directory; None if there is none."""
        if directory not in self._resolved:
            self._resolved[directory] = self._climb(directory)
        return self._resolved[directory]

    def repository_at(self, root: str) -> int | None:
        """The repository with this root."""
        return self._roots.get(root)

    def _climb(self, directory: str) -> tuple[int, str] | None:
        here = directory
        while here:
            if here in self._roots:
                return self._roots[here], here + _removed_worktree(directory[len(here) :])
            found = self._locator.at(here)
            if found is not None:
                self.add(found)
                if here in self._roots:
                    return self._roots[here], here + _removed_worktree(directory[len(here) :])
            above = dirname(here)
            if above == here:
                return None
            here = above
        return None

    def directory(self, path: str) -> int:
        """The key of a directory. Inserts and resolves it if it is new."""
        query = "SELECT id FROM metadata_directories WHERE directory_path = ?"
        known = self._connection.execute(query, (path,)).get
        if known is None:
            found = self.repository_of(path)
            self._connection.execute(
                "INSERT OR IGNORE INTO metadata_directories"
                " (directory_path, repository_id, is_root, resolved_by) VALUES (?, ?, 0, ?)",
                (path, found[0] if found else None, "root" if found else "nothing"),
            )
            known = self._connection.execute(query, (path,)).get
        return int(known)

    def hint_remote(self, path: str, url: str) -> None:
        """Assign an unresolved directory to the repository with the remote URL that a session recorded."""
        repository_key = self._locator.remote_key(url)
        if repository_key is None:
            return
        directory_id = self.directory(path)
        query = "SELECT repository_id FROM metadata_directories WHERE id = ?"
        if self._connection.execute(query, (directory_id,)).get is None:
            repository_id = write_repository(self._connection, repository_key)
            self._connection.execute(
                "UPDATE metadata_directories SET repository_id = ?, resolved_by = 'remote'"
                " WHERE id = ?",
                (repository_id, directory_id),
            )

    def add(self, found: Located) -> int:
        """Record a repository with its roots. Returns its key."""
        repository_id = write_repository(self._connection, found.repository_key)
        for root in found.roots:
            if self._roots.get(root) != repository_id:
                self.set_root(root, repository_id, "git")
        return repository_id

    def set_root(self, root: str, repository_id: int, resolved_by: str) -> None:
        """Record a root and assign it, and everything below it that git did not assign, to the repository."""
        self._connection.execute(
            "INSERT INTO metadata_directories (directory_path, repository_id, is_root, resolved_by)"
            " VALUES (?1, ?2, 1, ?3) ON CONFLICT (directory_path) DO UPDATE"
            " SET repository_id = ?2, is_root = 1, resolved_by = ?3",
            (root, repository_id, resolved_by),
        )
        self._roots[root] = repository_id
        self._resolved.clear()
        assign_below(self._connection, root, repository_id)


def _removed_worktree(below: str) -> str:
    """The part of a path that is a linked work tree of an agent, which may have been removed since."""
    found = _WORK_TREE.match(below)
    return found[0] if found else ""


def write_repository(connection: Connection, repository_key: str) -> int:
    """The key of the repository. Inserts it if it is new."""
    name = repository_key.rstrip("/").rsplit("/", 1)[-1]
    connection.execute(
        "INSERT OR IGNORE INTO metadata_repositories (repository_key, repository_name) VALUES (?, ?)",
        (repository_key, name),
    )
    query = "SELECT id FROM metadata_repositories WHERE repository_key = ?"
    return int(connection.execute(query, (repository_key,)).get)


def assign_below(connection: Connection, root: str, repository_id: int) -> None:
    """Assign the directories and files below a new root to its repository."""
    _take_from_enclosing(connection, root, repository_id)
    below = (root.rstrip("/") + "/", root.rstrip("/") + "0")  # "0" follows "/" in ASCII
    connection.execute(
        "UPDATE metadata_directories SET repository_id = ?, resolved_by = 'root' WHERE is_root = 0"
        " AND directory_path >= ? AND directory_path < ?"
        " AND resolved_by IN ('nothing', 'remote') AND repository_id IS NOT ?",
        (repository_id, *below, repository_id),
    )
    files = db.rows(
        connection,
        "SELECT id, file_path FROM metadata_files WHERE repository_id IS NULL"
        " AND file_path >= ? AND file_path < ?",
        below,
    )
    for file_id, path in files:
        move_file(connection, file_id, repository_id, path[len(below[0]) :])
    _write_branches(connection, repository_id)


def _take_from_enclosing(connection: Connection, root: str, repository_id: int) -> None:
    """Take directories and session writes below the root from the repository that encloses it."""
    steps = root.split("/")
    above = ["/".join(steps[:count]) for count in range(2, len(steps))]
    marks = ", ".join("?" * len(above))
    outer = connection.execute(
        "SELECT directory_path, repository_id FROM metadata_directories WHERE is_root = 1"
        f" AND directory_path IN ({marks}) ORDER BY length(directory_path) DESC LIMIT 1",
        above,
    ).fetchone()
    if outer is None:
        return
    prefix = root[len(outer[0]) + 1 :] + "/"
    files = db.rows(
        connection,
        "SELECT id, file_path FROM metadata_files WHERE repository_id = ? AND file_path >= ?"
        " AND file_path < ?",
        (outer[1], prefix, prefix[:-1] + "0"),
    )
    for file_id, path in files:
        own = file_key(connection, repository_id, path[len(prefix) :])
        _repoint(connection, file_id, own)
    connection.execute(
        "UPDATE metadata_directories SET repository_id = ? WHERE is_root = 0 AND resolved_by = 'root'"
        " AND directory_path >= ? AND directory_path < ? AND repository_id = ?",
        (repository_id, root + "/", root + "0", outer[1]),
    )


def _repoint(connection: Connection, file_id: int, own: int) -> None:
    """Make the session writes of one file those of another."""
    from aea.store.write.unite import list_session_references, repoint  # not for reports

    repoint(connection, list_session_references("metadata_files"), file_id, own)


def _write_branches(connection: Connection, repository_id: int) -> None:
    """Insert the branches that sessions recorded while their directory belonged to no repository."""
    from aea.store.write.task_names import write_branch  # not for reports

    names = db.rows(
        connection,
        "SELECT DISTINCT m.branch_name FROM metadata_directories AS d"
        " INNER JOIN metadata_sessions AS s ON s.directory_id = d.id"
        " INNER JOIN fact_session_message AS m ON m.session_id = s.id"
        " WHERE d.repository_id = ? AND m.branch_name IS NOT NULL",
        (repository_id,),
    )
    for (name,) in names:
        write_branch(connection, repository_id, name)


def move_file(connection: Connection, file_id: int, repository_id: int, path: str) -> None:
    """Change the repository and path of a file. If there is a file with these, the two become one."""
    query = "SELECT id FROM metadata_files WHERE repository_id = ? AND file_path = ?"
    same = connection.execute(query, (repository_id, path)).get
    if same is None:
        connection.execute(
            "UPDATE metadata_files SET repository_id = ?, file_path = ? WHERE id = ?",
            (repository_id, path, file_id),
        )
        return
    _repoint(connection, file_id, int(same))
    connection.execute("DELETE FROM metadata_files WHERE id = ?", (file_id,))


def file_key(connection: Connection, repository_id: int | None, path: str) -> int:
    """The key of a file by repository and path. Inserts it if it is new."""
    connection.execute(
        "INSERT OR IGNORE INTO metadata_files"
        " (repository_id, file_path, extension, is_generated) VALUES (?, ?, ?, ?)",
        (repository_id, path, splitext(basename(path))[1][1:].lower(), is_generated(path)),
    )
    return int(
        connection.execute(
            "SELECT id FROM metadata_files WHERE coalesce(repository_id, 0) = ? AND file_path = ?",
            (repository_id or 0, path),
        ).get
    )
