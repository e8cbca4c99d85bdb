"""Prove that derived tables and events follow from facts, and that cursors agree with the files they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aea.pipeline.recompute import LIMIT, Difference, compare, compare_events
from aea.pipeline.stages import STAGES
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection


def check(connection: Connection) -> list[Difference]:
    """Every difference found, at most twenty of a kind; an empty list is a proof."""
    derived = compare(connection)
    return [
        *derived,
        *([] if derived else compare_events(connection)),
        *_leftovers(connection),
        *_matches(connection),
        *_references(connection),
        *_cursors(connection),
    ]


def _leftovers(connection: Connection) -> Iterator[Difference]:
    for stage in STAGES:
        for dirty in stage.dirty():
            rows = db.rows(connection, f"SELECT {dirty.key} FROM {dirty.name} LIMIT {LIMIT}")
            for row in rows:
                yield Difference(dirty.name, " ".join(map(str, row)), "was never refreshed")


_TWICE = (
    "SELECT commit_id, file_id, first_line FROM (SELECT *, lead({line}) OVER ("
    "PARTITION BY {group} ORDER BY {line}) AS next_line FROM derived_commit_line_match)"
    " WHERE next_line < {line} + line_count AND {line} IS NOT NULL"
)
_AUDITS = {
    "a line has two owners": _TWICE.format(group="commit_id, file_id", line="first_line"),
    "a line of a write is used twice": _TWICE.format(group="change_key", line="change_line"),
    "a line dies that never came": "SELECT d.commit_id, d.file_id, d.first_line FROM derived_line_death AS d"
    " WHERE d.line_count > (SELECT coalesce(sum(min(a.first_line + a.line_count, d.first_line + d.line_count)"
    " - max(a.first_line, d.first_line)), 0) FROM derived_line_arrival AS a WHERE a.commit_id = d.commit_id"
    " AND a.file_id = d.file_id AND a.first_line < d.first_line + d.line_count"
    " AND d.first_line < a.first_line + a.line_count)",
    "the shares are not the whole": "SELECT commit_id, sum(share_of_commit), ''"
    " FROM fact_commit_session_match GROUP BY commit_id"
    " HAVING abs(sum(share_of_commit) - 1) > 1e-9 OR min(matched_lines) < 0",
}


def _matches(connection: Connection) -> Iterator[Difference]:
    """What attribution promises: one owner a line, one use of what a session wrote, shares of a whole."""
    for finding, query in _AUDITS.items():
        for key in db.rows(connection, f"{query} LIMIT {LIMIT}"):
            yield Difference("derived_commit_line_match", " ".join(map(str, key)), finding)


def _references(connection: Connection) -> Iterator[Difference]:
    for table, row, parent, _ in db.rows(connection, "PRAGMA foreign_key_check")[:LIMIT]:
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
