"""Write the facts of the mainline: where its refs point, and what its merges changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.store.engine import db
from aea.store.write import merges
from aea.store.write.roots import file_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aea.records import FileChange
    from aea.store.engine.db import Connection


def write_heads(
    connection: Connection,
    repository_id: int,
    source_id: int,
    refs: Mapping[str, str],
    now: int,
) -> None:
    """Write where the mainline's refs of one clone point. Deletes refs that no longer exist."""
    query = "SELECT ref_name FROM fact_mainline_head WHERE source_id = ?"
    gone = [ref for (ref,) in db.rows(connection, query, (source_id,)) if ref not in refs]
    connection.executemany(
        "DELETE FROM fact_mainline_head WHERE source_id = ? AND ref_name = ?",
        [(source_id, ref) for ref in gone],
    )
    connection.executemany(
        merges.statement("fact_mainline_head"),
        [(source_id, ref, repository_id, sha, now, now) for ref, sha in refs.items()],
    )


def write_merge(
    connection: Connection, repository_id: int, sha: str, files: Iterable[FileChange], now: int
) -> None:
    """Write what a merge changed against its first parent."""
    rows = _merge_rows(connection, repository_id, sha, files, now)
    connection.executemany(merges.statement("fact_commit_trunk_change"), rows)


def write_merge_again(
    connection: Connection, repository_id: int, sha: str, files: Iterable[FileChange], now: int
) -> None:
    """Replace what a merge changed, if it is read in another way now."""
    rows = _merge_rows(connection, repository_id, sha, files, now)
    if rows:
        merges.replace_rows(connection, "fact_commit_trunk_change", rows[0][0], rows)


def _merge_rows(
    connection: Connection, repository_id: int, sha: str, files: Iterable[FileChange], now: int
) -> list[tuple[Any, ...]]:
    query = (
        "SELECT id, occurred_at, ordered_at FROM fact_commit"
        " WHERE repository_id = ? AND commit_sha = ? AND is_diff_known = 1"
    )
    commit = connection.execute(query, (repository_id, sha)).fetchone()
    if commit is None:
        return []
    key, *instants = commit
    return [
        (
            key,
            file_key(connection, repository_id, file.path),
            file.old_path and file_key(connection, repository_id, file.old_path),
            file.added_runs,
            file.added_hashes,
            file.removed_runs,
            file.removed_hashes,
            *instants,
            now,
        )
        for file in files
    ]
