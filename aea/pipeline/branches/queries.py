"""The reads and writes of what tells the branch and the tasks of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import clock, tasks
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


class Anchor(NamedTuple):
    """What speaks for a chain of commits: a merge that names a branch, or the tip of one."""

    evidence: str  # merge, tip
    anchor_id: int
    repository_id: int
    commit_sha: str  # the merge, the tip
    branch_name: str
    own_count: int  # of a tip
    occurred_at: int
    mainline: str | None


class Step(NamedTuple):
    """One commit of a chain."""

    sha: str
    position: int
    is_gap: bool  # it is not here: the walk could not go on


class Node(NamedTuple):
    """A commit with what leads away from it."""

    sha: str
    parents: tuple[str, ...]
    ordered_at: int
    depth: int


_ANCHORS = (
    "SELECT 'merge', id FROM fact_commit WHERE merged_branch IS NOT NULL AND parent_count = 2"
    " UNION ALL SELECT 'tip', id FROM fact_branch_tip"
)
_ANCHOR = {
    "merge": "SELECT 'merge', c.id, c.repository_id, c.commit_sha, c.merged_branch, 0, c.occurred_at,"
    " m.branch_name FROM fact_commit AS c LEFT JOIN derived_repository_mainline AS m"
    " ON m.repository_id = c.repository_id WHERE c.id = ? AND c.merged_branch IS NOT NULL",
    "tip": "SELECT 'tip', t.id, t.repository_id, t.commit_sha, t.branch_name, t.own_count, t.occurred_at,"
    " m.branch_name FROM fact_branch_tip AS t LEFT JOIN derived_repository_mainline AS m"
    " ON m.repository_id = t.repository_id WHERE t.id = ?",
}


def take_dirty_anchors(connection: Connection) -> list[tuple[str, int]]:
    """The anchors whose chains must be listed; they are dirty no more."""
    found = db.rows(connection, "SELECT evidence, anchor_id FROM dirty_anchor")
    connection.execute("DELETE FROM dirty_anchor")
    return found


def list_anchors(connection: Connection) -> list[tuple[str, int]]:
    """Every merge that names a branch and every tip."""
    return db.rows(connection, _ANCHORS)


def find_anchor(connection: Connection, evidence: str, anchor_id: int) -> Anchor | None:
    """One anchor; None when it is gone."""
    row = connection.execute(_ANCHOR[evidence], (anchor_id,)).fetchone()
    return Anchor(*row) if row else None


def find_node(connection: Connection, repository_id: int, sha: str) -> Node | None:
    """A commit; None when it is not known here."""
    row = connection.execute(
        "SELECT parent_shas, ordered_at, depth FROM fact_commit"
        " WHERE repository_id = ? AND commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    return Node(sha, tuple(row[0].split()), row[1], row[2]) if row else None


def read_chain(connection: Connection, anchor: Anchor) -> list[tuple[str, str, int, int]]:
    """(sha, branch, position, is gap) of an anchor as stored, by sha."""
    return db.rows(
        connection,
        "SELECT commit_sha, branch_name, position, is_gap FROM derived_commit_branch"
        " WHERE evidence = ? AND anchor_id = ? ORDER BY commit_sha",
        (anchor.evidence, anchor.anchor_id),
    )


def replace_chain(connection: Connection, anchor: Anchor, steps: list[Step], now: int) -> None:
    """Make these the chain of an anchor."""
    if not is_stored(connection, anchor, steps):
        extend_chain(connection, anchor, steps, -1, now)


def is_stored(connection: Connection, anchor: Anchor, steps: list[Step]) -> bool:
    """Whether these are the chain of an anchor."""
    wanted = sorted((s.sha, anchor.branch_name, s.position, int(s.is_gap)) for s in steps)
    return wanted == read_chain(connection, anchor)


def is_listed(connection: Connection, anchor: Anchor, step: Step) -> bool:
    """Whether the stored chain has a commit at the same place: then it is the same from there down."""
    query = (
        "SELECT 1 FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ? AND position = ?"
        " AND repository_id = ? AND commit_sha = ? AND is_gap = 0"
    )
    place = (anchor.evidence, anchor.anchor_id, step.position, anchor.repository_id, step.sha)
    return connection.execute(query, place).fetchone() is not None


def extend_chain(
    connection: Connection, anchor: Anchor, steps: list[Step], below: int, now: int
) -> None:
    """Make these what lies above a position of the stored chain."""
    connection.execute(
        "DELETE FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ? AND position > ?",
        (anchor.evidence, anchor.anchor_id, below),
    )
    head = (anchor.repository_id, anchor.evidence, anchor.anchor_id, anchor.branch_name)
    connection.executemany(
        "INSERT INTO derived_commit_branch (repository_id, evidence, anchor_id, branch_name, commit_sha,"
        " position, is_gap, occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*head, s.sha, s.position, int(s.is_gap), anchor.occurred_at, now) for s in steps],
    )


def delete_chain(connection: Connection, evidence: str, anchor_id: int) -> None:
    """Delete the commits of an anchor that is gone."""
    connection.execute(
        "DELETE FROM derived_commit_branch WHERE evidence = ? AND anchor_id = ?",
        (evidence, anchor_id),
    )


def classify(connection: Connection) -> None:
    """Say of each dirty branch what kind it is, and whether it is gone from every clone."""
    rows = db.rows(
        connection,
        "SELECT d.repository_id, d.branch_name, b.task_id, m.branch_name, EXISTS (SELECT 1"
        " FROM fact_branch_tip AS t WHERE t.repository_id = d.repository_id"
        " AND t.branch_name = d.branch_name) AND NOT EXISTS (SELECT 1 FROM fact_branch_tip AS t"
        " WHERE t.repository_id = d.repository_id AND t.branch_name = d.branch_name"
        " AND t.is_present = 1) FROM dirty_branch AS d INNER JOIN metadata_branches AS b"
        " ON b.repository_id = d.repository_id AND b.branch_name = d.branch_name"
        " LEFT JOIN derived_repository_mainline AS m ON m.repository_id = d.repository_id",
    )
    connection.execute("DELETE FROM dirty_branch")
    connection.executemany(
        "INSERT INTO derived_branch VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
        " SET branch_kind = ?3, is_deleted = ?4, ingested_at = ?5"
        " WHERE (branch_kind, is_deleted) <> (?3, ?4)",
        [
            (repository_id, name, kind_of(name, task_id, mainline), is_deleted, clock.now_ms())
            for repository_id, name, task_id, mainline, is_deleted in rows
        ],
    )


def kind_of(branch_name: str, task_id: int | None, mainline: str | None) -> str:
    """mainline, integration, task or work."""
    if branch_name == mainline:
        return "mainline"
    if tasks.is_integration(branch_name, mainline):
        return "integration"
    return "work" if task_id is None else "task"
