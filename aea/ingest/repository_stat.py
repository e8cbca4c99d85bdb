"""Look at a repository with a few stat calls, without starting git."""

from __future__ import annotations

import os
from hashlib import blake2b

TRACE_FILE = ".agent-trace/traces.jsonl"  # of Agent Trace, in a worktree
_REF_FILES = ("HEAD", "config", "logs/HEAD", "packed-refs", "reftable/tables.list", "shallow")

READER_VERSION = 3  # how commits are read: a greater one reads the known ones again


def fingerprint(common_dir: str) -> str:
    """Return a hash that changes when a ref moves or an agent trace grows.

    Git writes a ref by renaming a file into its directory, so the directories' times suffice.
    """
    marks = [_mark(os.path.join(common_dir, name)) for name in _REF_FILES]
    for folder, subfolders, _ in os.walk(os.path.join(common_dir, "refs")):
        subfolders.sort()
        marks.append(_mark(folder))
    for folder in _worktree_dirs(common_dir):
        marks.extend(_mark(os.path.join(folder, name)) for name in ("HEAD", "logs/HEAD"))
    marks.extend(_mark(os.path.join(tree, TRACE_FILE)) for tree in _list_worktrees(common_dir))
    return blake2b("\x00".join(marks).encode(), digest_size=8).hexdigest()


def find_common_dir(root: str) -> str | None:
    """Return the git directory shared by all worktrees of a root, or None if there is no repository."""
    git = os.path.join(root, ".git")
    if os.path.isdir(git):
        return os.path.realpath(git)
    if os.path.isfile(os.path.join(root, "HEAD")):
        return os.path.realpath(root)
    git_dir = _read_pointer(git, "gitdir: ", root)
    if git_dir is None:
        return None
    shared = _read_pointer(os.path.join(git_dir, "commondir"), "", git_dir) or git_dir
    return os.path.realpath(shared) if os.path.isdir(shared) else None


def pack_bytes(common_dir: str) -> int:
    """Return the size of the packed objects, a rough measure of the length of the history."""
    try:
        with os.scandir(os.path.join(common_dir, "objects", "pack")) as entries:
            return sum(entry.stat().st_size for entry in entries)
    except OSError:
        return 0


def _read_pointer(path: str, prefix: str, base: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.readline().rstrip("\n")
    except OSError:
        return None
    return os.path.join(base, text.removeprefix(prefix)) if text else None


def _worktree_dirs(common_dir: str) -> list[str]:
    base = os.path.join(common_dir, "worktrees")
    try:
        return [os.path.join(base, name) for name in sorted(os.listdir(base))]
    except OSError:
        return []


def _list_worktrees(common_dir: str) -> list[str]:
    """Return the usual locations of worktrees. core.worktree is not considered."""
    found = [os.path.dirname(common_dir)] if os.path.basename(common_dir) == ".git" else []
    pointers = (
        _read_pointer(os.path.join(folder, "gitdir"), "", folder)
        for folder in _worktree_dirs(common_dir)
    )
    return found + [os.path.dirname(pointer) for pointer in pointers if pointer]


def _mark(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return "-"
    return f"{stat.st_mtime_ns}.{stat.st_size}.{stat.st_ino}"
