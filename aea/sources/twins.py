"""A session file and its compressed form: `x.jsonl` and `x.jsonl.zst`.

Codex compresses the files of idle sessions and restores them when they are resumed. Both are one source, known by the
path of the plain file. Where both are there, the plain one counts, as for Codex.
"""

from __future__ import annotations

import os

SUFFIX = ".zst"


def plain(path: str) -> str:
    """The path by which a session file is known, whatever its form."""
    return path.removesuffix(SUFFIX) if path.endswith(f".jsonl{SUFFIX}") else path


def lstat(path: str) -> os.stat_result:
    """The status of the file, else of its compressed form; OSError if there is neither."""
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return os.lstat(path + SUFFIX)


def exists(path: str) -> bool:
    """Whether the file or its compressed form is there, even as a dead link."""
    return os.path.lexists(path) or os.path.lexists(path + SUFFIX)
