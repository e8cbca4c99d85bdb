"""The part of a Codex message that a person typed."""

from __future__ import annotations

import pytest

from aea.sources.codex.typed_text import typed_text


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
        ("<image name=[Image #1]>look</image>", "look"),
    ],
)
def test_typed_text(text: str, typed: str) -> None:
    assert typed_text(text) == typed
