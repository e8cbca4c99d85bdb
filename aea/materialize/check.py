"""Prove that events equal their definitions and that cursors agree with the files they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aea.materialize.assign import Resolver
from aea.materialize.chains import expected_steps
from aea.store import branches, db, events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.db import Connection

_LIMIT = 20


class Difference(NamedTuple):
    """One thing that is not as it must be."""

    subject: str  # table or cursor
    key: str
    finding: str


def check(connection: Connection) -> list[Difference]:
    """Every difference found, at most twenty of a kind; an empty list is a proof."""
    return [
        *_events(connection),
        *_leftovers(connection),
        *_matches(connection),
        *_assignments(connection),
        *_references(connection),
        *_cursors(connection),
    ]


def _events(connection: Connection) -> Iterator[Difference]:
    for scope in events.SCOPES:
        for event in events.list_events(scope.name):
            stored = f"SELECT {event.columns()} FROM {event.name}"
            defined = f"SELECT {event.columns()} FROM build_{event.name}"
            yield from _rows(
                connection, event, f"{stored} EXCEPT {defined}", "not in the definition"
            )
            yield from _rows(connection, event, f"{defined} EXCEPT {stored}", "not in the table")


def _rows(
    connection: Connection, event: events.Event, query: str, finding: str
) -> Iterator[Difference]:
    rows = connection.execute(f"SELECT {event.key} FROM ({query}) LIMIT {_LIMIT}").fetchall()
    for row in rows:
        yield Difference(event.name, " ".join(map(str, row)), finding)


def _leftovers(connection: Connection) -> Iterator[Difference]:
    tables = [(scope.dirty_table, scope.key) for scope in events.SCOPES]
    tables += [
        ("dirty_match_commit", "commit_key"),
        ("dirty_match_file", "file_id"),
        ("dirty_mainline", "repository_id"),
        ("dirty_assign", "commit_sha"),
        ("dirty_anchor", "anchor_id"),
        ("dirty_branch", "branch_name"),
        ("dirty_landing", "commit_key"),
        ("dirty_ledger", "commit_key"),
        ("dirty_ledger_file", "commit_key"),
    ]
    for table, column in tables:
        for (key,) in db.rows(connection, f"SELECT {column} FROM {table} LIMIT {_LIMIT}"):
            yield Difference(table, str(key), "was never refreshed")


_TWICE = (
    "SELECT commit_id, file_id, first_line FROM (SELECT *, lead({line}) OVER ("
    "PARTITION BY {group} ORDER BY {line}) AS next_line FROM fact_commit_line_match)"
    " WHERE next_line < {line} + line_count AND {line} IS NOT NULL"
)
_AUDITS = {
    "a line has two owners": _TWICE.format(group="commit_id, file_id", line="first_line"),
    "a line of a write is used twice": _TWICE.format(group="change_key", line="change_line"),
    "a line dies that never came": "SELECT d.commit_id, d.file_id, d.first_line FROM fact_line_death AS d"
    " WHERE d.line_count > (SELECT coalesce(sum(min(a.first_line + a.line_count, d.first_line + d.line_count)"
    " - max(a.first_line, d.first_line)), 0) FROM fact_line_arrival AS a WHERE a.commit_id = d.commit_id"
    " AND a.file_id = d.file_id AND a.first_line < d.first_line + d.line_count"
    " AND d.first_line < a.first_line + a.line_count)",
    "the shares are not the whole": "SELECT commit_id, sum(share_of_commit), ''"
    " FROM fact_commit_session_match GROUP BY commit_id"
    " HAVING abs(sum(share_of_commit) - 1) > 1e-9 OR min(matched_lines) < 0",
}


def _matches(connection: Connection) -> Iterator[Difference]:
    """What attribution promises: one owner a line, one use of what a session wrote, shares of a whole."""
    for finding, query in _AUDITS.items():
        for key in db.rows(connection, f"{query} LIMIT {_LIMIT}"):
            yield Difference("fact_commit_line_match", " ".join(map(str, key)), finding)


def _assignments(connection: Connection) -> Iterator[Difference]:
    """Branch and tasks of every commit, and the chains they come from, as the facts give them."""
    for evidence, anchor_id in branches.list_anchors(connection):
        anchor = branches.find_anchor(connection, evidence, anchor_id)
        steps = expected_steps(connection, anchor) if anchor else []
        if anchor and not branches.is_stored(connection, anchor, steps):
            yield Difference(
                "fact_commit_branch", f"{evidence} {anchor_id}", "is not as its facts say"
            )
    resolver = Resolver(connection)
    for repository_id, sha in branches.list_commits(connection):
        commit = branches.find_commit(connection, repository_id, sha)
        if commit and resolver.resolve(repository_id, sha, commit) != branches.read_assigned(
            connection, commit.commit_id
        ):
            yield Difference("fact_task_commit_assignment", sha, "is not as its facts say")


def _references(connection: Connection) -> Iterator[Difference]:
    for table, row, parent, _ in db.rows(connection, "PRAGMA foreign_key_check")[:_LIMIT]:
        yield Difference(table, str(row), f"names a row that is not in {parent}")


def _cursors(connection: Connection) -> Iterator[Difference]:
    """A file may be longer than its cursor, never shorter; a line starts where the cursor stands."""
    query = (
        "SELECT source_path, byte_offset, byte_size, inode, mtime_ns FROM ingest_cursor"
        " WHERE provider NOT IN ('git', 'spool') AND is_missing = 0"
    )
    for path, offset, size, inode, mtime_ns in db.rows(connection, query):
        if offset > size:
            yield Difference("ingest_cursor", path, f"stands at {offset}, behind the end {size}")
            continue
        finding = _file_finding(Path(path), offset, (inode, size, mtime_ns))
        if finding:
            yield Difference("ingest_cursor", path, finding)


def _file_finding(path: Path, offset: int, seen: tuple[int, int, int]) -> str:
    try:
        stat = path.stat()
        if offset == 0 or (stat.st_ino, stat.st_size, stat.st_mtime_ns) != seen:
            return ""  # gone or changed since: the next ingest sees to it
        with path.open("rb") as file:
            file.seek(offset - 1)
            return "" if file.read(1) == b"\n" else f"stands inside a line at {offset}"
    except OSError:
        return ""
