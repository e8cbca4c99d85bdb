"""When a person stopped Claude Code."""

from __future__ import annotations

import pytest

from tests.support.claude import called, parse
from tests.support.sessions import ClaudeSession

RESPONSE = "[Request interrupted by user]"
TOOL = "[Request interrupted by user for tool use]"


@pytest.mark.parametrize(
    ("content", "stopped"),
    [
        (RESPONSE, ["response"]),
        ([{"type": "text", "text": RESPONSE}], ["response"]),
        ([{"type": "text", "text": TOOL}], ["tool"]),
        ([{"type": "text", "text": RESPONSE}, {"type": "text", "text": TOOL}], ["tool"]),
        (f"Why do I see {RESPONSE}?", []),
        ([{"type": "text"}], []),
    ],
)
def test_what_a_person_stopped(content: object, stopped: list[str]) -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": content})
    assert [one.stopped for one in parse(session).interruptions] == stopped


def test_copies_of_an_interruption_have_one_key() -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": RESPONSE})
    (one,), (copy,) = parse(session).interruptions, parse(session.fork("t")).interruptions
    assert one.interruption_key == copy.interruption_key
    assert one.owner_rank != copy.owner_rank


def test_a_call_that_was_stopped_neither_failed_nor_was_refused() -> None:
    parsed = called("Bash", {"command": "x"}, f"Error: {TOOL}", is_error=True, content=TOOL)
    (call,) = parsed.tool_calls
    assert (call.status, call.error_signature, call.refused_by) == ("interrupted", None, None)


def test_a_failed_call_has_the_hash_of_its_error() -> None:
    signatures = {
        called("Bash", {"command": "x"}, "Error: x", is_error=True, content=text)
        .tool_calls[0]
        .error_signature
        for text in ("Exit code 1\nboom at 12", "Exit code 2\nboom at 99")
    }
    assert len(signatures) == 1
    assert None not in signatures


def test_a_hook_and_a_rule_refuse_calls() -> None:
    ends = [
        called("Bash", {"command": "x"}, "Error: x", is_error=True, content=text).tool_calls[0]
        for text in ("PreToolUse:Bash hook error: no", "Permission to use Bash has been denied.")
    ]
    assert [(one.status, one.refused_by) for one in ends] == [
        ("rejected", "hook"),
        ("rejected", "rule"),
    ]
