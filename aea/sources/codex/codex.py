"""Codex: finds its rollout files. `aea.sources.codex.parser` reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.records import Parsed, State
    from aea.sources.base import Storage

NAME = "codex"
STORAGE: Storage = "append"
PARSER_VERSION = 2


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The session trees of each directory in CODEX_HOME, else of ~/.codex."""
    listed = [name.strip() for name in environ.get("CODEX_HOME", "").split(",")]
    homes = [Path(name) for name in listed if name] or [home / ".codex"]
    return [base / tree for base in homes for tree in ("sessions", "archived_sessions")]


def find_files(root: Path) -> Iterator[tuple[str, int, int, int]]:
    """Every rollout below a root; see aea.sources.base."""
    directories = [os.fspath(root)]
    while directories:
        try:
            entries = os.scandir(directories.pop())
        except OSError:
            continue  # absent, or removed since it was listed
        with entries:
            for entry in entries:
                if is_session(entry.name) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield entry.path, status.st_ino, status.st_size, status.st_mtime_ns
                elif entry.is_dir(follow_symlinks=False):
                    directories.append(entry.path)


def is_session(path: str) -> bool:
    """Whether a file is a rollout; see aea.sources.base."""
    return path.endswith(".jsonl")


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    from aea.sources.codex import parser  # imports msgspec, 25 ms: only when a file has grown

    return parser.parse(chunk, offset, path, state)
