"""Claude Desktop's local agent mode: Claude Code transcripts in other places."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aea.sources.claude.claude_code import (
    OTHER_FOLDERS,
    PARSER_VERSION,
    STORAGE,
    find_files,
    is_session,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "cowork"
_FOLDER = "local-agent-mode-sessions"
_DEPTH = 8
__all__ = [
    "NAME",
    "OTHER_FOLDERS",
    "PARSER_VERSION",
    "STORAGE",
    "find_files",
    "is_session",
    "parse",
    "roots",
]


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """Every `projects` folder below the application's data, at most eight levels down."""
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = [
        home / "Library" / "Application Support" / "Claude" / _FOLDER,
        config / "Claude" / _FOLDER,
    ]
    if "APPDATA" in environ:
        places.append(Path(environ["APPDATA"]) / "Claude" / _FOLDER)
    return [found for place in places for found in _projects(str(place), _DEPTH)]


def _projects(folder: str, depth: int) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            continue
        if entry.name == "projects":
            yield Path(entry.path)
        elif depth > 1:
            yield from _projects(entry.path, depth - 1)
