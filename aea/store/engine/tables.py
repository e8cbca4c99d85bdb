"""The stored tables, as their files describe them: facts, metadata and ingest.

Columns and references come from the CREATE TABLE statement, the rest from the header:

    key        the natural key: it identifies a row in every database
    merge      the rule for a row whose key exists already (aea/store/write/merges.py)
    unite      when two repositories are united: `delete` the rows of the one that is dissolved, or `move` them
    read from  `forge` if the rows come from a forge instead of a source in ingest_cursor
    salvage    `all` if rows that no fact refers to are also salvaged from a damaged database
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
    """One stored table."""

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
        """Whether rows have a surrogate key. It is valid in one database only."""
        return self.columns[0] == "id"

    @property
    def content(self) -> tuple[str, ...]:
        """The columns without the surrogate key."""
        return self.columns[self.has_id :]

    def indexed(self, column: str, alias: str = "") -> str:
        """A column of the key as in its unique index, which treats NULL as a value."""
        name = f"{alias}{column}"
        return f"coalesce({name}, 0)" if column in self.nullable else name

    def path_to(self, target: str) -> tuple[str, ...]:
        """The references that lead from a row to a row of `target`, directly or through facts; empty if none do."""
        for column, table in self.references.items():
            if table == target:
                return (column,)
        for column, fact in self._facts():
            rest = fact.path_to(target)
            if rest:
                return (column, *rest)
        return ()

    def belonging_to(self, owner: str) -> str:
        """A WHERE condition for the rows that belong to one row of `owner`; its id is the parameter."""
        column, *rest = self.path_to(owner)
        if not rest:
            return f"{column} = ?"
        parent = find(self.references[column])
        return f"{column} IN (SELECT id FROM {parent.name} WHERE {parent.belonging_to(owner)})"

    def depth(self) -> int:
        """The number of levels of facts that must exist before a row: 0 for a table that refers to no fact."""
        return max((1 + fact.depth() for _, fact in self._facts()), default=0)

    def _facts(self) -> list[tuple[str, Table]]:
        """(column, fact that it refers to)."""
        return [
            (column, find(table))
            for column, table in self.references.items()
            if table.startswith("fact_") and table != self.name
        ]


@cache
def list_tables() -> tuple[Table, ...]:
    """Every stored table."""
    return tuple(find(file.name) for layer in _LAYERS for file in sqlfiles.list_layer(layer))


@cache
def find(name: str) -> Table:
    """One table."""
    return _parse(sqlfiles.read(name.partition("_")[0], name))


def list_facts() -> list[Table]:
    """The facts, each after the facts that it refers to."""
    return sorted((one for one in list_tables() if one.layer == "fact"), key=Table.depth)


def list_owned(owner: str) -> list[Table]:
    """The tables whose rows belong to a row of `owner`, each before the facts that it refers to."""
    owned = [table for table in list_tables() if table.path_to(owner)]
    return sorted(owned, key=Table.depth, reverse=True)


def list_references(target: str) -> list[tuple[Table, str]]:
    """(table, column) of every reference to `target`."""
    return [
        (table, column)
        for table in list_tables()
        for column, name in table.references.items()
        if name == target
    ]


def _parse(file: SqlFile) -> Table:
    columns = file.columns()
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
