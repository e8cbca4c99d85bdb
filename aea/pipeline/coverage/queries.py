"""The SQL of coverage: the first activity on a machine, and what is known about an author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.coverage.rules import KNOWN_SHARE, Standing
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

# one look-up in an index for each session, however long it is
_FIRST = " UNION ALL ".join(
    f"SELECT (SELECT min(f.occurred_at) FROM {table} AS f WHERE f.session_id = s.id) AS at"
    " FROM metadata_sessions AS s WHERE s.machine_id = ?1"
    for table in ("fact_session_message", "fact_session_usage", "fact_session_tool_call")
)
# newest first: of an author with many commits, one of the last ones usually answers
_MATCHED = (
    "SELECT 1 FROM fact_commit AS c"
    " CROSS JOIN fact_commit_session_match AS m ON m.commit_id = c.id AND m.session_id > 0"
    " CROSS JOIN metadata_sessions AS s ON s.id = m.session_id AND s.machine_id = ?2"
    " WHERE c.author_id = ?1 AND m.matched_lines > 0 AND (SELECT sum(matched_lines * (session_id > 0))"
    " FROM fact_commit_session_match WHERE commit_id = c.id) >= ?3 *"
    " (SELECT sum(matched_lines) FROM fact_commit_session_match WHERE commit_id = c.id)"
    " ORDER BY c.authored_at DESC LIMIT 1"
)


def refresh_start(connection: Connection, machine_id: int, now: int) -> None:
    """Write since when the logs of a machine exist."""
    first = connection.execute(f"SELECT min(at) FROM ({_FIRST})", (machine_id,)).get
    if first is None:
        connection.execute("DELETE FROM derived_machine_start WHERE machine_id = ?", (machine_id,))
        return
    connection.execute(
        "INSERT INTO derived_machine_start VALUES (?1, ?2, ?3) ON CONFLICT (machine_id)"
        " DO UPDATE SET first_at = ?2, ingested_at = ?3 WHERE first_at <> ?2",
        (machine_id, first, now),
    )


def read_standing(connection: Connection, email: str) -> Standing:
    """What is known about one address."""
    own = db.rows(connection, "SELECT is_own FROM fact_clone_user WHERE user_email = ?", (email,))
    machines = [
        key for (key,) in db.rows(connection, "SELECT id FROM metadata_machines ORDER BY id")
    ]
    return Standing(
        tuple(bool(value) for (value,) in own),
        tuple(machines),
        tuple(key for key in machines if _has_matched(connection, email, key)),
    )


def _has_matched(connection: Connection, email: str, machine_id: int) -> bool:
    users = db.rows(connection, "SELECT id FROM metadata_users WHERE user_email = ?", (email,))
    return any(
        connection.execute(_MATCHED, (user_id, machine_id, KNOWN_SHARE)).fetchone()
        for (user_id,) in users
    )


def write_machines(connection: Connection, email: str, chosen: dict[int, str], now: int) -> None:
    """Write the machines of an author; only what differs."""
    query = "SELECT machine_id, evidence FROM derived_author_machine WHERE user_email = ?"
    stored = dict(db.rows(connection, query, (email,)))
    connection.executemany(
        "DELETE FROM derived_author_machine WHERE user_email = ? AND machine_id = ?",
        [(email, key) for key in stored if chosen.get(key) != stored[key]],
    )
    connection.executemany(
        "INSERT INTO derived_author_machine VALUES (?, ?, ?, ?)",
        [(email, key, chosen[key], now) for key in chosen if chosen[key] != stored.get(key)],
    )


def read_user(connection: Connection, user_id: int) -> tuple[str, str] | None:
    """(name, address) of a git identity."""
    query = "SELECT user_name, user_email FROM metadata_users WHERE id = ?"
    found: tuple[str, str] | None = connection.execute(query, (user_id,)).fetchone()
    return found


def write_tool(connection: Connection, user_id: int, tool: str | None, now: int) -> None:
    """Write whose account an identity is; only what differs."""
    connection.execute(
        "DELETE FROM derived_author_tool WHERE user_id = ?1 AND tool_name IS NOT ?2",
        (user_id, tool),
    )
    if tool:
        connection.execute(
            "INSERT INTO derived_author_tool VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (user_id, tool, now),
        )
