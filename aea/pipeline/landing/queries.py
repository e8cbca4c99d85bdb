"""The SQL of landings: commits off the mainline, what they changed, and where that may have arrived."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from aea.lines import hash_numbers
from aea.pipeline.landing.rules import (
    MAX_BRANCH,
    WINDOW_MS,
    Commit,
    CommitChange,
    FileChange,
    Landing,
    Landings,
    MainlineCommit,
)
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from aea.store.engine.db import Connection

_OFF_MAINLINE = (
    "SELECT c.id, c.repository_id, c.commit_sha, c.parent_shas, c.ordered_at, c.depth, c.patch_key"
    " FROM fact_commit AS c LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
    " WHERE m.commit_id IS NULL AND "
)
_MAINLINE = "SELECT c.id, m.occurred_at, m.position, c.ordered_at, c.depth, c.commit_sha FROM "
_FIRST = " ORDER BY c.ordered_at, c.depth, c.commit_sha LIMIT 1"


def _commit(row: tuple[int, int, str, str, int, int, int | None]) -> Commit:
    key, repository_id, sha, parents, ordered_at, depth, patch_key = row
    return Commit(
        key, repository_id, sha, tuple(parents.split()), (ordered_at, depth, sha), patch_key
    )


def list_off_mainline(connection: Connection, commit_ids: Iterable[int]) -> list[Commit]:
    """Those of some commits that exist and are not on the mainline."""
    query = f"{_OFF_MAINLINE}c.id = ?"
    found = (connection.execute(query, (key,)).fetchone() for key in sorted(commit_ids))
    return [_commit(row) for row in found if row]


def list_since(connection: Connection, repository_id: int, since: int) -> list[Commit]:
    """All commits off the mainline of a repository from an instant on, in order."""
    query = (
        f"{_OFF_MAINLINE}c.repository_id = ? AND c.ordered_at + 0 >= ?"
        " ORDER BY c.ordered_at, c.depth, c.commit_sha"
    )
    return [_commit(row) for row in db.rows(connection, query, (repository_id, since))]


def list_all(connection: Connection, repository_id: int) -> list[int]:
    """The keys of all commits off the mainline of a repository."""
    query = f"{_OFF_MAINLINE}c.repository_id = ?"
    return [row[0] for row in db.rows(connection, query, (repository_id,))]


def list_touching(
    connection: Connection, commit_id: int
) -> Iterator[tuple[int, int, CommitChange]]:
    """(commit, file, change) off the mainline that changed a file of a commit before it, within the window."""
    rows = db.rows(
        connection,
        "SELECT o.commit_id, o.file_id FROM fact_commit_file_change AS f"
        " INNER JOIN fact_commit_file_change AS o ON o.file_id = f.file_id"
        " AND o.ordered_at BETWEEN f.ordered_at - ?2 AND f.ordered_at"
        " WHERE f.commit_id = ?1 AND NOT EXISTS (SELECT 1 FROM derived_commit_mainline AS m"
        " WHERE m.commit_id = o.commit_id)",
        (commit_id, WINDOW_MS),
    )
    for other, file_id in rows:
        yield other, file_id, read_change(connection, other)


def read_change(connection: Connection, commit_id: int) -> CommitChange:
    """The lines that a commit adds and removes."""
    rows = db.rows(
        connection,
        "SELECT file_id, old_file_id, added_hashes, removed_hashes FROM fact_commit_file_change"
        " WHERE commit_id = ? ORDER BY file_id",
        (commit_id,),
    )
    return CommitChange(
        [
            FileChange(file, old, hash_numbers(added), hash_numbers(removed))
            for file, old, added, removed in rows
        ]
    )


class BranchReader:
    """Reads branches off the mainline, named by their last commit. Rows that many of them share are kept."""

    def __init__(
        self,
        connection: Connection,
        found: Mapping[Commit, MainlineCommit],
        lost: Container[Commit],
    ) -> None:
        """`found` grows: squashes found so far. A stored landing of a lost commit does not count."""
        self._connection = connection
        self._found = found
        self._lost = lost
        self._change = lru_cache(maxsize=4096)(partial(read_change, connection))
        self._parents = lru_cache(maxsize=4096)(partial(_list_parents, connection))

    def read_head(self, head: Commit) -> CommitChange:
        """The change of the last commit."""
        return self._change(head.commit_id)

    def read_branch(self, head: Commit) -> list[tuple[CommitChange, int | None]]:
        """The changes of all commits of a branch, oldest first, and the place where each landed."""
        commits = sorted(self.list_commits(head), key=lambda one: one.order)
        return [(self._change(one.commit_id), self._find_place(one)) for one in commits]

    def _find_place(self, commit: Commit) -> int | None:
        places = [_find_picked(self._connection, commit)]
        if commit in self._found:
            places.append(self._found[commit].position)
        elif commit not in self._lost:
            stored = _find_squash(self._connection, commit.commit_id)
            places.append(stored.position if stored else None)
        return min((place for place in places if place is not None), default=None)

    def list_commits(self, head: Commit) -> set[Commit]:
        """The commits off the mainline that a head contains, within the window, itself included."""
        found = {head}
        waiting = [head]
        while waiting and len(found) < MAX_BRANCH:
            for parent in self._parents(waiting.pop()):
                if parent not in found and parent.order[0] >= head.order[0] - WINDOW_MS:
                    found.add(parent)
                    waiting.append(parent)
        return found

    def list_later(self, head: Commit, file_id: int) -> list[tuple[MainlineCommit, CommitChange]]:
        """The next commits of the mainline that change a file after a head, within the window, in order."""
        rows = db.rows(
            self._connection,
            f"{_MAINLINE}fact_commit_file_change AS f"
            " INNER JOIN fact_commit AS c ON c.id = f.commit_id"
            " INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
            " WHERE f.file_id = ?1 AND f.ordered_at BETWEEN ?2 AND ?5 AND c.parent_count < 2"
            " AND (c.ordered_at, c.depth, c.commit_sha) > (?2, ?3, ?4)"
            " ORDER BY c.ordered_at, c.depth, c.commit_sha LIMIT ?6",
            (file_id, *head.order, head.order[0] + WINDOW_MS, MAX_BRANCH),
        )
        return [
            (MainlineCommit(tuple(order), commit_id, arrived, position), self._change(commit_id))
            for commit_id, arrived, position, *order in rows
        ]


def _list_parents(connection: Connection, commit: Commit) -> list[Commit]:
    """The known parents of a commit that are off the mainline."""
    marks = ", ".join("?" * len(commit.parent_shas))
    query = f"{_OFF_MAINLINE}c.repository_id = ? AND c.commit_sha IN ({marks})"
    rows = db.rows(connection, query, (commit.repository_id, *commit.parent_shas))
    return [_commit(row) for row in rows]


def list_replaced(connection: Connection, commit_id: int) -> list[int]:
    """The commits that were rewritten into a commit, one step back."""
    rows = db.rows(
        connection,
        "SELECT o.id FROM fact_commit AS c INNER JOIN fact_commit_rewrite AS w"
        " ON w.repository_id = c.repository_id AND w.new_sha = c.commit_sha"
        " INNER JOIN fact_commit AS o ON o.repository_id = c.repository_id"
        " AND o.commit_sha = w.old_sha WHERE c.id = ?",
        (commit_id,),
    )
    return [key for (key,) in rows]


def list_same_patch(connection: Connection, commit_id: int) -> list[int]:
    """The other commits off the mainline that change the same lines."""
    rows = db.rows(
        connection,
        "SELECT o.id FROM fact_commit AS c INNER JOIN fact_commit AS o"
        " ON o.repository_id = c.repository_id AND o.patch_key = c.patch_key"
        " WHERE c.id = ? AND o.id <> c.id AND NOT EXISTS ("
        "SELECT 1 FROM derived_commit_mainline AS m WHERE m.commit_id = o.id)",
        (commit_id,),
    )
    return [key for (key,) in rows]


def read_landings(connection: Connection, commit: Commit, *, is_lost: bool) -> Landings:
    """The landings of a commit by stored evidence. A lost commit has no squash that counts any more."""
    return Landings(
        _find_rewrite(connection, commit),
        _find_same_patch(connection, commit),
        None if is_lost else _find_squash(connection, commit.commit_id),
    )


def _find_rewrite(connection: Connection, commit: Commit) -> Landing | None:
    """The commit of the mainline that replaced this one, or by which its replacement landed."""
    row = connection.execute(
        "SELECT coalesce(m.commit_id, l.landed_id), coalesce(m.occurred_at, l.occurred_at)"
        " FROM fact_commit_rewrite AS w INNER JOIN fact_commit AS c"
        " ON c.repository_id = w.repository_id AND c.commit_sha = w.new_sha"
        " LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " LEFT JOIN derived_commit_landing AS l ON l.commit_id = c.id"
        " WHERE w.repository_id = ? AND w.old_sha = ? AND w.new_sha <> w.old_sha"
        f" AND coalesce(m.commit_id, l.landed_id) IS NOT NULL{_FIRST}",
        (commit.repository_id, commit.sha),
    ).fetchone()
    return Landing(row[0], "rewrite", row[1]) if row else None


def _find_same_patch(connection: Connection, commit: Commit) -> Landing | None:
    """The first commit of the mainline that changes the same lines."""
    row = connection.execute(
        "SELECT m.commit_id, m.occurred_at FROM fact_commit AS c INNER JOIN derived_commit_mainline AS m"
        f" ON m.commit_id = c.id WHERE c.repository_id = ? AND c.patch_key = ?{_FIRST}",
        (commit.repository_id, commit.patch_key),
    ).fetchone()
    return Landing(row[0], "same_patch", row[1]) if row else None


def _find_picked(connection: Connection, commit: Commit) -> int | None:
    """The place of the first commit of the mainline that changes the same lines."""
    place: int | None = connection.execute(
        "SELECT min(m.position) FROM fact_commit AS c"
        " INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE c.repository_id = ? AND c.patch_key = ?",
        (commit.repository_id, commit.patch_key),
    ).get
    return place


def _find_squash(connection: Connection, commit_id: int) -> MainlineCommit | None:
    """The squash that is stored for a commit."""
    row = connection.execute(
        f"{_MAINLINE}derived_commit_landing AS l INNER JOIN fact_commit AS c ON c.id = l.landed_id"
        " INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE l.commit_id = ? AND l.evidence = 'squash'",
        (commit_id,),
    ).fetchone()
    return MainlineCommit(row[3:], *row[:3]) if row else None


def write_landing(
    connection: Connection, commit: Commit, landing: Landing | None, now: int
) -> bool:
    """Store the landing of a commit; None deletes it. Returns whether that changed anything."""
    query = (
        "SELECT landed_id, evidence, occurred_at FROM derived_commit_landing WHERE commit_id = ?"
    )
    if connection.execute(query, (commit.commit_id,)).fetchone() == landing:
        return False
    delete_landings(connection, [commit.commit_id])
    if landing is not None:
        connection.execute(
            "INSERT INTO derived_commit_landing (commit_id, repository_id, landed_id, evidence,"
            " occurred_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?)",
            (commit.commit_id, commit.repository_id, *landing, now),
        )
    return True


def delete_landings(connection: Connection, commit_ids: Iterable[int]) -> None:
    """Delete the landings of commits."""
    connection.executemany(
        "DELETE FROM derived_commit_landing WHERE commit_id = ?", [(key,) for key in commit_ids]
    )
