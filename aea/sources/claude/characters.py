"""The characters that a model wrote in a response, by kind. Only their number is kept.

Claude Code writes one record for each block of a response, and copies and resumed sessions repeat records. A block
counts once: a tool call is known by its id, any other block by how it begins, and a block that grew counts as it ended.
Thinking of which only the signature is recorded has an unknown number of characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.keys import key64

if TYPE_CHECKING:
    from aea.sources.claude.shapes import Block, Body

Blocks = dict[str, "int | None"]  # characters by kind and identity of a block; None: not recorded

_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_BEGINNING = 32


class Characters(NamedTuple):
    """The characters of a response, by kind; None: unknown."""

    text: int
    thinking: int | None
    tool_input: int


def note(blocks: Blocks, body: Body) -> None:
    """Add the blocks of one record to those of its response."""
    if isinstance(body.content, str):
        _note(blocks, "text", body.content)
    for block in body.content if isinstance(body.content, list) else ():
        if block.type == "text":
            _note(blocks, "text", block.text or "")
        elif block.type == "thinking" and block.thinking:
            _note(blocks, "thinking", block.thinking)
        elif block.type in ("thinking", "redacted_thinking"):
            blocks["thinking"] = None
        elif block.type in _CALLS:
            _note_call(blocks, block)


def _note(blocks: Blocks, kind: str, written: str, identity: str | None = None) -> None:
    key = f"{kind}:{key64(identity or written[:_BEGINNING])}"
    blocks[key] = max(len(written), blocks.get(key) or 0)


def _note_call(blocks: Blocks, block: Block) -> None:
    _note(blocks, "tool_input", bytes(block.input).decode("utf-8", "replace"), block.id)


def total(blocks: Blocks) -> Characters:
    """The sums by kind."""
    return Characters(
        _sum(blocks, "text") or 0, _sum(blocks, "thinking"), _sum(blocks, "tool_input") or 0
    )


def _sum(blocks: Blocks, kind: str) -> int | None:
    counts = [count for key, count in blocks.items() if key.partition(":")[0] == kind]
    return None if None in counts else sum(filter(None, counts))
