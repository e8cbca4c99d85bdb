"""How a tool call ended, by its `tool_result` block and its structured result (`toolUseResult`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from aea.sources import lenient
from aea.sources.claude.shapes import Spawned

if TYPE_CHECKING:
    from aea.sources.claude.shapes import Block

_REFUSED = (
    b"doesn't want to proceed",
    b"doesn't want to take this action",
    b"User rejected tool use",
    b"The tool use was rejected",
    b"user rejected",
)
_DONE = (b"has been updated", b"created successfully", b"updated successfully", b"has been edited")
_SPAWNED = msgspec.json.Decoder(Spawned)


def status(block: Block, result: bytes) -> str:
    """ok, failed or rejected."""
    if not block.is_error:
        return "ok"
    said = bytes(block.content)[:4096] + (b"" if result[:1] == b"{" else result[:4096])
    return "rejected" if any(mark in said for mark in _REFUSED) else "failed"


def says_done(block: Block, result: bytes) -> bool:
    """Gateways write records without a structured result: the text of the result decides."""
    said = bytes(block.content)[:4096]
    return result in (b"", b"null") and any(mark in said for mark in _DONE)


def spawned_agent(result: bytes) -> str | None:
    """The sub-agent that the result of a Task or Agent call names."""
    found = lenient.find(result, _SPAWNED)
    return found.agentId if found else None
