"""Which session files are found below a root, and which are only named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aea.sources import tree
from aea.sources.codex.codex import is_session


@pytest.fixture
def root(home: Path) -> Path:
    found = home / ".codex" / "sessions"
    found.mkdir(parents=True)
    return found


def _files(root: Path) -> list[str]:
    return sorted(
        os.path.relpath(path, root) for path, *_ in tree.session_files(str(root), is_session)
    )


def _unread(root: Path) -> list[tuple[str, str]]:
    found = tree.list_unread(str(root), is_session)
    return sorted((os.path.relpath(unread.path, root), unread.reason) for unread in found)


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}\n")
    return path


def test_a_linked_directory_is_read(root: Path, home: Path) -> None:
    _write(home / "dotfiles" / "2026" / "a.jsonl")
    (root / "link").symlink_to(home / "dotfiles")
    assert _files(root) == ["link/2026/a.jsonl"]
    assert _unread(root) == []


def test_a_root_that_is_a_link_is_read(root: Path, home: Path) -> None:
    root.rmdir()
    _write(home / "dotfiles" / "a.jsonl")
    root.symlink_to(home / "dotfiles")
    assert _files(root) == ["a.jsonl"]


def test_a_directory_of_several_names_is_read_once_by_its_own(root: Path, home: Path) -> None:
    _write(root / "z" / "a.jsonl")
    (root / "b").symlink_to(root / "z")
    _write(home / "out" / "c.jsonl")
    (root / "d").symlink_to(home / "out")
    (root / "e").symlink_to(home / "out")
    (root / "f").symlink_to(root / "e")
    assert _files(root) == ["d/c.jsonl", "z/a.jsonl"]
    assert _unread(root) == []


def test_loops_end(root: Path, home: Path) -> None:
    _write(home / "out" / "x" / "a.jsonl")
    (root / "link").symlink_to(home / "out")
    (home / "out" / "x" / "back").symlink_to(home / "out")
    (home / "out" / "root").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    assert _files(root) == ["link/x/a.jsonl"]


def test_a_link_to_what_contains_the_root_or_the_home_is_named(root: Path, home: Path) -> None:
    _write(home / "elsewhere.jsonl")
    for name, target in (("a", "/"), ("b", str(home)), ("c", str(home / ".codex"))):
        (root / name).symlink_to(target)
    assert _files(root) == []
    reason = "link to a directory that is not followed"
    assert _unread(root) == [("a", reason), ("b", reason), ("c", reason)]


def test_what_looks_like_a_session_is_named(root: Path, home: Path) -> None:
    for name in ("rollout-1.json", "rollout-2.jsonl.gz", "a.jsonl.zst.age", "config.toml"):
        _write(root / name)
    _write(root / "0197b001-1000-7000-8000-0000000000a1.json")
    for name in (".a.jsonl.gz", "a.jsonl.tmp", "a.jsonl.lock", "notes.txt"):
        _write(root / name)
    os.mkfifo(root / "pipe.jsonl")
    (root / "link.jsonl").symlink_to(_write(home / "out.jsonl"))
    assert _unread(root) == [
        ("0197b001-1000-7000-8000-0000000000a1.json", "unknown kind of file"),
        ("a.jsonl.zst.age", "unknown kind of file"),
        ("link.jsonl", "link to a file"),
        ("pipe.jsonl", "not a regular file"),
        ("rollout-1.json", "unknown kind of file"),
        ("rollout-2.jsonl.gz", "unknown kind of file"),
    ]
    assert _files(root) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_what_may_not_be_read_is_named(root: Path) -> None:
    _write(root / "a.jsonl").chmod(0)
    _write(root / "closed" / "b.jsonl")
    (root / "closed").chmod(0)
    try:
        assert _unread(root) == [("a.jsonl", "permission denied"), ("closed", "Permission denied")]
    finally:
        (root / "closed").chmod(0o700)


def test_of_a_file_and_its_compressed_form_the_plain_one_is_found(root: Path) -> None:
    plain = _write(root / "a.jsonl")
    _write(root / "a.jsonl.zst").write_bytes(b"longer than the other")
    alone = _write(root / "b.jsonl.zst")
    found = {path: inode for path, inode, *_ in tree.session_files(str(root), is_session)}
    assert found == {
        str(plain): plain.stat().st_ino,
        str(root / "b.jsonl"): alone.stat().st_ino,
    }
