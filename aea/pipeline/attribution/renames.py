"""The SQL that resolves renames and copies of files, in commits and in sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.attribution.rules import MAX_SIMILAR, SECOND_MS, write_window
from aea.pipeline.attribution.spellings import list_meant, list_recorded
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.pipeline.attribution.model import Commit, CommitFile
    from aea.store.engine.db import Connection


def list_former_names(connection: Connection, file_id: int, commit: Commit) -> list[int]:
    """A file and the names it had before, by renames up to a commit, each in every spelling."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT id FROM metadata_files WHERE id IN ("
            "SELECT f.old_file_id FROM fact_commit_file_change AS f INNER JOIN fact_commit AS c"
            " ON c.id = f.commit_id WHERE f.file_id = ?1 AND f.old_file_id IS NOT NULL"
            " AND (c.ordered_at, c.depth, c.commit_sha) <= (?2, ?3, ?4)"
            " UNION SELECT old_file_id FROM fact_session_code_change WHERE file_id = ?1"
            " AND occurred_at <= ?5 AND old_file_id IS NOT NULL) ORDER BY file_path",
            (name, *commit.order, commit.occurred_at + SECOND_MS),
        )
        recorded = list_recorded(connection, name, commit)
        names += [old for old in (*(old for (old,) in rows), *recorded) if old not in names]
    return names


def list_later_names(connection: Connection, file_id: int) -> list[int]:
    """A file and every file that got its lines by a rename."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT file_id FROM fact_commit_file_change WHERE old_file_id = ?1"
            " UNION SELECT file_id FROM fact_session_code_change WHERE old_file_id = ?1",
            (name,),
        )
        meant = list_meant(connection, name)
        names += [new for new in (*(new for (new,) in rows), *meant) if new not in names]
    return names


def list_similar(connection: Connection, file: CommitFile, commit: Commit) -> list[int]:
    """Other files that begin like a new file of a commit, newest first: names it had, or what it copies."""
    if file.lead_key is None:
        return []
    rows = db.rows(
        connection,
        "SELECT x.file_id FROM fact_session_code_change AS x INNER JOIN metadata_files AS f"
        " ON f.id = x.file_id WHERE x.lead_key = ?1 AND x.occurred_at BETWEEN ?2 AND ?3"
        " AND coalesce(f.repository_id, ?4) = ?4 AND f.id <> ?5"
        " GROUP BY f.id ORDER BY max(x.occurred_at) DESC, f.file_path LIMIT ?6",
        (file.lead_key, *write_window(commit), commit.repository_id, file.file_id, MAX_SIMILAR),
    )
    rows += db.rows(
        connection,
        "SELECT d.file_id FROM fact_commit_file_change AS d INNER JOIN fact_commit AS c"
        " ON c.id = d.commit_id INNER JOIN metadata_files AS f ON f.id = d.file_id"
        " WHERE d.lead_key = ?1 AND d.ordered_at <= ?2 AND c.repository_id = ?5"
        " AND d.file_id <> ?6 AND (c.ordered_at, c.depth, c.commit_sha) < (?2, ?3, ?4)"
        " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha, f.file_path LIMIT ?7",
        (file.lead_key, *commit.order, commit.repository_id, file.file_id, MAX_SIMILAR),
    )
    return list(dict.fromkeys(similar for (similar,) in rows))
