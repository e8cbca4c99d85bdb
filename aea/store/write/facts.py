"""Write session facts. Copies of a record become one row (aea/store/write/merges.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.lines import lead_key
from aea.store.write import merges

if TYPE_CHECKING:
    from aea.records import CodeChange, Interruption, Message, Parsed, ToolCall, Usage
    from aea.store.engine.db import Connection
    from aea.store.write.identities import Identities


class FactWriter:
    """Writes the records of one source. The caller holds the transaction."""

    def __init__(self, connection: Connection, identities: Identities) -> None:
        self._connection = connection
        self._identities = identities

    def write(self, provider: str, source_id: int, parsed: Parsed, now: int) -> None:
        """Merge all records of `parsed` into the facts."""
        for session in parsed.sessions:
            self._identities.merge_session(provider, session, now)
        tail = (source_id, now)
        self._many(
            "fact_session_message", [self._message(provider, m, tail) for m in parsed.messages]
        )
        self._many("fact_session_usage", [self._usage(provider, u, tail) for u in parsed.usages])
        self._many(
            "fact_session_tool_call", [self._call(provider, c, tail) for c in parsed.tool_calls]
        )
        self._many(
            "fact_session_code_change",
            [self._change(provider, c, tail) for c in parsed.code_changes],
        )
        self._many(
            "fact_session_interruption",
            [self._interruption(provider, i, tail) for i in parsed.interruptions],
        )

    def _many(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.executemany(merges.statement(table), rows)

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
            u.is_final,
            u.is_excerpt,
            u.text_characters,
            u.thinking_characters,
            u.tool_input_characters,
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
            c.error_signature,
            c.refused_by,
        )

    def _interruption(
        self, provider: str, i: Interruption, tail: tuple[int, int]
    ) -> tuple[Any, ...]:
        source_id, now = tail
        return (
            i.interruption_key,
            self._identities.session(provider, i.session_id, now),
            i.agent_id,
            i.occurred_at,
            i.stopped,
            i.owner_rank,
            source_id,
            i.offset,
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
    """A hash of how the file begins, if the write includes its start."""
    is_first = change.added_runs is not None and change.added_runs[:4] == b"\0\0\0\1"
    return lead_key(change.added_hashes) if is_first else None
