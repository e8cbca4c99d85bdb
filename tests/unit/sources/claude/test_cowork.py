"""Where Claude Desktop keeps its transcripts."""

from __future__ import annotations

from pathlib import Path

from aea.sources.claude import claude_code, cowork


def test_cowork_is_found_at_most_eight_levels_down(tmp_path: Path) -> None:
    base = tmp_path / ".config" / "Claude" / "local-agent-mode-sessions"
    near, far = base / "a" / "b" / ".claude" / "projects", base.joinpath(*"abcdefgh", "projects")
    near.mkdir(parents=True)
    far.mkdir(parents=True)
    assert cowork.roots(tmp_path, {}) == [near]
    assert cowork.parse is claude_code.parse
