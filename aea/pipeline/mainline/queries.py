"""The only reads and writes of the tables of the mainline: tips, places on the trunk, changes of merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import clock
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection


class Link(NamedTuple):
    """A commit with what leads away from it."""

    commit_id: int
    parent_shas: tuple[str, ...]
    ordered_at: int
    position: int | None  # on the trunk, of the commit that brought it; None: not on the mainline
    is_trunk: bool


def find_link(connection: Connection, repository_id: int, sha: str) -> Link | None:
    """A commit by its sha; None: not known here."""
    row = connection.execute(
        "SELECT c.id, c.parent_shas, c.ordered_at, m.position, m.trunk_id IS c.id FROM fact_commit AS c"
        " LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE c.repository_id = ? AND c.commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    if row is None:
        return None
    commit_id, parents, ordered_at, position, is_trunk = row
    return Link(commit_id, tuple(parents.split()), ordered_at, position, bool(is_trunk))


def newest_tip(connection: Connection, repository_id: int) -> tuple[str, str] | None:
    """(ref, sha) of the tip that contains the others, or is the latest of those that went apart."""
    row = connection.execute(
        "SELECT t.ref_name, t.commit_sha FROM fact_mainline_tip AS t INNER JOIN fact_commit AS c"
        " ON c.repository_id = t.repository_id AND c.commit_sha = t.commit_sha"
        " WHERE t.repository_id = ?"
        " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha DESC, t.ref_name LIMIT 1",
        (repository_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def name_mainline(connection: Connection, repository_id: int, branch: str | None) -> None:
    """Store the short name of a repository's mainline; None: it has none."""
    if branch is None:
        connection.execute(
            "DELETE FROM derived_repository_mainline WHERE repository_id = ?", (repository_id,)
        )
        return
    connection.execute(
        "INSERT INTO derived_repository_mainline VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE"
        " SET branch_name = ?2, ingested_at = ?3 WHERE branch_name <> ?2",
        (repository_id, branch, clock.now_ms()),
    )


def has_closed_gap(connection: Connection, repository_id: int) -> bool:
    """Whether a parent that was missing when its child was placed is known by now."""
    rows = db.rows(
        connection,
        "SELECT c.parent_shas FROM derived_commit_mainline AS m INNER JOIN fact_commit AS c"
        " ON c.id = m.commit_id WHERE m.repository_id = ? AND m.is_cut = 1",
        (repository_id,),
    )
    links = (find_link(connection, repository_id, sha) for (shas,) in rows for sha in shas.split())
    return any(link is not None and link.position is None for link in links)


def cut_behind(connection: Connection, repository_id: int, position: int) -> None:
    """Take from the mainline what came behind a position."""
    connection.execute(
        "DELETE FROM derived_commit_mainline WHERE repository_id = ? AND position > ?",
        (repository_id, position),
    )


def write_places(
    connection: Connection, places: Iterable[tuple[int, int, int, int, bool, int]], now: int
) -> None:
    """(commit, repository, trunk commit, position, is cut, arrival) of commits that arrived."""
    connection.executemany(
        "INSERT INTO derived_commit_mainline VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*place, now) for place in places],
    )


def list_unread_merges(
    connection: Connection, repository_id: int, tips: Iterable[str]
) -> list[tuple[str, str]]:
    """(merge, first parent) on the chains of first parents below tips, as far as they are new."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for tip in tips:
        sha = tip
        while sha not in seen:
            seen.add(sha)
            link = find_link(connection, repository_id, sha)
            if link is None or link.is_trunk or not link.parent_shas:
                break
            if len(link.parent_shas) > 1 and not _is_read(connection, link.commit_id):
                found[sha] = link.parent_shas[0]
            sha = link.parent_shas[0]
    return list(found.items())


def _is_read(connection: Connection, commit_id: int) -> bool:
    query = "SELECT 1 FROM fact_commit_trunk_change WHERE commit_id = ? LIMIT 1"
    return connection.execute(query, (commit_id,)).fetchone() is not None
