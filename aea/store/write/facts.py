"""The only INSERTs into session facts: records become rows, and copies of a record become one row.

Every statement is a merge that does not depend on the order or the number of its inputs: the row of the
smallest owner_rank wins as a whole, the greatest output of a response wins, a result beats a pending call
(docs/adr/0004). A merge that changes nothing writes nothing, so it dirties nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.lines import lead_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.records import CodeChange, Message, ToolCall, Usage
    from aea.sources.base import Parsed
    from aea.store.engine.db import Connection
    from aea.store.write.identities import Identities

_MESSAGE_COLUMNS = (
    "message_key, session_id, agent_id, occurred_at, position, role, is_prompt, word_count,"
    " is_error_paste, is_continuation, debug_signature, directory_id, branch_name, owner_rank,"
    " source_id, source_offset, ingested_at"
)
_CHANGE_COLUMNS = (
    "change_key, call_key, session_id, agent_id, occurred_at, file_id, old_file_id, operation,"
    " tool_name, lines_added, lines_removed, added_hashes, removed_hashes, added_runs, removed_runs,"
    " lead_key, is_before_known, is_user_modified, branch_name, owner_rank, source_id, source_offset, ingested_at"
)


def _owner_takes_all(table: str, columns: str, key: str) -> str:
    """An upsert in which the owner's row replaces any other, and itself when it says something new."""
    names = [name.strip() for name in columns.split(",")]
    content = [
        name for name in names if name not in (key, "source_id", "source_offset", "ingested_at")
    ]
    assign = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    differs = " OR ".join(f"excluded.{name} IS NOT {table}.{name}" for name in content)
    marks = ", ".join("?" * len(names))
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        f" ON CONFLICT ({key}) DO UPDATE SET {assign}"
        f" WHERE excluded.owner_rank < {table}.owner_rank"
        f" OR (excluded.owner_rank = {table}.owner_rank AND ({differs}))"
    )


_WRITE_MESSAGE = _owner_takes_all("fact_session_message", _MESSAGE_COLUMNS, "message_key")
_WRITE_CHANGE = _owner_takes_all("fact_session_code_change", _CHANGE_COLUMNS, "change_key")

_TOKENS = (
    "output_tokens, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens"
)
_EXCLUDED_TOKENS = ", ".join(f"excluded.{name.strip()}" for name in _TOKENS.split(","))
_GREATER = f"({_EXCLUDED_TOKENS}) > ({_TOKENS})"
_BETTER_OWNER = "excluded.owner_rank < owner_rank"
_PICK = "CASE WHEN {test} THEN excluded.{name} ELSE {name} END"


def _pick(test: str, names: Iterable[str]) -> str:
    return ", ".join(f"{name} = {_PICK.format(test=test, name=name)}" for name in names)


_BY_TOKENS = (
    "model_id",
    *(name.strip() for name in _TOKENS.split(",")),
    "reasoning_tokens",
    "speed",
    "web_search_count",
)
_WRITE_USAGE = (
    "INSERT INTO fact_session_usage (message_key, request_key, session_id, agent_id, model_id,"
    " occurred_at, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,"
    " cache_write_1h_tokens, reasoning_tokens, speed, web_search_count, is_sidechain, owner_rank,"
    f" source_id, source_offset, ingested_at) VALUES ({', '.join('?' * 19)})"
    " ON CONFLICT (message_key, request_key) DO UPDATE SET "
    + _pick(_GREATER, _BY_TOKENS)
    + ", "
    + _pick(_BETTER_OWNER, ("session_id", "agent_id", "source_id", "source_offset"))
    + ", occurred_at = min(occurred_at, excluded.occurred_at)"
    ", is_sidechain = min(is_sidechain, excluded.is_sidechain)"
    ", owner_rank = min(owner_rank, excluded.owner_rank), ingested_at = excluded.ingested_at"
    f" WHERE {_GREATER} OR {_BETTER_OWNER} OR excluded.occurred_at < occurred_at"
    " OR excluded.is_sidechain < is_sidechain"
)

_RESULT_CAME = "status = 'pending' AND excluded.status <> 'pending'"
_WRITE_CALL = (
    "INSERT INTO fact_session_tool_call (call_key, session_id, agent_id, occurred_at, tool_name,"
    " status, finished_at, spawned_agent_id, owner_rank, source_id, source_offset, ingested_at)"
    f" VALUES ({', '.join('?' * 12)}) ON CONFLICT (call_key) DO UPDATE SET "
    + _pick(_RESULT_CAME, ("status",))
    + ", "
    + _pick(_BETTER_OWNER, ("session_id", "agent_id", "source_id", "source_offset"))
    + ", finished_at = coalesce(min(finished_at, excluded.finished_at), finished_at,"
    " excluded.finished_at), spawned_agent_id = coalesce(spawned_agent_id, excluded.spawned_agent_id)"
    ", occurred_at = min(occurred_at, excluded.occurred_at)"
    ", owner_rank = min(owner_rank, excluded.owner_rank), ingested_at = excluded.ingested_at"
    f" WHERE ({_RESULT_CAME}) OR {_BETTER_OWNER} OR excluded.occurred_at < occurred_at"
    " OR excluded.finished_at < finished_at"
    " OR (spawned_agent_id IS NULL AND excluded.spawned_agent_id IS NOT NULL)"
)


class FactWriter:
    """Writes what a parser found in one source; the caller holds the transaction."""

    def __init__(self, connection: Connection, identities: Identities) -> None:
        self._connection = connection
        self._identities = identities

    def write(self, provider: str, source_id: int, parsed: Parsed, now: int) -> None:
        """All records of `parsed`, merged into what is there."""
        for session in parsed.sessions:
            self._identities.sight_session(provider, session, now)
        tail = (source_id, now)
        self._many(_WRITE_MESSAGE, [self._message(provider, m, tail) for m in parsed.messages])
        self._many(_WRITE_USAGE, [self._usage(provider, u, tail) for u in parsed.usages])
        self._many(_WRITE_CALL, [self._call(provider, c, tail) for c in parsed.tool_calls])
        self._many(_WRITE_CHANGE, [self._change(provider, c, tail) for c in parsed.code_changes])

    def _many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.executemany(statement, rows)

    def _message(self, provider: str, m: Message, tail: tuple[int, int]) -> tuple[Any, ...]:
        source_id, now = tail
        directory_id = self._identities.directory(m.directory)
        self._identities.note_branch(m.directory, m.branch_name)
        return (
            m.message_key,
            self._identities.session(provider, m.session_id, now),
            m.agent_id,
            m.occurred_at,
            m.position,
            m.role,
            m.is_prompt,
            m.word_count,
            m.is_error_paste,
            m.is_continuation,
            m.debug_signature,
            directory_id,
            m.branch_name,
            m.owner_rank,
            source_id,
            m.offset,
            now,
        )

    def _usage(self, provider: str, u: Usage, tail: tuple[int, int]) -> tuple[Any, ...]:
        source_id, now = tail
        return (
            u.message_key,
            u.request_key,
            self._identities.session(provider, u.session_id, now),
            u.agent_id,
            self._identities.model(provider, u.model_name),
            u.occurred_at,
            u.input_tokens,
            u.output_tokens,
            u.cache_read_tokens,
            u.cache_write_5m_tokens,
            u.cache_write_1h_tokens,
            u.reasoning_tokens,
            u.speed,
            u.web_search_count,
            u.is_sidechain,
            u.owner_rank,
            source_id,
            u.offset,
            now,
        )

    def _call(self, provider: str, c: ToolCall, tail: tuple[int, int]) -> tuple[Any, ...]:
        source_id, now = tail
        return (
            c.call_key,
            self._identities.session(provider, c.session_id, now),
            c.agent_id,
            c.occurred_at,
            c.tool_name,
            c.status,
            c.finished_at,
            c.spawned_agent_id,
            c.owner_rank,
            source_id,
            c.offset,
            now,
        )

    def _change(self, provider: str, c: CodeChange, tail: tuple[int, int]) -> tuple[Any, ...]:
        source_id, now = tail
        return (
            c.change_key,
            c.call_key,
            self._identities.session(provider, c.session_id, now),
            c.agent_id,
            c.occurred_at,
            self._identities.file(c.path),
            self._identities.file(c.old_path) if c.old_path else None,
            c.operation,
            c.tool_name,
            c.lines_added,
            c.lines_removed,
            c.added_hashes,
            c.removed_hashes,
            c.added_runs,
            c.removed_runs,
            _lead_key(c),
            c.is_before_known,
            c.is_user_modified,
            c.branch_name,
            c.owner_rank,
            source_id,
            c.offset,
            now,
        )


def _lead_key(change: CodeChange) -> int | None:
    """How the file begins, where the write tells it."""
    is_first = change.added_runs is not None and change.added_runs[:4] == b"\0\0\0\1"
    return lead_key(change.added_hashes) if is_first else None
