"""The tables that can be computed again, as the headers of their files describe them: derived, dirty and event tables.

The header of a derived table names the stage that fills it (`stage`) and the version of its rules (`rule`). The
header of a dirty table names the stage that empties it and a query for all keys (`all`). A dirty table with a `scope`
holds the keys of event rows.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from aea.store.engine import sqlfiles


class Derived(NamedTuple):
    """One table of the derived layer."""

    name: str
    key: str

    def columns(self) -> tuple[str, ...]:
        """The table's columns in order."""
        return _columns("derived", self.name)


class Dirty(NamedTuple):
    """One table of keys that are refreshed before the transaction ends."""

    name: str
    key: str  # its columns
    list_all: str  # a query for all keys; empty: filled from other dirty tables


class Scope(NamedTuple):
    """A kind of key by which event rows are refreshed: one dirty table for any number of event tables."""

    name: str
    dirty_table: str
    key: str  # column of the dirty table and of each build view of this scope
    natural_key: str  # the same thing in the event tables
    look_up: str  # a query for the natural key of one key
    list_all: str  # a query for all keys
    follows: str  # a query for the keys whose rows depend on those of one key; empty: none


class Event(NamedTuple):
    """One event table."""

    name: str
    key: str
    time: str  # the column with the instant of the event

    def columns(self) -> str:
        """The table's columns in order, separated by commas."""
        return ", ".join(_columns("event", self.name))


@cache
def list_derived(stage: str) -> tuple[Derived, ...]:
    """The derived tables that a stage writes."""
    return tuple(
        Derived(file.name, file.header("key").partition(";")[0])
        for file in sqlfiles.list_layer("derived")
        if file.header("stage") == stage
    )


@cache
def list_dirty(stage: str) -> tuple[Dirty, ...]:
    """The dirty tables that a stage empties."""
    return tuple(
        Dirty(file.name, file.header("key"), file.header("all"))
        for file in sqlfiles.list_layer("dirty")
        if file.header("stage") == stage
    )


@cache
def list_scopes() -> tuple[Scope, ...]:
    """The kinds of event keys."""
    return tuple(
        Scope(
            file.header("scope"),
            file.name,
            *map(file.header, ("key", "natural key", "look up", "all", "follows")),
        )
        for file in reversed(sqlfiles.list_layer("dirty"))
        if file.header("scope")
    )


@cache
def list_events(scope: str) -> tuple[Event, ...]:
    """The event tables of a scope."""
    return tuple(
        Event(file.name, file.header("key"), file.header("time"))
        for file in sqlfiles.list_layer("event")
        if file.header("scope") == scope
    )


@cache
def _columns(layer: str, table: str) -> tuple[str, ...]:
    return tuple(sqlfiles.read(layer, table).columns())


def evict_statement(scope: Scope, event: Event) -> str:
    """Delete the rows of one key."""
    return f"DELETE FROM {event.name} WHERE ({scope.natural_key}) = ({scope.look_up})"


def fill_statement(scope: Scope, event: Event) -> str:
    """Insert the rows of one key, as computed by the build view."""
    columns = event.columns()
    return (
        f"INSERT INTO {event.name} ({columns})"
        f" SELECT {columns} FROM build_{event.name} WHERE {scope.key} = ?"
    )
