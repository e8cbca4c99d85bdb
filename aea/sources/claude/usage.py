"""The tokens of an API response of Claude Code, in disjoint kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.records import Usage
from aea.sources.claude.shapes import CacheWrites, Iteration, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
_BEYOND_MEASURE = 1 << 53  # no response has so many tokens


class Context(NamedTuple):
    """The owner of a record and its instant."""

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
    """The usage on one line of a response; `key` is (message_key, request_key)."""
    message_key, request_key = key
    tokens = with_compactions(tokens)
    written = _count(tokens.cache_creation_input_tokens)
    split = tokens.cache_creation
    hour = _count(split.ephemeral_1h_input_tokens) if split else 0
    five = _count(split.ephemeral_5m_input_tokens) if split else 0
    if hour + five < written:
        five = written - hour  # tokens outside the split go to the five-minute cache, the default
    server = tokens.server_tool_use
    return Usage(
        session_id=context.session_id,
        agent_id=context.agent_id,
        message_key=message_key,
        request_key=request_key,
        occurred_at=context.now,
        model_name=model,
        input_tokens=_count(tokens.input_tokens),
        output_tokens=_count(tokens.output_tokens),
        cache_read_tokens=_count(tokens.cache_read_input_tokens),
        cache_write_5m_tokens=five,
        cache_write_1h_tokens=hour,
        reasoning_tokens=None,
        speed=tokens.speed,
        web_search_count=_count(server.web_search_requests) if server else 0,
        is_sidechain=context.agent_id is not None,
        owner_rank=context.owner_rank,
        offset=at,
    )


def _count(number: int | None) -> int:
    return number if number and 0 < number < _BEYOND_MEASURE else 0


def spent(usage: Usage) -> tuple[int, ...]:
    """The tokens in the order by which the store, too, picks the greater of two usages."""
    return (
        usage.output_tokens,
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
    )


def merged(seen: Usage | None, more: Usage) -> Usage:
    """One response from two of its lines: the greatest output, the first instant, the best owner."""
    if seen is None:
        return more
    best = more if spent(more) > spent(seen) else seen
    owner = more if more.owner_rank < seen.owner_rank else seen
    return best._replace(
        session_id=owner.session_id,
        agent_id=owner.agent_id,
        owner_rank=owner.owner_rank,
        offset=owner.offset,
        occurred_at=min(more.occurred_at, seen.occurred_at),
        is_sidechain=more.is_sidechain and seen.is_sidechain,
    )


def of_advisor(step: Iteration) -> Tokens:
    """The tokens of an advisor: a second model that is called inside a response."""
    return Tokens(
        input_tokens=step.input_tokens,
        output_tokens=step.output_tokens,
        cache_read_input_tokens=step.cache_read_input_tokens,
        cache_creation_input_tokens=step.cache_creation_input_tokens,
        cache_creation=step.cache_creation,
    )


def with_compactions(tokens: Tokens) -> Tokens:
    """The tokens with those of the compactions that the service made inside the response.

    The counts of a response leave out its compaction steps, and hold its message steps. A gateway that adds all
    steps up itself is recognized by the sum.
    """
    steps = [step for step in tokens.iterations or () if step.type == "compaction"]
    if not steps:
        return tokens
    counted = [step for step in tokens.iterations or () if step.type != "advisor_message"]
    if _total(counted) == _total([tokens]):
        return tokens
    parts: list[Tokens | Iteration] = [tokens, *steps]
    splits = [part.cache_creation or CacheWrites() for part in parts]
    return msgspec.structs.replace(
        tokens,
        cache_creation=CacheWrites(
            sum(_count(split.ephemeral_5m_input_tokens) for split in splits),
            sum(_count(split.ephemeral_1h_input_tokens) for split in splits),
        ),
        **dict(zip(_COUNTS, _total(parts), strict=True)),
    )


def _total(steps: Sequence[Tokens | Iteration]) -> list[int]:
    return [sum(_count(getattr(step, name)) for step in steps) for name in _COUNTS]
