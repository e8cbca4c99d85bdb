"""Token usage of Codex responses, from counts that are cumulative, repeated or per response.

Codex 0.140 writes no count for the response before an interruption; the next total contains it. What a total gains
beyond its last response is therefore a response of its own, if the totals are one unbroken chain. The chain breaks at a
compaction and where the counter begins anew. A fork may begin with a part of its parent's totals, and replayed totals
leave some out: there, and before the first total of a file, only an interruption that was recorded explains the gain.

Every count is final: Codex writes it when the response has ended, and a total holds what was spent. The characters are
not counted, since nothing has to be estimated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Usage
from aea.sources import lenient
from aea.sources.codex.shapes import INFO, TOKENS
from aea.sources.codex.state import Interruption, Totals

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


def note_interruption(reading: Reading) -> None:
    """A person stopped the turn, perhaps in the middle of a response."""
    progress = reading.progress
    if progress.interruption is None:
        progress.interruption = Interruption(reading.now, progress.model_name)


def take_compaction(reading: Reading, _payload: Payload) -> None:
    """What the next total gains may be the tokens of the compaction, which is no response."""
    reading.progress.is_compacted = True


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
    if total is not None and now == before:
        progress.totals = now
        return
    spent = spent or now.since(before)
    unreported = _unreported(reading, before, now, spent)
    if unreported is not None:
        _emit_unreported(reading, before, unreported, model_name)
    _advance(reading, before, now)
    if spent.input or spent.output or spent.total:
        identity = (now.input, now.cached, now.output, now.reasoning, now.total)
        key = key64("codex", progress.scope, progress.turn_id, *identity)
        _emit_usage(reading, spent, key, reading.now, model_name)
        progress.web_search_count = 0


def _advance(reading: Reading, before: Totals, now: Totals) -> None:
    progress = reading.progress
    progress.totals, progress.is_compacted, progress.interruption = now, False, None
    peak = progress.peak or before
    progress.peak = None if now.holds(peak) else peak


def _unreported(reading: Reading, before: Totals, now: Totals, spent: Totals) -> Totals | None:
    """What the total gained beyond the last response, if the chain of totals is unbroken."""
    progress = reading.progress
    reported = before.plus(spent)
    if not (now.holds(before) and now.holds(reported)):
        return None
    gain = now.since(reported)
    if progress.is_compacted or not (gain.input or gain.output):
        return None
    if progress.totals is None and (progress.parent_session_id or progress.is_subagent):
        return None
    is_explained = progress.interruption is not None
    is_whole = progress.totals is not None and not progress.is_fork and progress.peak is None
    return gain if is_explained or is_whole else None


def _emit_unreported(
    reading: Reading, before: Totals, gain: Totals, model_name: str | None
) -> None:
    """Forks that begin at the interruption have the same gain behind the same total: it counts once."""
    stop = reading.progress.interruption or Interruption(reading.now, model_name)
    identity = (before.input, before.output, before.total, gain.input, gain.output)
    key = key64("codex", reading.progress.scope, "unreported", *identity)
    _emit_usage(reading, gain, key, stop.occurred_at, stop.model_name or model_name)


def _totals(tokens: Tokens) -> Totals:
    return Totals(
        _count(tokens.input_tokens),
        _count(tokens.cached_input_tokens),
        _count(tokens.cache_write_input_tokens),
        _count(tokens.output_tokens),
        _count(tokens.reasoning_output_tokens),
        _count(tokens.total_tokens),
    )


def _emit_usage(
    reading: Reading, spent: Totals, message_key: int, occurred_at: int, model_name: str | None
) -> None:
    progress = reading.progress
    reading.usages.append(
        Usage(
            session_id=progress.session_id,
            agent_id=None,
            message_key=message_key,
            request_key=0,
            occurred_at=occurred_at,
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
            is_final=True,
        )
    )


def _count(number: float | None) -> int:
    """A token count; 0 when it is absent, negative or impossibly large."""
    return int(number) if number and 0 < number <= _MOST_TOKENS else 0
