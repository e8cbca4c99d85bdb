"""The SQL of the line ledger: changes along the trunk, and the arrivals and deaths of lines."""

from __future__ import annotations

from functools import lru_cache, partial
from heapq import merge as merge_sorted
from typing import TYPE_CHECKING

from aea.lines import hash_numbers, line_numbers, unpack_runs
from aea.pipeline.attribution.queries import read_claims
from aea.pipeline.attribution.renames import list_later_names
from aea.pipeline.ledger.rules import FileDiff, list_runs
from aea.pipeline.ledger.trace import MergedFile, TrunkCommit
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.ledger.trace import Arrival, Death
    from aea.store.engine.db import Connection

_TRUNK = "m.commit_id, m.repository_id, m.position, m.occurred_at, {0}"
_DIFF = (
    " f.file_id, coalesce(f.old_file_id, f.file_id), f.added_runs, f.added_hashes,"
    " f.removed_runs, f.removed_hashes"
)
_PLAIN = (  # of commits with one parent, or none
    f"SELECT {_TRUNK.format(0)},{_DIFF} FROM fact_commit_file_change AS f"
    " CROSS JOIN derived_commit_mainline AS m ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
    " CROSS JOIN fact_commit AS c ON c.id = m.commit_id AND c.parent_count < 2"
)
_MERGED = (  # of merges, against their first parent
    f"SELECT {_TRUNK.format(1)},{_DIFF} FROM fact_commit_trunk_change AS f"
    " CROSS JOIN derived_commit_mainline AS m ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
)


def has_session_lines(connection: Connection) -> bool:
    """Whether any commit has lines of a session, or had when the ledger was last written."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM derived_commit_line_match)"
        " OR EXISTS (SELECT 1 FROM derived_line_arrival)"
    )
    return bool(connection.execute(query).get)


def list_concerned(connection: Connection, changed: Iterable[tuple[int, int]]) -> set[int]:
    """The commits of the trunk to compute again when lines of (commit, file) changed owners."""
    found: set[int] = set()
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for commit_id, file_id in changed:
        row = connection.execute(
            "SELECT trunk_id, position, repository_id, occurred_at FROM derived_commit_mainline"
            " WHERE commit_id = ?",
            (commit_id,),
        ).fetchone()
        if row:
            found.add(row[0])
            key = (row[2], file_id)
            first[key] = min(first.get(key, (row[1], row[3])), (row[1], row[3]))
    for (repository_id, file_id), (position, since) in first.items():
        for name in list_later_names(connection, file_id):
            found.update(_list_changing(connection, name, (since, position, repository_id)))
    return found


def _list_changing(connection: Connection, file_id: int, after: tuple[int, int, int]) -> list[int]:
    """The commits of the trunk that change a file after (instant, position) in a repository."""
    return [
        commit_id
        for table in ("fact_commit_file_change", "fact_commit_trunk_change")
        for (commit_id,) in db.rows(
            connection,
            f"SELECT m.commit_id FROM {table} AS f CROSS JOIN derived_commit_mainline AS m"
            " ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
            " WHERE f.file_id = ? AND f.ordered_at >= ? AND m.position > ? AND m.repository_id = ?",
            (file_id, *after),
        )
    ]


def find_trunk_commit(connection: Connection, commit_id: int) -> TrunkCommit | None:
    """A commit of the trunk; None when it is not on it."""
    row = connection.execute(
        f"SELECT {_TRUNK.format('c.parent_count > 1')} FROM derived_commit_mainline AS m"
        " INNER JOIN fact_commit AS c ON c.id = m.commit_id"
        " WHERE m.commit_id = ? AND m.trunk_id = m.commit_id",
        (commit_id,),
    ).fetchone()
    return TrunkCommit._make((*row[:4], bool(row[4]))) if row else None


class TrunkReader:
    """Reads the history that lines are traced along."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._first_match = lru_cache(maxsize=4096)(partial(_find_first_match, connection))

    def touches_session_lines(self, commit: TrunkCommit) -> bool:
        """Whether a commit of the trunk changes a file that ever had a line of a session."""
        table = "fact_commit_trunk_change" if commit.is_merge else "fact_commit_file_change"
        query = f"SELECT file_id, coalesce(old_file_id, file_id) FROM {table} WHERE commit_id = ?"
        rows = db.rows(self._connection, query, (commit.commit_id,))
        files = {file_id for row in rows for file_id in row}
        return any(self._first_match(file_id) is not None for file_id in files)

    def read_diffs(self, commit: TrunkCommit) -> list[FileDiff]:
        """All files of a commit of the trunk against its first parent."""
        query = f"{_MERGED if commit.is_merge else _PLAIN} WHERE f.commit_id = ? ORDER BY f.file_id"
        return [
            _parse_diff(row[5:]) for row in db.rows(self._connection, query, (commit.commit_id,))
        ]

    def walk_back(
        self, file_id: int, commit: TrunkCommit
    ) -> Iterator[tuple[TrunkCommit, FileDiff]]:
        """The changes of a file before a commit of the trunk, latest first, back to its first session line."""
        since = self._first_match(file_id)
        if since is None:
            return
        streams = [
            self._connection.execute(
                f"{query} WHERE f.file_id = ?1 AND f.ordered_at BETWEEN ?2 AND ?3 AND m.position < ?4"
                " AND m.repository_id = ?5 ORDER BY f.ordered_at DESC, m.position DESC",
                (file_id, since, commit.occurred_at, commit.position, commit.repository_id),
            )
            for query in (_PLAIN, _MERGED)
        ]
        for row in merge_sorted(*streams, key=lambda row: -row[2]):
            yield TrunkCommit._make((*row[:4], bool(row[4]))), _parse_diff(row[5:])

    def list_merged(self, merge: TrunkCommit) -> list[MergedFile]:
        """The files of the commits that arrived with a merge, the merge included, latest commit first."""
        rows = db.rows(
            self._connection,
            "SELECT c.id, f.file_id, f.old_file_id, f.added_runs, f.added_hashes"
            " FROM derived_commit_mainline AS m INNER JOIN fact_commit AS c ON c.id = m.commit_id"
            " INNER JOIN fact_commit_file_change AS f ON f.commit_id = c.id WHERE m.trunk_id = ?"
            " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha DESC, f.file_id",
            (merge.commit_id,),
        )
        return [
            MergedFile(
                commit_id,
                file_id,
                old_file_id,
                line_numbers(runs),
                hash_numbers(hashes),
                self._list_carried(commit_id, file_id),
            )
            for commit_id, file_id, old_file_id, runs, hashes in rows
        ]

    def _list_carried(self, commit_id: int, file_id: int) -> set[int]:
        claims = read_claims(self._connection, commit_id, file_id)
        return {number for number, claim in claims.items() if claim.is_carried}

    def read_owners(self, commit_id: int, file_id: int) -> dict[int, int]:
        """The sessions that own added lines of a file, by line number; not of carried lines or generated files."""
        query = "SELECT is_generated FROM metadata_files WHERE id = ?"
        if self._connection.execute(query, (file_id,)).get:
            return {}
        claims = read_claims(self._connection, commit_id, file_id)
        return {
            number: claim.owner.session_id
            for number, claim in claims.items()
            if not claim.is_carried
        }


def _parse_diff(row: tuple[int, int, bytes, bytes, bytes, bytes]) -> FileDiff:
    file_id, old_file_id, added_runs, added, removed_runs, removed = row
    return FileDiff(
        file_id,
        old_file_id,
        tuple(unpack_runs(added_runs)),
        hash_numbers(added),
        tuple(unpack_runs(removed_runs)),
        hash_numbers(removed),
    )


def _find_first_match(connection: Connection, file_id: int) -> int | None:
    """When a line of a session was first committed to a file, under this name or a former one."""
    names = [file_id]
    for name in names:
        rows = db.rows(
            connection,
            "SELECT old_file_id FROM fact_commit_file_change WHERE file_id = ?"
            " AND old_file_id IS NOT NULL",
            (name,),
        )
        names += [old for (old,) in rows if old not in names]
    marks = ", ".join("?" * len(names))
    query = f"SELECT min(occurred_at) FROM derived_commit_line_match WHERE file_id IN ({marks})"
    first: int | None = connection.execute(query, names).get
    return first


def write_arrivals(
    connection: Connection, commit: TrunkCommit, arrivals: Iterable[Arrival], now: int
) -> None:
    """Store the lines that arrived with a commit of the trunk."""
    lines: dict[tuple[int, int, int], set[int]] = {}
    for (commit_id, file_id, number), session_id in arrivals:
        lines.setdefault((commit_id, file_id, session_id), set()).add(number)
    rows = sorted(
        (commit_id, file_id, first, count, session_id)
        for (commit_id, file_id, session_id), numbers in lines.items()
        for first, count in list_runs(numbers)
    )
    _replace(
        connection,
        "derived_line_arrival",
        "commit_id, file_id, first_line, line_count, session_id",
        ("trunk_id", commit.commit_id, commit.occurred_at, now),
        rows,
    )


def write_deaths(
    connection: Connection, commit: TrunkCommit, deaths: Iterable[Death], now: int
) -> None:
    """Store the lines that a commit of the trunk removed."""
    lines: dict[tuple[int, int, int], dict[int, bool]] = {}
    for (commit_id, file_id, number), last_file_id, is_nontrivial in deaths:
        lines.setdefault((commit_id, file_id, last_file_id), {})[number] = is_nontrivial
    rows = sorted(
        (commit_id, file_id, first, count, sum(numbers[first + at] for at in range(count)), last)
        for (commit_id, file_id, last), numbers in lines.items()
        for first, count in list_runs(numbers)
    )
    _replace(
        connection,
        "derived_line_death",
        "commit_id, file_id, first_line, line_count, nontrivial_count, death_file_id",
        ("death_id", commit.commit_id, commit.occurred_at, now),
        rows,
    )


def _replace(
    connection: Connection,
    table: str,
    columns: str,
    unit: tuple[str, int, int, int],
    rows: Sequence[tuple[int, ...]],
) -> None:
    """Store the rows of one commit of the trunk, unless they are stored already."""
    key, commit_id, occurred_at, now = unit
    query = f"SELECT {columns} FROM {table} WHERE {key} = ? ORDER BY 1, 2, 3"
    if db.rows(connection, query, (commit_id,)) == rows:
        return
    connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (commit_id,))
    connection.executemany(
        f"INSERT INTO {table} ({columns}, {key}, occurred_at, ingested_at)"
        f" VALUES ({', '.join('?' * (columns.count(',') + 4))})",
        [(*row, commit_id, occurred_at, now) for row in rows],
    )
