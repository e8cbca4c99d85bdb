"""The only reads and writes of derived_commit_landing, and what decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.lines import hash_numbers
from aea.pipeline.landing.rules import Change
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection

WINDOW_MS = 90 * 24 * 3_600_000  # a squash comes within that time of the last commit it holds


class Off(NamedTuple):
    """A commit that may be off the mainline."""

    commit_id: int
    repository_id: int
    sha: str
    parent_shas: tuple[str, ...]
    order: tuple[int, int, str]
    patch_key: int | None
    is_on_mainline: bool


class Candidate(NamedTuple):
    """A commit of the mainline."""

    commit_id: int
    occurred_at: int  # when it arrived
    order: tuple[int, int, str]


class Landing(NamedTuple):
    """By which commit of the mainline a change arrived."""

    landed_id: int
    evidence: str
    occurred_at: int


_OFF = (
    "SELECT c.id, c.repository_id, c.commit_sha, c.parent_shas, c.ordered_at, c.depth, c.patch_key,"
    " m.commit_id IS NOT NULL FROM fact_commit AS c LEFT JOIN derived_commit_mainline AS m"
    " ON m.commit_id = c.id WHERE "
)
_FIRST = " ORDER BY c.ordered_at, c.depth, c.commit_sha LIMIT 1"


def _off(row: tuple[int, int, str, str, int, int, int | None, int]) -> Off:
    key, repository, sha, parents, at, depth, patch, on = row
    return Off(key, repository, sha, tuple(parents.split()), (at, depth, sha), patch, bool(on))


def read_commit(connection: Connection, commit_id: int) -> Off | None:
    """A commit by its key."""
    row = connection.execute(f"{_OFF} c.id = ?", (commit_id,)).fetchone()
    return _off(row) if row else None


def read_parents(connection: Connection, commit: Off) -> list[Off]:
    """Those of its parents that are known and off the mainline."""
    marks = ", ".join("?" * len(commit.parent_shas))
    query = f"{_OFF} c.repository_id = ? AND c.commit_sha IN ({marks}) AND m.commit_id IS NULL"
    rows = db.rows(connection, query, (commit.repository_id, *commit.parent_shas))
    return [_off(row) for row in rows]


def list_off(connection: Connection, repository_id: int, since: int) -> list[Off]:
    """The commits off the mainline that are not before an instant, in order."""
    query = (
        f"{_OFF} c.repository_id = ? AND c.ordered_at + 0 >= ? AND m.commit_id IS NULL"
        " ORDER BY c.ordered_at, c.depth, c.commit_sha"
    )
    return [_off(row) for row in db.rows(connection, query, (repository_id, since))]


def read_changes(connection: Connection, commit_id: int) -> list[Change]:
    """The lines that a commit adds and removes, by file."""
    rows = db.rows(
        connection,
        "SELECT file_id, old_file_id, added_hashes, removed_hashes FROM fact_commit_file_change"
        " WHERE commit_id = ? ORDER BY file_id",
        (commit_id,),
    )
    return [
        Change(file, old, hash_numbers(added), hash_numbers(removed))
        for file, old, added, removed in rows
    ]


_CANDIDATE = "SELECT c.id, m.occurred_at, c.ordered_at, c.depth, c.commit_sha FROM "


def later_on_mainline(connection: Connection, commit: Off, file_id: int) -> list[Candidate]:
    """Those on the mainline that change a file after a commit, within the window, first ones first."""
    rows = db.rows(
        connection,
        f"{_CANDIDATE}fact_commit_file_change AS f"
        " INNER JOIN fact_commit AS c ON c.id = f.commit_id"
        " INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE f.file_id = ?1 AND f.ordered_at BETWEEN ?2 AND ?5 AND c.parent_count < 2"
        " AND (c.ordered_at, c.depth, c.commit_sha) > (?2, ?3, ?4)"
        " ORDER BY c.ordered_at, c.depth, c.commit_sha",
        (file_id, *commit.order, commit.order[0] + WINDOW_MS),
    )
    return [Candidate(key, arrived, (at, depth, sha)) for key, arrived, at, depth, sha in rows]


def read_candidate(connection: Connection, commit_id: int) -> Candidate | None:
    """The squash that is stored for a commit."""
    row = connection.execute(
        f"{_CANDIDATE}derived_commit_landing AS l INNER JOIN fact_commit AS c ON c.id = l.landed_id"
        " INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id"
        " WHERE l.commit_id = ? AND l.evidence = 'squash'",
        (commit_id,),
    ).fetchone()
    return Candidate(row[0], row[1], row[2:]) if row else None


def touching(connection: Connection, commit_id: int) -> list[tuple[int, int]]:
    """(commit, file) off the mainline that changed a file of this one before it: it may be their squash."""
    return db.rows(
        connection,
        "SELECT o.commit_id, o.file_id FROM fact_commit_file_change AS f"
        " INNER JOIN fact_commit_file_change AS o ON o.file_id = f.file_id"
        " AND o.ordered_at BETWEEN f.ordered_at - ?2 AND f.ordered_at"
        " WHERE f.commit_id = ?1 AND NOT EXISTS (SELECT 1 FROM derived_commit_mainline AS m"
        " WHERE m.commit_id = o.commit_id)",
        (commit_id, WINDOW_MS),
    )


def replaced_by(connection: Connection, commit_id: int) -> list[int]:
    """The commits that a commit was rewritten from, one step back."""
    rows = db.rows(
        connection,
        "SELECT o.id FROM fact_commit AS c INNER JOIN fact_commit_rewrite AS w"
        " ON w.repository_id = c.repository_id AND w.new_sha = c.commit_sha"
        " INNER JOIN fact_commit AS o ON o.repository_id = c.repository_id"
        " AND o.commit_sha = w.old_sha WHERE c.id = ?",
        (commit_id,),
    )
    return [key for (key,) in rows]


def equals_of(connection: Connection, commit_id: int) -> list[int]:
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


def by_rewrite(connection: Connection, commit: Off) -> Landing | None:
    """Where the commit that replaced this one landed, or stands."""
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


def by_patch(connection: Connection, commit: Off) -> Landing | None:
    """The first commit of the mainline that changes the same lines."""
    row = connection.execute(
        "SELECT m.commit_id, m.occurred_at FROM fact_commit AS c INNER JOIN derived_commit_mainline AS m"
        f" ON m.commit_id = c.id WHERE c.repository_id = ? AND c.patch_key = ?{_FIRST}",
        (commit.repository_id, commit.patch_key),
    ).fetchone()
    return Landing(row[0], "same_patch", row[1]) if row else None


def read_landing(connection: Connection, commit_id: int) -> Landing | None:
    """What is stored."""
    query = (
        "SELECT landed_id, evidence, occurred_at FROM derived_commit_landing WHERE commit_id = ?"
    )
    row = connection.execute(query, (commit_id,)).fetchone()
    return Landing(*row) if row else None


def write_landing(connection: Connection, commit: Off, landing: Landing | None, now: int) -> bool:
    """Store what was found. False: it was so already."""
    if read_landing(connection, commit.commit_id) == landing:
        return False
    forget(connection, [commit.commit_id])
    if landing is not None:
        connection.execute(
            "INSERT INTO derived_commit_landing VALUES (?, ?, ?, ?, ?, ?)",
            (commit.commit_id, commit.repository_id, *landing, now),
        )
    return True


def forget(connection: Connection, commit_ids: Iterable[int]) -> None:
    """These are no landings any more."""
    connection.executemany(
        "DELETE FROM derived_commit_landing WHERE commit_id = ?", [(key,) for key in commit_ids]
    )
