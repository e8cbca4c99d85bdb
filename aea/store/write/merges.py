"""One upsert per table, by the rule in its header.

The rules are (`-- merge: RULE`):

    first      the stored row stays
    last       the new row replaces the stored one if it differs
    owner      of the copies of a record, the row with the lowest owner_rank wins as a whole
    by column  each column has a rule of its own, below

Copies of session records arrive in any order and any number, and the result must not depend on either
(docs/adr/0004). An upsert that changes nothing writes nothing, so it marks no key as dirty.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from aea.store.engine import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table

_PLACE = ("source_id", "source_offset", "ingested_at")


@cache
def statement(name: str) -> str:
    """The upsert of a table. The parameters are its columns in order, without the surrogate key."""
    table = tables.find(name)
    marks = ", ".join("?" * len(table.content))
    conflict = _RULES[table.merge](table)
    return f"INSERT INTO {name} ({', '.join(table.content)}) VALUES ({marks}) {conflict}"


def replace_rows(
    connection: Connection, name: str, commit_id: int, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Replace the rows of a commit, if they differ in more than when they were read (the last column)."""
    rows = list(rows)
    columns = ", ".join(tables.find(name).content)
    query = f"SELECT {columns} FROM {name} WHERE commit_id = ?"
    stored = connection.execute(query, (commit_id,)).fetchall()
    if {row[:-1] for row in stored} != {row[:-1] for row in rows}:
        connection.execute(f"DELETE FROM {name} WHERE commit_id = ?", (commit_id,))
        connection.executemany(statement(name), rows)


def _first(_: Table) -> str:
    return "ON CONFLICT DO NOTHING"


def _last(table: Table) -> str:
    return f"{_replace(table)} WHERE {_differs(table, 'occurred_at', 'ingested_at')}"


def _owner(table: Table) -> str:
    """If the copy of the same owner differs, the one read last wins."""
    ranks = f"excluded.owner_rank {{}} {table.name}.owner_rank"
    is_other = f"{ranks.format('=')} AND ({_differs(table, *_PLACE)})"
    return f"{_replace(table)} WHERE {ranks.format('<')} OR ({is_other})"


def _replace(table: Table) -> str:
    assign = ", ".join(f"{name} = excluded.{name}" for name in _content(table))
    return f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {assign}"


def _differs(table: Table, *others: str) -> str:
    return " OR ".join(
        f"excluded.{name} IS NOT {table.name}.{name}"
        for name in _content(table)
        if name not in others
    )


def _content(table: Table) -> list[str]:
    return [name for name in table.content if name not in table.key]


def _pick(test: str, names: Iterable[str]) -> str:
    return ", ".join(
        f"{name} = CASE WHEN {test} THEN excluded.{name} ELSE {name} END" for name in names
    )


_BETTER_OWNER = "excluded.owner_rank < owner_rank"
_OWNER_COLUMNS = ("session_id", "agent_id", "source_id", "source_offset")
_OF_OWNER = _pick(_BETTER_OWNER, _OWNER_COLUMNS)
_TOKENS = (
    "output_tokens",
    "input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
)
_COUNT = (
    "coalesce({0}is_final, 0)",
    *(f"{{0}}{name}" for name in _TOKENS),
    "coalesce({0}is_final, -1)",
)
_GREATER = " > ".join(f"({', '.join(_COUNT)})".format(copy) for copy in ("excluded.", ""))
_LEAST = ("occurred_at", "is_sidechain", "owner_rank")
_EXCERPT = "coalesce({0}is_excerpt, 2)"  # not known: an earlier aea counted no characters
_WHOLE, _OTHER = (f"{_EXCERPT.format('excluded.')} {sign} {_EXCERPT.format('')}" for sign in "<>")
_CHARACTERS = ("text_characters", "thinking_characters", "tool_input_characters")


def _usage(table: Table) -> str:
    """The lowest value for `_LEAST`, the values of the owner for its columns, all characters, else the best count."""
    others = {*_OWNER_COLUMNS, *_LEAST, *_CHARACTERS, "is_excerpt", "ingested_at"}
    with_tokens = [name for name in _content(table) if name not in others]
    least = ", ".join(f"{name} = min({name}, excluded.{name})" for name in _LEAST)
    characters = {name: _characters(name) for name in _CHARACTERS}
    assign = ", ".join(f"{name} = {value}" for name, value in characters.items())
    changes = " OR ".join(f"{value} IS NOT {name}" for name, value in characters.items())
    return (
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {_pick(_GREATER, with_tokens)}"
        f", {_OF_OWNER}, {least}, {assign}, {_pick(_WHOLE, ('is_excerpt',))}"
        ", ingested_at = excluded.ingested_at"
        f" WHERE {_GREATER} OR {_BETTER_OWNER} OR excluded.occurred_at < occurred_at"
        f" OR excluded.is_sidechain < is_sidechain OR {_WHOLE} OR {changes}"
    )


def _characters(name: str) -> str:
    """Those of the better copy; of two alike, the greater number. Thinking that one copy hides is unknown."""
    known = f"coalesce(max({name}, excluded.{name}), {name}, excluded.{name})"
    if name == "thinking_characters":
        known = f"CASE WHEN is_excerpt = 0 THEN max({name}, excluded.{name}) ELSE {known} END"
    return f"CASE WHEN {_WHOLE} THEN excluded.{name} WHEN {_OTHER} THEN {name} ELSE {known} END"


_HAS_RESULT = "status = 'pending' AND excluded.status <> 'pending'"
_RESULT = ("status", "error_signature", "refused_by")
_CALL = (
    f"ON CONFLICT (call_key) DO UPDATE SET {_pick(_HAS_RESULT, _RESULT)}, {_OF_OWNER}"
    ", finished_at = coalesce(min(finished_at, excluded.finished_at), finished_at, excluded.finished_at)"
    ", spawned_agent_id = coalesce(spawned_agent_id, excluded.spawned_agent_id)"
    ", occurred_at = min(occurred_at, excluded.occurred_at)"
    ", owner_rank = min(owner_rank, excluded.owner_rank), ingested_at = excluded.ingested_at"
    f" WHERE ({_HAS_RESULT}) OR {_BETTER_OWNER} OR excluded.occurred_at < occurred_at"
    " OR excluded.finished_at < finished_at"
    " OR (spawned_agent_id IS NULL AND excluded.spawned_agent_id IS NOT NULL)"
)
_REF_UPDATE = (
    "ON CONFLICT DO UPDATE SET branch_name = excluded.branch_name"
    " WHERE branch_name IS NULL AND excluded.branch_name IS NOT NULL"
)
_EARLIER = (
    "(excluded.directory_seen_at IS NOT NULL AND"
    " (directory_seen_at IS NULL OR excluded.directory_seen_at < directory_seen_at))"
)
_SESSION = (
    "ON CONFLICT (provider, session_id) DO UPDATE SET "
    f"{_pick(_EARLIER, ('directory_id', 'directory_seen_at'))}"
    ", parent_session_id = coalesce(parent_session_id, excluded.parent_session_id)"
    ", is_subagent = max(is_subagent, excluded.is_subagent)"
    ", client_version = coalesce(client_version, excluded.client_version)"
    ", ingested_at = excluded.ingested_at"
    f" WHERE {_EARLIER} OR excluded.is_subagent > is_subagent"
    " OR (parent_session_id IS NULL AND excluded.parent_session_id IS NOT NULL)"
)
_BY_COLUMN: dict[str, Callable[[Table], str]] = {
    "fact_ref_update": lambda _: _REF_UPDATE,
    "fact_session_tool_call": lambda _: _CALL,
    "fact_session_usage": _usage,
    "metadata_sessions": lambda _: _SESSION,
}
_RULES: dict[str, Callable[[Table], str]] = {
    "first": _first,
    "last": _last,
    "owner": _owner,
    "by column": lambda table: _BY_COLUMN[table.name](table),
}
