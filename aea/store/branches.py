"""The reads and writes of what tells the branch and the tasks of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import tasks
from aea.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.db import Connection


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
_ANCHORS = (
    "SELECT 'merge', id FROM fact_commit WHERE merged_branch IS NOT NULL AND parent_count = 2"
    " UNION ALL SELECT 'tip', id FROM fact_branch_tip"
)
_ANCHOR = {
    "merge": "SELECT 'merge', c.id, c.repository_id, c.commit_sha, c.merged_branch, 0, c.occurred_at,"
    " r.mainline_branch FROM fact_commit AS c INNER JOIN metadata_repositories AS r"
    " ON r.id = c.repository_id WHERE c.id = ? AND c.merged_branch IS NOT NULL",
    "tip": "SELECT 'tip', t.id, t.repository_id, t.commit_sha, t.branch_name, t.own_count, t.occurred_at,"
    " r.mainline_branch FROM fact_branch_tip AS t INNER JOIN metadata_repositories AS r"
    " ON r.id = t.repository_id WHERE t.id = ?",
}


def take_dirty_anchors(connection: Connection) -> list[tuple[str, int]]:
    """The anchors whose chains must be listed; they are dirty no more."""
    found = db.rows(connection, "SELECT evidence, anchor_id FROM dirty_anchor")
    connection.execute("DELETE FROM dirty_anchor")
    return found


def list_anchors(connection: Connection) -> list[tuple[str, int]]:
    """Every merge that names a branch and every tip."""
    return db.rows(connection, _ANCHORS)


def list_commits(connection: Connection) -> list[tuple[int, str]]:
    """(repository, sha) of every commit."""
    return db.rows(connection, "SELECT repository_id, commit_sha FROM fact_commit")


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
        "SELECT commit_sha, branch_name, position, is_gap FROM fact_commit_branch"
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
        "SELECT 1 FROM fact_commit_branch WHERE evidence = ? AND anchor_id = ? AND position = ?"
        " AND repository_id = ? AND commit_sha = ? AND is_gap = 0"
    )
    place = (anchor.evidence, anchor.anchor_id, step.position, anchor.repository_id, step.sha)
    return connection.execute(query, place).fetchone() is not None


def extend_chain(
    connection: Connection, anchor: Anchor, steps: list[Step], below: int, now: int
) -> None:
    """Make these what lies above a position of the stored chain."""
    connection.execute(
        "DELETE FROM fact_commit_branch WHERE evidence = ? AND anchor_id = ? AND position > ?",
        (anchor.evidence, anchor.anchor_id, below),
    )
    head = (anchor.repository_id, anchor.evidence, anchor.anchor_id, anchor.branch_name)
    connection.executemany(
        "INSERT INTO fact_commit_branch (repository_id, evidence, anchor_id, branch_name, commit_sha,"
        " position, is_gap, occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*head, s.sha, s.position, int(s.is_gap), anchor.occurred_at, now) for s in steps],
    )


def mark_shared(connection: Connection, anchor: Anchor) -> None:
    """The commits that tips of other branches claim, too: distances to this tip have changed."""
    connection.execute(
        "INSERT INTO dirty_assign SELECT a.repository_id, a.commit_sha FROM fact_commit_branch AS a"
        " WHERE a.evidence = 'tip' AND a.anchor_id = ?1 AND EXISTS (SELECT 1 FROM fact_commit_branch AS b"
        " WHERE b.repository_id = a.repository_id AND b.commit_sha = a.commit_sha"
        " AND b.evidence = 'tip' AND b.branch_name <> a.branch_name) ON CONFLICT DO NOTHING",
        (anchor.anchor_id,),
    )


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
        " FROM fact_commit_branch AS b"
        " WHERE b.repository_id = ? AND b.commit_sha = ? AND b.is_gap = 0",
        (repository_id, sha),
    )
    return [Claim(*row) for row in rows]


_ORIGINS = """
SELECT w.old_sha, 'rewrite' FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.new_sha = :sha AND w.old_sha <> :sha
UNION ALL
SELECT o.commit_sha, l.evidence FROM fact_commit AS c
INNER JOIN fact_commit_landing AS l ON l.landed_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.commit_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION ALL
SELECT DISTINCT o.commit_sha, 'lines' FROM fact_commit AS c
CROSS JOIN fact_commit_line_match AS m ON m.commit_id = c.id
CROSS JOIN fact_commit AS o ON o.id = m.origin_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha AND m.is_carried = 0
"""
_HEIRS = """
SELECT w.new_sha FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.old_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
INNER JOIN fact_commit_landing AS l ON l.commit_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.landed_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
CROSS JOIN fact_commit_line_match AS m ON m.origin_id = c.id AND m.is_carried = 0
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
    query = "SELECT 1 FROM fact_commit_mainline WHERE commit_id = ?"
    return connection.execute(query, (commit_id,)).fetchone() is not None


def find_mainline(connection: Connection, repository_id: int) -> str | None:
    """The short name of a repository's mainline."""
    query = "SELECT mainline_branch FROM metadata_repositories WHERE id = ?"
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


def classify(connection: Connection) -> None:
    """Say of each dirty branch what kind it is, and whether it is gone from every clone."""
    rows = db.rows(
        connection,
        "SELECT d.repository_id, d.branch_name, b.task_id, r.mainline_branch, EXISTS (SELECT 1"
        " FROM fact_branch_tip AS t WHERE t.repository_id = d.repository_id"
        " AND t.branch_name = d.branch_name) AND NOT EXISTS (SELECT 1 FROM fact_branch_tip AS t"
        " WHERE t.repository_id = d.repository_id AND t.branch_name = d.branch_name"
        " AND t.is_present = 1) FROM dirty_branch AS d INNER JOIN metadata_branches AS b"
        " ON b.repository_id = d.repository_id AND b.branch_name = d.branch_name"
        " INNER JOIN metadata_repositories AS r ON r.id = d.repository_id",
    )
    connection.execute("DELETE FROM dirty_branch")
    connection.executemany(
        "UPDATE metadata_branches SET branch_kind = ?1, is_deleted = ?2 WHERE repository_id = ?3"
        " AND branch_name = ?4 AND (branch_kind, is_deleted) <> (?1, ?2)",
        [
            (kind_of(name, task_id, mainline), is_deleted, repository_id, name)
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


def forget_derived(connection: Connection) -> None:
    """Drop all chains and assignments; every merge, tip, commit and branch is dirty."""
    connection.execute("DELETE FROM fact_task_commit_assignment")
    connection.execute("DELETE FROM fact_commit_branch")
    connection.execute(f"INSERT OR IGNORE INTO dirty_anchor {_ANCHORS}")
    connection.execute(
        "INSERT OR IGNORE INTO dirty_assign SELECT repository_id, commit_sha FROM fact_commit"
    )
    connection.execute(
        "INSERT OR IGNORE INTO dirty_branch SELECT repository_id, branch_name FROM metadata_branches"
    )
