"""Commits as attribution sees them, and the only writes to fact_commit_*_match."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from aea.attribution.model import Claim, Owner
from aea.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.db import Connection

WINDOW_MS = (
    30 * 24 * 3_600_000
)  # a line that is committed later than that is not the write's any more
_MAX_TWINS = 10  # files that begin alike; a licence is nobody's evidence
SECOND_MS = 999  # commit dates have whole seconds: a write within that second came before it


class Order(NamedTuple):
    """Where a commit stands among all of its repository: behind its parents, whatever clocks say."""

    ordered_at: int
    depth: int
    sha: str


class CommitRow(NamedTuple):
    """A commit as attribution sees it."""

    commit_id: int
    repository_id: int
    order: Order
    occurred_at: int
    authored_at: int
    parent_shas: str
    patch_key: int | None


class FileRow(NamedTuple):
    """One file of a commit."""

    file_id: int
    added_runs: bytes
    added_hashes: bytes
    removed_runs: bytes
    removed_hashes: bytes
    lead_key: int | None  # of an added file


def read_commit(connection: Connection, commit_id: int) -> CommitRow | None:
    """A commit; None when it is gone."""
    row = connection.execute(
        "SELECT id, repository_id, ordered_at, depth, commit_sha, occurred_at, authored_at, parent_shas,"
        " patch_key FROM fact_commit WHERE id = ?",
        (commit_id,),
    ).fetchone()
    return CommitRow(row[0], row[1], Order(*row[2:5]), *row[5:]) if row else None


def read_files(connection: Connection, commit: CommitRow) -> list[FileRow]:
    """The files of a commit, those first that sessions wrote to: a copy comes after what it copies."""
    until = commit.occurred_at + SECOND_MS
    rows = db.rows(
        connection,
        "SELECT d.file_id, added_runs, added_hashes, removed_runs, removed_hashes, lead_key"
        " FROM fact_commit_file_change AS d INNER JOIN metadata_files AS f ON f.id = d.file_id"
        " WHERE d.commit_id = ?1 ORDER BY NOT EXISTS (SELECT 1 FROM fact_session_code_change AS x"
        " WHERE x.file_id = d.file_id AND x.occurred_at BETWEEN ?2 AND ?3), f.file_path",
        (commit.commit_id, until - WINDOW_MS, until),
    )
    return [FileRow(*row) for row in rows]


_MAY_MATCH = """
SELECT 1 FROM fact_commit_file_change AS d
WHERE d.commit_id = :commit_id AND (
    EXISTS (SELECT 1 FROM fact_session_code_change AS x WHERE x.file_id = d.file_id
        AND x.occurred_at BETWEEN :start AND :until)
    OR EXISTS (SELECT 1 FROM fact_commit_line_match AS m WHERE m.file_id = d.file_id)
    OR EXISTS (SELECT 1 FROM fact_commit_file_change AS o WHERE o.file_id = d.file_id
        AND o.old_file_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM fact_session_code_change AS o WHERE o.file_id = d.file_id
        AND o.old_file_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM fact_session_code_change AS x WHERE x.lead_key = d.lead_key
        AND x.occurred_at BETWEEN :start AND :until)
    OR EXISTS (SELECT 1 FROM fact_commit_file_change AS t WHERE t.lead_key = d.lead_key
        AND t.commit_id <> d.commit_id)
) LIMIT 1
"""


def may_match(connection: Connection, commit: CommitRow) -> bool:
    """False: no session had a hand in its files, so nothing needs to be asked. Most of an old history."""
    until = commit.occurred_at + SECOND_MS
    window = {"start": until - WINDOW_MS, "until": until}
    parameters = {"commit_id": commit.commit_id, **window}
    return connection.execute(_MAY_MATCH, parameters).fetchone() is not None


def former_names(connection: Connection, file_id: int, commit: CommitRow) -> list[int]:
    """The file and what it was called before, by renames up to a commit."""
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
        names += [old for (old,) in rows if old not in names]
    return names


def later_names(connection: Connection, file_id: int) -> list[int]:
    """The file and every file that got lines of it by a rename."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT file_id FROM fact_commit_file_change WHERE old_file_id = ?1"
            " UNION SELECT file_id FROM fact_session_code_change WHERE old_file_id = ?1",
            (name,),
        )
        names += [new for (new,) in rows if new not in names]
    return names


def twins(connection: Connection, file: FileRow, commit: CommitRow) -> list[int]:
    """Other files that began as this new one does, newest first: other names of it, or what it copies."""
    if file.lead_key is None:
        return []
    until = commit.occurred_at + SECOND_MS
    rows = db.rows(
        connection,
        "SELECT x.file_id FROM fact_session_code_change AS x INNER JOIN metadata_files AS f"
        " ON f.id = x.file_id WHERE x.lead_key = ?1 AND x.occurred_at BETWEEN ?2 AND ?3"
        " AND coalesce(f.repository_id, ?4) = ?4 AND f.id <> ?5"
        " GROUP BY f.id ORDER BY max(x.occurred_at) DESC, f.file_path LIMIT ?6",
        (file.lead_key, until - WINDOW_MS, until, commit.repository_id, file.file_id, _MAX_TWINS),
    )
    rows += db.rows(
        connection,
        "SELECT d.file_id FROM fact_commit_file_change AS d INNER JOIN fact_commit AS c"
        " ON c.id = d.commit_id INNER JOIN metadata_files AS f ON f.id = d.file_id WHERE d.lead_key = ?1 AND d.ordered_at <= ?2 AND c.repository_id = ?5"
        " AND d.file_id <> ?6 AND (c.ordered_at, c.depth, c.commit_sha) < (?2, ?3, ?4)"
        " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha, f.file_path LIMIT ?7",
        (file.lead_key, *commit.order, commit.repository_id, file.file_id, _MAX_TWINS),
    )
    return list(dict.fromkeys(twin for (twin,) in rows))


_LEADS = (
    "SELECT lead_key FROM fact_session_code_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
    " UNION SELECT lead_key FROM fact_commit_file_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
)


def commits_between(connection: Connection, file_id: int, start: int, end: int) -> list[int]:
    """The commits of a file, or that add a twin of it, whose own date is between two instants."""
    rows = db.rows(
        connection,
        "SELECT commit_id FROM fact_commit_file_change WHERE file_id = ?1 AND ordered_at >= ?2"
        " AND occurred_at BETWEEN ?2 AND ?3 UNION SELECT commit_id FROM fact_commit_file_change"
        f" WHERE lead_key IN ({_LEADS}) AND ordered_at >= ?2"
        " AND occurred_at BETWEEN ?2 AND ?3",
        (file_id, start, end),
    )
    return [commit_id for (commit_id,) in rows]


def commits_behind(connection: Connection, file_id: int, order: Order) -> list[int]:
    """The commits of a file, or that add a twin of it, that come later in order."""
    rows = db.rows(
        connection,
        "SELECT c.id FROM (SELECT commit_id FROM fact_commit_file_change WHERE file_id = ?1"
        " AND ordered_at >= ?2 UNION SELECT commit_id FROM fact_commit_file_change"
        f" WHERE lead_key IN ({_LEADS}) AND ordered_at >= ?2) AS f"
        " INNER JOIN fact_commit AS c ON c.id = f.commit_id"
        " WHERE (c.ordered_at, c.depth, c.commit_sha) > (?2, ?3, ?4)",
        (file_id, *order),
    )
    return [commit_id for (commit_id,) in rows]


_COLUMNS = (
    "first_line, line_count, session_id, agent_id, stage, confidence, is_carried, change_key,"
    " change_line, origin_id"
)


def read_claims(connection: Connection, commit_id: int, file_id: int) -> dict[int, Claim]:
    """Line number to claim, as stored."""
    rows = db.rows(
        connection,
        f"SELECT {_COLUMNS} FROM fact_commit_line_match WHERE commit_id = ? AND file_id = ?",
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
        f"SELECT {_COLUMNS} FROM fact_commit_line_match WHERE commit_id = ? AND file_id = ?"
        " ORDER BY first_line",
        (commit.commit_id, file_id),
    )
    if rows == known:
        return False
    connection.execute(
        "DELETE FROM fact_commit_line_match WHERE commit_id = ? AND file_id = ?",
        (commit.commit_id, file_id),
    )
    connection.executemany(
        f"INSERT INTO fact_commit_line_match (commit_id, file_id, {_COLUMNS}, occurred_at, ingested_at)"
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
    FROM fact_commit_line_match AS m
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
