"""How a Codex tool call ended."""

from __future__ import annotations

import json

import pytest

from aea.sources.codex.outcome import full_outcome, quick_outcome, script_outcome


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("Exit code: 0\nWall time: 1 seconds\nOutput:\n", ("ok", True)),
        ("Exit code: 2\nWall time: 1 seconds\nOutput:\nExit code: 0\n", ("failed", False)),
        (
            "Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\n",
            ("ok", True),
        ),
        ("Wall time: 0.1 seconds\nOutput:\nProcess exited with code 0\n", ("ok", False)),
        ("Success. Updated the following files:\nM a\n", ("ok", True)),
        ('{"output":"","metadata":{"exit_code":0}}', ("ok", True)),
        ('{"output":"Exit code: 0","metadata":{"exit_code":9}}', ("failed", False)),
        ({"content": "done", "success": True}, ("ok", True)),
        ({"content": "no", "success": False}, ("failed", False)),
        ([{"type": "input_text", "text": "Exit code: 0\nOutput:\n"}], ("ok", True)),
        ("patch rejected by user", ("rejected", False)),
        ("exec command rejected by user: not now", ("rejected", False)),
        ("apply_patch verification failed: Failed to find expected lines in a", ("failed", False)),
        ("plain words", ("ok", False)),
        (None, ("ok", False)),
    ],
)
def test_outcome(output: object, expected: tuple[str, bool]) -> None:
    raw = json.dumps(output).encode()
    outcome = full_outcome(raw, None)
    assert (outcome.status, outcome.is_applied) == expected
    quick = quick_outcome(raw)
    assert quick is None or quick == outcome


def test_exit_code_of_the_event_wins() -> None:
    assert full_outcome(b'"anything"', 0).is_applied
    assert full_outcome(b'"anything"', 1).status == "failed"


@pytest.mark.parametrize(
    ("text", "needs_code", "is_applied"),
    [
        ("Script completed\nOutput:\n", False, True),
        ("Script completed\nOutput:\n", True, False),
        ('Script completed\nOutput:\n{"exit_code":0}', True, True),
        ('Script completed\nOutput:\n{"exit_code":0}{"exit_code":1}', False, False),
        ("Script failed\nProcess exited with code 0", False, False),
        ("Script running with cell ID 7", False, False),
    ],
)
def test_script_outcome(text: str, needs_code: bool, is_applied: bool) -> None:
    outcome = script_outcome(json.dumps(text).encode(), needs_code=needs_code)
    assert outcome.is_applied is is_applied
