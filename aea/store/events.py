"""Which event tables there are, what one is refreshed by, and the statements that do it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from aea.store import sqlfiles


class Scope(NamedTuple):
    """A kind of key by which event rows are refreshed: one dirty table, any number of events."""

    name: str
    dirty_table: str
    key: str  # column of the dirty table and of each build view of this scope
    natural_key: str  # the same thing in the event tables
    look_up: str  # natural key of one key
    list_all: str  # every key there is


SCOPES = (
    Scope(
        "session",
        "dirty_session",
        "session_key",
        "provider, session_id",
        "SELECT provider, session_id FROM metadata_sessions WHERE id = ?",
        "SELECT id FROM metadata_sessions",
    ),
    Scope(
        "commit",
        "dirty_commit",
        "commit_key",
        "repository, commit_sha",
        "SELECT r.repository_key, c.commit_sha FROM fact_commit AS c"
        " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id WHERE c.id = ?",
        "SELECT id FROM fact_commit",
    ),
)


class Event(NamedTuple):
    """One event table and its primary key, as its file's header says."""

    name: str
    key: str
    time: str  # the column that says when it happened

    def columns(self) -> str:
        """The table's columns in order, separated by commas."""
        return ", ".join(_columns(self.name))


@cache
def list_events(scope: str) -> tuple[Event, ...]:
    """The event tables of a scope."""
    return tuple(
        Event(file.name, file.header("key"), file.header("time"))
        for file in sqlfiles.list_layer("event")
        if file.header("scope") == scope
    )


@cache
def _columns(event: str) -> tuple[str, ...]:
    body = sqlfiles.read("event", event).text.split("CREATE TABLE", 1)[1].split("PRIMARY KEY", 1)[0]
    lines = [line.split() for line in body.splitlines()[1:]]
    return tuple(words[0] for words in lines if words)


def evict_statement(scope: Scope, event: Event) -> str:
    """Delete the rows of one key."""
    return f"DELETE FROM {event.name} WHERE ({scope.natural_key}) = ({scope.look_up})"


def fill_statement(scope: Scope, event: Event) -> str:
    """Insert the rows of one key as the definition gives them."""
    columns = event.columns()
    return (
        f"INSERT INTO {event.name} ({columns})"
        f" SELECT {columns} FROM build_{event.name} WHERE {scope.key} = ?"
    )
