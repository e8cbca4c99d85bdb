"""Reads and writes of fact_branch_head: where each branch points, and where it pointed before it was rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


class BranchHead(NamedTuple):
    """The commit that a branch points to."""

    head_id: int
    commit_sha: str
    own_count: int


class BranchRef(NamedTuple):
    """A ref of a clone."""

    repository_id: int
    source_id: int
    ref_name: str
    branch_name: str


def list_present(connection: Connection, source_id: int) -> dict[str, BranchHead]:
    """The heads of a clone as of the last read, by ref."""
    rows = db.rows(
        connection,
        "SELECT ref_name, id, commit_sha, own_count FROM fact_branch_head"
        " WHERE source_id = ? AND is_present = 1",
        (source_id,),
    )
    return {ref: BranchHead(*row) for ref, *row in rows}


def write_head(connection: Connection, ref: BranchRef, sha: str, own_count: int, now: int) -> None:
    """Record that a ref points to a commit to which it did not point at the last read."""
    connection.execute(
        "INSERT INTO fact_branch_head (source_id, ref_name, commit_sha, repository_id, branch_name,"
        " own_count, is_present, occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (source_id, ref_name, commit_sha) DO UPDATE SET is_present = 1,"
        " own_count = max(own_count, excluded.own_count), ingested_at = excluded.ingested_at",
        (ref.source_id, ref.ref_name, sha, ref.repository_id, ref.branch_name, own_count, now, now),
    )


def move_head(connection: Connection, head: BranchHead, sha: str, own_count: int, now: int) -> None:
    """Record that a ref advanced, or that its own commits were counted again."""
    connection.execute(
        "DELETE FROM fact_branch_head WHERE commit_sha = ?2 AND id <> ?1 AND (source_id, ref_name) ="
        " (SELECT source_id, ref_name FROM fact_branch_head WHERE id = ?1)",
        (head.head_id, sha),
    )
    connection.execute(
        "UPDATE fact_branch_head SET commit_sha = ?2, own_count = ?3, ingested_at = ?4 WHERE id = ?1",
        (head.head_id, sha, own_count, now),
    )


def mark_absent(connection: Connection, head: BranchHead, now: int) -> None:
    """Record that a ref was deleted or rewritten. The row stays: it names the commits of the branch."""
    connection.execute(
        "UPDATE fact_branch_head SET is_present = 0, ingested_at = ?2 WHERE id = ?1",
        (head.head_id, now),
    )
