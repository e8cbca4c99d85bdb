"""The reads and writes of fact_branch_tip: where branches stand, and stood before they were rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


class Tip(NamedTuple):
    """Where a branch stands."""

    tip_id: int
    commit_sha: str
    own_count: int


class Place(NamedTuple):
    """A ref of a clone."""

    repository_id: int
    source_id: int
    ref_name: str
    branch_name: str


def list_present(connection: Connection, source_id: int) -> dict[str, Tip]:
    """The refs of a clone as last seen."""
    rows = db.rows(
        connection,
        "SELECT ref_name, id, commit_sha, own_count FROM fact_branch_tip"
        " WHERE source_id = ? AND is_present = 1",
        (source_id,),
    )
    return {ref: Tip(*row) for ref, *row in rows}


def write_tip(connection: Connection, place: Place, sha: str, own_count: int, now: int) -> None:
    """A ref that stands at a commit where it did not stand when last seen."""
    connection.execute(
        "INSERT INTO fact_branch_tip (source_id, ref_name, commit_sha, repository_id, branch_name,"
        " own_count, is_present, occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (source_id, ref_name, commit_sha) DO UPDATE SET is_present = 1,"
        " own_count = max(own_count, excluded.own_count), ingested_at = excluded.ingested_at",
        (place.source_id, place.ref_name, sha, *place[:1], place.branch_name, own_count, now, now),
    )


def move_tip(connection: Connection, tip: Tip, sha: str, own_count: int, now: int) -> None:
    """A ref that went on, or whose commits are counted anew."""
    connection.execute(
        "DELETE FROM fact_branch_tip WHERE commit_sha = ?2 AND id <> ?1 AND (source_id, ref_name) ="
        " (SELECT source_id, ref_name FROM fact_branch_tip WHERE id = ?1)",
        (tip.tip_id, sha),
    )
    connection.execute(
        "UPDATE fact_branch_tip SET commit_sha = ?2, own_count = ?3, ingested_at = ?4 WHERE id = ?1",
        (tip.tip_id, sha, own_count, now),
    )


def leave_tip(connection: Connection, tip: Tip, now: int) -> None:
    """A ref that is gone, or was rewritten: what it had of its own stays known."""
    connection.execute(
        "UPDATE fact_branch_tip SET is_present = 0, ingested_at = ?2 WHERE id = ?1",
        (tip.tip_id, now),
    )
