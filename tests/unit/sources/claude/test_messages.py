"""Which user records are prompts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.claude import parse, prompts, waiting
from tests.support.sessions import ClaudeSession


@pytest.mark.parametrize(
    ("content", "extra", "expected"),
    [
        ("fix it", {}, [2]),
        ("  \n", {}, []),
        ("fix it", {"isMeta": True}, []),
        ("fix it", {"isCompactSummary": True}, []),
        ("fix it", {"isSidechain": True}, []),
        ("fix it", {"agentId": "a1"}, []),
        ("fix it", {"promptSource": "system"}, []),
        ("<command-name>/compact</command-name>", {}, []),
        ("<local-command-stdout>x</local-command-stdout>", {}, []),
        ("[Request interrupted by user]", {}, []),
        ("<div> is broken", {}, [3]),
        ([{"type": "text", "text": "see this"}, {"type": "image", "source": {}}], {}, [2]),
        ([{"type": "image", "source": {"data": "A" * 99}}], {}, []),
        ([{"type": "text", "text": "<ide_selection>x"}, {"type": "text", "text": "why"}], {}, [1]),
        ([], {}, []),
        (None, {}, []),
    ],
)
def test_what_is_a_prompt(content: object, extra: dict[str, Any], expected: list[int]) -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": content}, **extra)
    assert prompts(parse(session)) == expected


def test_text_beside_the_result_of_a_tool_is_a_prompt() -> None:
    session = ClaudeSession("s").edit("/w/repo/a", "x", "y", status="pending")
    result = {"type": "tool_result", "tool_use_id": "toolu_s_0", "content": "ok"}
    typed = {"type": "text", "text": "do we need the rest?"}
    session.add("user", {"role": "user", "content": [result, typed]}, toolUseResult={})
    parsed = parse(session)
    assert prompts(parsed) == [5]
    assert parsed.tool_calls[0].status == "ok"


def test_a_prompt_that_waited_counts_once() -> None:
    session = ClaudeSession("s")
    waiting(session, "and tests too")
    waiting(session, [{"type": "text", "text": "go on"}, {"type": "image"}])
    waiting(session, "not a person", origin={"kind": "task-notification"})
    waiting(session, "ls", commandMode="bash")
    session.prompt("and tests too")
    assert prompts(parse(session)) == [3, 2]


def test_the_same_words_typed_later_are_a_new_prompt() -> None:
    session = ClaudeSession("s")
    waiting(session, "continue")
    session.prompt("now the docs").prompt("continue")
    parsed = parse(session)
    assert prompts(parsed) == [1, 3, 1]
    assert parsed.state == {}
