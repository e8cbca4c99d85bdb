"""The tokens of Claude Code responses."""

from __future__ import annotations

from typing import Any

from aea.records import Usage
from tests.support.claude import parse
from tests.support.sessions import ClaudeSession


def test_tokens_in_disjoint_kinds() -> None:
    def usage(**tokens: Any) -> Usage:
        session = ClaudeSession("s")
        session.add("assistant", {"id": "m", "model": "x", "usage": tokens, "content": []})
        (found,) = parse(session).usages
        return found

    old = usage(input_tokens=1, output_tokens=2, cache_creation_input_tokens=30)
    assert (old.cache_write_5m_tokens, old.cache_write_1h_tokens) == (30, 0)
    split = {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}
    new = usage(cache_creation_input_tokens=30, cache_creation=split)
    assert (new.cache_write_5m_tokens, new.cache_write_1h_tokens) == (10, 20)
    odd = usage(input_tokens=-4, output_tokens="12", cache_read_input_tokens=1e300)
    assert (odd.input_tokens, odd.output_tokens, odd.cache_read_tokens) == (0, 12, 0)


def test_synthetic_answers_cost_nothing() -> None:
    session = ClaudeSession("s").say("API Error: 529", 5, model="<synthetic>")
    parsed = parse(session)
    assert (parsed.usages, parsed.messages) == ([], [])


def test_a_compaction_inside_a_response_is_part_of_its_tokens() -> None:
    def tokens(*steps: dict[str, Any]) -> tuple[int, ...]:
        session = ClaudeSession("s")
        counts = {"input_tokens": 23, "output_tokens": 10, "cache_read_input_tokens": 5}
        usage = {**counts, "cache_creation_input_tokens": 4, "iterations": list(steps)}
        session.add("assistant", {"id": "m", "model": "x", "usage": usage, "content": []})
        (found,) = parse(session).usages
        return (
            found.input_tokens,
            found.output_tokens,
            found.cache_read_tokens,
            found.cache_write_5m_tokens,
            found.cache_write_1h_tokens,
        )

    message = {"type": "message", "input_tokens": 23, "output_tokens": 10}
    message |= {"cache_read_input_tokens": 5, "cache_creation_input_tokens": 4}
    assert tokens(message) == (23, 10, 5, 4, 0)
    compaction = {"type": "compaction", "input_tokens": 180, "output_tokens": 35}
    compaction |= {"cache_creation_input_tokens": 7}
    compaction |= {"cache_creation": {"ephemeral_1h_input_tokens": 6}}
    assert tokens(compaction, message) == (203, 45, 5, 5, 6)
    assert tokens(compaction, compaction, message) == (383, 80, 5, 6, 12)
    # A gateway whose counts hold every step already.
    whole = {"type": "compaction", "input_tokens": 3, "output_tokens": 1}
    rest = {"type": "message", "input_tokens": 20, "output_tokens": 9}
    rest |= {"cache_read_input_tokens": 5, "cache_creation_input_tokens": 4}
    assert tokens(whole, rest) == (23, 10, 5, 4, 0)
