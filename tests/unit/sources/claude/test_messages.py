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
        # fields of the product decide first, whatever the text looks like
        ("<teammate-message>typed</teammate-message>", {"promptSource": "typed"}, [1]),
        ("<task-notification> is odd", {"origin": {"kind": "human"}}, [3]),
        ("Stop hook feedback: why?", {"turnOrigin": "human"}, [4]),
        (
            "fix it",
            {"origin": {"kind": "human"}, "promptSource": "sdk", "entrypoint": "remote"},
            [2],
        ),
        ("fix it", {"origin": {"kind": "unclassified"}}, [2]),
        ("fix it", {"origin": "human"}, [2]),
        ("fix it", {"origin": {"kind": "peer", "name": "x"}}, []),
        ("fix it", {"origin": {"kind": "channel", "server": "x"}}, []),
        ("fix it", {"origin": {"kind": "auto-continuation"}}, []),
        ("fix it", {"origin": {"kind": "of-tomorrow"}, "promptSource": "typed"}, []),
        ("fix it", {"origin": {"kind": "human"}, "isMeta": True}, []),
        ("fix it", {"turnOrigin": "scheduled", "promptSource": "typed"}, []),
        ("fix it", {"turnOrigin": "peer"}, []),
        ("fix it", {"turnOrigin": "sdk"}, []),
        ("fix it", {"promptSource": "queued"}, [2]),
        ("fix it", {"promptSource": "loop_wakeup"}, []),
        ("fix it", {"promptSource": "schedule_wakeup"}, []),
        ("fix it", {"scheduledTaskId": "t1"}, []),
        ("fix it", {"wakeupSource": {"kind": "cron"}}, []),
        ("fix it", {"isVirtual": True}, []),
        ("fix it", {"promptSource": "sdk", "entrypoint": "sdk-cli"}, []),
        ("fix it", {"promptSource": "sdk", "entrypoint": "claude-desktop"}, [2]),
        ("fix it", {"promptSource": "sdk", "entrypoint": "local-agent"}, [2]),
        ("fix it", {"entrypoint": "sdk-py"}, []),
        ("fix it", {"entrypoint": "sdk-ts"}, []),
        ("fix it", {"entrypoint": "claude-code-github-action"}, []),
        ("fix it", {"entrypoint": "cli"}, [2]),
        ("fix it", {"entrypoint": "claude-vscode"}, [2]),
        # of older records, the wrapper decides
        ('<teammate-message teammate_id="t">\nfailed\n</teammate-message>', {}, []),
        ("<cross-session-message from='a'>x</cross-session-message>\n\nThat session is", {}, []),
        (
            "Another Claude session sent a message:\n<agent-message from='a'>x</agent-message>",
            {},
            [],
        ),
        ("<goal_context>\nGo on.\n</goal_context>", {}, []),
        ('<scheduled-task name="daily" file="/s.md">\nrun', {}, []),
        ('<channel source="slack">x</channel>', {}, []),
        ("<quiet-review-message>x</quiet-review-message>", {}, []),
        ("Stop hook feedback:\n[check.sh]: failed", {}, []),
        ("SubagentStop hook feedback:\nfailed", {}, []),
        ("PreToolUse:Bash hook error: failed", {}, []),
        ('Background command "npm test" completed (exit code 0)', {}, []),
        ("3 background agents were stopped by the user", {}, []),
        ("background tasks failed, look into them", {}, [6]),
        ("hook feedback is wrong", {}, [4]),
        ("<agent-message> is not closed, why?", {}, []),
        ("<error-message>x</error-message> where is this from?", {}, [5]),
    ],
)
def test_what_is_a_prompt(content: object, extra: dict[str, Any], expected: list[int]) -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": content}, **extra)
    assert prompts(parse(session)) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<ide_opened_file>The user opened /a.py</ide_opened_file>\nfix this", [2]),
        (
            "<ide_selection>TypeError: x\n</ide_selection> and\n<ide_diagnostics>e</ide_diagnostics>",
            [1],
        ),
        ("<system-reminder>a b c</system-reminder>\n\nfix it", [2]),
        ("see <system-reminder>a b c", [1]),
        ('fix it\n<context ref="file:///a.py">\nTypeError: x\n</context>', [2]),
        ("<context> is a tag of mine", [6]),
        ('<pasted_content id="1">\none two\n</pasted_content id="1">\nwhy?', [3]),
        ("<uploaded_files>\n<file>/a</file>\n</uploaded_files>\n\nread it", [2]),
        (
            "# Files mentioned by the user:\n\n## a: /h/TypeError.png\n\n## My request for Claude:\nfix it",
            [2],
        ),
        ("\n# In app browser:\n- URL: http://x\n\n## My request:\nfix it\n", [2]),
        ("# In app browser:\n- URL: http://x\n", []),
        ("# A headline of mine\n\ntext", [6]),
        ([{"type": "text", "text": "<ide_opened_file>a</ide_opened_file>why"}], [1]),
    ],
)
def test_what_apps_and_editors_write_is_not_typed(content: object, expected: list[int]) -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": content})
    parsed = parse(session)
    assert prompts(parsed) == expected
    assert not any(message.is_error_paste for message in parsed.messages)


PLAN = "# Plan\n\n1. User feedback on this plan: none\n2. TypeError: fix it"
HINT = "\n\nIf you need specific details from before exiting plan mode (like errors), read it at: /t.jsonl"


@pytest.mark.parametrize(
    ("behind", "extra", "expected"),
    [
        ("", {"planContent": PLAN}, [0]),
        (HINT, {"planContent": PLAN, "origin": {"kind": "auto-continuation"}}, [0]),
        (f"{HINT}\n\nUser feedback on this plan: docs too", {"planContent": PLAN}, [2]),
        (HINT, {}, [0]),
        ("", {}, [17]),
        ("", {"planContent": PLAN, "entrypoint": "sdk-cli"}, []),
        ("", {"planContent": PLAN, "isMeta": True}, []),
    ],
)
def test_an_approved_plan_is_a_prompt_without_the_words_of_the_plan(
    behind: str, extra: dict[str, Any], expected: list[int]
) -> None:
    session = ClaudeSession("s")
    text = f"Implement the following plan:\n\n{PLAN}{behind}"
    session.add("user", {"role": "user", "content": text}, **extra)
    session.prompt("go")
    assert prompts(parse(session)) == [*expected, 1]


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
    waiting(session, "not a person", origin={"kind": "peer"})
    waiting(session, "Another Claude session sent a message: x")
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
