"""Codex messages in forks and sub-agents."""

from __future__ import annotations

from typing import Any

from aea.sources.codex import codex
from tests.support.codex import CASES, SESSION, item, parse, rollout


def test_without_turns_the_text_keeps_messages_of_a_fork_apart() -> None:
    def message(text: str) -> tuple[str, dict[str, Any]]:
        return item(role="user", content=[{"type": "input_text", "text": text}])

    parent = codex.parse(rollout(message("one"), message("two")), 0, "p", {})
    raw = rollout(message("one"), message("three"))
    raw = b'{"type":"session_meta","timestamp":1,"payload":{"id":"other"}}\n' + raw
    fork = codex.parse(raw, 0, "f", {})
    assert fork.messages[0].message_key == parent.messages[0].message_key
    assert fork.messages[1].message_key != parent.messages[1].message_key


def test_copied_prompts_belong_to_a_person_only_in_the_persons_session() -> None:
    parsed = parse(max((CASES / "subagent").glob("*.jsonl")))
    assert [(m.role, m.is_prompt) for m in parsed.messages] == [
        ("user", False),
        ("assistant", False),
    ]
    assert parsed.sessions[0].is_subagent
    assert parsed.sessions[0].parent_session_id == SESSION
