"""The tokens of Codex responses."""

from __future__ import annotations

from aea.sources.codex import codex
from tests.support.codex import event, rollout


def test_counts_beyond_measure_are_nothing() -> None:
    usage = {"input_tokens": 1e300, "cached_input_tokens": -3, "output_tokens": 7}
    raw = rollout(event(type="token_count", info={"last_token_usage": usage}))
    (found,) = codex.parse(raw, 0, "p", {}).usages
    assert (found.input_tokens, found.cache_read_tokens, found.output_tokens) == (0, 0, 7)
