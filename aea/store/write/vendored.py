"""Write which files of a repository are vendored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.store.engine.db import Connection


def list_files_named(connection: Connection, repository_id: int, name: str) -> list[str]:
    """The paths of the repository's files, present or former, with one name."""
    query = (
        "SELECT file_path FROM metadata_files WHERE coalesce(repository_id, 0) = ?1"
        " AND (file_path = ?2 OR file_path GLOB '*/' || ?2)"
    )
    return [path for (path,) in db.rows(connection, query, (repository_id, name))]


def write_vendored(
    connection: Connection, repository_id: int, after: int, is_vendored: Callable[[str], bool]
) -> int:
    """Write it for each file whose key is greater than `after`, where it differs. Returns the greatest key."""
    query = (
        "SELECT id, file_path, is_vendored FROM metadata_files"
        " WHERE coalesce(repository_id, 0) = ? AND id > ?"
    )
    rows = db.rows(connection, query, (repository_id, after))
    found = [(is_vendored(path), key) for key, path, _ in rows]
    connection.executemany(
        "UPDATE metadata_files SET is_vendored = ?1 WHERE id = ?2 AND is_vendored <> ?1", found
    )
    return max((key for _, key in found), default=after)
