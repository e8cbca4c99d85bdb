"""Parse Claude Code sessions made by a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.records import Parsed
from aea.sources.claude import claude_code
from tests.support.parsing import parse_whole
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from aea.records import CodeChange

HOME = "/h/.claude/projects/-w-repo"


def parse(session: ClaudeSession, path: str = f"{HOME}/s.jsonl") -> Parsed:
    return parse_whole(claude_code, session.data(), path)


def prompts(parsed: Parsed) -> list[int]:
    """The number of words of each prompt."""
    return [message.word_count for message in parsed.messages if message.is_prompt]


def called(name: str, asked: dict[str, Any], result: object, **extra: Any) -> Parsed:
    """One call of a tool, and its result; `result` ... is a record without toolUseResult."""
    session = ClaudeSession("s")
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": asked}
    session.add("assistant", {"id": "msg_1", "model": "m", "content": [block]}, requestId="r")
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "fine", **extra}
    with_result = {} if result is ... else {"toolUseResult": result}
    session.add("user", {"role": "user", "content": [told]}, **with_result)
    return parse(session)


def change(name: str, asked: dict[str, Any], result: object, **extra: Any) -> CodeChange:
    (found,) = called(name, asked, result, **extra).code_changes
    return found


def waiting(session: ClaudeSession, prompt: object, **extra: Any) -> None:
    attachment = {"type": "queued_command", "prompt": prompt, "commandMode": "prompt", **extra}
    session.add("attachment", {}, attachment=attachment)
