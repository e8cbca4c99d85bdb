"""The tables that keep what was read, as their files describe them: facts, metadata, ingest.

The columns and references come from the statement, the rest from the header:

    key        the columns that identify a row in every database
    merge      how a row is merged with one that has the same key (aea/store/write/merges.py)
    unite      when two repositories become one: `delete` the rows of the one that goes, or `move` them
    read from  `forge` when the rows come from a forge and not from a source that `ingest_cursor` lists
    salvage    `all` when rows are taken from a damaged database though no fact refers to them
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import sqlfiles

if TYPE_CHECKING:
    from aea.store.engine.sqlfiles import SqlFile

CURSORS, REPOSITORIES = "ingest_cursor", "metadata_repositories"
FORGE = "forge"
_LAYERS = ("fact", "ingest", "metadata")


class Table(NamedTuple):
    """One table of one of these layers."""

    name: str
    layer: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    types: dict[str, str]  # of each column: INTEGER, REAL, TEXT, BLOB
    nullable: frozenset[str]
    references: dict[str, str]  # column: the table whose id it holds
    merge: str
    unite: str
    read_from: str
    salvage: str

    @property
    def has_id(self) -> bool:
        """Whether rows have a surrogate key, which means nothing in another database."""
        return self.columns[0] == "id"

    @property
    def content(self) -> tuple[str, ...]:
        """The columns without the surrogate key."""
        return self.columns[self.has_id :]

    def indexed(self, column: str, alias: str = "") -> str:
        """A column of the key as its unique index has it: NULL is a value there."""
        name = f"{alias}{column}"
        return f"coalesce({name}, 0)" if column in self.nullable else name

    def path_to(self, target: str) -> tuple[str, ...]:
        """The columns that lead from a row to one of `target`, through facts if need be; empty: none do."""
        for column, table in self.references.items():
            if table == target:
                return (column,)
        for column, table in self.references.items():
            rest = find(table).path_to(target) if table.startswith("fact_") else ()
            if rest:
                return (column, *rest)
        return ()

    def belonging_to(self, owner: str) -> str:
        """The condition for the rows that belong to one row of `owner`, whose id is the parameter."""
        column, *rest = self.path_to(owner)
        if not rest:
            return f"{column} = ?"
        parent = find(self.references[column])
        return f"{column} IN (SELECT id FROM {parent.name} WHERE {parent.belonging_to(owner)})"

    def depth(self) -> int:
        """How many facts a row needs that others need in turn: 0 for a row that needs none."""
        above = [find(table) for table in self.references.values() if table.startswith("fact_")]
        return max((1 + table.depth() for table in above), default=0)


@cache
def list_tables() -> tuple[Table, ...]:
    """Every table of these layers."""
    return tuple(find(file.name) for layer in _LAYERS for file in sqlfiles.list_layer(layer))


@cache
def find(name: str) -> Table:
    """One table."""
    return _parse(sqlfiles.read(name.partition("_")[0], name))


def list_facts() -> list[Table]:
    """The facts, in an order in which they can be written."""
    return sorted((one for one in list_tables() if one.layer == "fact"), key=Table.depth)


def list_owned(owner: str) -> list[Table]:
    """The tables whose rows belong to a row of `owner`, in an order in which they can be deleted."""
    owned = [table for table in list_tables() if table.path_to(owner)]
    return sorted(owned, key=Table.depth, reverse=True)


def list_references(target: str) -> list[tuple[Table, str]]:
    """(table, column) of every column that holds the id of a row of `target`."""
    return [
        (table, column)
        for table in list_tables()
        for column, name in table.references.items()
        if name == target
    ]


def _parse(file: SqlFile) -> Table:
    """By hand: compiling a regular expression takes longer than reading the file, and reports wait for it."""
    body = file.text.split("CREATE TABLE", 1)[1].split("\n)", 1)[0]
    lines = [line[4:] for line in body.splitlines()[1:] if line[4:5].islower()]
    columns = {line.split()[0]: line.partition(" --")[0] for line in lines}
    return Table(
        file.name,
        file.layer,
        tuple(file.header("key").partition(";")[0].split(", ")),
        tuple(columns),
        {name: line.split()[1].rstrip(",") for name, line in columns.items()},
        frozenset(
            name
            for name, line in columns.items()
            if "NOT NULL" not in line and "PRIMARY KEY" not in line
        ),
        {
            name: line.partition("REFERENCES ")[2].split()[0]
            for name, line in columns.items()
            if "REFERENCES" in line
        },
        *map(file.header, ("merge", "unite", "read from", "salvage")),
    )
