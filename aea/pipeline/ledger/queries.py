"""The only reads and writes of the line ledger: changes along the trunk, arrivals, deaths."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import hash_numbers, is_trivial, line_numbers, unpack_runs
from aea.pipeline.attribution.lineage import later_names
from aea.pipeline.attribution.queries import read_claims
from aea.pipeline.ledger.rules import Step, as_runs
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.attribution.model import Claim
    from aea.store.engine.db import Connection

Birth = tuple[int, int, int]  # commit, file, line number after it


class Trunk(NamedTuple):
    """A commit of the trunk."""

    commit_id: int
    repository_id: int
    position: int
    occurred_at: int
    is_merge: bool


class Change(NamedTuple):
    """What a commit of the trunk did to one file."""

    trunk: Trunk
    step: Step


class Brought(NamedTuple):
    """The lines that a commit added to one file."""

    commit_id: int
    file_id: int
    old_file_id: int | None
    numbers: tuple[int, ...]
    hashes: tuple[int, ...]


class Death(NamedTuple):
    """A line that is gone."""

    birth: Birth
    file_id: int  # at the end
    is_nontrivial: bool


_TRUNK = "m.commit_id, m.repository_id, m.position, m.occurred_at, {0}"
_STEP = (
    " {0}.file_id, coalesce({0}.old_file_id, {0}.file_id), {0}.added_runs, {0}.added_hashes,"
    " {0}.removed_runs, {0}.removed_hashes"
)
_PLAIN = (
    f"SELECT {_TRUNK.format(0)},{_STEP.format('f')} FROM fact_commit_file_change AS f"
    " CROSS JOIN derived_commit_mainline AS m ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
    " CROSS JOIN fact_commit AS c ON c.id = m.commit_id AND c.parent_count < 2"
)
_MERGED = (
    f"SELECT {_TRUNK.format(1)},{_STEP.format('f')} FROM fact_commit_trunk_change AS f"
    " CROSS JOIN derived_commit_mainline AS m ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
)


def _change(row: tuple[int, int, int, int, int, int, int, bytes, bytes, bytes, bytes]) -> Change:
    commit, repository, position, at, is_merge, file, old, added_at, added, removed_at, removed = (
        row
    )
    step = Step(
        file,
        old,
        tuple(unpack_runs(added_at)),
        hash_numbers(added),
        tuple(unpack_runs(removed_at)),
        hash_numbers(removed),
    )
    return Change(Trunk(commit, repository, position, at, bool(is_merge)), step)


def read_trunk(connection: Connection, commit_id: int) -> Trunk | None:
    """A commit of the trunk; None: it is not on it."""
    row = connection.execute(
        f"SELECT {_TRUNK.format('c.parent_count > 1')} FROM derived_commit_mainline AS m"
        " INNER JOIN fact_commit AS c ON c.id = m.commit_id"
        " WHERE m.commit_id = ? AND m.trunk_id = m.commit_id",
        (commit_id,),
    ).fetchone()
    return Trunk._make((*row[:4], bool(row[4]))) if row else None


def has_lines(connection: Connection) -> bool:
    """Whether any commit has lines of a session, or had when the ledger was kept last."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM derived_commit_line_match)"
        " OR EXISTS (SELECT 1 FROM derived_line_arrival)"
    )
    return bool(connection.execute(query).get)


def list_files(connection: Connection, trunk: Trunk) -> set[int]:
    """The files that a commit of the trunk changed, and what they were called before."""
    table = "fact_commit_trunk_change" if trunk.is_merge else "fact_commit_file_change"
    query = f"SELECT file_id, coalesce(old_file_id, file_id) FROM {table} WHERE commit_id = ?"
    return {file for row in db.rows(connection, query, (trunk.commit_id,)) for file in row}


def read_steps(connection: Connection, trunk: Trunk) -> list[Step]:
    """All files that a commit of the trunk changed against its first parent."""
    query = f"{_MERGED if trunk.is_merge else _PLAIN} WHERE f.commit_id = ? ORDER BY f.file_id"
    return [_change(row).step for row in db.rows(connection, query, (trunk.commit_id,))]


def matched_since(connection: Connection, file_id: int) -> int | None:
    """When a session's first line was committed to a file, under this name or a former one; None: never."""
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
    since: int | None = connection.execute(query, names).get
    return since


def changes_before(
    connection: Connection, file_id: int, trunk: Trunk, since: int
) -> Iterator[Change]:
    """What the trunk did to a file before one of its commits, latest first, back to an instant."""
    streams = [
        connection.execute(
            f"{query} WHERE f.file_id = ?1 AND f.ordered_at BETWEEN ?2 AND ?3 AND m.position < ?4"
            " AND m.repository_id = ?5 ORDER BY f.ordered_at DESC, m.position DESC",
            (file_id, since, trunk.occurred_at, trunk.position, trunk.repository_id),
        )
        for query in (_PLAIN, _MERGED)
    ]
    return map(_change, merge(*streams, key=lambda row: -row[2]))


def read_brought(connection: Connection, trunk: Trunk) -> list[Brought]:
    """The files of the commits that a merge brought, with its own, latest commit first."""
    rows = db.rows(
        connection,
        "SELECT c.id, f.file_id, f.old_file_id, f.added_runs, f.added_hashes"
        " FROM derived_commit_mainline AS m INNER JOIN fact_commit AS c ON c.id = m.commit_id"
        " INNER JOIN fact_commit_file_change AS f ON f.commit_id = c.id WHERE m.trunk_id = ?"
        " ORDER BY c.ordered_at DESC, c.depth DESC, c.commit_sha DESC, f.file_id",
        (trunk.commit_id,),
    )
    return [
        Brought(commit, file, old, line_numbers(runs), hash_numbers(hashes))
        for commit, file, old, runs, hashes in rows
    ]


def read_own_claims(connection: Connection, commit_id: int, file_id: int) -> dict[int, Claim]:
    """The claims on lines of a file that count for their session: not carried, not generated."""
    query = "SELECT is_generated FROM metadata_files WHERE id = ?"
    if connection.execute(query, (file_id,)).get:
        return {}
    claims = read_claims(connection, commit_id, file_id)
    return {number: claim for number, claim in claims.items() if not claim.is_carried}


def carried_lines(connection: Connection, commit_id: int, file_id: int) -> set[int]:
    """The lines that a commit only moved or put back."""
    claims = read_claims(connection, commit_id, file_id)
    return {number for number, claim in claims.items() if claim.is_carried}


def list_concerned(connection: Connection, changed: Iterable[tuple[int, int]]) -> set[int]:
    """The commits of the trunk to look at when lines of (commit, file) changed owners."""
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
        for name in later_names(connection, file_id):
            found.update(_changing(connection, name, (since, position, repository_id)))
    return found


def _changing(connection: Connection, file_id: int, behind: tuple[int, int, int]) -> list[int]:
    """The commits of the trunk that change a file behind (instant, position) of a repository."""
    return [
        commit_id
        for table in ("fact_commit_file_change", "fact_commit_trunk_change")
        for (commit_id,) in db.rows(
            connection,
            f"SELECT m.commit_id FROM {table} AS f CROSS JOIN derived_commit_mainline AS m"
            " ON m.commit_id = f.commit_id AND m.trunk_id = m.commit_id"
            " WHERE f.file_id = ? AND f.ordered_at >= ? AND m.position > ? AND m.repository_id = ?",
            (file_id, *behind),
        )
    ]


def write_arrivals(
    connection: Connection, trunk: Trunk, owned: Iterable[tuple[Birth, int]], now: int
) -> bool:
    """(line, session) of all lines that came with a commit of the trunk. False: it was so already."""
    lines: dict[tuple[int, int, int], set[int]] = {}
    for (commit, file, number), session in owned:
        lines.setdefault((commit, file, session), set()).add(number)
    rows = sorted(
        (commit, file, first, count, session)
        for (commit, file, session), numbers in lines.items()
        for first, count in as_runs(numbers)
    )
    return _replace(
        connection,
        "derived_line_arrival",
        "commit_id, file_id, first_line, line_count, session_id",
        ("trunk_id", trunk.commit_id, trunk.occurred_at, now),
        rows,
    )


def write_deaths(connection: Connection, trunk: Trunk, deaths: Iterable[Death], now: int) -> bool:
    """All lines that a commit of the trunk took away. False: it was so already."""
    lines: dict[tuple[int, int, int], dict[int, bool]] = {}
    for (commit, file, number), last, is_nontrivial in deaths:
        lines.setdefault((commit, file, last), {})[number] = is_nontrivial
    rows = sorted(
        (commit, file, first, count, sum(numbers[first + at] for at in range(count)), last)
        for (commit, file, last), numbers in lines.items()
        for first, count in as_runs(numbers)
    )
    return _replace(
        connection,
        "derived_line_death",
        "commit_id, file_id, first_line, line_count, nontrivial_count, death_file_id",
        ("death_id", trunk.commit_id, trunk.occurred_at, now),
        rows,
    )


def _replace(
    connection: Connection,
    table: str,
    columns: str,
    unit: tuple[str, int, int, int],
    rows: Sequence[tuple[int, ...]],
) -> bool:
    """Make these the rows of one commit of the trunk."""
    by, commit_id, occurred_at, now = unit
    query = f"SELECT {columns} FROM {table} WHERE {by} = ? ORDER BY 1, 2, 3"
    if db.rows(connection, query, (commit_id,)) == rows:
        return False
    connection.execute(f"DELETE FROM {table} WHERE {by} = ?", (commit_id,))
    connection.executemany(
        f"INSERT INTO {table} ({columns}, {by}, occurred_at, ingested_at)"
        f" VALUES ({', '.join('?' * (columns.count(',') + 4))})",
        [(*row, commit_id, occurred_at, now) for row in rows],
    )
    return True


def died(birth: Birth, file_id: int, line: int) -> Death:
    """The death of a line with a hash."""
    return Death(birth, file_id, not is_trivial(line))
