"""The part of a Codex message that a person typed."""

from __future__ import annotations

import pytest

from aea.sources.codex.typed_text import prompt_text, typed_text


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("fix it", "fix it"),
        ("<environment_context>\n<cwd>/w</cwd>", ""),
        ("  <TURN_ABORTED>\nx", ""),
        ("# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>", ""),
        ("<div> is broken", "<div> is broken"),
        ("# Context from my IDE setup:\n\n## Open tabs:\n- a", ""),
        ("# Context from my IDE setup:\n\n## My request for Codex:\ndo it", "do it"),
        ("\n# Files mentioned by the user:\n\n## error: x.png: /a\n\n## My request:\nblue", "blue"),
        ("# In app browser:\n- URL: http://x\n\n## My request for Codex:\nblue", "blue"),
        ("# Diff comments:\n\n## My request for Codex: blue", "blue"),
        ("# Files mentioned by the user:\n\n## list.md: /a/list.md", ""),
        ("Ambient state, not the user's request.\n## My request for Codex:\nblue", "blue"),
        ("# My list\n- one", "# My list\n- one"),
        ("# Selected text:\nx\n## My request for Codex:\n<turn_aborted>\nx", ""),
        ("<ide_opened_file>a.py</ide_opened_file>fix it", "fix it"),
        ("<image name=[Image #1]>look</image>", "look"),
    ],
)
def test_typed_text(text: str, typed: str) -> None:
    assert typed_text(text) == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("PLEASE IMPLEMENT THIS PLAN:\n# Plan\nwords", ""),
        ("A previous agent produced the plan below to accomplish the user's task. Go.\n# Plan", ""),
        ("Implement the plan.", ""),
        ("Implement the plan. But only step one", "Implement the plan. But only step one"),
        ("<environment_context>", None),
    ],
)
def test_a_plan_is_not_typed_and_its_approval_is_a_prompt(text: str, typed: str | None) -> None:
    assert prompt_text(text, []) == typed
