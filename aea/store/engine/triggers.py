"""The triggers that mark keys as dirty and delete event rows, generated from headers.

aea/store/engine/reads.py describes the `reads` and `never` lines. A dirty table may add two fields to its header:
`merge`, the conflict clause for a key that is already marked (otherwise DO NOTHING), and `evicts`, which event rows
lose their subject:

    -- evicts: SOURCE (COLUMN, ...) -> CONDITION

The event rows of the scope that meet the condition are deleted before a row of SOURCE is deleted, or before one of the
columns changes. `row` stands for the old row.

ON CONFLICT DO NOTHING, not INSERT OR IGNORE: an upsert that fires a trigger overrides the latter. DELETE triggers run
before the row is gone, so that a look-up still finds the rows that a cascade takes away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import sqlfiles
from aea.store.engine.reads import ROW, list_never, list_reads, parse_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.store.engine.reads import Read
    from aea.store.engine.sqlfiles import SqlFile

_SURROGATE = frozenset({"id"})


def list_conflicts() -> dict[str, str]:
    """The conflict clause of an INSERT into each dirty table; a view, which marks keys elsewhere, has none."""
    return {
        file.name: f" ON CONFLICT {' '.join(file.headers('merge')) or 'DO NOTHING'}"
        if "CREATE TABLE" in file.text
        else ""
        for file in sqlfiles.list_layer("dirty")
    }


def make(*layers: str) -> SqlFile:
    """The triggers for all that some layers read, as if they were a file."""
    reads = [read for layer in layers for lines in list_reads(layer).values() for read in lines]
    triggers = [*marking(reads, list_conflicts(), list_never()), *_evicting(), *_forbidding()]
    return sqlfiles.SqlFile("event", "triggers", "".join(triggers))


def marking(
    reads: Iterable[Read],
    conflicts: dict[str, str],
    never: dict[str, frozenset[str]],
) -> Iterator[str]:
    """The triggers on each source: one on INSERT, one on DELETE, one on UPDATE for each set of columns."""
    by_source: dict[str, list[Read]] = {}
    for read in _shared(reads):
        by_source.setdefault(read.source, []).append(read)
    for source, marks in by_source.items():
        name, omitted = f"mark_{source}", never[source]
        yield _trigger(f"{name}_added AFTER INSERT", source, [_mark(r, conflicts) for r in marks])
        if "DELETE" not in omitted:
            body = [_mark(read, conflicts, "old") for read in marks]
            yield _trigger(f"{name}_gone BEFORE DELETE", source, body)
        if "UPDATE" not in omitted:
            yield from _on_update(name, source, marks, conflicts)


def make_waiting() -> SqlFile:
    """The view that counts the keys of each dirty table, as if it were a file."""
    tables = [file.name for file in sqlfiles.list_layer("dirty") if file.header("stage")]
    counts = (
        f"SELECT '{name}' AS table_name, count(*) AS key_count FROM {name}" for name in tables
    )
    text = "CREATE VIEW dirty_waiting AS\n" + "\nUNION ALL\n".join(counts) + ";\n"
    return sqlfiles.SqlFile("event", "dirty_waiting", text)


def _shared(reads: Iterable[Read]) -> Iterator[Read]:
    """Each way from a source to a dirty table once, with the columns of all its readers."""
    found: dict[tuple[str, str, str], Read] = {}
    for read in reads:
        if read.key:
            known = found.setdefault((read.source, read.target, read.key), read)
            both = None not in (known.columns, read.columns)
            columns = (known.columns or frozenset()) | (read.columns or frozenset())
            found[read.source, read.target, read.key] = read._replace(
                columns=columns if both else None
            )
    yield from found.values()


def _on_update(
    name: str, source: str, marks: list[Read], conflicts: dict[str, str]
) -> Iterator[str]:
    for number, columns in enumerate(dict.fromkeys(read.columns for read in marks), 1):
        group = [read for read in marks if read.columns == columns]
        body = [text for read in group for text in _mark_both(read, conflicts)]
        head, condition = f"{name}_changed{number} AFTER UPDATE", ""
        if columns is not None:
            watched = columns.union(*(read.row_columns() for read in group)) - _SURROGATE
            head, condition = f"{head} OF {', '.join(sorted(watched))}", f" WHEN {_differ(watched)}"
        yield _trigger(head, source, body, condition)


def _mark(read: Read, conflicts: dict[str, str], row: str = "new", condition: str = "") -> str:
    if read.is_select():
        keys = ROW.sub(rf"{row}.\1", read.key)
        keys = f"SELECT * FROM ({keys}) WHERE {condition}" if condition else keys
    else:
        values = ", ".join(f"{row}.{name}" for name in read.key.split(", "))
        keys = f"SELECT {values} WHERE {condition}" if condition else f"VALUES ({values})"
    return f"INSERT INTO {read.target} {keys}{conflicts[read.target]}"


def _mark_both(read: Read, conflicts: dict[str, str]) -> Iterator[str]:
    """The keys of the new row, and those of the old one where these may be others."""
    yield _mark(read, conflicts)
    if deciding := read.row_columns() - _SURROGATE:
        yield _mark(read, conflicts, "old", _differ(deciding))


def _differ(columns: Iterable[str]) -> str:
    names = sorted(columns)
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("old", "new"))
    return f"({old}) IS NOT ({new})" if len(names) > 1 else f"{old} IS NOT {new}"


def _trigger(head: str, source: str, body: Iterable[str], condition: str = "") -> str:
    statements = "".join(f"    {statement};\n" for statement in body)
    return f"CREATE TRIGGER {head} ON {source}{condition} BEGIN\n{statements}END;\n"


def _forbidding() -> Iterator[str]:
    """The triggers that raise when something is done that a header says is never done."""
    for table, actions in list_never().items():
        for action in sorted(actions):
            raised = f"SELECT RAISE(ABORT, '{table} says never: {action}')"
            yield _trigger(f"never_{action.lower()}_{table} BEFORE {action}", table, [raised])


def _evicting() -> Iterator[str]:
    """The triggers that delete the event rows of what is deleted or renamed."""
    for dirty in sqlfiles.list_layer("dirty"):
        scope = dirty.header("scope")
        events = [f.name for f in sqlfiles.list_layer("event") if f.header("scope") == scope]
        for line in dirty.headers("evicts"):
            evicts = parse_line(line, dirty, "")
            condition = ROW.sub(r"old.\1", evicts.key)
            body = [f"DELETE FROM {event} WHERE {condition}" for event in events]
            columns = evicts.columns or frozenset()
            name = f"evict_{scope}_{evicts.source}"
            yield _trigger(f"{name}_gone BEFORE DELETE", evicts.source, body)
            yield _trigger(
                f"{name}_renamed BEFORE UPDATE OF {', '.join(sorted(columns))}",
                evicts.source,
                body,
                f" WHEN {_differ(columns)}",
            )
