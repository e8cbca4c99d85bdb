"""The only reads and writes of the tables of the mainline: tips, places on the trunk, changes of merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store import db
from aea.store.roots import file_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aea.records import FileChange
    from aea.store.db import Connection


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
        " LEFT JOIN fact_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE c.repository_id = ? AND c.commit_sha = ?",
        (repository_id, sha),
    ).fetchone()
    if row is None:
        return None
    commit_id, parents, ordered_at, position, is_trunk = row
    return Link(commit_id, tuple(parents.split()), ordered_at, position, bool(is_trunk))


def write_tips(
    connection: Connection,
    repository_id: int,
    source_id: int,
    refs: Mapping[str, str],
    now: int,
) -> None:
    """Where the mainline's refs of one clone stand; refs that are gone are forgotten."""
    query = "SELECT ref_name FROM fact_mainline_tip WHERE source_id = ?"
    gone = [ref for (ref,) in db.rows(connection, query, (source_id,)) if ref not in refs]
    connection.executemany(
        "DELETE FROM fact_mainline_tip WHERE source_id = ? AND ref_name = ?",
        [(source_id, ref) for ref in gone],
    )
    connection.executemany(
        "INSERT INTO fact_mainline_tip VALUES (?1, ?2, ?3, ?4, ?5, ?5)"
        " ON CONFLICT DO UPDATE SET repository_id = ?3, commit_sha = ?4, occurred_at = ?5,"
        " ingested_at = ?5 WHERE (repository_id, commit_sha) <> (?3, ?4)",
        [(source_id, ref, repository_id, sha, now) for ref, sha in refs.items()],
    )


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
    """What the mainline of a repository is called; None: it has none."""
    connection.execute(
        "UPDATE metadata_repositories SET mainline_branch = ?1 WHERE id = ?2"
        " AND mainline_branch IS NOT ?1",
        (branch, repository_id),
    )


def has_closed_gap(connection: Connection, repository_id: int) -> bool:
    """Whether a parent that was missing when its child was placed is known by now."""
    rows = db.rows(
        connection,
        "SELECT c.parent_shas FROM fact_commit_mainline AS m INNER JOIN fact_commit AS c"
        " ON c.id = m.commit_id WHERE m.repository_id = ? AND m.is_cut = 1",
        (repository_id,),
    )
    links = (find_link(connection, repository_id, sha) for (shas,) in rows for sha in shas.split())
    return any(link is not None and link.position is None for link in links)


def cut_behind(connection: Connection, repository_id: int, position: int) -> None:
    """Take from the mainline what came behind a position."""
    connection.execute(
        "DELETE FROM fact_commit_mainline WHERE repository_id = ? AND position > ?",
        (repository_id, position),
    )


def write_places(
    connection: Connection, places: Iterable[tuple[int, int, int, int, bool, int]], now: int
) -> None:
    """(commit, repository, trunk commit, position, is cut, arrival) of commits that arrived."""
    connection.executemany(
        "INSERT INTO fact_commit_mainline VALUES (?, ?, ?, ?, ?, ?, ?)",
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


def write_merge(
    connection: Connection, repository_id: int, sha: str, files: Iterable[FileChange], now: int
) -> None:
    """What a merge changed against its first parent."""
    query = (
        "SELECT id, occurred_at, ordered_at FROM fact_commit"
        " WHERE repository_id = ? AND commit_sha = ? AND is_diff_known = 1"
    )
    commit = connection.execute(query, (repository_id, sha)).fetchone()
    if commit is None:
        return
    key, *instants = commit
    connection.executemany(
        f"INSERT OR IGNORE INTO fact_commit_trunk_change VALUES ({', '.join('?' * 10)})",
        [
            (
                key,
                file_key(connection, repository_id, file.path),
                file.old_path and file_key(connection, repository_id, file.old_path),
                file.added_runs,
                file.added_hashes,
                file.removed_runs,
                file.removed_hashes,
                *instants,
                now,
            )
            for file in files
        ],
    )
