"""Prove that derived tables and events follow from facts, and that cursors agree with their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aea.pipeline.recompute import LIMIT, Difference, compare, compare_events
from aea.pipeline.stages import STAGES
from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection


def check(connection: Connection) -> list[Difference]:
    """Every difference found, at most twenty of a kind; an empty list is a proof."""
    derived = compare(connection)
    return [
        *derived,
        *([] if derived else compare_events(connection)),
        *_dirty_keys(connection),
        *_audits(connection),
        *_references(connection),
        *_cursors(connection),
    ]


def _dirty_keys(connection: Connection) -> Iterator[Difference]:
    """No key waits to be refreshed."""
    for stage in STAGES:
        for dirty in stage.dirty():
            rows = db.rows(connection, f"SELECT {dirty.key} FROM {dirty.name} LIMIT {LIMIT}")
            for row in rows:
                yield Difference(dirty.name, " ".join(map(str, row)), "was never refreshed")


def _audits(connection: Connection) -> Iterator[Difference]:
    """Other promises of tables: each file of sql/audit finds the keys that break one."""
    for audit in sqlfiles.list_layer("audit"):
        query = f"SELECT * FROM ({audit.text.rstrip().removesuffix(';')}\n) LIMIT {LIMIT}"
        for key in db.rows(connection, query):
            yield Difference(
                audit.header("table"), " ".join(map(str, key)), audit.header("finding")
            )


def _references(connection: Connection) -> Iterator[Difference]:
    for table, row, parent, _ in db.rows(connection, "PRAGMA foreign_key_check")[:LIMIT]:
        yield Difference(table, str(row), f"refers to a row that is not in {parent}")


def _cursors(connection: Connection) -> Iterator[Difference]:
    """A file may be longer than its cursor, never shorter; a line starts at the cursor."""
    query = (
        "SELECT source_path, byte_offset, byte_size, inode, mtime_ns FROM ingest_cursor"
        " WHERE provider NOT IN ('git', 'spool') AND is_missing = 0"
    )
    for path, offset, size, inode, mtime_ns in db.rows(connection, query):
        if offset > size:
            yield Difference("ingest_cursor", path, f"is at {offset}, past the end at {size}")
            continue
        finding = _file_finding(Path(path), offset, (inode, size, mtime_ns))
        if finding:
            yield Difference("ingest_cursor", path, finding)


def _file_finding(path: Path, offset: int, seen: tuple[int, int, int]) -> str:
    try:
        stat = path.stat()
        if offset == 0 or (stat.st_ino, stat.st_size, stat.st_mtime_ns) != seen:
            return ""  # gone or changed since: the next ingest handles it
        with path.open("rb") as file:
            file.seek(offset - 1)
            return "" if file.read(1) == b"\n" else f"is inside a line at {offset}"
    except OSError:
        return ""
