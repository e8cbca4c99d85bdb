"""Who wrote the user messages of a Codex session."""

from __future__ import annotations

from typing import Any

import pytest

from aea.sources.codex import authors, codex
from tests.support.codex import SESSION, event, item, timed

CLI = {"id": SESSION, "cwd": "/w", "source": "cli", "originator": "codex_cli_rs"}


def _says(text: str) -> tuple[str, dict[str, Any]]:
    return item(type="message", role="user", content=[{"type": "input_text", "text": text}])


def _prompts(meta: dict[str, Any], *rows: tuple[str, dict[str, Any]]) -> list[int]:
    raw = timed(("session_meta", CLI | meta), *rows)
    return [m.word_count for m in codex.parse(raw, 0, "p", {}).messages if m.is_prompt]


@pytest.mark.parametrize(
    ("meta", "count"),
    [
        ({}, 1),
        ({"source": "vscode", "originator": "Codex Desktop", "thread_source": "user"}, 1),
        ({"source": {"custom": "atlas"}}, 1),
        ({"source": None, "originator": "codex-tui"}, 1),
        ({"source": "exec"}, 0),
        ({"source": "exec", "thread_source": "user"}, 0),
        ({"source": "mcp"}, 0),
        ({"source": {"internal": "memory_consolidation"}}, 0),
        ({"thread_source": "memory_consolidation"}, 0),
        ({"thread_source": {"feature": "automation"}}, 0),
        ({"source": None, "originator": "codex_exec"}, 0),
        ({"originator": "codex_exec"}, 0),
        ({"source": "unknown", "originator": "codex_sdk_ts"}, 0),
        ({"source": {"subagent": "review"}}, 0),
        ({"source": {"subagent": {"thread_spawn": {"parent_thread_id": "x"}}}}, 0),
        ({"source": {"subagent": {"other": "guardian"}}}, 0),
        ({"thread_source": "subagent"}, 0),
    ],
)
def test_the_fields_of_the_session_decide(meta: dict[str, Any], count: int) -> None:
    assert len(_prompts(meta, _says("fix it"))) == count


@pytest.mark.parametrize("kind", ["user_instructions", "environment_context"])
def test_the_kind_of_an_event_decides(kind: str) -> None:
    injected = event(type="user_message", message="a file", kind=kind)
    assert _prompts({}, injected, event(type="task_complete")) == []
    typed = event(type="user_message", message="fix it", kind="plain")
    assert _prompts({}, typed, event(type="task_complete")) == [2]


@pytest.mark.parametrize(
    ("texts", "kinds", "words"),
    [
        (["go on with it"], ["hooks.stop"], []),
        (["go on"], ["user.text"], [2]),
        (["be kind", "go on"], ["agents_md.instructions", "user.text"], [2]),
        (["<goal_context> is what?"], ["user.text"], [3]),
        (["# Diff comments:\n\n## My request:\ngo on"], ["user.text"], [2]),
        (["<goal_context>go on</goal_context>"], ["unknown"], []),
        (["go on"], ["unknown"], [2]),
        (["go on", "again"], ["user.text"], [3]),
        (["go on"], [], [2]),
    ],
)
def test_the_kinds_of_the_parts_decide_before_wrappers(
    texts: list[str], kinds: list[str], words: list[int]
) -> None:
    content = [{"type": "input_text", "text": text} for text in texts]
    notes = {"turn_id": "t", "content_item_kinds": kinds}
    name = "internal_chat_message_metadata_passthrough"
    said = item(type="message", role="user", content=content, **{name: notes})
    assert _prompts({}, said) == words


@pytest.mark.parametrize(
    "text",
    [
        "<goal_context>\nGo on\n</goal_context>",
        '<codex_internal_context source="goal">\nGo on\n</codex_internal_context>',
        '<hook_prompt hook_run_id="1">tests failed</hook_prompt>',
        "<external_browser>page</external_browser>",
        "<subagent_notification>\n{}\n</subagent_notification>",
        "<inter_agent_communication>do it</inter_agent_communication>",
        "<peer-thread-message from='a'>do it</peer-thread-message>",
        "<user_instructions>\nBe kind\n</user_instructions>",
        "<turn_aborted>\nThe user interrupted",
        (
            "# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>\nBe kind\n</INSTRUCTIONS>"
            "<environment_context>\n<cwd>/w</cwd>\n</environment_context>"
        ),
        '{"author":"/root","recipient":"/root/a","other_recipients":[],"content":"do it"}',
        "Message Type: NEW_TASK\nTask name: /root/a\nSender: /root\nPayload:\ndo it",
        "Automation: Daily\nAutomation ID: daily\n\nCheck the build",
        "Review the current code changes (staged, unstaged, and untracked files) and report",
        "<user_action>\n  <context>User initiated a review task.</context>\n</user_action>",
    ],
)
def test_a_text_of_a_machine_is_no_prompt(text: str) -> None:
    assert _prompts({}, _says(text)) == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<environment_context>\n<cwd>/w</cwd>\n</environment_context>\n\nfix it", "fix it"),
        ("<skill>\n<name>a</name>\n</skill>\n<turn_aborted>x</turn_aborted>go on", "go on"),
        ("<div>is</div> broken", "<div>is</div> broken"),
        ("<error-message>x</error-message> why?", "<error-message>x</error-message> why?"),
        ("Message type: is it a string?", "Message type: is it a string?"),
        ("review the code changes, please", "review the code changes, please"),
    ],
)
def test_what_a_person_typed_behind_a_wrapper_stays(text: str, rest: str) -> None:
    assert authors.without_wrapped(text) == rest
