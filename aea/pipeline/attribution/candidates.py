"""The SQL that collects the candidates for the lines of a commit: writes of sessions, and earlier commits."""

from __future__ import annotations

from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from aea.lines import hash_numbers, line_numbers
from aea.pipeline.attribution import rules
from aea.pipeline.attribution.kept import find_kept, parse_hunks
from aea.pipeline.attribution.model import AddedLines, CommitFile, MatchInput, Order, Origin
from aea.pipeline.attribution.queries import read_claims
from aea.pipeline.attribution.renames import list_former_names, list_similar
from aea.pipeline.attribution.spellings import list_recorded
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aea.pipeline.attribution.model import Claim, Commit, Write
    from aea.store.engine.db import Connection

_Earlier = tuple[int, int, int]  # commit, its author date, file

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
    OR EXISTS (SELECT 1 FROM metadata_files AS f INNER JOIN metadata_files AS o
        ON o.name_key = f.name_key AND o.repository_id = f.repository_id AND o.id <> f.id
        WHERE f.id = d.file_id)
    OR EXISTS (SELECT 1 FROM metadata_links AS l INNER JOIN metadata_files AS f
        ON coalesce(f.repository_id, 0) = l.repository_id AND (f.file_path = l.link_path
            OR f.file_path >= l.link_path || '/' AND f.file_path < l.link_path || '0')
        INNER JOIN fact_session_code_change AS x ON x.file_id = f.id
            AND x.occurred_at BETWEEN :start AND :until
        WHERE l.repository_id = :repository_id)
) LIMIT 1
"""


def may_match(connection: Connection, commit: Commit) -> bool:
    """Whether a session may own lines of a commit. False for most of an old history, which spares the rest."""
    start, until = rules.write_window(commit)
    parameters = {
        "commit_id": commit.commit_id,
        "repository_id": commit.repository_id,
        "start": start,
        "until": until,
    }
    return connection.execute(_MAY_MATCH, parameters).fetchone() is not None


def list_files(connection: Connection, commit: Commit) -> list[CommitFile]:
    """The files of a commit, first those that sessions wrote to: a copy comes after its original."""
    rows = db.rows(
        connection,
        "SELECT d.file_id, added_runs, added_hashes, removed_runs, removed_hashes, lead_key"
        " FROM fact_commit_file_change AS d INNER JOIN metadata_files AS f ON f.id = d.file_id"
        " WHERE d.commit_id = ?1 ORDER BY NOT EXISTS (SELECT 1 FROM fact_session_code_change AS x"
        " WHERE x.file_id = d.file_id AND x.occurred_at BETWEEN ?2 AND ?3), f.file_path",
        (commit.commit_id, *rules.write_window(commit)),
    )
    return [CommitFile(*row) for row in rows]


class CommitCandidates:
    """Reads the candidates for each file of one commit; what the files share is read once."""

    def __init__(self, connection: Connection, commit: Commit, files: Sequence[CommitFile]) -> None:
        self._connection = connection
        self._commit = commit
        self._files = files
        self._ancestors = _Ancestors(connection, commit)

    def read_input(self, file: CommitFile, used: Iterable[tuple[int, int]]) -> MatchInput:
        """The added lines of one file with their candidates.

        `used` are lines of writes that other files of the commit claim. Earlier commits that do not say who wrote
        a line are read only when it is still undecided: most files need none.
        """
        commit = self._commit
        names = list_former_names(self._connection, file.file_id, commit)
        similar = list_similar(self._connection, file, commit)
        others = [one for one in similar if one not in names]
        recorded = list_recorded(self._connection, file.file_id, commit)
        writes = [
            write._replace(file_id=file.file_id) if write.file_id in recorded else write
            for write in self._list_writes(names + others)
        ]
        earlier = self._list_earlier(names)
        return MatchInput(
            file_id=file.file_id,
            added=AddedLines(line_numbers(file.added_runs), hash_numbers(file.added_hashes)),
            removed=self._removed,
            hunks=parse_hunks(file),
            kept=find_kept(file, self._list_removed_elsewhere(file)) if writes else {},
            writes=writes,
            used=self._list_used(writes).union(used),
            written_until=self._written_until,
            fresh_from=max((at for _, at, _ in earlier if at < commit.authored_at), default=0),
            replaced=self._read_origins([row for row in earlier if row[0] in self._replaced]),
            read_earlier=lambda: self._read_earlier(earlier, [*others, *self._list_taken(names)]),
            is_ancestor=self._ancestors.has,
        )

    def _list_writes(self, names: list[int]) -> list[Write]:
        """The writes to a file under any of its names, newest first."""
        until = self._written_until
        marks = ", ".join("?" * len(names))
        rows = db.rows(
            self._connection,
            "SELECT change_key, session_id, agent_id, occurred_at, file_id, operation, is_before_known,"
            " added_hashes, removed_hashes, added_runs, removed_runs FROM fact_session_code_change"
            f" WHERE file_id IN ({marks}) AND occurred_at BETWEEN ? AND ?"
            " ORDER BY occurred_at DESC, change_key LIMIT ?",
            (*names, until - rules.WINDOW_MS, until, rules.MAX_WRITES),
        )
        return [rules.parse_write(*row) for row in rows]

    def _list_used(self, writes: list[Write]) -> set[tuple[int, int]]:
        """The lines of writes that earlier commits use."""
        if not writes:
            return set()
        marks = ", ".join("?" * len(writes))
        rows = db.rows(
            self._connection,
            "SELECT m.change_key, m.change_line, m.line_count FROM derived_commit_line_match AS m"
            f" INNER JOIN fact_commit AS c ON c.id = m.commit_id WHERE m.change_key IN ({marks})"
            " AND (c.ordered_at, c.depth, c.commit_sha) < (?, ?, ?)",
            (*[write.change_key for write in writes], *self._commit.order),
        )
        return {(key, line + step) for key, line, count in rows for step in range(count)}

    def _list_earlier(self, names: list[int]) -> list[_Earlier]:
        """The commits of a file before this one, under any of its names, newest first."""
        order = self._commit.order
        found: list[tuple[Order, int, _Earlier]] = []
        for place, name in enumerate(names):
            rows = db.rows(
                self._connection,
                "SELECT c.ordered_at, c.depth, c.commit_sha, c.id, c.authored_at"
                " FROM fact_commit_file_change AS f INNER JOIN fact_commit AS c ON c.id = f.commit_id"
                " WHERE f.file_id = ? AND f.ordered_at <= ?"
                " AND (c.ordered_at, c.depth, c.commit_sha) < (?, ?, ?)"
                " ORDER BY f.ordered_at DESC, c.depth DESC, c.commit_sha DESC LIMIT ?",
                (name, order.ordered_at, *order, rules.MAX_ORIGINS),
            )
            found += [(Order(*row[:3]), -place, (row[3], row[4], name)) for row in rows]
        found.sort(reverse=True)  # no row id decides: order and place are never both equal
        return [row for *_, row in found[: rules.MAX_ORIGINS]]

    def _list_taken(self, names: list[int]) -> list[int]:
        """The other files that this commit removed lines from, under every name they had."""
        others = [file.file_id for file in self._files if file.removed_hashes][: rules.MAX_FILES]
        former = [list_former_names(self._connection, other, self._commit) for other in others]
        return [name for some in former for name in some if name not in names]

    def _list_removed_elsewhere(self, file: CommitFile) -> list[tuple[int, ...]]:
        """The lines that the commit removed from other files."""
        others = [one for one in self._files if one.file_id != file.file_id and one.removed_hashes]
        return [hash_numbers(other.removed_hashes) for other in others[: rules.MAX_FILES]]

    @cached_property
    def _written_until(self) -> int:
        return rules.written_until(self._commit, is_original_known=bool(self._replaced))

    @cached_property
    def _removed(self) -> tuple[int, ...]:
        return tuple(line for file in self._files for line in hash_numbers(file.removed_hashes))

    @cached_property
    def _replaced(self) -> set[int]:
        """Earlier commits that this one replaces or copies: rewritten into it, or with the same patch."""
        commit = self._commit
        rows = db.rows(
            self._connection,
            "SELECT c.id FROM fact_commit_rewrite AS r INNER JOIN fact_commit AS c"
            " ON c.repository_id = r.repository_id AND c.commit_sha = r.old_sha"
            " WHERE r.repository_id = ?1 AND r.new_sha = ?2"
            " UNION SELECT id FROM fact_commit WHERE repository_id = ?1 AND patch_key = ?3"
            " AND (ordered_at, depth, commit_sha) < (?4, ?5, ?2)",
            (commit.repository_id, commit.order.sha, commit.patch_key, *commit.order[:2]),
        )
        return {commit_id for (commit_id,) in rows}

    def _read_earlier(self, earlier: list[_Earlier], others: list[int]) -> list[Origin]:
        """Nothing when no line of the files has an owner: then there is nothing to inherit."""
        files = {file_id for *_, file_id in earlier}.union(others)
        marks = ", ".join("?" * len(files))
        query = f"SELECT 1 FROM derived_commit_line_match WHERE file_id IN ({marks}) LIMIT 1"
        if self._connection.execute(query, tuple(files)).fetchone() is None:
            return []
        return self._read_origins(earlier + self._list_earlier(others))

    def _read_origins(self, rows: Iterable[_Earlier]) -> list[Origin]:
        return [
            _read_origin(self._connection, commit_id, file_id) for commit_id, _, file_id in rows
        ]


class _Ancestors:
    """The ancestors of a commit, looked up only as far down as `has` is asked."""

    def __init__(self, connection: Connection, commit: Commit) -> None:
        self._connection = connection
        self._repository_id = commit.repository_id
        self._seen: set[int] = set()
        self._queue: list[tuple[int, int, str, int, str]] = []
        self._shas: set[str] = set()
        self._push(commit.parent_shas)

    def has(self, commit_id: int) -> bool:
        """Whether a commit is an ancestor; one that is too far away counts as one."""
        query = "SELECT -ordered_at, -depth FROM fact_commit WHERE id = ?"
        (place,) = db.rows(self._connection, query, (commit_id,))
        limit = rules.MAX_ANCESTORS
        while self._queue and self._queue[0][:2] <= place and len(self._seen) < limit:
            *_, found, parents = heappop(self._queue)
            self._seen.add(found)
            self._push(parents)
        return commit_id in self._seen or len(self._seen) >= limit

    def _push(self, parent_shas: str) -> None:
        for sha in parent_shas.split():
            if sha in self._shas:
                continue
            self._shas.add(sha)
            row = self._connection.execute(
                "SELECT -ordered_at, -depth, commit_sha, id, parent_shas FROM fact_commit"
                " WHERE repository_id = ? AND commit_sha = ?",
                (self._repository_id, sha),
            ).fetchone()
            if row:
                heappush(self._queue, row)


def _read_origin(connection: Connection, commit_id: int, file_id: int) -> Origin:
    ((runs, added, removed),) = db.rows(
        connection,
        "SELECT added_runs, added_hashes, removed_hashes FROM fact_commit_file_change"
        " WHERE commit_id = ? AND file_id = ?",
        (commit_id, file_id),
    )
    claims: dict[int, Claim] = read_claims(connection, commit_id, file_id)
    owned = tuple(claims.get(number) for number in line_numbers(runs))
    return Origin(commit_id, hash_numbers(added), owned, hash_numbers(removed))
