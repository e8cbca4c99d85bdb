"""The SQL of undone lines: the writes of a session by file, and the counts that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.undone.rules import Undone, Write
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection

_WRITES = """
SELECT file_id, old_file_id, lines_added IS NOT NULL OR operation = 'delete', operation = 'delete', added_hashes,
    removed_hashes
FROM fact_session_code_change
WHERE session_id = ?1 AND (+file_id BETWEEN ?2 AND ?3 OR +old_file_id BETWEEN ?2 AND ?3)
ORDER BY occurred_at, change_key
"""


def list_writes(
    connection: Connection, session_id: int, file_ids: Iterable[int]
) -> dict[int, list[Write]]:
    """The writes of a session to each of some files, in the order of time."""
    writes: dict[int, list[Write]] = {file_id: [] for file_id in file_ids}
    bounds = (session_id, min(writes), max(writes))
    for file_id, old_file_id, *write in db.rows(connection, _WRITES, bounds):
        is_known, is_delete, added, removed = write
        for one in {file_id, old_file_id} & writes.keys():
            moved = one != file_id
            writes[one].append(Write(bool(is_known), bool(is_delete), moved, added, removed))
    return writes


def write_undone(
    connection: Connection, session_id: int, found: dict[int, Undone], now: int
) -> None:
    """Store the counts of each file; no row where the session added no line."""
    connection.executemany(
        "DELETE FROM derived_session_undone WHERE session_id = ? AND file_id = ?",
        [(session_id, file_id) for file_id, undone in found.items() if not undone.lines_added],
    )
    connection.executemany(
        "INSERT INTO derived_session_undone VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
        " SET lines_added = ?3, lines_undone = ?4, ingested_at = ?5"
        " WHERE (lines_added, lines_undone) <> (?3, ?4)",
        [
            (session_id, file_id, *undone, now)
            for file_id, undone in found.items()
            if undone.lines_added
        ],
    )
