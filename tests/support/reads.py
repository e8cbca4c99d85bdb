"""What SQLite really reads, and how far the `reads` lines of a header agree with it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from aea.store.engine import db, reads, sqlfiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.store.engine.reads import Read

Columns = dict[str, set[str]]  # by table
UNCOMPARED = frozenset({"ingested_at"})  # `aea check` does not compare it


@contextmanager
def recorded(connection: db.Connection) -> Iterator[Columns]:
    """The columns of tables that are read meanwhile, other than by triggers and the views these look up in."""
    kinds = dict(db.rows(connection, "SELECT name, type FROM sqlite_schema"))
    found: Columns = {}

    def note(action: int, table: str, column: str, _: str, inside: str | None) -> int:
        is_mark = inside is not None and (
            kinds.get(inside) == "trigger" or inside.startswith("dirty_")
        )
        if action == apsw.SQLITE_READ and kinds.get(table) == "table" and not is_mark:
            found.setdefault(table, set()).update({column} - {""})
        return apsw.SQLITE_OK

    connection.authorizer = note  # type: ignore[assignment]
    try:
        yield found
    finally:
        connection.authorizer = None


def faults(lines: Iterable[Read], found: Columns) -> list[str]:
    """Where lines and reads differ; an UPDATE of a column that is read must be noticed."""
    declared: dict[str, list[Read]] = {}
    for line in lines:
        declared.setdefault(line.source, []).append(line)
    said = [f"{table} is read and not declared" for table in found.keys() - declared.keys()]
    said += [f"{table} is declared and not read" for table in declared.keys() - found.keys()]
    for table in declared.keys() & found.keys():
        said += _column_faults(table, declared[table], found[table] - UNCOMPARED - {"id"})
    return sorted(said)


def _column_faults(table: str, lines: list[Read], read: set[str]) -> Iterator[str]:
    listed = frozenset[str]().union(*(line.columns or () for line in lines))
    in_keys = frozenset[str]().union(*(line.row_columns() for line in lines))
    yield from (f"{table}.{name} is listed and not read" for name in listed - in_keys - read)
    if all(line.columns is not None for line in lines):
        yield from (f"{table}.{name} is read and not listed" for name in read - listed - in_keys)


def uncovered(connection: db.Connection, line: Read, lines: Iterable[Read]) -> list[str]:
    """What a line promises and the triggers of the database do not keep."""
    never = reads.list_never().get(line.source, frozenset())
    if line.is_constant:
        return [] if never == {"UPDATE", "DELETE"} else [f"{line.source} may change"]
    if line.through:
        marks = any(other.source == line.through and _marks(other) for other in lines)
        return [] if marks else [f"{line.through} marks nothing for {line.source}"]
    made = db.rows(
        connection, "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'"
    )
    by_hand = {name for name, *_ in made} & set(line.by_hand)
    if line.by_hand:
        return [f"there is no trigger {name}" for name in set(line.by_hand) - by_hand]
    marking = [text for _, table, text in made if table == line.source]
    return [
        f"no {action} on {line.source} marks {line.target}"
        for action in {"INSERT", "UPDATE", "DELETE"} - never
        if not any(
            _fires_on(text, action) and f"INSERT INTO {line.target} " in text for text in marking
        )
    ]


def _marks(line: Read) -> bool:
    return bool(line.key or line.by_hand)


def _fires_on(trigger: str, action: str) -> bool:
    return re.match(rf"CREATE TRIGGER \w+ (AFTER|BEFORE) {action} ", trigger) is not None


def without_source(file: sqlfiles.SqlFile, source: str) -> sqlfiles.SqlFile:
    """A header without the `reads` lines of one table."""
    line = rf"^-- reads: {source}\b.*\n(--   .*\n)*"
    return file._replace(text=re.sub(line, "", file.text, flags=re.MULTILINE))
