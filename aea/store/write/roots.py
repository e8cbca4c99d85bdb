"""Find the repository of a directory by known roots, repositories on disk and aliases."""

from __future__ import annotations

from posixpath import basename, dirname, join, splitext
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aea.generated import is_generated
from aea.spelling import below, is_absolute, name_key, normalised, on_disk, root_key
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


_DIRECTORIES = (
    "SELECT id, path FROM (SELECT id, directory_path AS path, is_root, resolved_by"
    " FROM metadata_directories) WHERE is_root = 0 AND resolved_by IN ('nothing', 'remote')"
)
_FILES = (
    "SELECT id, path FROM (SELECT id, file_path AS path, repository_id FROM metadata_files)"
    " WHERE coalesce(repository_id, 0) = 0"  # as in the index
)
_LINKED = ("/tmp/", "/var/", "/etc/")  # noqa: S108  # macOS: links to places below /private
_WORK_TREES = frozenset({".worktrees", ".claude/worktrees"})  # agents make linked work trees there


class Located(NamedTuple):
    """A repository found on disk."""

    repository_key: str
    roots: tuple[str, ...]  # work trees, the main one first; else the bare git directory
    lost_remote: str | None = None  # the path of the clone that it was made from, if that is gone


class Locator(Protocol):
    """Access to the disk and to git, which the store itself does not have."""

    def at(self, directory: str) -> Located | None:
        """The repository on disk whose root is this directory."""

    def link(self, path: str) -> str | None:
        """Where the symbolic link at an absolute path leads, as an absolute path; None if it is no link."""

    def remote_key(self, url: str) -> str | None:
        """The key of the repository with this remote URL."""


class Place(NamedTuple):
    """Where a path is in a repository."""

    repository_id: int
    root: str
    inner: str  # below the root


class Roots:
    """The known roots, with a cache of the paths below them.

    One function turns a recorded path into a path of a repository, `place`. It asks the disk for nothing but links and
    repositories, and what it learns from it stays known when the disk has changed.
    """

    def __init__(self, connection: Connection, locator: Locator) -> None:
        self._connection = connection
        self._locator = locator
        self.forget()

    def forget(self) -> None:
        """Read the known roots and links again."""
        roots = "SELECT directory_path, repository_id FROM metadata_directories WHERE is_root = 1"
        links = (
            "SELECT link_path, repository_id, target_path FROM metadata_links"
            " WHERE link_path GLOB '/*' ORDER BY id"
        )
        known = db.rows(self._connection, roots)
        self._roots = {root_key(normalised(path)): repository for path, repository in known}
        self._links = {path: place for path, *place in db.rows(self._connection, links)}
        self._resolved: dict[str, Place | None] = {}

    def repository_of(self, directory: str) -> tuple[int, str] | None:
        """(repository, its root) for the nearest root at or above the directory; None if there is none."""
        found = self._place(normalised(directory))
        return (found.repository_id, found.root) if found else None

    def place(self, path: str) -> tuple[int, str] | None:
        """(repository, path below its root) of a recorded file; None if it is in no known repository.

        A link that leaves the nearest repository is followed. One that stays inside is only noted, because git knows
        under which of both paths it has the file (aea/pipeline/attribution/spellings.py).
        """
        path = normalised(path)
        found = self._place(dirname(path)) if is_absolute(path) else None
        if found and self._locator.link(on_disk(path)):
            found = self._place(path)
            return (found.repository_id, found.inner) if found else None
        return (found.repository_id, join(found.inner, basename(path))) if found else None

    def repository_at(self, root: str) -> int | None:
        """The repository with this root."""
        return self._roots.get(root_key(normalised(root)))

    def _place(self, path: str) -> Place | None:
        if path not in self._resolved:
            self._resolved[path] = None  # a link in a circle leads nowhere
            self._resolved[path] = self._find(path)
        return self._resolved[path]

    def _find(self, path: str) -> Place | None:
        repository_id = self._root_at(path)
        if repository_id is not None:
            return Place(repository_id, path, "")
        upper = dirname(path)
        above = self._place(upper) if upper != path else None
        found = self._follow(path, above)
        if found or above is None:
            return found
        if above.inner in _WORK_TREES:  # one that may have been removed
            return Place(above.repository_id, path, "")
        return above._replace(inner=join(above.inner, basename(path)))

    def _root_at(self, path: str) -> int | None:
        key, place = root_key(path), on_disk(path)
        if key not in self._roots and place.startswith("/"):
            found = self._locator.at(place)
            if found is not None:
                self.add(found)
        return self._roots.get(key)

    def _follow(self, path: str, above: Place | None) -> Place | None:
        """The place of a link's target; None for no link, and for one that stays in its repository."""
        target = self._locator.link(on_disk(path)) if is_absolute(path) else None
        if target is None:
            repository_id, inner = self._links.get(path, (None, ""))
            return None if repository_id is None else Place(repository_id, path, inner)
        found = self._place(normalised(target))
        if found is None:
            return None
        if above and above[:2] == found[:2]:
            link = join(above.inner, basename(path))
            write_link(self._connection, found.repository_id, link, found.inner)
            return None
        write_link(self._connection, found.repository_id, path, found.inner)
        return found

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

    def key_of(self, found: Located) -> str:
        """The key of a repository: of a clone whose source is gone the key that the source had when it was last seen."""
        source = self.repository_at(found.lost_remote) if found.lost_remote else None
        if source is None:
            return found.repository_key
        query = "SELECT repository_key FROM metadata_repositories WHERE id = ?"
        return str(self._connection.execute(query, (source,)).get)

    def add(self, found: Located) -> int:
        """Record a repository with its roots. Returns its key."""
        repository_id = write_repository(self._connection, self.key_of(found))
        for root in found.roots:
            if self._roots.get(root_key(normalised(root))) != repository_id:
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
        self._roots[root_key(normalised(root))] = repository_id
        self._resolved.clear()
        assign_below(self._connection, root, repository_id)


def write_link(connection: Connection, repository_id: int, link: str, target: str) -> None:
    """Note a symbolic link to a place in a repository."""
    connection.execute(
        "INSERT OR IGNORE INTO metadata_links (repository_id, link_path, target_path)"
        " VALUES (?, ?, ?)",
        (repository_id, link, target),
    )


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
    for directory_id, _ in _list_below(connection, _DIRECTORIES, root):
        connection.execute(
            "UPDATE metadata_directories SET repository_id = ?1, resolved_by = 'root'"
            " WHERE id = ?2 AND repository_id IS NOT ?1",
            (repository_id, directory_id),
        )
    for file_id, path in _list_below(connection, _FILES, root):
        if path:
            move_file(connection, file_id, repository_id, path)
    _write_branches(connection, repository_id)


def _list_below(connection: Connection, unassigned: str, root: str) -> list[tuple[int, str]]:
    """(row, path below the root) of paths in any spelling. Few paths have another one than their root."""
    lower = root.rstrip("/") + "/"
    is_usual = root.isascii() and root_key(root) == root and not root.startswith(_LINKED)
    rows = db.rows(
        connection,
        f"{unassigned} AND (NOT ?1 OR path >= ?2 AND path < ?3 OR path NOT GLOB '/*')",
        (is_usual, lower, lower[:-1] + "0"),  # "0" follows "/" in ASCII
    )
    found = [(row, below(path, root)) for row, path in rows]
    return [(row, path) for row, path in found if path is not None]


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
            "UPDATE metadata_files SET repository_id = ?, file_path = ?, name_key = ? WHERE id = ?",
            (repository_id, path, name_key(path), file_id),
        )
        return
    _repoint(connection, file_id, int(same))
    connection.execute("DELETE FROM metadata_files WHERE id = ?", (file_id,))


def file_key(connection: Connection, repository_id: int | None, path: str) -> int:
    """The key of a file by repository and path. Inserts it if it is new."""
    connection.execute(
        "INSERT OR IGNORE INTO metadata_files"
        " (repository_id, file_path, extension, is_generated, name_key) VALUES (?, ?, ?, ?, ?)",
        (
            repository_id,
            path,
            splitext(basename(path))[1][1:].lower(),
            is_generated(path),
            name_key(path),
        ),
    )
    return int(
        connection.execute(
            "SELECT id FROM metadata_files WHERE coalesce(repository_id, 0) = ? AND file_path = ?",
            (repository_id or 0, path),
        ).get
    )
