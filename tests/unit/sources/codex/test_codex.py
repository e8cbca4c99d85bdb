"""Where Codex keeps its rollouts."""

from __future__ import annotations

from pathlib import Path

from aea.sources.codex import codex, traex


def test_roots(tmp_path: Path) -> None:
    home = tmp_path / ".codex"
    assert codex.roots(tmp_path, {}) == [home / "sessions", home / "archived_sessions"]
    assert codex.roots(tmp_path, {"CODEX_HOME": "/a, /b,"}) == [
        Path("/a/sessions"),
        Path("/a/archived_sessions"),
        Path("/b/sessions"),
        Path("/b/archived_sessions"),
    ]
    trae = tmp_path / ".trae" / "cli"
    assert traex.roots(tmp_path, {}) == [trae / "sessions", trae / "archived_sessions"]


def test_find_files_follows_no_link(tmp_path: Path) -> None:
    root = tmp_path / "sessions"
    day = root / "2026" / "02" / "03"
    day.mkdir(parents=True)
    (day / "rollout-1.jsonl").write_bytes(b"{}\n")
    (day / "rollout-2.json").write_bytes(b"")
    (tmp_path / "out.jsonl").write_bytes(b"{}\n")
    (day / "link.jsonl").symlink_to(tmp_path / "out.jsonl")
    (root / "loop").symlink_to(tmp_path, target_is_directory=True)
    status = (day / "rollout-1.jsonl").stat()
    assert list(codex.find_files(root)) == [
        (str(day / "rollout-1.jsonl"), status.st_ino, 3, status.st_mtime_ns)
    ]
    assert list(codex.find_files(tmp_path / "absent")) == []
