"""Codex: finds its rollout files. `aea.sources.codex.parser` reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aea.sources import tree, twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.records import Parsed, State
    from aea.sources.base import Storage

NAME = "codex"
STORAGE: Storage = "append"
PARSER_VERSION = 6
OTHER_FOLDERS: frozenset[str] = frozenset()


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The session trees of each directory in CODEX_HOME, else of ~/.codex."""
    listed = [name.strip() for name in environ.get("CODEX_HOME", "").split(",")]
    homes = [Path(name) for name in listed if name] or [home / ".codex"]
    return [base / tree for base in homes for tree in ("sessions", "archived_sessions")]


def find_files(root: Path) -> Iterator[tuple[str, int, int, int]]:
    """Every rollout below a root; see aea.sources.base."""
    return tree.session_files(os.fspath(root), is_session)


def is_session(path: str) -> bool:
    """Whether a file is a rollout; see aea.sources.base."""
    return twins.plain(path).endswith(".jsonl")


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    from aea.sources.codex import parser  # imports msgspec, 25 ms: only when a file has grown

    return parser.parse(chunk, offset, path, state)
