"""The SQL of the mainline: its heads, the commits below them, and their places on the trunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.mainline.rules import Commit, Head, History, is_new
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.mainline.rules import Placement
    from aea.store.engine.db import Connection


def list_heads(connection: Connection, repository_id: int) -> list[Head]:
    """The refs of the mainline whose commits are known, in all clones of a repository."""
    rows = db.rows(
        connection,
        "SELECT t.ref_name, t.commit_sha, c.ordered_at, c.depth FROM fact_mainline_head AS t"
        " INNER JOIN fact_commit AS c"
        " ON c.repository_id = t.repository_id AND c.commit_sha = t.commit_sha"
        " WHERE t.repository_id = ?",
        (repository_id,),
    )
    return [Head(name, sha, (ordered_at, depth)) for name, sha, ordered_at, depth in rows]


def find_commit(connection: Connection, repository_id: int, sha: str) -> Commit | None:
    """A commit by its sha; None when it is unknown."""
    row = connection.execute(
        "SELECT c.id, c.parent_shas, c.ordered_at, m.position, m.trunk_id IS c.id FROM fact_commit AS c"
        " LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE c.repository_id = ? AND c.commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    if row is None:
        return None
    commit_id, parents, ordered_at, position, is_trunk = row
    return Commit(commit_id, tuple(parents.split()), ordered_at, position, bool(is_trunk))


def has_closed_gap(connection: Connection, repository_id: int) -> bool:
    """Whether a parent that was unknown when its child was placed is known now."""
    rows = db.rows(
        connection,
        "SELECT c.parent_shas FROM derived_commit_mainline AS m INNER JOIN fact_commit AS c"
        " ON c.id = m.commit_id WHERE m.repository_id = ? AND m.is_cut = 1",
        (repository_id,),
    )
    parents = (
        find_commit(connection, repository_id, sha) for (shas,) in rows for sha in shas.split()
    )
    return any(parent is not None and parent.position is None for parent in parents)


def read_history(connection: Connection, repository_id: int, sha: str) -> History:
    """The commits below a head, down to those that keep their place on the mainline."""
    trunk: list[Commit] = []
    base = -1
    commits: dict[str, Commit] = {}
    head: str | None = sha
    while head is not None and (commit := find_commit(connection, repository_id, head)):
        commits[head] = commit
        if commit.is_trunk and commit.position is not None:
            base = commit.position
            break
        trunk.append(commit)
        head = commit.parent_shas[0] if commit.parent_shas else None
    trunk.reverse()
    _read_parents(connection, repository_id, commits, base)
    return History(trunk, base, commits)


def _read_parents(
    connection: Connection, repository_id: int, commits: dict[str, Commit], base: int
) -> None:
    """Add the ancestors of commits that have no valid place, and the first ones that have."""
    waiting = list(commits.values())
    unknown: set[str] = set()
    while waiting:
        commit = waiting.pop()
        for sha in commit.parent_shas if is_new(commit, base) else ():
            if sha in commits or sha in unknown:
                continue
            parent = find_commit(connection, repository_id, sha)
            if parent is None:
                unknown.add(sha)
            else:
                commits[sha] = parent
                waiting.append(parent)


def write_name(
    connection: Connection, repository_id: int, branch_name: str | None, now: int
) -> None:
    """Store the branch name of a repository's mainline; None deletes it."""
    if branch_name is None:
        connection.execute(
            "DELETE FROM derived_repository_mainline WHERE repository_id = ?", (repository_id,)
        )
        return
    connection.execute(
        "INSERT INTO derived_repository_mainline VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE"
        " SET branch_name = ?2, ingested_at = ?3 WHERE branch_name <> ?2",
        (repository_id, branch_name, now),
    )


def delete_above(connection: Connection, repository_id: int, position: int) -> None:
    """Take the commits above a position off the mainline."""
    connection.execute(
        "DELETE FROM derived_commit_mainline WHERE repository_id = ? AND position > ?",
        (repository_id, position),
    )


def write_placements(
    connection: Connection, repository_id: int, placements: Iterable[Placement], now: int
) -> None:
    """Store the places of commits that arrived."""
    connection.executemany(
        "INSERT INTO derived_commit_mainline (commit_id, repository_id, trunk_id, position, is_cut,"
        " occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((one.commit_id, repository_id, *one[1:], now) for one in placements),
    )


def list_unread_merges(
    connection: Connection, repository_id: int, heads: Iterable[str]
) -> list[tuple[str, str]]:
    """(merge, first parent) of the new merges below heads whose change of the trunk is not read yet."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for head in heads:
        sha = head
        while sha not in seen:
            seen.add(sha)
            commit = find_commit(connection, repository_id, sha)
            if commit is None or commit.is_trunk or not commit.parent_shas:
                break
            if len(commit.parent_shas) > 1 and not _is_read(connection, commit.commit_id):
                found[sha] = commit.parent_shas[0]
            sha = commit.parent_shas[0]
    return list(found.items())


def _is_read(connection: Connection, commit_id: int) -> bool:
    query = "SELECT 1 FROM fact_commit_trunk_change WHERE commit_id = ? LIMIT 1"
    return connection.execute(query, (commit_id,)).fetchone() is not None
