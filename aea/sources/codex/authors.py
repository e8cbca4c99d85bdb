"""Who wrote the user messages of a Codex session: a person, or a machine in a person's place.

The product's own fields decide for a whole session, in this order:

    source.subagent, thread_source subagent     a sub-agent; another agent wrote its prompts
    source           exec (`codex exec`, the SDKs), mcp (Codex as a tool of another agent) and internal sessions: nobody
                     typed. cli, vscode (the editors and the desktop app) and apps of others: a person.
    thread_source    user is a person; memory_consolidation, automation and any other value is a machine
    originator       codex_exec, codex_sdk_ts, ... are programs, also where the source is missing

They decide for one message, too: newer versions say of each part of it what it is (`content_item_kinds`: user.text is
typed, agents_md..., hooks..., multi_agent... and all others are not), and the events of 2025 say what `kind` of text they
hold. Where neither is written, the wrapper that Codex puts around a text tells the messages of a machine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea.sources import lenient
from aea.sources.codex.shapes import ANYTHING, SOURCE, Source

if TYPE_CHECKING:
    from aea.sources.codex.shapes import Payload

_PROGRAMS = frozenset({"exec", "mcp", "internal"})
_OF_SESSION = frozenset({"", "user", "subagent", "unknown"})  # the source decides
_PROGRAM_ORIGIN = re.compile(r"codex[_-](?:exec|sdk|mcp)", re.IGNORECASE)
_TYPED_KINDS = frozenset({None, "plain"})
_WRAPPERS = (
    "agents.md",
    "additional_context",
    "agent_message",
    "agent_notification",
    "app-context",
    "apps_instructions",
    "codex_delegation",
    "codex_internal_context",
    "collaboration_mode",
    "compacted_summary",
    "cross_agent_message",
    "current_time_reminder",
    "environment_context",
    "environments_instructions",
    "external_",
    "goal_context",
    "heartbeat",
    "hook_context",
    "hook_prompt",
    "instructions",
    "inter_agent_communication",
    "inter_agent_message",
    "internal_model_context",
    "loaded_context",
    "model_switch",
    "multi_agent_mode",
    "permissions instructions",
    "permissions_instructions",
    "personality_spec",
    "plugins",
    "realtime_conversation",
    "realtime_delegation",
    "recommended_plugins",
    "skill",
    "skills_instructions",
    "skills_section",
    "subagent_notification",
    "subagents",
    "token_budget",
    "turn_aborted",
    "user_action",
    "user_goal",
    "user_instructions",
    "user_shell_cmd",
    "user_shell_command",
)
_WRAPPED = re.compile(
    rf"<((?:{'|'.join(map(re.escape, _WRAPPERS))})[\w-]*)(?=[\s>/])", re.IGNORECASE
)
_ELEMENT = re.compile(
    r"<([a-z]+(?:[-_][a-z]+)*[-_](?:context|instructions|message|notification|relay|event|reminder|heartbeat))[\s>]"
)
_AGENTS_FILE = re.compile(r"#\s*agents\.md instructions\b[^\n]*\s*", re.IGNORECASE)
_NOTICE = re.compile(
    r"""another\ language\ model\ started\ to\ solve\ this\ problem
      | warning:\ (?:apply_patch\ was\ requested\ via|the\ maximum\ number\ of\ unified\ exec\ processes
          |your\ account\ was\ flagged)
      | message\ type:\ [a-z_]+\s*\n(?:task\ name|sender|author|recipient|payload)
      | \{\s*"author"\s*:\s*"[^"]*"\s*,\s*"recipients?"\s*:
      | automation:\ [^\n]*\nautomation\ id:
      | review\ the\ current\ code\ changes\ \(staged,\ unstaged,\ and\ untracked\ files\)
      | review\ the\ code\ changes\ (?:against\ the\ base\ branch|introduced\ by\ commit)
      | user\ initiated\ a\ review\ task
      | \[?(?:[A-Z][A-Za-z]+\ )hook\ (?:feedback|context|error|stopped|blocked)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_subagent(payload: Payload) -> bool:
    """Whether another agent started the session that a session_meta describes."""
    source = lenient.find_whole(payload.source, SOURCE)
    is_source = isinstance(source, Source) and source.subagent is not None
    return is_source or _thread_source(payload) == "subagent"


def is_program(payload: Payload) -> bool:
    """Whether a program started the session, and nobody types into it."""
    if _thread_source(payload) not in _OF_SESSION:
        return True
    source = lenient.find_whole(payload.source, SOURCE)
    if isinstance(source, Source):
        return source.internal is not None
    if source and source.lower() in _PROGRAMS:
        return True
    return _PROGRAM_ORIGIN.match(payload.originator or "") is not None


def _thread_source(payload: Payload) -> str:
    """The word, or the name of the form that has fields."""
    value = lenient.find_whole(payload.thread_source, ANYTHING)
    if isinstance(value, dict):
        value = next(iter(value), "")
    return str(value or "").lower()


def is_typed_kind(kind: str | None) -> bool:
    """Whether an event of this `kind` holds a person's text; later versions do not write the field."""
    return kind in _TYPED_KINDS


def without_wrapped(text: str) -> str:
    """The text behind everything at its start that Codex, a hook or another agent wrote; "" if nothing is behind."""
    rest = text.lstrip()
    while rest:
        if agents := _AGENTS_FILE.match(rest):
            rest = rest[agents.end() :]
            if not rest.startswith("<"):
                return ""
        elif found := _WRAPPED.match(rest) or _whole_element(rest):
            rest = _behind(rest, found[1])
        else:
            return "" if _NOTICE.match(rest) else rest
    return ""


def _whole_element(text: str) -> re.Match[str] | None:
    """One element of an unknown name that holds the whole text."""
    found = _ELEMENT.match(text)
    return found if found and text.rstrip().endswith(f"</{found[1]}>") else None


def _behind(text: str, name: str) -> str:
    end = text.lower().rfind(f"</{name.lower()}")
    return text[text.find(">", end) + 1 :].lstrip() if end >= 0 else ""
