"""The tokens of Codex responses."""

from __future__ import annotations

from typing import Any

import pytest

from aea.sources.codex import codex
from tests.support.codex import SESSION, event, rollout, timed


def test_counts_beyond_measure_are_nothing() -> None:
    usage = {"input_tokens": 1e300, "cached_input_tokens": -3, "output_tokens": 7}
    raw = rollout(event(type="token_count", info={"last_token_usage": usage}))
    (found,) = codex.parse(raw, 0, "p", {}).usages
    assert (found.input_tokens, found.cache_read_tokens, found.output_tokens) == (0, 0, 7)


def _count(total: tuple[int, int, int], last: tuple[int, int, int]) -> tuple[str, dict[str, Any]]:
    """A token_count; each triple is (input, cached, output)."""
    names = ("input_tokens", "cached_input_tokens", "output_tokens")
    info = {
        "total_token_usage": dict(zip(names, total, strict=True)),
        "last_token_usage": dict(zip(names, last, strict=True)),
    }
    return event(type="token_count", info=info)


STOP = event(type="turn_aborted", reason="interrupted")
FIRST = _count((1000, 600, 50), (1000, 600, 50))
NEXT = _count((3300, 2500, 150), (1200, 1000, 60))  # 1100, 900, 40 more than both responses


def _outputs(*rows: tuple[str, dict[str, Any]], meta: dict[str, Any] | None = None) -> list[int]:
    raw = timed(("session_meta", meta or {"id": SESSION}), *rows)
    return [usage.output_tokens for usage in codex.parse(raw, 0, "p", {}).usages]


def test_the_response_before_an_interruption_stands_in_the_next_total() -> None:
    raw = timed(("session_meta", {"id": SESSION}), FIRST, STOP, NEXT)
    first, lost, last = codex.parse(raw, 0, "p", {}).usages
    assert (lost.input_tokens, lost.cache_read_tokens, lost.output_tokens) == (200, 900, 40)
    assert first.occurred_at < lost.occurred_at < last.occurred_at
    assert lost.occurred_at == last.occurred_at - 1000  # when it was interrupted


@pytest.mark.parametrize(
    ("rows", "outputs"),
    [
        ((FIRST, NEXT), [50, 40, 60]),
        ((FIRST, STOP, FIRST, NEXT), [50, 40, 60]),  # a repeated count is not the next total
        ((FIRST, STOP, _count((2200, 1600, 110), (1200, 1000, 60))), [50, 60]),
        ((STOP, NEXT), [90, 60]),  # of the first response
        ((NEXT,), [60]),
        ((FIRST, ("compacted", {"message": ""}), STOP, NEXT), [50, 60]),
        ((FIRST, event(type="context_compacted"), NEXT), [50, 60]),
        ((NEXT, _count((900, 0, 90), (500, 0, 50))), [60, 50]),  # the counter began anew
        ((FIRST, NEXT, FIRST, NEXT), [50, 40, 60, 50, 60]),  # copies: the keys are the same
    ],
)
def test_a_gain_beyond_the_last_response_is_a_response(
    rows: tuple[tuple[str, dict[str, Any]], ...], outputs: list[int]
) -> None:
    assert _outputs(*rows) == outputs


def test_a_fork_counts_only_an_interruption_that_it_recorded() -> None:
    fork = {"id": "f", "forked_from_id": SESSION}
    assert _outputs(STOP, NEXT, meta=fork) == [60]
    assert _outputs(FIRST, NEXT, meta=fork) == [50, 60]
    assert _outputs(FIRST, STOP, NEXT, meta=fork) == [50, 40, 60]


def test_the_parent_and_its_fork_share_the_response_before_the_interruption() -> None:
    def keys(last: tuple[str, dict[str, Any]], **meta: str) -> set[int]:
        raw = timed(("session_meta", meta), FIRST, STOP, last)
        return {usage.message_key for usage in codex.parse(raw, 0, "p", {}).usages}

    parent = keys(NEXT, id=SESSION)
    fork = keys(_count((2900, 2300, 120), (800, 800, 30)), id="f", forked_from_id=SESSION)
    assert len(parent & fork) == 2
