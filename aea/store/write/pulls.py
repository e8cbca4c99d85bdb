"""Read and write what forges report: pull requests, their commits, look-ups, issues and the state of a sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import db, tables
from aea.store.write.unite import delete_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.records import Issue, PullRequest
    from aea.store.engine.db import Connection

PULLS, ISSUES = "pulls", "issues"
_DAY_MS = 86_400_000
_LONGEST = 5  # the wait until a commit is asked for again doubles up to 32 days
_PULL_COLUMNS = (
    "forge, state, is_draft, occurred_at, updated_at, closed_at, merged_at, base_ref, head_ref,"
    " head_sha, merge_commit_sha"
)
_ISSUE_COLUMNS = "forge, state, occurred_at, updated_at, closed_at"


class Page(NamedTuple):
    """A page of a listing whose content is stored."""

    etag: str
    next_path: str | None


def find_repository(connection: Connection, repository_key: str) -> int | None:
    """The repository with this key; None if it was renamed or united meanwhile."""
    query = "SELECT id FROM metadata_repositories WHERE repository_key = ?"
    found = connection.execute(query, (repository_key,)).get
    return None if found is None else int(found)


def forget(connection: Connection, repository_id: int) -> None:
    """Delete all rows from a forge. Called when the remote changes, since it may be another project."""
    for table in tables.list_owned(tables.REPOSITORIES):
        if table.read_from == tables.FORGE:
            delete_rows(connection, table, repository_id)


class PullWriter:
    """Reads and writes the rows of one repository. The caller holds the transaction."""

    def __init__(self, connection: Connection, repository_id: int, forge: str, now: int) -> None:
        self._connection = connection
        self._repository_id = repository_id
        self._forge = forge
        self._now = now

    def begin(self) -> None:
        """Record that a sync starts or resumes."""
        self._connection.execute(
            "INSERT INTO ingest_forge_state (repository_id, forge, sync_status, synced_at)"
            " VALUES (?, ?, 'running', ?) ON CONFLICT DO UPDATE"
            " SET forge = excluded.forge, sync_status = 'running', synced_at = excluded.synced_at",
            (self._repository_id, self._forge, self._now),
        )

    def end(self, status: str, resume_at: int | None, rate_remaining: int | None) -> None:
        """Record how the sync ended: complete, rate_limited or failed."""
        self._connection.execute(
            "UPDATE ingest_forge_state SET sync_status = ?1, resume_at = ?2,"
            " rate_remaining = coalesce(?3, rate_remaining),"
            " synced_at = ?4, completed_at = iif(?1 = 'complete', ?4, completed_at)"
            " WHERE repository_id = ?5",
            (status, resume_at, rate_remaining, self._now, self._repository_id),
        )

    def page(self, path: str) -> Page | None:
        """The stored page of a listing."""
        rows = db.rows(
            self._connection,
            "SELECT etag, next_path FROM ingest_forge_page"
            " WHERE repository_id = ? AND page_path = ?",
            (self._repository_id, path),
        )
        return next((Page(*row) for row in rows), None)

    def write_page(self, listing: str, path: str, page: Page) -> None:
        """Record that the content of a page is stored."""
        self._connection.execute(
            "INSERT INTO ingest_forge_page VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET etag = excluded.etag, next_path = excluded.next_path,"
            " ingested_at = excluded.ingested_at",
            (self._repository_id, path, listing, *page, self._now),
        )

    def until(self, listing: str) -> int | None:
        """The instant up to which all changes are stored, UTC milliseconds; None: the listing was never complete."""
        query = f"SELECT {listing}_until FROM ingest_forge_state WHERE repository_id = ?"
        found: int | None = self._connection.execute(query, (self._repository_id,)).get
        return found

    def note_newest(self, listing: str, newest: int | None) -> None:
        """Record the latest change of a listing: `until` once it is complete."""
        self._connection.execute(
            f"UPDATE ingest_forge_state SET {listing}_newest = ? WHERE repository_id = ?",
            (newest, self._repository_id),
        )

    def finish_listing(self, listing: str, first_path: str) -> None:
        """Record that a listing is complete. The next sync starts with its first page."""
        self._connection.execute(
            f"UPDATE ingest_forge_state SET {listing}_until = {listing}_newest"
            " WHERE repository_id = ?",
            (self._repository_id,),
        )
        self._connection.execute(
            "DELETE FROM ingest_forge_page"
            " WHERE repository_id = ? AND listing = ? AND page_path <> ?",
            (self._repository_id, listing, first_path),
        )
        self._connection.execute(
            "UPDATE ingest_forge_page SET next_path = NULL"
            " WHERE repository_id = ? AND page_path = ?",
            (self._repository_id, first_path),
        )

    def write_pulls(self, pulls: Iterable[PullRequest]) -> int:
        """Write pull requests. Returns how many are new or changed."""
        count = 0
        for pull in pulls:
            row = (self._forge, *pull[1:11])
            self._connection.execute(
                f"INSERT INTO fact_pull_request (repository_id, pr_number, ingested_at, {_PULL_COLUMNS})"
                f" VALUES ({', '.join('?' * 14)}) {_newer(_PULL_COLUMNS, 'fact_pull_request')}",
                (self._repository_id, pull.number, self._now, *row),
            )
            count += self._connection.changes()
            self.write_commits(pull.number, pull.commit_shas)
            self._connection.executemany(
                "INSERT OR IGNORE INTO fact_issue_fix VALUES (?, ?, ?, ?, ?)",
                [
                    (self._repository_id, issue, pull.number, self._now, self._now)
                    for issue in pull.fixed_issues
                ],
            )
        return count

    def write_commits(self, number: int, shas: Iterable[str]) -> None:
        """Write the commits of a pull request. Commits that a forced push replaced stay."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO fact_pull_request_commit VALUES (?, ?, ?, ?, ?)",
            [(self._repository_id, sha, number, self._now, self._now) for sha in shas],
        )

    def mark_listed(self, number: int, head_sha: str) -> None:
        """Record that the commits of a pull request were listed at this head."""
        self._connection.execute(
            "UPDATE fact_pull_request SET listed_sha = ? WHERE repository_id = ? AND pr_number = ?",
            (head_sha, self._repository_id, number),
        )

    def list_unlisted(self) -> list[tuple[int, str]]:
        """(number, head) of the pull requests whose commits need listing, the latest change first.

        Leaves out those whose head is not in the database, since their other commits are unlikely to be, and
        those whose merge commit is in it, since it shows which commits it merged.
        """
        rows = db.rows(
            self._connection,
            "SELECT p.pr_number, p.head_sha FROM fact_pull_request AS p"
            " INNER JOIN fact_commit AS h"
            " ON h.repository_id = p.repository_id AND h.commit_sha = p.head_sha"
            " LEFT JOIN fact_commit AS c ON c.repository_id = p.repository_id"
            " AND c.commit_sha = p.merge_commit_sha AND c.parent_count > 1"
            " LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id AND m.trunk_id = c.id"
            " WHERE p.repository_id = ? AND p.listed_sha IS NOT p.head_sha AND m.commit_id IS NULL"
            " ORDER BY p.updated_at DESC, p.pr_number",
            (self._repository_id,),
        )
        return [(number, head) for number, head in rows]

    def list_unresolved(self) -> list[str]:
        """Commits with session lines and no known pull request, the heaviest first.

        A commit that was looked up before is due again after a wait that doubles each time.
        """
        rows = db.rows(
            self._connection,
            "SELECT c.commit_sha FROM fact_commit AS c"
            " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id"
            " INNER JOIN event_commit_outcome AS o"
            " ON o.repository = r.repository_key AND o.commit_sha = c.commit_sha"
            " LEFT JOIN event_commit_pr_outcome AS e"
            " ON e.repository = r.repository_key AND e.commit_sha = c.commit_sha"
            " LEFT JOIN fact_commit_pull_lookup AS k"
            " ON k.repository_id = c.repository_id AND k.commit_sha = c.commit_sha"
            " WHERE c.repository_id = ? AND c.is_reachable = 1 AND o.total_matched_ai_lines > 0"
            " AND e.lookup_status IS NOT 'resolved' AND coalesce(k.next_at, 0) <= ?"
            " ORDER BY o.heavy_ai_flag DESC, c.ordered_at DESC, c.commit_sha",
            (self._repository_id, self._now),
        )
        return [sha for (sha,) in rows]

    def write_lookup(self, sha: str, status: str, resume_at: int | None = None) -> None:
        """Write the result of looking up a commit. `resume_at`: the rate limit was hit and ends then."""
        is_answer = int(resume_at is None)
        self._connection.execute(
            "INSERT INTO fact_commit_pull_lookup VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)"
            " ON CONFLICT DO UPDATE SET"
            " lookup_status = iif(?4 OR lookup_status NOT IN ('resolved', 'no_pr'), ?3, lookup_status),"
            " attempt_count = attempt_count + ?4,"
            " next_at = iif(?4, ?6 + ?7 * (1 << min(attempt_count, ?8)), ?5),"
            " occurred_at = ?6, ingested_at = ?6",
            (
                self._repository_id,
                sha,
                status,
                is_answer,
                self._now + _DAY_MS if resume_at is None else resume_at,
                self._now,
                _DAY_MS,
                _LONGEST,
            ),
        )

    def write_issues(self, issues: Iterable[Issue]) -> int:
        """Write issues. Returns how many are new or changed."""
        count = 0
        for issue in issues:
            self._connection.execute(
                f"INSERT INTO fact_issue (repository_id, issue_number, ingested_at, {_ISSUE_COLUMNS})"
                f" VALUES ({', '.join('?' * 8)}) {_newer(_ISSUE_COLUMNS, 'fact_issue')}",
                (self._repository_id, issue.number, self._now, self._forge, *issue[1:]),
            )
            count += self._connection.changes()
        return count


def _newer(columns: str, table: str) -> str:
    """An upsert that ignores rows that are equal to the stored one or older."""
    names = [name.strip() for name in columns.split(",")]
    new = ", ".join(f"excluded.{name}" for name in names)
    return (
        f"ON CONFLICT DO UPDATE SET ({columns}) = ({new}), ingested_at = excluded.ingested_at"
        f" WHERE ({new}) IS NOT ({', '.join(f'{table}.{name}' for name in names)})"
        f" AND excluded.updated_at >= {table}.updated_at"
    )
