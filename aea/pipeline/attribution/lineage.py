"""How commits and files hang together over time: order, names, and what a change of one concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

WINDOW_MS = 30 * 24 * 3_600_000  # a line committed later than that is not the write's any more
SECOND_MS = 999  # commit dates have whole seconds: a write within that second came before it
_MAX_TWINS = 10  # files that begin alike; a licence is nobody's evidence


class Order(NamedTuple):
    """Where a commit stands among all of its repository: behind its parents, whatever clocks say."""

    ordered_at: int
    depth: int
    sha: str


class CommitRow(NamedTuple):
    """A commit as attribution sees it."""

    commit_id: int
    repository_id: int
    order: Order
    occurred_at: int
    authored_at: int
    parent_shas: str
    patch_key: int | None

    def window(self) -> tuple[int, int]:
        """Between which instants a write must have been made to be in the commit, by either of its dates."""
        earliest = min(self.authored_at, self.occurred_at) + SECOND_MS - WINDOW_MS
        return earliest, self.occurred_at + SECOND_MS


class FileRow(NamedTuple):
    """One file of a commit."""

    file_id: int
    added_runs: bytes
    added_hashes: bytes
    removed_runs: bytes
    removed_hashes: bytes
    lead_key: int | None  # of an added file


def read_commit(connection: Connection, commit_id: int) -> CommitRow | None:
    """A commit; None when it is gone."""
    row = connection.execute(
        "SELECT id, repository_id, ordered_at, depth, commit_sha, occurred_at, authored_at, parent_shas,"
        " patch_key FROM fact_commit WHERE id = ?",
        (commit_id,),
    ).fetchone()
    return CommitRow(row[0], row[1], Order(*row[2:5]), *row[5:]) if row else None


def read_files(connection: Connection, commit: CommitRow) -> list[FileRow]:
    """The files of a commit, those first that sessions wrote to: a copy comes after what it copies."""
    rows = db.rows(
        connection,
        "SELECT d.file_id, added_runs, added_hashes, removed_runs, removed_hashes, lead_key"
        " FROM fact_commit_file_change AS d INNER JOIN metadata_files AS f ON f.id = d.file_id"
        " WHERE d.commit_id = ?1 ORDER BY NOT EXISTS (SELECT 1 FROM fact_session_code_change AS x"
        " WHERE x.file_id = d.file_id AND x.occurred_at BETWEEN ?2 AND ?3), f.file_path",
        (commit.commit_id, *commit.window()),
    )
    return [FileRow(*row) for row in rows]


_MAY_MATCH = """
SELECT 1 FROM fact_commit_file_change AS d
WHERE d.commit_id = :commit_id AND EXISTS (SELECT 1 FROM fact_session_code_change) AND (
    EXISTS (SELECT 1 FROM fact_session_code_change AS x WHERE x.file_id = d.file_id
        AND x.occurred_at BETWEEN :start AND :until)
    OR EXISTS (SELECT 1 FROM derived_commit_line_match AS m WHERE m.file_id = d.file_id)
    OR EXISTS (SELECT 1 FROM fact_commit_file_change AS o WHERE o.file_id = d.file_id
        AND o.old_file_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM fact_session_code_change AS o WHERE o.file_id = d.file_id
        AND o.old_file_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM fact_session_code_change AS x WHERE x.lead_key = d.lead_key
        AND x.occurred_at BETWEEN :start AND :until)
    OR EXISTS (SELECT 1 FROM fact_commit_file_change AS t WHERE t.lead_key = d.lead_key
        AND t.commit_id <> d.commit_id)
) LIMIT 1
"""


def may_match(connection: Connection, commit: CommitRow) -> bool:
    """False: no session had a hand in its files, so nothing needs to be asked. Most of an old history."""
    start, until = commit.window()
    parameters = {"commit_id": commit.commit_id, "start": start, "until": until}
    return connection.execute(_MAY_MATCH, parameters).fetchone() is not None


def former_names(connection: Connection, file_id: int, commit: CommitRow) -> list[int]:
    """The file and what it was called before, by renames up to a commit."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT id FROM metadata_files WHERE id IN ("
            "SELECT f.old_file_id FROM fact_commit_file_change AS f INNER JOIN fact_commit AS c"
            " ON c.id = f.commit_id WHERE f.file_id = ?1 AND f.old_file_id IS NOT NULL"
            " AND (c.ordered_at, c.depth, c.commit_sha) <= (?2, ?3, ?4)"
            " UNION SELECT old_file_id FROM fact_session_code_change WHERE file_id = ?1"
            " AND occurred_at <= ?5 AND old_file_id IS NOT NULL) ORDER BY file_path",
            (name, *commit.order, commit.occurred_at + SECOND_MS),
        )
        names += [old for (old,) in rows if old not in names]
    return names


def later_names(connection: Connection, file_id: int) -> list[int]:
    """The file and every file that got lines of it by a rename."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT file_id FROM fact_commit_file_change WHERE old_file_id = ?1"
            " UNION SELECT file_id FROM fact_session_code_change WHERE old_file_id = ?1",
            (name,),
        )
        names += [new for (new,) in rows if new not in names]
    return names


def twins(connection: Connection, file: FileRow, commit: CommitRow) -> list[int]:
    """Other files that began as this new one does, newest first: other names of it, or what it copies."""
    if file.lead_key is None:
        return []
    rows = db.rows(
        connection,
        "SELECT x.file_id FROM fact_session_code_change AS x INNER JOIN metadata_files AS f"
        " ON f.id = x.file_id WHERE x.lead_key = ?1 AND x.occurred_at BETWEEN ?2 AND ?3"
        " AND coalesce(f.repository_id, ?4) = ?4 AND f.id <> ?5"
        " GROUP BY f.id ORDER BY max(x.occurred_at) DESC, f.file_path LIMIT ?6",
        (file.lead_key, *commit.window(), commit.repository_id, file.file_id, _MAX_TWINS),
    )
    rows += db.rows(
        connection,
        "SELECT d.file_id FROM fact_commit_file_change AS d INNER JOIN fact_commit AS c"
        " ON c.id = d.commit_id INNER JOIN metadata_files AS f ON f.id = d.file_id"
        " WHERE d.lead_key = ?1 AND d.ordered_at <= ?2 AND c.repository_id = ?5"
        " AND d.file_id <> ?6 AND (c.ordered_at, c.depth, c.commit_sha) < (?2, ?3, ?4)"
        " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha, f.file_path LIMIT ?7",
        (file.lead_key, *commit.order, commit.repository_id, file.file_id, _MAX_TWINS),
    )
    return list(dict.fromkeys(twin for (twin,) in rows))


_LEADS = (
    "SELECT lead_key FROM fact_session_code_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
    " UNION SELECT lead_key FROM fact_commit_file_change WHERE file_id = ?1 AND lead_key IS NOT NULL"
)


def commits_of_writes(connection: Connection, file_id: int, first: int, last: int) -> list[int]:
    """The commits of a file, or that add a twin of it, in whose window a write between two instants is."""
    rows = db.rows(
        connection,
        "SELECT c.id FROM (SELECT commit_id FROM fact_commit_file_change WHERE file_id = ?1"
        " AND ordered_at >= ?2 UNION SELECT commit_id FROM fact_commit_file_change"
        f" WHERE lead_key IN ({_LEADS}) AND ordered_at >= ?2) AS f"
        " INNER JOIN fact_commit AS c ON c.id = f.commit_id"
        " WHERE c.occurred_at >= ?2 AND min(c.authored_at, c.occurred_at) <= ?3",
        (file_id, first - SECOND_MS, last + WINDOW_MS),
    )
    return [commit_id for (commit_id,) in rows]


def commits_behind(connection: Connection, file_id: int, order: Order) -> list[int]:
    """The commits of a file, or that add a twin of it, that come later in order."""
    rows = db.rows(
        connection,
        "SELECT c.id FROM (SELECT commit_id FROM fact_commit_file_change WHERE file_id = ?1"
        " AND ordered_at >= ?2 UNION SELECT commit_id FROM fact_commit_file_change"
        f" WHERE lead_key IN ({_LEADS}) AND ordered_at >= ?2) AS f"
        " INNER JOIN fact_commit AS c ON c.id = f.commit_id"
        " WHERE (c.ordered_at, c.depth, c.commit_sha) > (?2, ?3, ?4)",
        (file_id, *order),
    )
    return [commit_id for (commit_id,) in rows]
