"""The SQL of branches: their kinds, and the commits that merges and heads claim for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.branches.rules import Anchor, Branch, BranchCommit, Commit
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.branches.rules import Claim
    from aea.store.engine.db import Connection

_ANCHOR = {
    "merge": "SELECT 'merge', c.id, c.repository_id, c.commit_sha, c.merged_branch, 0, c.occurred_at,"
    " m.branch_name FROM fact_commit AS c LEFT JOIN derived_repository_mainline AS m"
    " ON m.repository_id = c.repository_id WHERE c.id = ? AND c.merged_branch IS NOT NULL",
    "tip": "SELECT 'tip', t.id, t.repository_id, t.commit_sha, t.branch_name, t.own_count, t.occurred_at,"
    " m.branch_name FROM fact_branch_head AS t LEFT JOIN derived_repository_mainline AS m"
    " ON m.repository_id = t.repository_id WHERE t.id = ?",
}


def find_branch(connection: Connection, repository_id: int, branch_name: str) -> Branch | None:
    """A branch; deleted when a clone had it once and none has it now."""
    row = connection.execute(
        "SELECT b.task_id, m.branch_name, EXISTS (SELECT 1 FROM fact_branch_head AS t"
        " WHERE t.repository_id = b.repository_id AND t.branch_name = b.branch_name)"
        " AND NOT EXISTS (SELECT 1 FROM fact_branch_head AS t"
        " WHERE t.repository_id = b.repository_id AND t.branch_name = b.branch_name"
        " AND t.is_present = 1) FROM metadata_branches AS b"
        " LEFT JOIN derived_repository_mainline AS m ON m.repository_id = b.repository_id"
        " WHERE b.repository_id = ? AND b.branch_name = ?",
        (repository_id, branch_name),
    ).fetchone()
    return Branch(repository_id, branch_name, row[0], row[1], bool(row[2])) if row else None


def write_branches(
    connection: Connection, branches: Iterable[tuple[Branch, str]], now: int
) -> None:
    """Store (branch, kind) of each branch."""
    connection.executemany(
        "INSERT INTO derived_branch VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
        " SET branch_kind = ?3, is_deleted = ?4, ingested_at = ?5"
        " WHERE (branch_kind, is_deleted) <> (?3, ?4)",
        [
            (one.repository_id, one.branch_name, kind, int(one.is_deleted), now)
            for one, kind in branches
        ],
    )


def find_anchor(connection: Connection, evidence: str, anchor_id: int) -> Anchor | None:
    """A merge that names a branch, or a head; None when it was deleted."""
    row = connection.execute(_ANCHOR[evidence], (anchor_id,)).fetchone()
    return Anchor(*row) if row else None


def delete_claim(connection: Connection, evidence: str, anchor_id: int) -> None:
    """Delete the claim of an anchor that was deleted."""
    connection.execute(
        "DELETE FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ?",
        (evidence, anchor_id),
    )


def find_commit(connection: Connection, repository_id: int, sha: str) -> Commit | None:
    """A commit by its sha; None when it is unknown."""
    row = connection.execute(
        "SELECT parent_shas, ordered_at, depth FROM fact_commit"
        " WHERE repository_id = ? AND commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    return Commit(sha, tuple(row[0].split()), row[1], row[2]) if row else None


def is_stored(connection: Connection, anchor: Anchor, commit: BranchCommit) -> bool:
    """Whether the anchor already claims the commit at the same position."""
    query = (
        "SELECT 1 FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ? AND position = ?"
        " AND repository_id = ? AND commit_sha = ? AND is_gap = 0"
    )
    key = (*anchor[:2], commit.position, anchor.repository_id, commit.sha)
    return connection.execute(query, key).fetchone() is not None


def write_claim(connection: Connection, anchor: Anchor, claim: Claim, now: int) -> None:
    """Store what an anchor claims, unless it is stored already."""
    if claim.kept_position < 0 and _list_stored(connection, anchor) == _rows(anchor, claim):
        return
    connection.execute(
        "DELETE FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ? AND position > ?",
        (*anchor[:2], claim.kept_position),
    )
    connection.executemany(
        "INSERT INTO derived_commit_branch (evidence, anchor_id, repository_id, occurred_at,"
        " ingested_at, commit_sha, branch_name, position, is_gap) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*anchor[:3], anchor.occurred_at, now, *row) for row in _rows(anchor, claim)],
    )


def _list_stored(connection: Connection, anchor: Anchor) -> list[tuple[str, str, int, int]]:
    return db.rows(
        connection,
        "SELECT commit_sha, branch_name, position, is_gap FROM derived_commit_branch"
        " WHERE evidence = ? AND anchor_id = ? ORDER BY commit_sha",
        anchor[:2],
    )


def _rows(anchor: Anchor, claim: Claim) -> list[tuple[str, str, int, int]]:
    return sorted(
        (one.sha, anchor.branch_name, one.position, int(one.is_gap)) for one in claim.commits
    )
