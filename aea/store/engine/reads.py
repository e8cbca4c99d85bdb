"""What the headers of definitions say that these read, and which keys a changed row marks as dirty.

A table of `sql/event` or `sql/derived` names each table it reads, one line for each way from a changed row to its
keys. Lines that are indented by three spaces or more continue the line above.

    -- reads: SOURCE -> KEY                     a changed row of SOURCE marks KEY in the table's own dirty table
    -- reads: SOURCE (COLUMN, ...) -> KEY       an UPDATE marks KEY only if one of these columns changes
    -- reads: SOURCE -> DIRTY: KEY              marks KEY in another dirty table
    -- reads: SOURCE, by hand: TRIGGER, ...     triggers that are written by hand in sql/dirty mark the keys
    -- reads: SOURCE, with OTHER                rows of SOURCE are found through rows of OTHER, which mark the keys
    -- reads: SOURCE, constant                  rows of SOURCE are never updated or deleted
    -- reads: HEADER                            all lines of a build view, an event, or a table of the same stage

KEY is a list of columns of the changed row, or a SELECT in which `row` stands for that row. An INSERT marks the keys
of the new row, a DELETE those of the old row, an UPDATE both. The own dirty table is that of the scope for an event;
a derived table names it (`dirty`).

A table whose rows are never updated or never deleted says so in its own header, for example `-- never: UPDATE`. Then
no trigger marks anything; a trigger raises instead. A surrogate key `id` never changes.

aea/store/engine/triggers.py makes the triggers. tests/arch/test_reads.py compares the lines with what SQLite reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import sqlfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aea.store.engine.sqlfiles import SqlFile

ROW = re.compile(r"\brow\.(\w+)")
_LINE = re.compile(
    r"(?P<source>\w+)(?: \((?P<columns>[\w, ]+)\))?"
    r"(?: -> (?:(?P<target>dirty_\w+): )?(?P<key>.+)"
    r"|, by hand: (?P<by_hand>[\w, ]+)|, with (?P<through>\w+)|, (?P<constant>constant))?"
)
_WITH_LINES = ("build", "derived", "event")


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
            return frozenset(ROW.findall(self.key))
        return frozenset(self.key.split(", ")) if self.key else frozenset()

    def names_header(self) -> bool:
        """Whether it stands for the lines of another header."""
        return not (self.key or self.by_hand or self.through or self.is_constant)

    def is_select(self) -> bool:
        """Whether the keys are looked up by a query."""
        return self.key.startswith("SELECT ")


def find_definition(name: str) -> SqlFile:
    """The file of a build view, a derived table or an event."""
    found = [
        file for layer in _WITH_LINES for file in sqlfiles.list_layer(layer) if file.name == name
    ]
    assert found, f"a reads line names {name} without saying what a change of it marks"
    return found[0]


def own_lines(file: SqlFile, target: str = "") -> list[Read]:
    """The lines of one header; `target` is the table's own dirty table."""
    return [parse_line(line, file, target) for line in file.headers("reads")]


def read_lines(
    file: SqlFile, target: str, find: Callable[[str], SqlFile] = find_definition
) -> Iterator[Read]:
    """The lines of one header, with those of the headers that it names."""
    for read in own_lines(file, target):
        if read.names_header():
            yield from read_lines(find(read.source), target, find)
        else:
            yield read


def parse_line(line: str, file: SqlFile, target: str) -> Read:
    """One line of a file's header, behind the name of its field."""
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


def list_reads(layer: str) -> dict[str, tuple[Read, ...]]:
    """Everything that each definition of a layer reads, by name."""
    scopes = {file.header("scope"): file.name for file in sqlfiles.list_layer("dirty")}
    return {
        file.name: tuple(read_lines(file, file.header("dirty") or scopes[file.header("scope")]))
        for file in sqlfiles.list_layer(layer)
    }


def list_never() -> dict[str, frozenset[str]]:
    """What is never done to the rows of each table: UPDATE, DELETE."""
    return {
        file.name: frozenset(file.header("never").split(", ")) - {""}
        for layer in ("metadata", "fact", "derived")
        for file in sqlfiles.list_layer(layer)
    }
