"""Token usage of Codex responses, from counts that are cumulative, repeated or per response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Usage
from aea.sources import lenient
from aea.sources.codex.shapes import INFO, TOKENS
from aea.sources.codex.state import Totals

if TYPE_CHECKING:
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Line, Payload, Tokens

_MOST_TOKENS = 10**12  # a greater number is no count


def take_tokens(reading: Reading, payload: Payload) -> None:
    """A token_count event: a response, a repetition of the last one, or rate limits only."""
    info = lenient.decode_whole(payload.info, INFO)
    if info is not None:
        model = info.model or payload.model or reading.progress.model_name
        _take_counts(reading, info.total_token_usage, info.last_token_usage, model)


def take_turn_usage(reading: Reading, line: Line) -> None:
    """The end of a turn of `codex exec --json`, with the cumulative tokens of the thread."""
    tokens = lenient.decode_whole(line.usage, TOKENS)
    _take_counts(reading, tokens, None, reading.progress.model_name)


def _take_counts(
    reading: Reading, total: Tokens | None, last: Tokens | None, model_name: str | None
) -> None:
    progress = reading.progress
    before = progress.totals or Totals()
    spent = _totals(last) if last is not None else None
    if total is not None:
        now = _totals(total)
    elif spent is not None:
        now = before.plus(spent)
    else:
        return
    progress.totals = now
    if total is not None and now == before:
        return
    spent = spent or now.since(before)
    if spent.input or spent.output or spent.total:
        _emit_usage(reading, spent, now, model_name)


def _totals(tokens: Tokens) -> Totals:
    return Totals(
        _count(tokens.input_tokens),
        _count(tokens.cached_input_tokens),
        _count(tokens.cache_write_input_tokens),
        _count(tokens.output_tokens),
        _count(tokens.reasoning_output_tokens),
        _count(tokens.total_tokens),
    )


def _emit_usage(reading: Reading, spent: Totals, now: Totals, model_name: str | None) -> None:
    progress = reading.progress
    identity = (now.input, now.cached, now.output, now.reasoning, now.total)
    reading.usages.append(
        Usage(
            session_id=progress.session_id,
            agent_id=None,
            message_key=key64("codex", progress.scope, progress.turn_id, *identity),
            request_key=0,
            occurred_at=reading.now,
            model_name=model_name,
            input_tokens=max(0, spent.input - spent.cached - spent.cache_write),
            output_tokens=spent.output,
            cache_read_tokens=spent.cached,
            cache_write_5m_tokens=spent.cache_write,
            cache_write_1h_tokens=0,
            reasoning_tokens=spent.reasoning,
            speed=None,
            web_search_count=progress.web_search_count,
            is_sidechain=progress.is_subagent,
            owner_rank=reading.rank,
            offset=reading.offset,
        )
    )
    progress.web_search_count = 0


def _count(number: float | None) -> int:
    """A token count; 0 when it is absent, negative or impossibly large."""
    return int(number) if number and 0 < number <= _MOST_TOKENS else 0
