"""A person stopped the agent: Claude Code writes a text of its own into the transcript then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Interruption
from aea.sources.claude import authors
from aea.sources.claude.responses import record_identity

if TYPE_CHECKING:
    from aea.sources.claude.shapes import Line
    from aea.sources.claude.usage import Context

_TEXT = re.compile(r"\s*\[Request interrupted by user( for tool use)?\]\s*")
_ID = "claude_code"


def interruptions(line: Line, context: Context, at: int) -> list[Interruption]:
    """The interruption of a user record, if it is one; `at` is the offset of its line."""
    stopped = None if authors.is_hidden(line) else _stopped(line)
    if stopped is None:
        return []
    return [
        Interruption(
            session_id=context.session_id,
            agent_id=context.agent_id,
            interruption_key=key64(_ID, "interruption", record_identity(line, stopped)),
            occurred_at=context.now,
            stopped=stopped,
            owner_rank=context.owner_rank,
            offset=at,
        )
    ]


def _stopped(line: Line) -> str | None:
    content = line.message.content if line.message else None
    texts = [content] if isinstance(content, str) else [block.text for block in content or ()]
    found = [match for match in (_TEXT.fullmatch(text or "") for text in texts) if match]
    if not found:
        return None
    return "tool" if any(match[1] for match in found) else "response"
