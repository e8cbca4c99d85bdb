"""The SQL of task assignments: the evidence about commits, and the rows that follow from it."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from aea.pipeline.tasks.rules import Claim, Evidence, Origin
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.tasks.rules import Assignment
    from aea.store.engine.db import Connection

Key = tuple[int, str]  # repository, sha

_ASSIGNMENT = (
    "task_key, evidence, branch_name, branch_evidence, is_fallback, candidate_count,"
    " distance_margin, confidence"
)
_ORIGINS = """
SELECT w.old_sha, 'rewrite' FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.new_sha = :sha AND w.old_sha <> :sha
UNION ALL
SELECT o.commit_sha, l.evidence FROM fact_commit AS c
INNER JOIN derived_commit_landing AS l ON l.landed_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.commit_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION ALL
SELECT DISTINCT o.commit_sha, 'lines' FROM fact_commit AS c
CROSS JOIN derived_commit_line_match AS m ON m.commit_id = c.id
CROSS JOIN fact_commit AS o ON o.id = m.origin_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha AND m.is_carried = 0
"""
_HEIRS = """
SELECT w.new_sha FROM fact_commit_rewrite AS w
WHERE w.repository_id = :repository AND w.old_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
INNER JOIN derived_commit_landing AS l ON l.commit_id = c.id
INNER JOIN fact_commit AS o ON o.id = l.landed_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha
UNION
SELECT o.commit_sha FROM fact_commit AS c
CROSS JOIN derived_commit_line_match AS m ON m.origin_id = c.id AND m.is_carried = 0
CROSS JOIN fact_commit AS o ON o.id = m.commit_id
WHERE c.repository_id = :repository AND c.commit_sha = :sha AND m.origin_id IS NOT NULL
"""


def list_with_heirs(connection: Connection, keys: Iterable[Key]) -> list[Key]:
    """The commits, and all commits that come from them."""
    found = dict.fromkeys(keys)
    queue = list(found)
    for repository_id, sha in queue:
        rows = db.rows(connection, _HEIRS, {"repository": repository_id, "sha": sha})
        new = [(repository_id, heir) for (heir,) in rows if (repository_id, heir) not in found]
        found.update(dict.fromkeys(new))
        queue += new
    return queue


class EvidenceReader:
    """Reads the evidence about commits; what many of them share is kept for one refresh."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mainline = lru_cache(maxsize=None)(partial(_find_mainline, connection))
        self._branch_task = lru_cache(maxsize=None)(partial(_find_branch_task, connection))

    def read(self, repository_id: int, sha: str) -> Evidence:
        """The evidence about a commit; also about one that is unknown itself."""
        row = self._connection.execute(
            "SELECT merged_branch, parent_count, EXISTS (SELECT 1 FROM derived_commit_mainline AS m"
            " WHERE m.commit_id = c.id) FROM fact_commit AS c"
            " WHERE repository_id = ? AND commit_sha = ?",
            (repository_id, sha),
        ).fetchone()
        merged_branch, parent_count, is_on_mainline = row or (None, 0, 0)
        squashed = merged_branch if parent_count < 2 else None
        made_on = _list_made_on(self._connection, repository_id, sha)
        claims = _list_claims(self._connection, repository_id, sha)
        names = {
            *made_on,
            *(claim.branch_name for claim in claims),
            *([squashed] if squashed else ()),
        }
        return Evidence(
            sha,
            self._mainline(repository_id),
            bool(is_on_mainline),
            squashed,
            made_on,
            claims,
            _list_mentions(self._connection, repository_id, sha),
            {name: key for name in names if (key := self._branch_task(repository_id, name))},
        )

    def walk_origins(self, repository_id: int, sha: str) -> Iterator[list[Origin]]:
        """The commits that a commit comes from, one step back at a time; each is met once."""
        seen = {sha}
        level = [sha]
        while level:
            links: dict[str, list[tuple[str, str]]] = {}
            for heir in level:
                rows = db.rows(
                    self._connection, _ORIGINS, {"repository": repository_id, "sha": heir}
                )
                for origin, link in rows:
                    if origin not in seen:
                        links.setdefault(origin, []).append((heir, link))
            seen.update(links)
            level = list(links)
            if links:
                yield [Origin(self.read(repository_id, one), links[one]) for one in level]


def _list_made_on(connection: Connection, repository_id: int, sha: str) -> list[str]:
    rows = db.rows(
        connection,
        "SELECT branch_name FROM fact_ref_update WHERE repository_id = ? AND new_sha = ?"
        " AND is_made = 1 AND branch_name IS NOT NULL ORDER BY occurred_at, branch_name",
        (repository_id, sha),
    )
    return list(dict.fromkeys(name for (name,) in rows))


def _list_claims(connection: Connection, repository_id: int, sha: str) -> list[Claim]:
    rows = db.rows(
        connection,
        "SELECT b.evidence, b.branch_name, CASE b.evidence WHEN 'merge' THEN b.position ELSE ("
        "SELECT t.own_count FROM fact_branch_head AS t WHERE t.id = b.anchor_id) - b.position END"
        " FROM derived_commit_branch AS b"
        " WHERE b.repository_id = ? AND b.commit_sha = ? AND b.is_gap = 0",
        (repository_id, sha),
    )
    return [Claim(*row) for row in rows]


def _list_mentions(connection: Connection, repository_id: int, sha: str) -> list[tuple[str, str]]:
    return db.rows(
        connection,
        "SELECT task_key, evidence FROM fact_commit_task_mention"
        " WHERE repository_id = ? AND commit_sha = ? ORDER BY task_key",
        (repository_id, sha),
    )


def _find_mainline(connection: Connection, repository_id: int) -> str | None:
    query = "SELECT branch_name FROM derived_repository_mainline WHERE repository_id = ?"
    found = connection.execute(query, (repository_id,)).get
    return None if found is None else str(found)


def _find_branch_task(connection: Connection, repository_id: int, branch_name: str) -> str | None:
    query = (
        "SELECT k.task_key FROM metadata_branches AS b INNER JOIN metadata_tasks AS k"
        " ON k.id = b.task_id WHERE b.repository_id = ? AND b.branch_name = ?"
    )
    found = connection.execute(query, (repository_id, branch_name)).get
    return None if found is None else str(found)


def find_commit(connection: Connection, repository_id: int, sha: str) -> tuple[int, int] | None:
    """(fact_commit.id, commit date in UTC milliseconds) of a commit; None when it is unknown."""
    query = "SELECT id, occurred_at FROM fact_commit WHERE repository_id = ? AND commit_sha = ?"
    return connection.execute(query, (repository_id, sha)).fetchone()


def write_assignments(
    connection: Connection,
    repository_id: int,
    commit: tuple[int, int],
    assignments: Sequence[Assignment],
    now: int,
) -> None:
    """Store the assignments of a commit, unless they are stored already."""
    commit_id, occurred_at = commit
    query = f"SELECT {_ASSIGNMENT} FROM fact_task_commit_assignment WHERE commit_id = ? ORDER BY task_key"
    if db.rows(connection, query, (commit_id,)) == assignments:
        return
    connection.execute("DELETE FROM fact_task_commit_assignment WHERE commit_id = ?", (commit_id,))
    connection.executemany(
        f"INSERT INTO fact_task_commit_assignment (commit_id, repository_id, {_ASSIGNMENT}, occurred_at,"
        f" ingested_at) VALUES ({', '.join('?' * 12)})",
        [(commit_id, repository_id, *one, occurred_at, now) for one in assignments],
    )
