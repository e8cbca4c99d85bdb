"""The SQL of attribution: which commits must be matched, and the matches as stored."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from aea.pipeline.attribution.model import Claim, Commit, Order, Owner
from aea.pipeline.attribution.renames import list_later_names
from aea.pipeline.attribution.rules import SECOND_MS, WINDOW_MS
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection

_COLUMNS = (
    "first_line, line_count, session_id, agent_id, stage, confidence, is_carried, change_key,"
    " change_line, origin_id"
)
_LEAD_KEYS = (
    "SELECT lead_key FROM fact_session_code_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
    " UNION SELECT lead_key FROM fact_commit_file_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
)
_COMMITS_OF_FILE = (  # from an instant on: those that change it, and those that add a file that begins like it
    "SELECT c.id FROM (SELECT commit_id FROM fact_commit_file_change WHERE file_id = ?1"
    " AND ordered_at >= ?2 UNION SELECT commit_id FROM fact_commit_file_change"
    f" WHERE lead_key IN ({_LEAD_KEYS}) AND ordered_at >= ?2) AS f"
    " INNER JOIN fact_commit AS c ON c.id = f.commit_id WHERE "
)

_SHARES = """
WITH matched AS (
    SELECT m.session_id, m.line_count, m.confidence, m.is_carried, f.is_generated
    FROM derived_commit_line_match AS m
    INNER JOIN metadata_files AS f ON f.id = m.file_id
    WHERE m.commit_id = :commit_id
),

lines AS (
    SELECT c.occurred_at,
        coalesce(sum(CASE WHEN f.is_generated = 0 THEN d.lines_added END), 0) AS written,
        coalesce(sum(CASE WHEN f.is_generated = 1 THEN d.lines_added END), 0) AS generated
    FROM fact_commit AS c
    LEFT JOIN fact_commit_file_change AS d ON d.commit_id = c.id
    LEFT JOIN metadata_files AS f ON f.id = d.file_id
    WHERE c.id = :commit_id
    GROUP BY c.id
),

sums AS (
    SELECT session_id,
        sum(CASE WHEN is_generated = 0 AND is_carried = 0 THEN line_count ELSE 0 END) AS matched,
        sum(CASE WHEN is_generated = 0 AND is_carried = 0 AND confidence >= 0.7
            THEN line_count ELSE 0 END) AS certain,
        sum(CASE WHEN is_generated = 0 AND is_carried = 1 THEN line_count ELSE 0 END) AS carried,
        sum(CASE WHEN is_generated = 1 THEN line_count ELSE 0 END) AS generated,
        sum(CASE WHEN is_generated = 0 AND is_carried = 0 THEN line_count * confidence END) AS weighted
    FROM matched GROUP BY session_id
    UNION ALL
    SELECT 0,
        l.written - coalesce(sum(CASE WHEN is_generated = 0 AND is_carried = 0 THEN line_count END), 0),
        0, 0, l.generated - coalesce(sum(CASE WHEN is_generated = 1 THEN line_count END), 0), NULL
    FROM lines AS l LEFT JOIN matched ON 1
)

INSERT INTO fact_commit_session_match
SELECT :commit_id, s.session_id, s.matched, s.certain, s.carried, s.generated,
    s.matched * 1.0 / nullif(l.written, 0),
    s.weighted / nullif(CASE WHEN s.weighted IS NOT NULL THEN s.matched END, 0), l.occurred_at, :now
FROM sums AS s CROSS JOIN lines AS l
"""


def find_commit(connection: Connection, commit_id: int) -> Commit | None:
    """A commit; None when it was deleted."""
    row = connection.execute(
        "SELECT id, repository_id, ordered_at, depth, commit_sha, occurred_at, authored_at, parent_shas,"
        " patch_key FROM fact_commit WHERE id = ?",
        (commit_id,),
    ).fetchone()
    return Commit(row[0], row[1], Order(*row[2:5]), *row[5:]) if row else None


def count_from(connection: Connection, order: Order) -> int:
    """The number of commits in the database at or after a place in commit order."""
    query = "SELECT count(*) FROM fact_commit WHERE (ordered_at, depth, commit_sha) >= (?, ?, ?)"
    return int(connection.execute(query, order).get)


def list_by_writes(connection: Connection, file_id: int, first: int, last: int) -> list[int]:
    """The commits that writes to a file between two instants may explain."""
    query = f"{_COMMITS_OF_FILE}c.occurred_at >= ?2 AND min(c.authored_at, c.occurred_at) <= ?3"
    return [
        commit_id
        for name in list_later_names(connection, file_id)
        for (commit_id,) in db.rows(connection, query, (name, first - SECOND_MS, last + WINDOW_MS))
    ]


def list_later(connection: Connection, file_id: int, order: Order) -> list[int]:
    """The commits after one that may inherit owners of lines of a file."""
    query = f"{_COMMITS_OF_FILE}(c.ordered_at, c.depth, c.commit_sha) > (?2, ?3, ?4)"
    return [
        commit_id
        for name in list_later_names(connection, file_id)
        for (commit_id,) in db.rows(connection, query, (name, *order))
    ]


def read_claims(connection: Connection, commit_id: int, file_id: int) -> dict[int, Claim]:
    """The stored claims on lines of one file of a commit, by line number."""
    rows = db.rows(
        connection,
        f"SELECT {_COLUMNS} FROM derived_commit_line_match WHERE commit_id = ? AND file_id = ?",
        (commit_id, file_id),
    )
    claims: dict[int, Claim] = {}
    for first, count, session, agent, stage, confidence, carried, key, line, origin in rows:
        for step in range(count):
            at = None if line is None else line + step
            claims[first + step] = Claim(
                Owner(session, agent), stage, confidence, key, at, origin, bool(carried)
            )
    return claims


def write_claims(
    connection: Connection,
    commit: Commit,
    file_id: int,
    claims: Iterable[tuple[int, Claim]],
    now: int,
) -> bool:
    """Store (line number, claim) of one file of a commit. Returns whether that changed anything."""
    rows = _runs(claims)
    stored = db.rows(
        connection,
        f"SELECT {_COLUMNS} FROM derived_commit_line_match WHERE commit_id = ? AND file_id = ?"
        " ORDER BY first_line",
        (commit.commit_id, file_id),
    )
    if rows == stored:
        return False
    connection.execute(
        "DELETE FROM derived_commit_line_match WHERE commit_id = ? AND file_id = ?",
        (commit.commit_id, file_id),
    )
    connection.executemany(
        f"INSERT INTO derived_commit_line_match (commit_id, file_id, {_COLUMNS}, occurred_at, ingested_at)"
        f" VALUES ({', '.join('?' * 14)})",
        [(commit.commit_id, file_id, *row, commit.occurred_at, now) for row in rows],
    )
    return True


def _runs(claims: Iterable[tuple[int, Claim]]) -> list[tuple[object, ...]]:
    """One row for each run of neighbouring lines with one owner and one reason."""
    rows: list[tuple[object, ...]] = []
    for _, group in groupby(enumerate(claims), _run_key):
        lines = [pair for _, pair in group]
        first, claim = lines[0]
        rows.append(
            (
                first,
                len(lines),
                *claim.owner,
                claim.stage,
                claim.confidence,
                int(claim.is_carried),
                claim.change_key,
                claim.change_line,
                claim.origin_id,
            )
        )
    return rows


def _run_key(item: tuple[int, tuple[int, Claim]]) -> tuple[object, ...]:
    """Equal for the lines of one run: line numbers of both sides rise by one."""
    index, (number, claim) = item
    line = None if claim.change_line is None else claim.change_line - index
    return number - index, line, claim._replace(change_line=None)


def write_shares(connection: Connection, commit_id: int, now: int) -> None:
    """Store the sums of a commit by session, with a row for the lines without a known owner."""
    connection.execute("DELETE FROM fact_commit_session_match WHERE commit_id = ?", (commit_id,))
    connection.execute(_SHARES, {"commit_id": commit_id, "now": now})
