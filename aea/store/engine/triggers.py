"""The triggers that mark keys as dirty and delete event rows, made from the headers of the tables that read.

A table of `sql/event` or `sql/derived` names each table it reads, one line a table and way back to its key. A
line may go on in lines that are indented by three blanks or more:

    -- reads: SOURCE -> KEY                     a changed row of SOURCE marks KEY in the reader's dirty table
    -- reads: SOURCE (COLUMN, ...) -> KEY       an UPDATE marks only when one of these columns changes
    -- reads: SOURCE -> DIRTY: KEY              marks KEY in another dirty table than the reader's own
    -- reads: SOURCE, by hand: TRIGGER, ...     triggers in sql/dirty that are written by hand
    -- reads: SOURCE, with OTHER                rows of SOURCE are found through rows of OTHER, which mark the key
    -- reads: SOURCE, constant                  aea never updates or deletes a row of SOURCE
    -- reads: READER                            what a build view, or a table of the same stage or scope, reads

KEY is either columns of the changed row, or a SELECT in which `row` stands for it. An INSERT marks the keys of
the new row, a DELETE those of the old row, an UPDATE those of both. The reader's own dirty table is that of its
scope (events), or the one that its header names (`dirty`). A table that is read says what aea does not do to its
rows (`never: UPDATE`, `never: DELETE`, or both): it gets no trigger for that. A surrogate key `id` never changes.

A dirty table may say how a key is merged that it holds already (`merge`; else nothing happens), and a dirty
table with a scope which event rows lose their subject (`evicts`):

    -- evicts: SOURCE (COLUMN, ...) -> CONDITION

The event rows of the scope that match are deleted before a row of SOURCE is deleted or one of the columns
changes. tests/arch/test_reads.py compares every line with the tables that SQLite reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import sqlfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aea.store.engine.sqlfiles import SqlFile

_LINE = re.compile(
    r"(?P<source>\w+)(?: \((?P<columns>[\w, ]+)\))?"
    r"(?: -> (?:(?P<target>dirty_\w+): )?(?P<key>.+)"
    r"|, by hand: (?P<by_hand>[\w, ]+)|, with (?P<through>\w+)|, (?P<constant>constant))?"
)
_ROW = re.compile(r"\brow\.(\w+)")
_SURROGATE = frozenset({"id"})
_RESOLVED = ("build", "derived", "event")  # a line without a way back names a file of these


class Read(NamedTuple):
    """One `reads` line."""

    source: str
    columns: frozenset[str] | None  # an UPDATE of another column changes nothing; None: of any
    target: str  # the dirty table; empty when the line marks nothing itself
    key: str
    by_hand: tuple[str, ...]
    through: str
    is_constant: bool

    def row_columns(self) -> frozenset[str]:
        """The columns of the changed row on which its keys depend."""
        if self.is_select():
            return frozenset(_ROW.findall(self.key))
        return frozenset(self.key.split(", ")) if self.key else frozenset()

    def is_reader(self) -> bool:
        """Whether the line names another header, whose lines count."""
        return not (self.key or self.by_hand or self.through or self.is_constant)

    def is_select(self) -> bool:
        """Whether the keys are looked up by a query."""
        return self.key.startswith("SELECT ")


class Target(NamedTuple):
    """A dirty table, or a view that hands on to one."""

    name: str
    merge: str  # what an INSERT does with a key that is there already


def find_reader(name: str) -> SqlFile:
    """The file of a build view, a derived table or an event."""
    found = [
        file for layer in _RESOLVED for file in sqlfiles.list_layer(layer) if file.name == name
    ]
    assert found, f"{name} is read without a way back to a key"
    return found[0]


def own_lines(file: SqlFile, target: str = "") -> list[Read]:
    """The lines of one header; `target` is the reader's own dirty table."""
    return [_parse(line, file, target) for line in file.headers("reads")]


def read_lines(
    file: SqlFile, target: str, find: Callable[[str], SqlFile] = find_reader
) -> Iterator[Read]:
    """What a reader's header says, with the lines of the readers that it names."""
    for read in own_lines(file, target):
        if read.is_reader():
            yield from read_lines(find(read.source), target, find)
        else:
            yield read


def _parse(line: str, file: SqlFile, target: str) -> Read:
    parts = _LINE.fullmatch(" ".join(line.split()))
    assert parts is not None, f"{file.name} has a reads line of no known form: {line}"
    columns, key, by_hand = parts["columns"], parts["key"] or "", parts["by_hand"]
    return Read(
        source=parts["source"],
        columns=frozenset(columns.split(", ")) if columns else None,
        target=(parts["target"] or target) if key else "",
        key=key,
        by_hand=tuple(by_hand.split(", ")) if by_hand else (),
        through=parts["through"] or "",
        is_constant=bool(parts["constant"]),
    )


def list_readers(layer: str) -> dict[str, tuple[Read, ...]]:
    """The tables of a layer, each with everything it reads."""
    scopes = {file.header("scope"): file.name for file in sqlfiles.list_layer("dirty")}
    return {
        file.name: tuple(read_lines(file, file.header("dirty") or scopes[file.header("scope")]))
        for file in sqlfiles.list_layer(layer)
    }


def list_targets() -> dict[str, Target]:
    """The dirty tables and the views that hand on to them, by name."""
    return {file.name: Target(file.name, _merge(file)) for file in sqlfiles.list_layer("dirty")}


def _merge(file: SqlFile) -> str:
    if "CREATE TABLE" not in file.text:
        return ""  # a view takes no conflict clause
    return f" ON CONFLICT {' '.join(file.headers('merge')) or 'DO NOTHING'}"


def list_never() -> dict[str, frozenset[str]]:
    """What aea never does to the rows of each table: UPDATE, DELETE."""
    return {
        file.name: frozenset(file.header("never").split(", ")) - {""}
        for layer in ("metadata", "fact", "derived")
        for file in sqlfiles.list_layer(layer)
    }


def make(layer: str) -> SqlFile:
    """The triggers for the readers of a layer, as if they were a file of it."""
    reads = [read for lines in list_readers(layer).values() for read in lines]
    triggers = list(marking(reads, list_targets(), list_never(), layer))
    if layer == "event":
        triggers += _evicting()
    return sqlfiles.SqlFile(layer, "triggers", "".join(triggers))


def marking(
    reads: Iterable[Read],
    targets: dict[str, Target],
    never: dict[str, frozenset[str]],
    layer: str,
) -> Iterator[str]:
    """The triggers on each source: one on INSERT, one on DELETE, one on UPDATE for each set of columns."""
    by_source: dict[str, list[Read]] = {}
    for read in _shared(reads):
        by_source.setdefault(read.source, []).append(read)
    for source, marks in by_source.items():
        name, omitted = f"{layer}_{source}", never[source]
        yield _trigger(f"{name}_added AFTER INSERT", source, [_mark(r, targets) for r in marks])
        if "DELETE" not in omitted:
            body = [_mark(read, targets, "old") for read in marks]
            yield _trigger(f"{name}_gone BEFORE DELETE", source, body)
        if "UPDATE" not in omitted:
            yield from _on_update(name, source, marks, targets)


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
    name: str, source: str, marks: list[Read], targets: dict[str, Target]
) -> Iterator[str]:
    for number, columns in enumerate(dict.fromkeys(read.columns for read in marks), 1):
        group = [read for read in marks if read.columns == columns]
        body = [text for read in group for text in _mark_both(read, targets)]
        head, condition = f"{name}_changed{number} AFTER UPDATE", ""
        if columns is not None:
            watched = columns.union(*(read.row_columns() for read in group)) - _SURROGATE
            head, condition = f"{head} OF {', '.join(sorted(watched))}", f" WHEN {_differ(watched)}"
        yield _trigger(head, source, body, condition)


def _mark(read: Read, targets: dict[str, Target], row: str = "new", condition: str = "") -> str:
    target = targets[read.target]
    if read.is_select():
        keys = _ROW.sub(rf"{row}.\1", read.key)
        keys = f"SELECT * FROM ({keys}) WHERE {condition}" if condition else keys
    else:
        values = ", ".join(f"{row}.{name}" for name in read.key.split(", "))
        keys = f"SELECT {values} WHERE {condition}" if condition else f"VALUES ({values})"
    return f"INSERT INTO {target.name} {keys}{target.merge}"


def _mark_both(read: Read, targets: dict[str, Target]) -> Iterator[str]:
    """The keys of the new row, and those of the old one where these may be others."""
    yield _mark(read, targets)
    if deciding := read.row_columns() - _SURROGATE:
        yield _mark(read, targets, "old", _differ(deciding))


def _differ(columns: Iterable[str]) -> str:
    names = sorted(columns)
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("old", "new"))
    return f"({old}) IS NOT ({new})" if len(names) > 1 else f"{old} IS NOT {new}"


def _trigger(head: str, source: str, body: Iterable[str], condition: str = "") -> str:
    statements = "".join(f"    {statement};\n" for statement in body)
    return f"CREATE TRIGGER {head} ON {source}{condition} BEGIN\n{statements}END;\n"


def _evicting() -> Iterator[str]:
    """The triggers that delete the event rows of what is deleted or renamed."""
    for dirty in sqlfiles.list_layer("dirty"):
        scope = dirty.header("scope")
        events = [f.name for f in sqlfiles.list_layer("event") if f.header("scope") == scope]
        for line in dirty.headers("evicts"):
            evicts = _parse(line, dirty, "")
            condition = _ROW.sub(r"old.\1", evicts.key)
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
