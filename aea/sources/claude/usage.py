"""The tokens of an API response of Claude Code, in disjoint kinds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.keys import key64
from aea.records import Usage
from aea.sources.claude.shapes import CacheWrites, Iteration, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aea.sources.claude.responses import Part
    from aea.sources.claude.shapes import Line

_COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
_FINAL_COUNTS = (2, 1, 97)  # from this version on every record has the final usage
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_CHARACTERS = ("text_characters", "thinking_characters", "tool_input_characters")
_BEYOND_MEASURE = 1 << 53  # no response has so many tokens


class Context(NamedTuple):
    """The owner of a record and its instant."""

    session_id: str
    agent_id: str | None
    now: int
    owner_rank: int


class Extent(NamedTuple):
    """How much of a response the records read so far show."""

    is_final: bool
    is_excerpt: bool
    text_characters: int | None
    thinking_characters: int | None
    tool_input_characters: int | None

    def of_advisor(self) -> Extent:
        """The same of an advisor: nothing of what it wrote is recorded."""
        return Extent(self.is_final, self.is_excerpt, None, None, None)


def extent(line: Line, part: Part, *, is_excerpt: bool) -> Extent:
    """The extent of a response at one of its records.

    Its count is final at a stop reason, and in every record of a version that writes the usage after the response has
    ended. A progress record of the parent session is an excerpt: it is written in the middle of a response, whatever
    the version, and leaves out text and thinking.
    """
    stopped = bool(line.message and line.message.stop_reason)
    text, thinking, tool_input = part.characters
    if is_excerpt:
        return Extent(stopped, True, text or None, thinking or None, tool_input)
    is_final = stopped or has_final_counts(line.version)
    return Extent(is_final, False, text, thinking, tool_input)


@lru_cache(maxsize=256)
def has_final_counts(version: str | None) -> bool:
    """Whether a version of Claude Code writes a record's usage after the response has ended."""
    found = _VERSION.match(version or "")
    return found is not None and tuple(map(int, found.groups())) >= _FINAL_COUNTS


def usages(
    line: Line, message_key: int, known: Extent, context: Context, at: int
) -> Iterator[Usage]:
    """The usage on one line of a response, and that of the advisors that were asked in it."""
    body = line.message
    if body is None or body.usage is None:
        return
    key = message_key, key64(line.requestId) if line.requestId else 0
    yield _usage(body.usage, key, body.model, known, context, at)
    for number, step in enumerate(body.usage.iterations or ()):
        if step.type == "advisor_message":
            own = message_key, key64(line.requestId, "advisor", number)
            yield _usage(_of_advisor(step), own, step.model, known.of_advisor(), context, at)


def _usage(
    tokens: Tokens,
    key: tuple[int, int],
    model: str | None,
    known: Extent,
    context: Context,
    at: int,
) -> Usage:
    message_key, request_key = key
    tokens = _with_compactions(tokens)
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
        **known._asdict(),
    )


def _count(number: int | None) -> int:
    return number if number and 0 < number < _BEYOND_MEASURE else 0


def spent(usage: Usage) -> tuple[int, ...]:
    """The counts in the order by which the store, too, picks the better of two usages: a final one, then the greater."""
    return (
        bool(usage.is_final),
        usage.output_tokens,
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
        -1 if usage.is_final is None else usage.is_final,
    )


def merged(seen: Usage | None, more: Usage) -> Usage:
    """One response from two of its lines: the best count, the first instant, the best owner, all characters."""
    if seen is None:
        return more
    best = more if spent(more) > spent(seen) else seen
    text, thinking, tool_input = _characters(seen, more)
    owner = more if more.owner_rank < seen.owner_rank else seen
    return best._replace(
        session_id=owner.session_id,
        agent_id=owner.agent_id,
        owner_rank=owner.owner_rank,
        offset=owner.offset,
        occurred_at=min(more.occurred_at, seen.occurred_at),
        is_sidechain=more.is_sidechain and seen.is_sidechain,
        is_excerpt=more.is_excerpt and seen.is_excerpt,
        text_characters=text,
        thinking_characters=thinking,
        tool_input_characters=tool_input,
    )


def _characters(seen: Usage, more: Usage) -> list[int | None]:
    """Those of the better copy; of two alike, the greater number. Thinking that one record hides is unknown."""
    if seen.is_excerpt != more.is_excerpt:
        better = more if seen.is_excerpt else seen
        return [getattr(better, name) for name in _CHARACTERS]
    counts = [(getattr(seen, name), getattr(more, name)) for name in _CHARACTERS]
    hides = not seen.is_excerpt and None in counts[1]
    known = [max((count for count in pair if count is not None), default=None) for pair in counts]
    return [known[0], None if hides else known[1], known[2]]


def _of_advisor(step: Iteration) -> Tokens:
    """The tokens of an advisor: a second model that is called inside a response."""
    return Tokens(
        input_tokens=step.input_tokens,
        output_tokens=step.output_tokens,
        cache_read_input_tokens=step.cache_read_input_tokens,
        cache_creation_input_tokens=step.cache_creation_input_tokens,
        cache_creation=step.cache_creation,
    )


def _with_compactions(tokens: Tokens) -> Tokens:
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
