"""What the database knows about directories that are not here any more (aea/lost_trees.py has the rule)."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING, NamedTuple

from aea import lost_trees
from aea.lines import hash_numbers, is_trivial
from aea.lost_trees import Signs
from aea.spelling import below, name_key
from aea.store.engine import db
from aea.store.write.roots import file_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aea.store.engine.db import Connection

_FILES = 50  # read of one directory, and lines of one file: enough to tell
_LINES = 2_000
_LOST = (
    "SELECT d.id, d.directory_path, CASE d.resolved_by WHEN 'remote' THEN d.repository_id END"
    " FROM metadata_directories AS d WHERE d.is_root = 0"
    " AND (d.repository_id IS NULL OR d.resolved_by = 'remote')"
    " AND EXISTS (SELECT 1 FROM metadata_sessions AS s WHERE s.directory_id = d.id)"
    " ORDER BY d.directory_path"
)


class Lost(NamedTuple):
    """A directory with sessions and without a work tree that is known."""

    directory_id: int
    path: str
    repository_id: int | None  # the one whose URL a session recorded


class Written(NamedTuple):
    """A file outside known repositories that sessions wrote."""

    path: str
    lines: frozenset[int]


def list_lost(connection: Connection) -> list[Lost]:
    """The directories to be looked at."""
    return [Lost(*row) for row in db.rows(connection, _LOST)]


def list_names(connection: Connection) -> list[tuple[int, str]]:
    """(repository, name of one of its directories, or its own)."""
    rows = db.rows(
        connection,
        "SELECT r.id, r.repository_name, d.directory_path FROM metadata_repositories AS r"
        " LEFT JOIN metadata_directories AS d ON d.repository_id = r.id AND d.is_root = 1"
        " AND d.resolved_by = 'git'",
    )
    names = {(key, name.removesuffix(".git")) for key, name, _ in rows if name}
    return sorted(names | {(key, basename(path)) for key, _, path in rows if path})


def list_branches(connection: Connection, repository_id: int) -> set[str]:
    """The branches of a repository that git told, as directories show them."""
    rows = db.rows(
        connection,
        "SELECT branch_name FROM fact_branch_head WHERE repository_id = ?1 UNION"
        " SELECT merged_branch FROM fact_commit WHERE repository_id = ?1 AND merged_branch IS NOT NULL"
        " UNION SELECT substr(ref_name, 12) FROM fact_ref_update"
        " WHERE repository_id = ?1 AND ref_name GLOB 'refs/heads/*'",
        (repository_id,),
    )
    return {lost_trees.folded(name) for (name,) in rows}


def list_recorded_branches(connection: Connection, directory_id: int) -> set[str]:
    """The branches that the sessions of a directory recorded."""
    rows = db.rows(
        connection,
        "SELECT DISTINCT m.branch_name FROM metadata_sessions AS s"
        " INNER JOIN fact_session_message AS m ON m.session_id = s.id"
        " WHERE s.directory_id = ? AND m.branch_name IS NOT NULL",
        (directory_id,),
    )
    return {name for (name,) in rows}


def list_written(connection: Connection, directory_id: int) -> list[Written]:
    """The files in no repository that the sessions of a directory wrote, with the non-trivial lines."""
    files = db.rows(
        connection,
        "SELECT DISTINCT f.id, f.file_path FROM metadata_sessions AS s"
        " INNER JOIN fact_session_code_change AS c ON c.session_id = s.id"
        " INNER JOIN metadata_files AS f ON f.id = c.file_id AND f.repository_id IS NULL"
        f" WHERE s.directory_id = ? ORDER BY f.file_path LIMIT {_FILES}",
        (directory_id,),
    )
    query = "SELECT added_hashes FROM fact_session_code_change WHERE file_id = ?"
    return [Written(path, _read_lines(connection, query, file_id)) for file_id, path in files]


def _read_lines(connection: Connection, query: str, key: int) -> frozenset[int]:
    lines: set[int] = set()
    for (hashes,) in db.rows(connection, query, (key,)):
        lines.update(line for line in hash_numbers(hashes) if not is_trivial(line))
        if len(lines) > _LINES:
            break
    return frozenset(lines)


def count_written(tree: str, written: Iterable[Written]) -> int:
    """The distinct lines written below a directory."""
    return len({line for file in written if below(file.path, tree) for line in file.lines})


def count_lines(connection: Connection, tree: str, written: Iterable[Written]) -> dict[int, int]:
    """By repository, the distinct lines written below a directory that its commits added to the same path."""
    found: dict[int, set[int]] = {}
    for file in written:
        inner = below(file.path, tree)
        for repository_id, file_id in _list_files(connection, inner) if inner else ():
            query = "SELECT added_hashes FROM fact_commit_file_change WHERE file_id = ?"
            lines = file.lines & _read_lines(connection, query, file_id)
            if lines:
                found.setdefault(repository_id, set()).update(lines)
    return {repository_id: len(lines) for repository_id, lines in found.items()}


def count_files(
    connection: Connection, tree: str, written: Iterable[Written], repository_id: int
) -> int:
    """How many of the files written below a directory a repository has at the same path."""
    inner = [path for file in written if (path := below(file.path, tree))]
    return sum(
        any(owner == repository_id for owner, _ in _list_files(connection, path)) for path in inner
    )


def reassign(connection: Connection, tree: str, before: int, after: int) -> None:
    """Move what was concluded for a directory to another repository: a person knows better."""
    directories = [
        directory_id
        for directory_id, path in db.rows(
            connection,
            "SELECT id, directory_path FROM metadata_directories WHERE repository_id = ?",
            (before,),
        )
        if below(path, tree) is not None
    ]
    for directory_id in directories:
        writes = db.rows(
            connection,
            "SELECT DISTINCT s.id, f.id, f.file_path FROM metadata_sessions AS s"
            " INNER JOIN fact_session_code_change AS c ON c.session_id = s.id"
            " INNER JOIN metadata_files AS f ON f.id IN (c.file_id, c.old_file_id)"
            " WHERE s.directory_id = ? AND f.repository_id = ?",
            (directory_id, before),
        )
        for session_id, file_id, path in writes:
            _move_writes(connection, session_id, file_id, file_key(connection, after, path))
        connection.execute(
            "UPDATE metadata_directories SET repository_id = ? WHERE id = ?", (after, directory_id)
        )


def _move_writes(connection: Connection, session_id: int, old: int, new: int) -> None:
    for column in ("file_id", "old_file_id"):
        connection.execute(
            f"UPDATE fact_session_code_change SET {column} = ? WHERE session_id = ? AND {column} = ?",
            (new, session_id, old),
        )


def _list_files(connection: Connection, path: str) -> list[tuple[int, int]]:
    """(repository, file) of the committed files with this path."""
    return db.rows(
        connection,
        "SELECT f.repository_id, f.id FROM metadata_files AS f WHERE f.name_key = ?"
        " AND f.repository_id IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM fact_commit_file_change AS c WHERE c.file_id = f.id)",
        (name_key(path),),
    )


def read_signs(
    connection: Connection, lost: Lost, trees: Iterable[str], registered: Mapping[str, int]
) -> Iterator[Signs]:
    """What speaks for each repository, by the directories that may have been its work tree.

    `registered` are the work trees that git lists, with their repositories.
    """
    written = list_written(connection, lost.directory_id)
    recorded = list_recorded_branches(connection, lost.directory_id)
    names = list_names(connection)
    for tree in trees:
        counts = count_lines(connection, tree, written)
        named = {key: name for key, name in names if lost_trees.is_named_after(tree, name)}
        owner = registered.get(tree)
        owners = set() if owner is None else {owner}
        for repository_id in sorted(counts.keys() | named.keys() | owners):
            name = named.get(repository_id, "")
            branches = lost_trees.branch_names(tree, name, recorded)
            yield Signs(
                repository_id,
                tree,
                repository_id == owner,
                count_written(tree, written),
                counts.get(repository_id, 0),
                not branches.isdisjoint(list_branches(connection, repository_id)),
                repository_id in named,
                lost_trees.is_of_agent(tree),
            )
