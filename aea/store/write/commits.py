"""Write commit facts: commits with their file changes, ref updates and rewrites."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.keys import key64
from aea.lines import lead_key
from aea.store.engine import db
from aea.store.write import merges
from aea.store.write.authorship import AuthorshipWriter
from aea.store.write.roots import file_key, write_link
from aea.store.write.task_names import write_branch, write_mentions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.records import Commit, FileChange, RefUpdate
    from aea.store.engine.db import Connection

_YEAR_0, _YEAR_9999 = -62_167_219_200_000, 253_402_300_799_000


class KnownCommit(NamedTuple):
    """A commit whose files may be read again."""

    commit_id: int
    sha: str
    first_parent: str
    is_trunk_merge: bool


class CommitWriter:
    """Writes the commits of one repository. The caller holds the transaction."""

    def __init__(self, connection: Connection, repository_id: int, source_id: int) -> None:
        self._connection = connection
        self.repository_id = repository_id
        self._source_id = source_id
        self._authorship = AuthorshipWriter(connection, repository_id, source_id)
        self.forget()

    def forget(self) -> None:
        """Drop the cached keys: some may belong to rows that were rolled back."""
        self._users: dict[tuple[str, str], int] = {}
        self._files: dict[str, int] = {}

    def list_known(self, shas: Iterable[str]) -> set[str]:
        """The commits among `shas` that are in the database."""
        query = "SELECT 1 FROM fact_commit WHERE repository_id = ? AND commit_sha = ?"
        return {
            sha
            for sha in shas
            if self._connection.execute(query, (self.repository_id, sha)).fetchone()
        }

    def list_reachable(self) -> list[str]:
        """The reachable commits that were read from this source."""
        query = "SELECT commit_sha FROM fact_commit WHERE source_id = ? AND is_reachable = 1"
        rows = db.rows(self._connection, query, (self._source_id,))
        return [sha for (sha,) in rows]

    def write(self, commits: Iterable[Commit], *, is_reachable: bool, now: int) -> None:
        """Write commits with their files. Commits that are in the database stay unchanged."""
        for commit in commits:
            order = self._order(commit)
            commit_id = self._commit(commit, order, is_reachable, now)
            if commit_id is not None:
                rows = [
                    self._file_change(commit_id, commit, order[0], file, now)
                    for file in commit.files
                ]
                self._connection.executemany(merges.statement("fact_commit_file_change"), rows)
                for link in commit.links:
                    write_link(self._connection, self.repository_id, *link)
                self._write_reverts(commit, now)
                self._write_tasks(commit, now)
                self._authorship.write(
                    (
                        one._replace(occurred_at=_storable(commit.committed_at))
                        for one in commit.authorship
                    ),
                    now,
                )

    def list_after(self, commit_id: int, limit: int) -> list[KnownCommit]:
        """The next commits that were read from this source with their files."""
        query = (
            "SELECT id, commit_sha, substr(parent_shas, 1, length(commit_sha)),"
            " EXISTS (SELECT 1 FROM fact_commit_trunk_change AS t WHERE t.commit_id = c.id)"
            " FROM fact_commit AS c WHERE source_id = ? AND is_diff_known = 1 AND id > ?"
            " ORDER BY id LIMIT ?"
        )
        rows = db.rows(self._connection, query, (self._source_id, commit_id, limit))
        return [KnownCommit(*row) for row in rows]

    def write_again(self, commit: Commit, now: int) -> None:
        """Replace what was read of a known commit, if it is read in another way now."""
        query = "SELECT id, ordered_at FROM fact_commit WHERE repository_id = ? AND commit_sha = ?"
        place = self._connection.execute(query, (self.repository_id, commit.sha)).fetchone()
        if place is None or not commit.is_diff_known:
            return
        commit_id, ordered_at = place
        rows = [
            self._file_change(commit_id, commit, ordered_at, file, now) for file in commit.files
        ]
        merges.replace_rows(self._connection, "fact_commit_file_change", commit_id, rows)
        self._connection.execute(
            "UPDATE fact_commit SET patch_key = ?1, inverse_key = ?2, ingested_at = ?3"
            " WHERE id = ?4 AND (patch_key IS NOT ?1 OR inverse_key IS NOT ?2)",
            (_patch_key(commit), _patch_key(commit, inverse=True), now, commit_id),
        )
        for link in commit.links:
            write_link(self._connection, self.repository_id, *link)
        self._write_message_again(commit_id, commit, now)

    def _write_message_again(self, commit_id: int, commit: Commit, now: int) -> None:
        """Replace what message and .mailmap say. Facts of a message are never updated, so these are deleted."""
        columns = (
            *("author_id", "committer_id", "subject_key", "fix_evidence", "pull_number"),
            "merged_branch",
        )
        values = (
            self._user(commit.author_email, commit.author_name),
            self._user(commit.committer_email, commit.committer_name),
            *(commit.subject_key, commit.fix_evidence, commit.pull_number, commit.merged_branch),
        )
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._connection.execute(
            f"UPDATE fact_commit SET ({names}, ingested_at) = ({marks}, ?)"
            f" WHERE id = ? AND ({names}) IS NOT ({marks})",
            (*values, now, commit_id, *values),
        )
        reverts = db.rows(
            self._connection,
            "SELECT reverted_sha, subject_key FROM fact_commit_revert"
            " WHERE repository_id = ? AND commit_sha = ? ORDER BY reverted_sha",
            (self.repository_id, commit.sha),
        )
        if reverts != sorted(_list_reverts(commit)):
            self._connection.execute(
                "DELETE FROM fact_commit_revert WHERE repository_id = ? AND commit_sha = ?",
                (self.repository_id, commit.sha),
            )
            self._write_reverts(commit, now)
        at = _storable(commit.committed_at)
        place = (self._connection, self.repository_id, self._source_id)
        write_mentions(*place, commit.sha, commit.task_mentions, at, now)

    def _write_tasks(self, commit: Commit, now: int) -> None:
        place = (self._connection, self.repository_id)
        if commit.merged_branch:
            write_branch(*place, commit.merged_branch)
        if commit.task_mentions:
            at = _storable(commit.committed_at)
            write_mentions(*place, self._source_id, commit.sha, commit.task_mentions, at, now)

    def _write_reverts(self, commit: Commit, now: int) -> None:
        rows = _list_reverts(commit)
        at = _storable(commit.committed_at)
        self._connection.executemany(
            merges.statement("fact_commit_revert"),
            [(self.repository_id, commit.sha, *row, at, self._source_id, now) for row in rows],
        )

    def _order(self, commit: Commit) -> tuple[int, int]:
        """(ordered_at, depth), which sort a commit after its parents even if clocks were wrong."""
        query = (
            "SELECT ordered_at, depth FROM fact_commit WHERE repository_id = ? AND commit_sha = ?"
        )
        order = (_storable(commit.committed_at), 0)
        for sha in commit.parent_shas:
            parent = self._connection.execute(query, (self.repository_id, sha)).fetchone()
            if parent and parent >= order:
                order = (parent[0], parent[1] + 1)
        return order

    def _commit(
        self, commit: Commit, order: tuple[int, int], is_reachable: bool, now: int
    ) -> int | None:
        row = self._connection.execute(
            f"{merges.statement('fact_commit')} RETURNING id",
            (
                self.repository_id,
                commit.sha,
                " ".join(commit.parent_shas),
                len(commit.parent_shas),
                self._user(commit.author_email, commit.author_name),
                _storable(commit.authored_at),
                self._user(commit.committer_email, commit.committer_name),
                _storable(commit.committed_at),
                *order,
                _patch_key(commit),
                _patch_key(commit, inverse=True),
                commit.subject_key,
                commit.fix_evidence,
                commit.pull_number,
                commit.merged_branch,
                is_reachable,
                commit.is_diff_known,
                self._source_id,
                now,
            ),
        ).fetchone()
        return int(row[0]) if row else None

    def _file_change(
        self, commit_id: int, commit: Commit, ordered_at: int, file: FileChange, now: int
    ) -> tuple[object, ...]:
        old_file = self._file(file.old_path) if file.old_path else None
        return (
            commit_id,
            self._file(file.path),
            old_file,
            _storable(commit.committed_at),
            ordered_at,
            *file[2:],
            lead_key(file.added_hashes) if file.change_kind == "add" else None,
            now,
        )

    def _file(self, path: str) -> int:
        key = self._files.get(path)
        if key is None:
            key = self._files[path] = file_key(self._connection, self.repository_id, path)
        return key

    def _user(self, email: str, name: str) -> int:
        identity = (email.lower(), name)
        key = self._users.get(identity)
        if key is None:
            self._connection.execute(
                "INSERT OR IGNORE INTO metadata_users (user_email, user_name) VALUES (?, ?)",
                identity,
            )
            query = "SELECT id FROM metadata_users WHERE user_email = ? AND user_name = ?"
            key = self._users[identity] = int(self._connection.execute(query, identity).get)
        return key

    def mark_reachable(self, shas: Iterable[str], *, is_reachable: bool, now: int) -> None:
        """Update whether commits are reachable."""
        self._connection.executemany(
            "UPDATE fact_commit SET is_reachable = ?1, ingested_at = ?2"
            " WHERE repository_id = ?3 AND commit_sha = ?4 AND is_reachable <> ?1",
            [(int(is_reachable), now, self.repository_id, sha) for sha in shas],
        )

    def write_ref_updates(self, updates: Iterable[RefUpdate], now: int) -> None:
        """Write lines of reflogs. Reading a line again changes nothing."""
        for update in updates:
            if update.branch_name and update.is_made:
                write_branch(self._connection, self.repository_id, update.branch_name)
            row = (
                self.repository_id,
                update.ref_name,
                update.occurred_at,
                update.old_sha or "",
                update.new_sha or "",
                update.action,
                update.branch_name,
                update.is_made,
                self._source_id,
                now,
            )
            self._connection.execute(merges.statement("fact_ref_update"), row)
            if update.renamed_from and update.branch_name:
                self._connection.execute(
                    "UPDATE fact_ref_update SET branch_name = ? WHERE repository_id = ?"
                    " AND source_id = ? AND branch_name = ? AND occurred_at <= ?",
                    (update.branch_name, *row[:1], self._source_id, update.renamed_from, row[2]),
                )

    def write_rewrites(
        self, pairs: Iterable[tuple[str, str]], kind: str, occurred_at: int, now: int
    ) -> None:
        """Write pairs of (replaced, new) commits; `kind` is amend or rebase."""
        self._connection.executemany(
            merges.statement("fact_commit_rewrite"),
            [
                (self.repository_id, old, new, kind, occurred_at, self._source_id, now)
                for old, new in pairs
            ],
        )

    def list_authors(self, shas: Iterable[str]) -> dict[str, tuple[str, int]]:
        """(author e-mail, author date) of each known commit. A rebase keeps both."""
        query = (
            "SELECT u.user_email, c.authored_at FROM fact_commit AS c INNER JOIN metadata_users AS u"
            " ON u.id = c.author_id WHERE c.repository_id = ? AND c.commit_sha = ?"
        )
        rows = {
            sha: self._connection.execute(query, (self.repository_id, sha)).fetchone()
            for sha in shas
        }
        return {sha: row for sha, row in rows.items() if row}


def _list_reverts(commit: Commit) -> list[tuple[str, int | None]]:
    """(reverted commit, key of the quoted subject) of a commit; the subject counts only without a sha."""
    if commit.reverted_shas or commit.reverted_subject_key is None:
        return [(sha, None) for sha in commit.reverted_shas]
    return [("", commit.reverted_subject_key)]


def _patch_key(commit: Commit, *, inverse: bool = False) -> int | None:
    """A hash that is equal for commits with the same changes, regardless of line numbers."""
    parts = [(f.path, f.added_hashes.hex(), f.removed_hashes.hex()) for f in commit.files]
    if inverse:
        parts = [(path, removed, added) for path, added, removed in parts]
    if len(commit.parent_shas) > 1 or not any(added for _, added, _ in parts):
        return None
    return key64("patch", *(part for triple in sorted(parts) for part in triple))


def _storable(instant: int) -> int:
    """Limit an instant to the years 0 to 9999: commits can have any date, but text has four digits for a year."""
    return min(max(instant, _YEAR_0), _YEAR_9999)
