"""How a tool call ended, by its `tool_result` block and its structured result (`toolUseResult`)."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from aea.sources import faults, lenient
from aea.sources.claude.shapes import Block, Spawned

_REFUSED = (
    b"doesn't want to proceed",
    b"doesn't want to take this action",
    b"User rejected tool use",
    b"The tool use was rejected",
    b"user rejected",
)
_INTERRUPTED = re.compile(r"\s*(?:Error: )?\[Request interrupted by user")
_LOOK_CHARS = 4096
_DONE = re.compile(
    r"has been (?:created|edited|modified|overwritten|updated|written)"
    r"|(?:created|edited|modified|overwritten|updated|written) successfully"
    r"|\A(?:Successfully|Applied \d+ edits?|(?:Updated|Inserted|Deleted) cell)\b"
)
_FAILED = re.compile(
    r"\s*(?:<tool_use_error>|(?:Editing file |MCP )?(?:error|failed)\b|Failed\b|Error\b|Cannot\b|Could not\b"
    r"|Unable to\b|No (?:changes|match)|Permission denied|The user has left)"
)
_OWN_WRITERS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit"})
_TEXT = msgspec.json.Decoder(str | list[Block])
_STRING = msgspec.json.Decoder(str)
_SPAWNED = msgspec.json.Decoder(Spawned)


class Outcome(NamedTuple):
    """The end of a call. What is unknown is None."""

    status: str  # ok, failed, rejected, interrupted
    error_signature: int | None = None
    refused_by: str | None = None


_OK = Outcome("ok")


def outcome(tool: str, block: Block, result: bytes) -> Outcome:
    """How a call of a tool ended."""
    if not block.is_error:
        return _OK
    said = bytes(block.content)[:4096] + (b"" if result[:1] == b"{" else result[:4096])
    if any(mark in said for mark in _REFUSED):
        return Outcome("rejected", refused_by="person")
    text = text_of(block) or lenient.find(result, _STRING) or ""
    if _INTERRUPTED.match(text):
        return Outcome("interrupted")
    refuser = faults.refused_by(text)
    if refuser is not None:
        return Outcome("rejected", refused_by=refuser)
    return Outcome("failed", faults.error_signature(tool, text))


def is_done(tool: str, block: Block) -> bool:
    """Whether a call without a structured result did what it was asked for: the text of the result decides.

    Gateways and old records leave out the result of Claude Code's own tools, whose texts are known. Tools of editors
    and servers have other texts, and mark an error as one.
    """
    if tool == "Bash":
        return True
    said = text_of(block)[:_LOOK_CHARS]
    if tool in _OWN_WRITERS:
        return _DONE.search(said) is not None
    return _FAILED.match(said) is None


def text_of(block: Block) -> str:
    """Return the text of a result."""
    content = lenient.find(block.content, _TEXT) if bytes(block.content) else None
    if isinstance(content, str):
        return content
    return "\n".join(part.text or "" for part in content or ())


def spawned_agent(result: bytes) -> str | None:
    """The sub-agent that the result of a Task or Agent call names."""
    found = lenient.find(result, _SPAWNED)
    return found.agentId if found else None
