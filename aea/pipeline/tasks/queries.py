"""Reads and writes of task assignments, and of the evidence they follow from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection


class Claim(NamedTuple):
    """That a merge or a tip says: the commit was made on this branch."""

    evidence: str
    branch_name: str
    distance: int  # commits between it and the end of the branch


class Commit(NamedTuple):
    """A commit as its tasks see it."""

    commit_id: int
    parent_count: int
    merged_branch: str | None
    occurred_at: int


Assigned = tuple[str, str, "str | None", str, int, int, "int | None", float]


_ASSIGNED = (
    "task_key, evidence, branch_name, branch_evidence, is_fallback, candidate_count,"
    " distance_margin, confidence"
)


def list_commits(connection: Connection) -> list[tuple[int, str]]:
    """(repository, sha) of every commit."""
    return db.rows(connection, "SELECT repository_id, commit_sha FROM fact_commit")


def take_dirty(connection: Connection) -> list[tuple[int, str]]:
    """(repository, sha) of the commits whose tasks must be told anew; they are dirty no more."""
    found = db.rows(connection, "SELECT repository_id, commit_sha FROM dirty_assign")
    connection.execute("DELETE FROM dirty_assign")
    return found


def find_commit(connection: Connection, repository_id: int, sha: str) -> Commit | None:
    """A commit; None when it is not known here."""
    row = connection.execute(
        "SELECT id, parent_count, merged_branch, occurred_at FROM fact_commit"
        " WHERE repository_id = ? AND commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    return Commit(*row) if row else None


def made_on(connection: Connection, repository_id: int, sha: str) -> list[str]:
    """The branches on which reflogs say that a commit was made, the earliest first."""
    rows = db.rows(
        connection,
        "SELECT branch_name FROM fact_ref_update WHERE repository_id = ? AND new_sha = ?"
        " AND is_made = 1 AND branch_name IS NOT NULL ORDER BY occurred_at, branch_name",
        (repository_id, sha),
    )
    return list(dict.fromkeys(name for (name,) in rows))


def list_claims(connection: Connection, repository_id: int, sha: str) -> list[Claim]:
    """What merges and tips say about a commit."""
    rows = db.rows(
        connection,
        "SELECT b.evidence, b.branch_name, CASE b.evidence WHEN 'merge' THEN b.position ELSE ("
        "SELECT t.own_count FROM fact_branch_tip AS t WHERE t.id = b.anchor_id) - b.position END"
        " FROM derived_commit_branch AS b"
        " WHERE b.repository_id = ? AND b.commit_sha = ? AND b.is_gap = 0",
        (repository_id, sha),
    )
    return [Claim(*row) for row in rows]


_ORIGINS = """
SELECT w.old_sha, 'rewrite' FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.new_sha = :sha AND w.old_sha <> :sha
UNION ALL
SELECT o.commit_sha, l.evidence FROM fact_commit AS c
INNER JOIN derived_commit_landing AS l ON l.landed_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.commit_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION ALL
SELECT DISTINCT o.commit_sha, 'lines' FROM fact_commit AS c
CROSS JOIN derived_commit_line_match AS m ON m.commit_id = c.id
CROSS JOIN fact_commit AS o ON o.id = m.origin_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha AND m.is_carried = 0
"""


_HEIRS = """
SELECT w.new_sha FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.old_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
INNER JOIN derived_commit_landing AS l ON l.commit_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.landed_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
CROSS JOIN derived_commit_line_match AS m ON m.origin_id = c.id AND m.is_carried = 0
CROSS JOIN fact_commit AS o ON o.id = m.commit_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha AND m.origin_id IS NOT NULL
"""


def origins(connection: Connection, repository_id: int, sha: str) -> list[tuple[str, str]]:
    """(sha, why) of the commits that a commit stands for: rewritten, landed, or whose lines it took."""
    return db.rows(connection, _ORIGINS, {"repository": repository_id, "sha": sha})


def heirs(connection: Connection, repository_id: int, sha: str) -> list[str]:
    """The commits that stand for a commit."""
    rows = db.rows(connection, _HEIRS, {"repository": repository_id, "sha": sha})
    return [heir for (heir,) in rows]


def list_mentions(connection: Connection, repository_id: int, sha: str) -> list[tuple[str, str]]:
    """(task, evidence) that the message of a commit names."""
    return db.rows(
        connection,
        "SELECT task_key, evidence FROM fact_commit_task_mention"
        " WHERE repository_id = ? AND commit_sha = ? ORDER BY task_key",
        (repository_id, sha),
    )


def is_on_mainline(connection: Connection, commit_id: int) -> bool:
    """Whether the mainline contains a commit."""
    query = "SELECT 1 FROM derived_commit_mainline WHERE commit_id = ?"
    return connection.execute(query, (commit_id,)).fetchone() is not None


def find_mainline(connection: Connection, repository_id: int) -> str | None:
    """The short name of a repository's mainline."""
    query = "SELECT branch_name FROM derived_repository_mainline WHERE repository_id = ?"
    found = connection.execute(query, (repository_id,)).get
    return None if found is None else str(found)


def find_branch_task(connection: Connection, repository_id: int, branch_name: str) -> str | None:
    """The task that a branch's name states."""
    query = (
        "SELECT k.task_key FROM metadata_branches AS b INNER JOIN metadata_tasks AS k"
        " ON k.id = b.task_id WHERE b.repository_id = ? AND b.branch_name = ?"
    )
    found = connection.execute(query, (repository_id, branch_name)).get
    return None if found is None else str(found)


def read_assigned(connection: Connection, commit_id: int) -> list[Assigned]:
    """The tasks of a commit as stored."""
    query = (
        f"SELECT {_ASSIGNED} FROM fact_task_commit_assignment WHERE commit_id = ? ORDER BY task_key"
    )
    return db.rows(connection, query, (commit_id,))


def write_assigned(
    connection: Connection, repository_id: int, commit: Commit, rows: Iterable[Assigned], now: int
) -> None:
    """Make these the tasks of a commit."""
    connection.execute(
        "DELETE FROM fact_task_commit_assignment WHERE commit_id = ?", (commit.commit_id,)
    )
    connection.executemany(
        f"INSERT INTO fact_task_commit_assignment (commit_id, repository_id, {_ASSIGNED}, occurred_at,"
        f" ingested_at) VALUES ({', '.join('?' * 12)})",
        [(commit.commit_id, repository_id, *row, commit.occurred_at, now) for row in rows],
    )
