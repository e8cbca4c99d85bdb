"""Tokens of one API response of Claude Code, in disjoint kinds."""

from __future__ import annotations

from typing import NamedTuple

from aea.records import Usage
from aea.sources.claude.shapes import Iteration, Tokens

_BEYOND_MEASURE = 1 << 53


class Context(NamedTuple):
    """Whose record it is, and when."""

    session_id: str
    agent_id: str | None
    now: int
    owner_rank: int


def usage(
    tokens: Tokens,
    key: tuple[int, int],
    model: str | None,
    context: Context,
    at: int,
) -> Usage:
    """One telling of a response; `key` is (message_key, request_key)."""
    session, agent, now, rank = context
    written = _whole(tokens.cache_creation_input_tokens)
    split = tokens.cache_creation
    hour = _whole(split.ephemeral_1h_input_tokens) if split else 0
    five = _whole(split.ephemeral_5m_input_tokens) if split else 0
    if hour + five < written:
        five = written - hour  # what the split leaves out is the five-minute cache, the default
    return Usage(
        session,
        agent,
        *key,
        now,
        model,
        _whole(tokens.input_tokens),
        _whole(tokens.output_tokens),
        _whole(tokens.cache_read_input_tokens),
        five,
        hour,
        None,
        tokens.speed,
        _whole(tokens.server_tool_use.web_search_requests) if tokens.server_tool_use else 0,
        agent is not None,
        rank,
        at,
    )


def _whole(number: int | None) -> int:
    return number if number and 0 < number < _BEYOND_MEASURE else 0


def spent(usage: Usage) -> tuple[int, ...]:
    """The order in which the store, too, prefers one telling of a response to another."""
    return (
        usage.output_tokens,
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
    )


def merged(seen: Usage | None, told: Usage) -> Usage:
    """One response is told on several lines: the greatest output, the first instant, the best owner."""
    if seen is None:
        return told
    best = told if spent(told) > spent(seen) else seen
    owner = told if told.owner_rank < seen.owner_rank else seen
    return best._replace(
        session_id=owner.session_id,
        agent_id=owner.agent_id,
        owner_rank=owner.owner_rank,
        offset=owner.offset,
        occurred_at=min(told.occurred_at, seen.occurred_at),
        is_sidechain=told.is_sidechain and seen.is_sidechain,
    )


def of_advisor(step: Iteration) -> Tokens:
    """The tokens of a second model that was asked inside a response."""
    return Tokens(
        input_tokens=step.input_tokens,
        output_tokens=step.output_tokens,
        cache_read_input_tokens=step.cache_read_input_tokens,
        cache_creation_input_tokens=step.cache_creation_input_tokens,
        cache_creation=step.cache_creation,
    )
