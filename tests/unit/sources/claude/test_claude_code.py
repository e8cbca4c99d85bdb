"""Where Claude Code keeps its transcripts."""

from __future__ import annotations

from pathlib import Path

from aea.sources.claude import claude_code


def test_roots(tmp_path: Path) -> None:
    assert claude_code.roots(tmp_path, {}) == [
        tmp_path / ".claude" / "projects",
        tmp_path / ".config" / "claude" / "projects",
    ]
    named = claude_code.roots(tmp_path, {"CLAUDE_CONFIG_DIR": "/a, /b/projects,"})
    assert named == [Path("/a/projects"), Path("/b/projects")]


def test_find_files_follows_no_link(tmp_path: Path) -> None:
    root = tmp_path / "projects"
    agents = root / "-w" / "s" / "subagents"
    agents.mkdir(parents=True)
    (root / "-w" / "s" / "tool-results").mkdir()
    (root / "-w" / "s" / "tool-results" / "big.jsonl").write_bytes(b"{}\n")
    (root / "-w" / "notes.txt").write_bytes(b"")
    (tmp_path / "out.jsonl").write_bytes(b"{}\n")
    (root / "-w" / "link.jsonl").symlink_to(tmp_path / "out.jsonl")
    (root / "loop").symlink_to(root, target_is_directory=True)
    wanted = [root / "-w" / "s.jsonl", agents / "agent-1.jsonl"]
    for path in wanted:
        path.write_bytes(b"{}\n")
    found = {path: (inode, size) for path, inode, size, _ in claude_code.find_files(root)}
    assert found == {str(path): (path.stat().st_ino, 3) for path in wanted}
    assert list(claude_code.find_files(tmp_path / "absent")) == []
