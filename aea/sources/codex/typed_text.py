"""The text that a person typed, without the text that Codex adds to user messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aea.sources.codex.shapes import Content

_INJECTED = (
    "# agents.md instructions",
    "<agents.md",
    "<additional_context",
    "<app-context",
    "<apps_instructions>",
    "<collaboration_mode>",
    "<environment_context",
    "<goal_context>",
    "<hook_prompt",
    "<instructions>",
    "<internal_model_context",
    "<model_switch>",
    "<permissions instructions>",
    "<personality_spec>",
    "<plugins",
    "<realtime_conversation>",
    "<recommended_plugins",
    "<skill>",
    "<skills_instructions>",
    "<skills_section>",
    "<subagent_notification>",
    "<subagents>",
    "<token_budget>",
    "<turn_aborted>",
    "<user_action>",
    "<user_goal",
    "<user_instructions>",
    "<user_shell_command>",
    "another language model started to solve this problem",
    "warning: apply_patch was requested via",
    "warning: the maximum number of unified exec processes",
    "warning: your account was flagged",
)
_IDE_CONTEXT = "# Context from my IDE setup:"
_REQUEST = re.compile(r"^## My request for Codex:[ \t]*\n?", re.MULTILINE)
_IMAGE_MARK = re.compile(r"</?image\b[^>]*>")
_LONGEST = max(map(len, _INJECTED))
_READ_TYPES = frozenset({"input_text", "output_text", "text", "Text", None})


def message_text(content: str | list[Content] | None, role: str) -> str:
    """The text of a message; "" if `role` wrote nothing of it."""
    if isinstance(content, str):
        texts = [content]
    else:
        texts = [part.text or "" for part in content or () if part.type in _READ_TYPES]
    if role == "user":
        texts = [typed_text(text) for text in texts]
    return "\n".join(text for text in texts if text and not text.isspace())


def typed_text(text: str) -> str:
    """The part of a user text that a person typed."""
    start = text.lstrip()
    if start[:_LONGEST].lower().startswith(_INJECTED):
        return ""
    if start.startswith(_IDE_CONTEXT):
        parts = _REQUEST.split(start, maxsplit=1)
        return parts[1] if len(parts) > 1 else ""
    return _IMAGE_MARK.sub("", text) if "<image" in text or "</image" in text else text
