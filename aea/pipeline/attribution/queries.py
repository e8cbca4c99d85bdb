"""The only reads and writes of derived_commit_line_match and fact_commit_session_match as claims."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from aea.pipeline.attribution.model import Claim, Owner
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.attribution.lineage import CommitRow
    from aea.store.engine.db import Connection

_COLUMNS = (
    "first_line, line_count, session_id, agent_id, stage, confidence, is_carried, change_key,"
    " change_line, origin_id"
)


def read_claims(connection: Connection, commit_id: int, file_id: int) -> dict[int, Claim]:
    """Line number to claim, as stored."""
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
    commit: CommitRow,
    file_id: int,
    claims: Iterable[tuple[int, Claim]],
    now: int,
) -> bool:
    """Make these the stored claims of a file. False: they were already."""
    rows = _runs(claims)
    known = db.rows(
        connection,
        f"SELECT {_COLUMNS} FROM derived_commit_line_match WHERE commit_id = ? AND file_id = ?"
        " ORDER BY first_line",
        (commit.commit_id, file_id),
    )
    if rows == known:
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
    """Neighbouring lines of one owner and one reason as one row."""
    rows: list[tuple[object, ...]] = []
    for _, group in groupby(enumerate(claims), _sameness):
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


def _sameness(place: tuple[int, tuple[int, Claim]]) -> tuple[object, ...]:
    """Equal for the lines of one run: numbers rise by one, on both sides."""
    index, (number, claim) = place
    line = None if claim.change_line is None else claim.change_line - index
    return number - index, line, claim._replace(change_line=None)


def write_shares(connection: Connection, commit_id: int, now: int) -> None:
    """Sum up a commit by session, with a row for the lines of nobody known."""
    connection.execute("DELETE FROM fact_commit_session_match WHERE commit_id = ?", (commit_id,))
    connection.execute(_SHARES, {"commit_id": commit_id, "now": now})


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
        sum(CASE WHEN is_generated = 0 AND is_carried = 0 THEN line_count * confidence END) AS weighed
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
    s.weighed / nullif(CASE WHEN s.weighed IS NOT NULL THEN s.matched END, 0), l.occurred_at, :now
FROM sums AS s CROSS JOIN lines AS l
"""
